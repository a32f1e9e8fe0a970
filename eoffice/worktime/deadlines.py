"""The one place where due dates are computed, each with the sentences that explain it.

Day 1 is the working day after the start; a due day ends at 17:00. There is no fallback to plain calendar
days: a year that nobody has confirmed is refused (docs/domain/worktime.md).

The explanation is kept with the task for the record, so it is Vietnamese whatever the reader's language.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.errors import UserError
from eoffice.worktime.models import CalendarDay, CalendarYear

END_OF_WORK = dt.time(17, 0)
MAX_DAYS = 365
_SPAN_DAYS = 2 * MAX_DAYS + 60
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
_SATURDAY = 5


@dataclass(frozen=True)
class Deadline:
    """A due day, the rule it came from, and why it is that day."""

    due_on: dt.date
    rule: str
    explanation: list[str]


@dataclass(frozen=True)
class Calendar:
    """Confirmed years with their special days; answers for one day at a time, without a query."""

    years: frozenset[int]
    days: dict[dt.date, CalendarDay] = field(default_factory=dict)

    def is_working(self, day: dt.date) -> bool:
        """Raises UserError("calendar-not-confirmed") when nobody has confirmed the year of ``day``."""
        if day.year not in self.years:
            raise _not_confirmed(day.year)
        special = self.days.get(day)
        if special is not None:
            return special.kind == CalendarDay.Kind.MAKEUP_WORK
        return day.weekday() < _SATURDAY


def calendar_from(start: dt.date, days: int = _SPAN_DAYS) -> Calendar:
    """The calendar of ``start`` and the ``days`` after it: two queries."""
    end = start + dt.timedelta(days=days)
    confirmed = CalendarYear.objects.filter(confirmed_at__isnull=False, year__range=(start.year, end.year)).values_list(
        "year", flat=True
    )
    special = CalendarDay.objects.filter(day__range=(start, end))
    return Calendar(years=frozenset(confirmed), days={row.day: row for row in special})


def working_days_after(start: dt.date, days: int, *, calendar: Calendar | None = None) -> Deadline:
    """The ``days``-th working day after ``start``, which itself is never counted.

    Raises UserError: "days-out-of-range" unless 1 to 365, "calendar-not-confirmed" when a day on the way
    lies in a year without a confirmed calendar.
    """
    if not 1 <= days <= MAX_DAYS:
        raise _out_of_range()
    calendar = calendar or calendar_from(start)
    passed: list[dt.date] = []
    day, left = start, days
    while left:
        day += dt.timedelta(days=1)
        passed.append(day)
        left -= calendar.is_working(day)
    return Deadline(
        due_on=day,
        rule=f"{days} ngày làm việc",
        explanation=[
            f"{days} ngày làm việc, tính từ ngày làm việc tiếp theo sau {written(start)}.",
            *_what_was_passed(passed, calendar),
            end_sentence(day),
        ],
    )


def working_day_before(day: dt.date, days: int) -> dt.date:
    """The ``days``-th working day before ``day``, which itself is never counted.

    Raises UserError: "days-out-of-range", "calendar-not-confirmed", as ``working_days_after``.
    """
    if not 1 <= days <= MAX_DAYS:
        raise _out_of_range()
    calendar = calendar_from(day - dt.timedelta(days=_SPAN_DAYS))
    left = days
    while left:
        day -= dt.timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def on_day(day: dt.date) -> Deadline:
    """A date that somebody set; it is never moved, only noted when it is a day off.

    A year that is not confirmed is no obstacle here: nothing is computed.
    """
    calendar = calendar_from(day, 0)
    note = []
    if day.year in calendar.years and not calendar.is_working(day):
        special = calendar.days.get(day)
        note = [f"{written(day)} là ngày nghỉ{f' ({special.name})' if special else ' cuối tuần'}."]
    return Deadline(
        due_on=day, rule=f"ngày {day:%d/%m/%Y}", explanation=["Ngày do người giao ấn định.", *note, end_sentence(day)]
    )


def ends_at(day: dt.date) -> dt.datetime:
    """The moment at which a due day is over: 17:00 in Viet Nam."""
    return timezone.make_aware(dt.datetime.combine(day, END_OF_WORK), timezone.get_default_timezone())


def working_date(now: dt.datetime) -> dt.date:
    """The day whose working hours are running or come next: tomorrow once it is 17:00.

    A due date before it is over.
    """
    local = timezone.localtime(now, timezone.get_default_timezone())
    return local.date() + dt.timedelta(days=1) if local.time() >= END_OF_WORK else local.date()


def written(day: dt.date) -> str:
    """ "Thứ Năm 20/08/2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def end_sentence(day: dt.date) -> str:
    """When a due day is over, in words."""
    return f"Hết hạn lúc {END_OF_WORK:%H:%M} {written(day)}."


def _what_was_passed(passed: list[dt.date], calendar: Calendar) -> list[str]:
    """Skipped weekends in one sentence, each run of holidays and each make-up day in one of its own."""
    weekends = [day for day in passed if day not in calendar.days and not calendar.is_working(day)]
    sentences = []
    if weekends:
        sentences.append(f"Không tính {len(weekends)} ngày Thứ Bảy, Chủ nhật.")
    for day in passed:
        special = calendar.days.get(day)
        if special is None:
            continue
        basis = f", {special.basis}" if special.basis else ""
        counted = "Có tính" if special.kind == CalendarDay.Kind.MAKEUP_WORK else "Không tính"
        sentences.append(f"{counted} {written(day)}: {special.name}{basis}.")
    return sentences


def _out_of_range() -> UserError:
    return UserError(
        "days-out-of-range",
        _("Số ngày làm việc phải từ 1 đến %(max)d.") % {"max": MAX_DAYS},
        hint=_("Nhập lại số ngày, hoặc ấn định một ngày cụ thể."),
    )


def _not_confirmed(year: int) -> UserError:
    return UserError(
        "calendar-not-confirmed",
        _("Lịch làm việc năm %(year)d chưa được xác nhận nên chưa tính được thời hạn theo ngày làm việc.")
        % {"year": year},
        hint=_(
            "Đề nghị quản trị viên mở mục Lịch năm trong trang quản trị, kiểm tra ngày nghỉ và xác nhận; "
            "hoặc ấn định một ngày cụ thể."
        ),
    )
