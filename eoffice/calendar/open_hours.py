"""Working hours, and the check that something lies within them on a working day by the confirmed calendar."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.calendar.conflicts import Finding, Question, Severity
from eoffice.calendar.models import WorkingHours
from eoffice.organisation.models import Appointment
from eoffice.worktime.deadlines import Calendar, calendar_from
from eoffice.worktime.models import CalendarDay

Spans = tuple[tuple[dt.time, dt.time], ...]
"""Morning and afternoon."""
_SATURDAY = 5


@dataclass(frozen=True)
class Hours:
    """When somebody is at work on a working day; answers without a query."""

    own: dict[int, Spans]
    """Of people whose hours differ from the site's."""

    def of(self, person: int) -> Spans:
        """Morning and afternoon of ``person``."""
        return self.own.get(person, settings.CALENDAR_WORKING_HOURS)


def hours_of(people: Collection[int]) -> Hours:
    """Their own hours, else those of the unit of an appointment they hold today, the senior first. Two queries."""
    rows = list(WorkingHours.objects.all())
    of_units = {row.unit_id: row.spans for row in rows if row.unit_id}
    own: dict[int, Spans] = {row.person_id: row.spans for row in rows if row.person_id and row.person_id in people}
    if of_units:
        held = Appointment.objects.current().own().filter(person__in=people, unit__in=of_units)
        for person, unit in held.order_by("position__rank", "pk").values_list("person", "unit"):
            own.setdefault(person, of_units[unit])
    return Hours(own)


def is_working(day: dt.date, calendar: Calendar) -> bool:
    """Offices are open on ``day``, as far as is known: of a year that is not confirmed Monday to Friday."""
    special = calendar.days.get(day)
    return day.weekday() < _SATURDAY if special is None else special.kind == CalendarDay.Kind.MAKEUP_WORK


def check(question: Question) -> Iterator[Finding]:
    """Days off, a year that nobody has confirmed, and times outside the hours of those who lead. Four queries at most."""
    start, end = timezone.localtime(question.starts_at), timezone.localtime(question.ends_at)
    last = (end - dt.timedelta(microseconds=1)).date()
    calendar = calendar_from(start.date(), (last - start.date()).days)
    off = False
    for offset in range((last - start.date()).days + 1):
        day = start.date() + dt.timedelta(days=offset)
        if not is_working(day, calendar):
            off = True
            special = calendar.days.get(day)
            name = special.name if special else _("Ngày nghỉ cuối tuần")
            yield _of_day("holiday", day, question, name)
        elif day.year not in calendar.years:
            yield _of_day("calendar-unconfirmed", day, question, _("Lịch làm việc của năm chưa được xác nhận"))
    if not off and question.everybody:
        yield from _outside(question, start, end)


def _of_day(code: str, day: dt.date, question: Question, text: str) -> Finding:
    return Finding(
        code=code, severity=Severity.NOTICE, starts_at=question.starts_at, ends_at=question.ends_at,
        subject=f"day:{day}", who=f"{day:%d/%m/%Y}", text=text,
    )  # fmt: skip


def _outside(question: Question, start: dt.datetime, end: dt.datetime) -> Iterator[Finding]:
    hours = hours_of(question.leading)
    outside = []
    for person in sorted(question.leading) or [0]:
        spans = hours.of(person)
        if start.time() < spans[0][0] or end.time() > spans[-1][1] or start.date() != end.date():
            outside.append((person, spans))
    for person, spans in outside:
        written = ", ".join(f"{begins:%H:%M}–{ends:%H:%M}" for begins, ends in spans)
        yield Finding(
            code="outside-hours", severity=Severity.NOTICE, starts_at=question.starts_at, ends_at=question.ends_at,
            subject=f"person:{person}" if person else "hours", person_id=person or None,
            who="" if person else _("Giờ làm việc"), text=_("Ngoài giờ làm việc (%(hours)s)") % {"hours": written},
        )  # fmt: skip
