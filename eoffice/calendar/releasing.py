"""What is booked and not used is given to others: a job that may run as often as it likes (docs/domain/rooms.md)."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from eoffice.calendar import booking as bookings
from eoffice.calendar import booking_notices
from eoffice.calendar.models import Booking, Resource
from eoffice.calendar.repeating import ANSWERED_BEFORE

REMINDED_BEFORE = dt.timedelta(minutes=10)
"""So long before the start the booker is told to check in."""


def sweep(now: dt.datetime) -> int:
    """Do what is due at ``now``; returns how many bookings were released."""
    _each(_to_remind(now), _remind, now)
    for days in (
        Resource.objects.filter(reconfirm_days__isnull=False).values_list("reconfirm_days", flat=True).distinct()
    ):
        _each(_to_ask_again(now, days or 0), _ask_again, now)
    released = _each(_unused(now), _release_unused, now)
    released += _each(_unconfirmed(now), _release_unconfirmed, now)
    return released + _each(_unanswered(now), _release_unanswered, now)


def _to_remind(now: dt.datetime) -> "QuerySet[Booking]":
    return Booking.objects.filter(
        state=Booking.State.ACCEPTED,
        check_in_by__gt=now,
        starts_at__lte=now + REMINDED_BEFORE,
        checked_in_at=None,
        reminded_at=None,
    )


def _unused(now: dt.datetime) -> "QuerySet[Booking]":
    return Booking.objects.filter(state=Booking.State.ACCEPTED, check_in_by__lte=now, checked_in_at=None)


def _to_ask_again(now: dt.datetime, days: int) -> "QuerySet[Booking]":
    return Booking.objects.filter(
        state=Booking.State.ACCEPTED,
        series__isnull=False,
        resource__reconfirm_days=days,
        starts_at__gt=now + ANSWERED_BEFORE,
        starts_at__lte=now + dt.timedelta(days=days),
        reconfirmed_at=None,
        reconfirm_by=None,
    )


def _unconfirmed(now: dt.datetime) -> "QuerySet[Booking]":
    return Booking.objects.filter(state=Booking.State.ACCEPTED, reconfirm_by__lte=now, starts_at__gt=now)


def _unanswered(now: dt.datetime) -> "QuerySet[Booking]":
    return Booking.objects.filter(state=Booking.State.PENDING, starts_at__lte=now)


def _each(found: "QuerySet[Booking]", act: Callable[[Booking, dt.datetime], None], now: dt.datetime) -> int:
    """``act`` on each of ``found``, each in a transaction of its own and only if it is still due inside the lock."""
    done = 0
    for pk, resource_pk in list(found.order_by("pk").values_list("pk", "resource")):
        with transaction.atomic():
            bookings.locked_key(resource_pk)
            related = ("resource", "booked_by__person", "unit")
            booking = found.select_for_update(of=("self",)).select_related(*related).filter(pk=pk).first()
            if booking is not None:
                act(booking, now)
                done += 1
    return done


def _remind(booking: Booking, now: dt.datetime) -> None:
    booking.reminded_at = now
    booking.save(update_fields=["reminded_at"])
    booking_notices.time_to_check_in(booking)


def _ask_again(booking: Booking, now: dt.datetime) -> None:
    booking.reconfirm_by = booking.starts_at - ANSWERED_BEFORE
    booking.save(update_fields=["reconfirm_by"])
    booking_notices.asked_again(booking)


def _release_unconfirmed(booking: Booking, now: dt.datetime) -> None:
    bookings.release(booking, _("Không xác nhận còn sử dụng."))


def _release_unused(booking: Booking, now: dt.datetime) -> None:
    bookings.release(booking, _("Không có người nhận sau giờ bắt đầu."))


def _release_unanswered(booking: Booking, now: dt.datetime) -> None:
    bookings.release(booking, _("Chưa được duyệt trước giờ sử dụng."))
