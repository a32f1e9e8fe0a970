"""Filling a year's calendar for an administrator to check, and confirming it (docs/domain/worktime.md)."""

import datetime as dt
import re
from collections.abc import Iterator
from importlib.metadata import version

import holidays
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.worktime.corrections import CORRECTIONS, Correction
from eoffice.worktime.models import CalendarDay, CalendarYear

FIRST_YEAR, LAST_YEAR = 2015, 2099
"""The labour code's public holidays in their present form; the lunar tables end with the century."""

_SWAPPED = re.compile(r"\(thay cho ngày ")


@transaction.atomic
def seed_year(year: int, *, confirmed_by: User | None = None) -> CalendarYear:
    """Write the special days of ``year`` from the ``holidays`` library and our corrections.

    Days that are there already are kept as they are, so seeding twice, or after an administrator's own
    corrections, changes nothing. The year has no deadlines until it is confirmed: by ``confirmed_by``
    here, or later through ``confirm_year``. Raises UserError("calendar-year-out-of-range").
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UserError(
            "calendar-year-out-of-range",
            _("Chỉ lập được lịch làm việc cho các năm từ %(first)d đến %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
            hint=_("Kiểm tra lại số năm đã nhập."),
        )
    calendar, _created = CalendarYear.objects.get_or_create(
        year=year,
        defaults={"source": f"Thư viện holidays {version('holidays')} và bảng hiệu chỉnh của hệ thống"},
    )
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=row.day, kind=row.kind, name=row.name, basis=row.basis) for row in special_days(year)],
        ignore_conflicts=True,
    )
    if confirmed_by is not None:
        calendar = confirm_year(year, by=confirmed_by)
    return calendar


@transaction.atomic
def confirm_year(year: int, *, by: User) -> CalendarYear:
    """Say that the days of ``year`` were checked against the notices: deadlines may be computed.

    Confirming twice changes nothing. Raises UserError("calendar-empty") for a year without any day.
    """
    calendar = CalendarYear.objects.select_for_update().filter(year=year).first()
    if calendar is None or not CalendarDay.objects.filter(day__year=year).exists():
        raise UserError(
            "calendar-empty",
            _("Lịch năm %(year)d chưa có ngày nghỉ nào.") % {"year": year},
            hint=_("Lập lịch của năm này trước, kiểm tra với thông báo nghỉ lễ, Tết, rồi xác nhận."),
        )
    if calendar.confirmed_at is None:
        calendar.confirmed_at = timezone.now()
        calendar.confirmed_by = by
        calendar.save()
        log.record("calendar.confirmed", user=by, target=calendar)
    return calendar


def special_days(year: int) -> list[Correction]:
    """The days of ``year`` that differ from Monday-to-Friday, ours before the library's, in order."""
    days = {row.day: row for row in _library_days(year)}
    days.update({row.day: row for row in CORRECTIONS if row.day.year == year})
    return [days[day] for day in sorted(days)]


def _library_days(year: int) -> Iterator[Correction]:
    library = holidays.country_holidays("VN", years=year, language="vi")
    basis = "Bộ luật Lao động 2019, Điều 112"
    for day, name in library.items():
        if _SWAPPED.search(name):
            yield Correction(day, CalendarDay.Kind.SUBSTITUTE_OFF, name, "")
        else:
            yield Correction(day, CalendarDay.Kind.HOLIDAY, name, basis)
    for day in library.weekend_workdays:
        if day.year == year:
            yield Correction(day, CalendarDay.Kind.MAKEUP_WORK, _made_up_for(day, library), "")


def _made_up_for(day: dt.date, library: "holidays.HolidayBase") -> str:
    marker = f"(thay cho ngày {day:%d/%m/%Y})"
    swapped = [off for off, name in library.items() if marker in name]
    return f"Làm bù cho ngày {swapped[0]:%d/%m/%Y}" if swapped else "Làm bù"
