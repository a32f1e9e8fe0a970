"""Booking a room, a car or equipment: asking, answering, moving, calling off, checking in (docs/domain/rooms.md).

Each act locks the row of the resource first, on both databases: what is found free inside the lock stays free until the act
is done. PostgreSQL's exclusion constraint refuses what would get past that.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar import booking_notices, occupancy
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar.models import Booking, BookingSeries, Resource
from eoffice.calendar.occupancy import Times
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment, Unit

PURPOSE_LIMIT = 320
LONGEST = dt.timedelta(days=7)
LATE = dt.timedelta(hours=1)
"""A room that stands empty may be taken so long after the hour at which its use began."""
EARLY = dt.timedelta(minutes=30)
"""So long before the start somebody may check in."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody wants to have, when and what for. ``link``: path of what it is booked for."""

    resource: Resource
    starts_at: dt.datetime
    ends_at: dt.datetime
    unit: Unit
    purpose: str
    attendees: int | None = None
    departure: str = ""
    destination: str = ""
    link: str = ""

    @property
    def times(self) -> Times:
        """From when to when."""
        return Times(self.starts_at, self.ends_at)


def wish_of(booking: Booking) -> Wish:
    """The wish as ``booking`` stands."""
    return Wish(**{name: getattr(booking, name) for name in Wish.__dataclass_fields__})


@transaction.atomic
def book(by: Appointment, wish: Wish, *, key: uuid.UUID | None = None, series: BookingSeries | None = None) -> Booking:
    """Have a resource, or ask its owner for it where that is needed: asking holds it too.

    ``key`` comes with the form: the same key from the same person gives the booking already made. Raises NotAllowed, UserError with
    ``fields``, and Conflict("resource-taken", "resource-blocked", "resource-closed") that says who has it and what is free instead.
    """
    key = key or uuid.uuid4()
    resource = locked(wish.resource)
    made = Booking.objects.filter(key=key, booked_by__person=by.person).first()
    if made is not None:
        return made
    wish = _checked(replace(wish, resource=resource))
    _require_lent(by, resource)
    if not wish.link and wish.starts_at < timezone.now() - LATE:
        sentence = _("Thời gian bắt đầu đã qua.")
        raise UserError("starts-in-past", sentence, fields={"start": sentence})
    owner = permissions.may_administer(by.person, resource)
    occupancy.require_free(by.person, resource, wish.times, any_hour=owner)
    booking = Booking(key=key, booked_by=by, series=series, state=_state(resource, owner=owner), **_columns(wish))
    booking.check_in_by = _check_in_by(booking)
    _save(by, booking)
    log.record("booking.made", by=by, target=booking, state=booking.state)
    if booking.state == Booking.State.PENDING:
        booking_notices.asked(booking)
    return booking


@transaction.atomic
def change(by: Appointment, booking: Booking, wish: Wish, *, version: int, through: str = "") -> Booking:
    """Move ``booking``, which was opened at ``version``, to another time or another resource, or say something else of it.

    ``through``: the path of what it is booked for, from whoever has checked that ``by`` may change that. A new time or resource has to be approved again where the owner approves; meanwhile it is held. Raises as ``book``, and
    Conflict("booking-changed") when somebody else was faster: nothing is written then. The same content twice is harmless.
    """
    booking = _locked_with(booking, wish.resource)
    _require(_is_through(booking, through) or permissions.may_change(by.person, booking), booking)
    wish = _checked(wish)
    before = wish_of(booking)
    if wish == before:
        return booking
    if version != booking.version:
        raise Conflict(
            "booking-changed",
            _("Có người khác vừa sửa lượt đặt này. Nội dung của bạn chưa được lưu."),
            hint=_("Xem lại bản đang lưu, chỉnh lại nếu cần rồi lưu lần nữa."),
        )
    if not booking.holds or booking.is_over:
        raise ended(booking)
    moved = (before.resource, before.times) != (wish.resource, wish.times)
    for name, value in _columns(wish).items():
        setattr(booking, name, value)
    if before.resource != wish.resource:
        _require_lent(by, wish.resource)
    if moved:
        _move(by, booking)
    booking.version += 1
    _save(by, booking)
    log.record("booking.changed", by=by, target=booking, moved=moved, state=booking.state)
    if moved and booking.state == Booking.State.PENDING:
        booking_notices.asked(booking)
    return booking


@transaction.atomic
def cancel(by: Appointment, booking: Booking, *, reason: str = "", through: str = "") -> Booking:
    """Call ``booking`` off; its time is free at once. The owner says why, and the booker is told. Again: harmless.

    ``through``: as of ``change``.
    """
    booking = _locked_with(booking)
    own = _is_through(booking, through) or permissions.may_change(by.person, booking)
    _require(own or permissions.may_cancel(by.person, booking), booking)
    if not booking.holds:
        return booking
    if booking.is_over:
        raise ended(booking)
    reason = _checked_reason(reason, needed=not own)
    _end(by, booking, Booking.State.CANCELLED, reason)
    log.record("booking.cancelled", by=by, target=booking, reason=reason)
    booking_notices.called_off(booking, by=by)
    return booking


@transaction.atomic
def answer(by: Appointment, booking: Booking, *, accept: bool, reason: str = "") -> Booking:
    """Accept or refuse what waits for the owner; a refusal says why. The same answer again is harmless.

    Raises Conflict("booking-answered") when it was answered otherwise, or called off.
    """
    booking = _locked_with(booking)
    _require(permissions.may_administer(by.person, booking.resource), booking)
    state = Booking.State.ACCEPTED if accept else Booking.State.REJECTED
    if booking.state == state:
        return booking
    if booking.state != Booking.State.PENDING:
        raise Conflict(
            "booking-answered",
            _("Đề nghị này không còn chờ duyệt: %(state)s.") % {"state": booking.get_state_display()},
            hint=_("Mở lại danh sách chờ duyệt."),
        )
    reason = _checked_reason(reason, needed=not accept)
    _end(by, booking, state, reason)
    log.record(f"booking.{state}", by=by, target=booking, reason=reason)
    booking_notices.answered(booking)
    return booking


@transaction.atomic
def check_in(by: Appointment, booking: Booking, *, through: str = "") -> Booking:
    """Say that it is used: from half an hour before its time on. Again: harmless. ``through``: as of ``change``."""
    booking = _locked_with(booking)
    _require(_is_through(booking, through) or permissions.may_check_in(by.person, booking), booking)
    if booking.checked_in_at:
        return booking
    if booking.state != Booking.State.ACCEPTED or booking.is_over:
        raise ended(booking)
    if timezone.now() < booking.starts_at - EARLY:
        raise Conflict(
            "too-early",
            _("Chưa đến giờ nhận."),
            hint=_("Nhận được từ %(minutes)d phút trước giờ đã đặt.") % {"minutes": EARLY.seconds // 60},
        )
    booking.checked_in_at = timezone.now()
    booking.save(update_fields=["checked_in_at"])
    log.record("booking.checked_in", by=by, target=booking)
    return booking


@transaction.atomic
def give_back(by: Appointment, booking: Booking, *, through: str = "") -> Booking:
    """It is not needed any more: what is left of its time is free. Before its time or after it: nothing happens.
    ``through``: as of ``change``.
    """
    booking = _locked_with(booking)
    _require(_is_through(booking, through) or permissions.may_check_in(by.person, booking), booking)
    now = timezone.now()
    if booking.state != Booking.State.ACCEPTED or not booking.starts_at < now < booking.ends_at:
        return booking
    booking.ends_at = now
    booking.checked_in_at = booking.checked_in_at or now
    booking.version += 1
    booking.save(update_fields=["ends_at", "checked_in_at", "version"])
    log.record("booking.given_back", by=by, target=booking)
    return booking


def locked(resource: Resource) -> Resource:
    """The row as it is now, locked until the transaction ends: nobody else books it meanwhile."""
    return locked_key(resource.pk)


def locked_key(pk: int) -> Resource:
    """As ``locked``, by its key."""
    return Resource.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)


def release(booking: Booking, reason: str) -> Booking:
    """Take back what was not used or not confirmed; inside ``locked``, by nobody: a job does it."""
    _end(None, booking, Booking.State.RELEASED, reason)
    log.record("booking.released", target=booking, reason=reason)
    booking_notices.released(booking)
    return booking


def _locked_with(booking: Booking, wanted: Resource | None = None) -> Booking:
    """``booking`` as it is now, with its resource and the ``wanted`` one locked, in the order of their keys."""
    keys = {booking.resource_id, wanted.pk if wanted else booking.resource_id}
    rows = Resource.objects.select_for_update(of=("self",)).select_related("unit").filter(pk__in=keys).order_by("pk")
    resources = {resource.pk: resource for resource in rows}
    related = ("booked_by__person", "unit__legal_body__unit")
    found = Booking.objects.select_for_update(of=("self",)).select_related(*related).get(pk=booking.pk)
    if found.resource_id not in resources:  # moved to a third one since it was read
        raise Conflict("booking-changed", _("Có người khác vừa sửa lượt đặt này."), hint=_("Mở lại trang."))
    found.resource = resources[found.resource_id]
    return found


def _move(by: Appointment, booking: Booking) -> None:
    resource = locked(booking.resource)
    booking.resource = resource
    owner = permissions.may_administer(by.person, resource)
    times = Times(booking.starts_at, booking.ends_at)
    occupancy.require_free(by.person, resource, times, besides=booking.pk, any_hour=owner)
    booking.state = _state(resource, owner=owner)
    booking.check_in_by = _check_in_by(booking)
    booking.checked_in_at = booking.reminded_at = booking.reconfirm_by = None


def _is_through(booking: Booking, path: str) -> bool:
    return bool(path) and booking.link == path


def _state(resource: Resource, *, owner: bool) -> str:
    return Booking.State.PENDING if resource.needs_approval and not owner else Booking.State.ACCEPTED


def _check_in_by(booking: Booking) -> dt.datetime | None:
    minutes = booking.resource.check_in_minutes
    if minutes is None:
        return None
    return max(booking.starts_at, timezone.now()) + dt.timedelta(minutes=minutes)


def _save(by: Appointment, booking: Booking) -> None:
    """Raises Conflict when the database knows better than what was read."""
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        if Booking.objects.filter(key=booking.key).exclude(pk=booking.pk).exists():
            raise Conflict("key-used", _("Biểu mẫu này đã được dùng."), hint=_("Mở lại trang và nhập lại.")) from error
        raise Conflict(
            "resource-taken",
            _("%(name)s không trống.") % {"name": booking.resource},
            hint=occupancy.instead(by.person, booking.resource, Times(booking.starts_at, booking.ends_at)).in_words(),
        ) from error


def _end(by: Appointment | None, booking: Booking, state: str, reason: str) -> None:
    booking.state, booking.reason = state, reason
    booking.answered_by, booking.answered_at = by, timezone.now()
    booking.version += 1
    booking.save(update_fields=["state", "reason", "answered_by", "answered_at", "version"])


def _require_lent(by: Appointment, resource: Resource) -> None:
    if not permissions.may_book(by.person, resource):
        raise NotAllowed(
            "not-lent",
            _("%(name)s không cho bạn đặt.") % {"name": resource},
            hint=_("Hỏi đơn vị quản lý: %(unit)s.") % {"unit": resource.unit},
        )


def _require(allowed: bool, booking: Booking) -> None:  # noqa: FBT001
    if not allowed:
        raise NotAllowed(
            "not-your-booking",
            _("Bạn không thực hiện được việc này với lượt đặt của người khác."),
            hint=_("Liên hệ người đặt hoặc đơn vị quản lý: %(unit)s.") % {"unit": booking.resource.unit},
        )


def ended(booking: Booking) -> Conflict:
    """Why nothing can be done with ``booking`` any more."""
    return Conflict(
        "booking-ended",
        _("Lượt đặt này đã kết thúc hoặc không còn hiệu lực: %(state)s.") % {"state": booking.get_state_display()},
        hint=_("Đặt lượt mới nếu cần."),
    )


def _columns(wish: Wish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in Wish.__dataclass_fields__}


def _checked(wish: Wish) -> Wish:
    """``wish`` with clean text; raises UserError whose ``fields`` say what is wrong where."""
    wish = replace(
        wish,
        purpose=normalised(wish.purpose),
        departure=normalised(wish.departure),
        destination=normalised(wish.destination),
    )
    wrong = {}
    if not wish.purpose:
        wrong["purpose"] = _("Ghi mục đích sử dụng.")
    elif len(wish.purpose) > PURPOSE_LIMIT:
        wrong["purpose"] = _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": PURPOSE_LIMIT}
    if wish.ends_at <= wish.starts_at:
        wrong["end"] = _("Giờ kết thúc phải sau giờ bắt đầu.")
    elif wish.ends_at - wish.starts_at > LONGEST:
        wrong["end"] = _("Mỗi lượt đặt không dài quá 7 ngày.")
    if wish.resource.kind == Resource.Kind.CAR and not wish.link and not wish.destination:
        wrong["destination"] = _("Ghi nơi đến.")
    if wrong:
        raise UserError("bad-wish", next(iter(wrong.values())), fields=wrong)
    return wish


def _checked_reason(reason: str, *, needed: bool) -> str:
    reason = normalised(reason)
    if needed and not reason:
        sentence = _("Ghi rõ lý do để người đặt biết.")
        raise UserError("reason-missing", sentence, fields={"reason": sentence})
    if len(reason) > 500:
        sentence = _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": 500}
        raise UserError("reason-too-long", sentence, fields={"reason": sentence})
    return reason
