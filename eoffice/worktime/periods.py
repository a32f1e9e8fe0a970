"""Due days that come back: every working day, week, month, quarter, half year or year, moved to a working day (docs/domain/worktime.md).

The explanation is kept with the task for the record, so it is Vietnamese whatever the reader's language.
"""

import calendar as months
import datetime as dt
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from eoffice.worktime.deadlines import Calendar, Deadline, calendar_from, end_sentence, written

_ROMAN = ("I", "II", "III", "IV")
_HALF_MONTHS = 6
_NEAR = dt.timedelta(days=31)
"""No run of days off is longer."""
_ON_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


class Every(models.TextChoices):
    """How often."""

    DAY = "day", _("Hằng ngày làm việc")
    WEEK = "week", _("Hằng tuần")
    MONTH = "month", _("Hằng tháng")
    QUARTER = "quarter", _("Hằng quý")
    HALF = "half", _("6 tháng một lần")
    YEAR = "year", _("Hằng năm")


class Shift(models.TextChoices):
    """Where a due day goes that is a day off."""

    BEFORE = "before", _("Ngày làm việc liền trước")
    AFTER = "after", _("Ngày làm việc liền sau")


@dataclass(frozen=True)
class Rule:
    """The due day of each period: ``day`` of the week (1 Monday … 7), else of the month (31: its last); ``month`` of the
    quarter (1–3), half year (1–6) or year (1–12), of no meaning otherwise. Of every day neither has one."""

    every: str
    day: int
    month: int = 1
    shift: str = Shift.BEFORE

    @property
    def is_possible(self) -> bool:
        """Day and month are within a period."""
        most_days = 7 if self.every == Every.WEEK else 31
        most_months = {Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}.get(Every(self.every), 12)
        return 1 <= self.day <= most_days and 1 <= self.month <= most_months

    @property
    def in_words(self) -> str:
        """ "ngày 25 hằng tháng", as it stands in documents."""
        day = "ngày cuối" if self.day == 31 else f"ngày {self.day:02d}"
        match self.every:
            case Every.DAY:
                return "hằng ngày làm việc"
            case Every.WEEK:
                return f"{_ON_WEEKDAYS[self.day - 1]} hằng tuần"
            case Every.MONTH:
                return f"{day}{' tháng' if self.day == 31 else ''}, hằng tháng"
            case Every.QUARTER:
                return f"{day} tháng thứ {self.month} của quý, hằng quý"
            case Every.HALF:
                return f"{day} tháng {self.month} và tháng {self.month + 6}, 6 tháng một lần"
            case _:
                return f"{day} tháng {self.month}, hằng năm"


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """A rule, and the day after which nothing is due any more."""

    rule: Rule
    ends_on: dt.date | None = None

    @property
    def in_words(self) -> str:
        """ "ngày 25 hằng tháng, đến hết ngày 31/12/2027"."""
        until = f", đến hết ngày {self.ends_on:%d/%m/%Y}" if self.ends_on else ""
        return f"Định kỳ {self.rule.in_words}{until}"


def start_of(every: str, day: dt.date) -> dt.date:
    """The first day of the period that ``day`` is in."""
    match every:
        case Every.DAY:
            return day
        case Every.WEEK:
            return day - dt.timedelta(days=day.weekday())
        case Every.MONTH:
            return day.replace(day=1)
        case Every.QUARTER:
            return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        case Every.HALF:
            return dt.date(day.year, 1 if day.month <= _HALF_MONTHS else 7, 1)
        case _:
            return dt.date(day.year, 1, 1)


def following(every: str, start: dt.date) -> dt.date:
    """The first day of the period after the one that begins on ``start``."""
    days = {Every.DAY: 1, Every.WEEK: 7, Every.MONTH: 32, Every.QUARTER: 100, Every.HALF: 190, Every.YEAR: 370}[
        Every(every)
    ]
    return start_of(every, start + dt.timedelta(days=days))


def name_of(every: str, start: dt.date) -> str:
    """ "quý IV/2026"; of a week its Monday."""
    match every:
        case Every.DAY:
            return f"ngày {start:%d/%m/%Y}"
        case Every.WEEK:
            return f"tuần từ {start:%d/%m/%Y}"
        case Every.MONTH:
            return f"tháng {start.month}/{start.year}"
        case Every.QUARTER:
            return f"quý {_ROMAN[(start.month - 1) // 3]}/{start.year}"
        case Every.HALF:
            return f"6 tháng {'đầu' if start.month == 1 else 'cuối'} năm {start.year}"
        case _:
            return f"năm {start.year}"


def is_left_out(rule: Rule, start: dt.date) -> bool:
    """Nothing is due in the period that begins on ``start``: of what is due every working day, on a day off.

    Raises UserError("calendar-not-confirmed").
    """
    return rule.every == Every.DAY and not calendar_from(start, 1).is_working(start)


def due_in(rule: Rule, start: dt.date) -> Deadline:
    """The due day in the period that begins on ``start``, moved to a working day where it is a day off.

    Raises UserError("calendar-not-confirmed").
    """
    nominal = _nominal(rule, start)
    calendar = calendar_from(nominal - _NEAR, 2 * _NEAR.days)
    day = _shifted(nominal, rule.shift, calendar)
    sentences = [f"Nhiệm vụ định kỳ ({rule.in_words}), kỳ {name_of(rule.every, start)}: {written(nominal)}."]
    if day != nominal:
        special = calendar.days.get(nominal)
        side = "liền trước" if rule.shift == Shift.BEFORE else "liền sau"
        why = f" ({special.name})" if special else ""
        sentences.append(f"{written(nominal)} là ngày nghỉ{why} nên lấy ngày làm việc {side}: {written(day)}.")
    return Deadline(due_on=day, rule=rule.in_words, explanation=[*sentences, end_sentence(day)])


def _nominal(rule: Rule, start: dt.date) -> dt.date:
    if rule.every == Every.DAY:
        return start
    if rule.every == Every.WEEK:
        return start + dt.timedelta(days=rule.day - 1)
    later = 0 if rule.every == Every.MONTH else rule.month - 1
    year, month = start.year, start.month + later
    return dt.date(year, month, min(rule.day, months.monthrange(year, month)[1]))


def _shifted(day: dt.date, shift: str, calendar: Calendar) -> dt.date:
    step = dt.timedelta(days=-1 if shift == Shift.BEFORE else 1)
    while not calendar.is_working(day):
        day += step
    return day
