"""What the demo city lends: rooms of the city's office and of a ward, a car, and who has them this week."""

import datetime as dt

from django.utils import timezone

from eoffice.calendar import booking
from eoffice.calendar.booking import Wish
from eoffice.calendar.models import Booking, Resource
from eoffice.organisation.models import Appointment, Unit

_ROOM, _CAR, _EQUIPMENT = Resource.Kind.ROOM, Resource.Kind.CAR, Resource.Kind.EQUIPMENT
_HEADQUARTERS = "trụ sở UBND thành phố"
_LENT = [
    # kind, name, place, seats, equipment, bridge
    (_ROOM, "Phòng họp số 1", f"tầng 2, {_HEADQUARTERS}", 60, "Máy chiếu\nMicro cho từng ghế\nPhiên dịch", "Hai camera, màn hình 98 inch"),
    (_ROOM, "Phòng họp số 2", f"tầng 2, {_HEADQUARTERS}", 30, "Màn hình 75 inch\nBảng viết", "Thiết bị cầu truyền hình"),
    (_ROOM, "Phòng họp số 3", f"tầng 3, {_HEADQUARTERS}", 12, "Màn hình 55 inch", ""),
    (_ROOM, "Hội trường", f"tầng 1, {_HEADQUARTERS}", 350, "Âm thanh hội trường\nMáy chiếu", "Thiết bị cầu truyền hình"),
    (_CAR, "Xe 7 chỗ", "nhà xe số 1", 7, "", ""),
    (_EQUIPMENT, "Bộ phiên dịch không dây", "kho tầng 1", None, "40 tai nghe", ""),
]  # fmt: skip


def furnish(now: dt.datetime, *, office: Unit, ward: Unit, clerk: Appointment, secretary: Appointment) -> None:
    """Fill the catalogue if it is empty, and book some of it on the coming days."""
    if Resource.objects.exists():
        return
    for kind, name, place, seats, equipment, bridge in _LENT:
        Resource.objects.create(
            kind=kind, name=name, unit=office, place=place, seats=seats, equipment=equipment, bridge=bridge,
            open_to="everybody", needs_approval=kind == _CAR or (seats or 0) > 100,
            check_in_minutes=15 if name == "Phòng họp số 3" else None,
            **({"plate": "29A-123.45", "driver": "Nguyễn Văn Tuấn", "driver_phone": "024 3825 3536"} if kind == _CAR else {}),
        )  # fmt: skip
    Resource.objects.create(
        name="Phòng họp UBND phường", unit=ward, place="tầng 2", seats=25, bridge="Máy tính, camera điểm cầu"
    )
    for offset, hour, hours, name, purpose in (
        (1, 8, 2, "Phòng họp số 1", "Giao ban Văn phòng"),
        (1, 14, 2, "Phòng họp số 3", "Rà soát hồ sơ trình ký"),
        (2, 9, 2, "Phòng họp số 2", "Họp tổ biên tập"),
        (3, 13, 3, "Phòng họp số 1", "Làm việc với Sở Xây dựng"),
    ):
        _book(secretary, office, Resource.objects.get(name=name), _moment(now, offset, hour), hours, purpose)
    _book(
        clerk, office, Resource.objects.get(kind=_CAR), _moment(now, 2, 7), 4, "Kiểm tra công trình", "phường Ba Đình"
    )


def _moment(now: dt.datetime, offset: int, hour: int) -> dt.datetime:
    """At ``hour``, ``offset`` working days from now."""
    day = timezone.localdate(now)
    while offset:
        day += dt.timedelta(days=1)
        offset -= day.weekday() < 5
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


def _book(
    by: Appointment, unit: Unit, resource: Resource, start: dt.datetime, hours: int, purpose: str, to: str = ""
) -> Booking:
    end = start + dt.timedelta(hours=hours)
    wish = Wish(resource=resource, starts_at=start, ends_at=end, unit=unit, purpose=purpose, destination=to)
    return booking.book(by, wish)
