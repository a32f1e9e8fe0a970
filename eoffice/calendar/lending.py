"""The catalogue: what is lent, when, to whom; and when it is not (docs/domain/rooms.md)."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar import booking as bookings
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar import seat_layout
from eoffice.calendar.models import Blocking, Booking, Resource
from eoffice.calendar.models.resource import Hours, office_hours
from eoffice.calendar.occupancy import when
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.files import intake
from eoffice.files.kinds import IMAGES
from eoffice.files.models import StoredFile
from eoffice.organisation.models import Appointment, Unit

_CONFLICTS_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Description:
    """What is said of a resource. Times as in ``Resource``."""

    kind: str
    name: str
    unit: Unit
    place: str = ""
    seats: int | None = None
    equipment: str = ""
    bridge: str = ""
    driver: str = ""
    driver_phone: str = ""
    plate: str = ""
    open_to: str = Resource.OpenTo.AGENCY
    needs_approval: bool = False
    hours: Hours = field(default_factory=office_hours)
    check_in_minutes: int | None = None
    reconfirm_days: int | None = None
    seat_layout: str = ""
    active: bool = True


def description_of(resource: Resource) -> Description:
    """The description as ``resource`` stands."""
    return Description(**{name: getattr(resource, name) for name in Description.__dataclass_fields__})


@transaction.atomic
def add(by: Appointment, description: Description, *, photo: "UploadedFile[bytes] | None" = None) -> Resource:
    """Put something into the catalogue in the name of a unit that ``by`` answers for. Raises NotAllowed, UserError with ``fields``."""
    description = _checked(description)
    resource = Resource(**_columns(description))
    _require(by, resource)
    resource.photo = _photo(by, photo)
    resource.save()
    log.record("resource.added", by=by, target=resource)
    return resource


@transaction.atomic
def change(
    by: Appointment,
    resource: Resource,
    description: Description,
    *,
    version: int,
    photo: "UploadedFile[bytes] | None" = None,
) -> Resource:
    """Say something else of ``resource``, which was opened at ``version``; bookings that are made stay as they are.

    Raises NotAllowed, UserError with ``fields``, Conflict("resource-changed") when somebody else was faster: nothing is written then.
    """
    resource = bookings.locked(resource)
    _require(by, resource)
    description = _checked(description)
    before = description_of(resource)
    if before == description and photo is None:
        return resource
    if version != resource.version:
        raise Conflict(
            "resource-changed",
            _("Có người khác vừa sửa mục này. Nội dung của bạn chưa được lưu."),
            hint=_("Xem lại bản đang lưu, chỉnh lại nếu cần rồi lưu lần nữa."),
        )
    for name, value in _columns(description).items():
        setattr(resource, name, value)
    _require(by, resource)
    resource.photo = _photo(by, photo) or resource.photo
    resource.version += 1
    resource.save()
    changed = [name for name, value in _columns(description).items() if value != getattr(before, name)]
    log.record("resource.changed", by=by, target=resource, fields=changed, photo=photo is not None)
    return resource


@transaction.atomic
def block(
    by: Appointment, resource: Resource, start: dt.datetime, end: dt.datetime, *, reason: str, knowing: bool = False
) -> Blocking:
    """Lend ``resource`` to nobody from ``start`` to ``end``.

    Bookings of that time are named (Conflict "booked-meanwhile"); ``knowing`` of them, they are called off and their bookers told.
    The same block again gives the one that is there.
    """
    resource = bookings.locked(resource)
    _require(by, resource)
    reason = normalised(reason)
    wrong = {}
    if not reason:
        wrong["reason"] = _("Ghi lý do tạm ngừng.")
    if end <= start:
        wrong["ends_at"] = _("Thời điểm kết thúc phải sau thời điểm bắt đầu.")
    elif end <= timezone.now():
        wrong["ends_at"] = _("Thời gian này đã qua.")
    if wrong:
        raise UserError("bad-block", next(iter(wrong.values())), fields=wrong)
    made = Blocking.objects.filter(resource=resource, starts_at=start, ends_at=end, reason=reason).first()
    if made is not None:
        return made
    in_the_way = list(resource.bookings.holding().between(start, end).with_people())
    if in_the_way and not knowing:
        raise _booked_meanwhile(in_the_way)
    for booking in in_the_way:
        bookings.cancel(by, booking, reason=_("Tạm ngừng cho đặt: %(reason)s") % {"reason": reason})
    blocking = Blocking.objects.create(
        resource=resource, starts_at=start, ends_at=end, reason=reason[:250], created_by=by
    )
    log.record("resource.blocked", by=by, target=resource, when=when(start, end), reason=reason)
    return blocking


@transaction.atomic
def lift(by: Appointment, blocking: Blocking) -> None:
    """Lend it again. Twice: harmless."""
    resource = bookings.locked(blocking.resource)
    _require(by, resource)
    deleted, _rows = Blocking.objects.filter(pk=blocking.pk).delete()
    if deleted:
        times = when(blocking.starts_at, blocking.ends_at)
        log.record("resource.unblocked", by=by, target=resource, when=times, reason=blocking.reason)


def _booked_meanwhile(in_the_way: list[Booking]) -> Conflict:
    count = len(in_the_way)
    sentence = ngettext("Thời gian này có %(count)d lượt đã đặt.", "Thời gian này có %(count)d lượt đã đặt.", count) % {
        "count": count
    }
    named = [
        f"{when(one.starts_at, one.ends_at)} – {one.booked_by.person} ({one.unit.short_name})"
        for one in in_the_way[:_CONFLICTS_NAMED]
    ]
    return Conflict(
        "booked-meanwhile",
        f"{sentence} {'; '.join(named)}",
        hint=_("Đánh dấu “Hủy các lượt đã đặt” để hủy và báo cho người đặt."),
    )


def _photo(by: Appointment, photo: "UploadedFile[bytes] | None") -> StoredFile | None:
    return intake.accept(photo, by=by.person, allowed=IMAGES) if photo else None


def _columns(description: Description) -> dict[str, Any]:
    return {name: getattr(description, name) for name in Description.__dataclass_fields__}


def _checked(description: Description) -> Description:
    names = ("name", "place", "bridge", "driver", "driver_phone", "plate")
    clean: dict[str, Any] = {name: normalised(getattr(description, name)) for name in names}
    description = replace(
        description, equipment=description.equipment.strip(), seat_layout=description.seat_layout.strip(), **clean
    )
    wrong = {}
    seat_layout.read(description.seat_layout, field="seat_layout")
    if not description.name:
        wrong["name"] = _("Nhập tên.")
    for day, hours in enumerate(description.hours):
        if hours and hours[0] >= hours[1]:
            wrong[f"closes_{day}"] = _("Giờ kết thúc phải sau giờ bắt đầu.")
    if description.kind != Resource.Kind.CAR:
        description = replace(description, driver="", driver_phone="", plate="")
    if description.kind != Resource.Kind.ROOM:
        description = replace(description, bridge="", seat_layout="")
    if wrong:
        raise UserError("bad-resource", next(iter(wrong.values())), fields=wrong)
    return description


def refusal(resource: Resource) -> NotAllowed:
    """Why somebody may not administer ``resource``, and who may."""
    return NotAllowed(
        "not-owner",
        _("Chỉ lãnh đạo và văn thư của %(unit)s làm được việc này.") % {"unit": resource.unit},
        hint=_("Liên hệ đơn vị quản lý."),
    )


def _require(by: Appointment, resource: Resource) -> None:
    if not permissions.may_administer(by.person, resource):
        raise refusal(resource)
