"""Bookings that come back, and asking whether they are still wanted (docs/domain/rooms.md)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eoffice.audit import log
from eoffice.calendar import booking as bookings
from eoffice.calendar import occupancy
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar.booking import Wish
from eoffice.calendar.models import Booking, BookingSeries
from eoffice.calendar.occupancy import Obstacle, Times
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment

MOST = 60
"""So many times are booked at once."""
ANSWERED_BEFORE = dt.timedelta(days=1)
"""So long before its start a booking has to be confirmed."""


@dataclass(frozen=True)
class Attempt:
    """One of the times, and what stands in its way."""

    times: Times
    obstacles: list[Obstacle]


class SeriesTaken(Conflict):
    """Some of the times are not free; ``attempts`` are all of them."""

    def __init__(self, attempts: list[Attempt]) -> None:
        self.attempts = attempts
        count = sum(bool(one.obstacles) for one in attempts)
        sentence = ngettext(
            "%(count)d lượt không trống. Chưa đặt lượt nào.", "%(count)d lượt không trống. Chưa đặt lượt nào.", count
        )
        hint = _("Chọn giờ khác, hoặc đánh dấu để bỏ những lượt không trống.")
        super().__init__("series-taken", sentence % {"count": count}, hint=hint)


@transaction.atomic
def book(
    by: Appointment, wish: Wish, days: Sequence[dt.date], *, words: str, key: uuid.UUID, skip: bool = False
) -> BookingSeries:
    """Book ``wish`` on each of ``days``, at its times of day. ``words``: how it comes back, as it was said.

    All or none, unless ``skip``: then those that are not free are left out. ``key`` comes with the form: the same key gives the
    series already made. Raises as ``booking.book``, and SeriesTaken.
    """
    resource = bookings.locked(wish.resource)
    made = BookingSeries.objects.filter(key=key, created_by__person=by.person).first()
    if made is not None:
        return made
    if not 1 < len(days) <= MOST:
        sentence = _("Một lần đặt từ 2 đến %(most)d lượt. Đổi ngày kết thúc hoặc số kỳ.") % {"most": MOST}
        raise UserError("too-many", sentence, fields={"repeat_until": sentence})
    any_hour = permissions.may_administer(by.person, resource)
    attempts = []
    for day in days:
        times = _on(day, wish)
        found = occupancy.obstacles(resource, times)
        attempts.append(Attempt(times, [one for one in found if not (any_hour and one.code == "closed")]))
    free = [one.times for one in attempts if not one.obstacles]
    if (len(free) < len(days) and not skip) or not free:
        raise SeriesTaken(attempts)
    series = BookingSeries.objects.create(key=key, words=words[:250], created_by=by)
    for times in free:
        _book_one(by, replace(wish, resource=resource, starts_at=times.starts_at, ends_at=times.ends_at), series)
    log.record("booking.repeated", by=by, target=resource, words=series.words, count=len(free))
    return series


@transaction.atomic
def cancel_following(by: Appointment, booking: Booking, *, reason: str = "") -> int:
    """Call off ``booking`` and all of its series that come after it; how many."""
    bookings.locked(booking.resource)
    following = Booking.objects.holding().filter(series=booking.series, starts_at__gte=booking.starts_at)
    rows = list(following.filter(ends_at__gt=timezone.now()).select_related("resource", "booked_by__person"))
    for one in rows:
        bookings.cancel(by, one, reason=reason)
    return len(rows)


@transaction.atomic
def confirm(by: Appointment, booking: Booking) -> Booking:
    """It is still wanted. Again: harmless. Raises Conflict("booking-ended") when it was released meanwhile."""
    bookings.locked(booking.resource)
    booking = Booking.objects.select_related("resource__unit", "booked_by").get(pk=booking.pk)
    if not permissions.is_theirs(by.person, booking):
        raise NotAllowed("not-your-booking", _("Bạn không thực hiện được việc này với lượt đặt của người khác."))
    if booking.reconfirmed_at:
        return booking
    if booking.state != Booking.State.ACCEPTED:
        raise bookings.ended(booking)
    booking.reconfirmed_at, booking.reconfirm_by = timezone.now(), None
    booking.save(update_fields=["reconfirmed_at", "reconfirm_by"])
    log.record("booking.confirmed", by=by, target=booking)
    return booking


def _book_one(by: Appointment, wish: Wish, series: BookingSeries) -> None:
    made = bookings.book(by, wish, series=series)
    days = wish.resource.reconfirm_days
    if days is not None and made.starts_at <= timezone.now() + dt.timedelta(days=days) + ANSWERED_BEFORE:
        made.reconfirmed_at = timezone.now()  # it is wanted now
        made.save(update_fields=["reconfirmed_at"])


def _on(day: dt.date, wish: Wish) -> Times:
    start, end = timezone.localtime(wish.starts_at), timezone.localtime(wish.ends_at)
    later = end.date() - start.date()
    return Times(
        timezone.make_aware(dt.datetime.combine(day, start.time())),
        timezone.make_aware(dt.datetime.combine(day + later, end.time())),
    )
