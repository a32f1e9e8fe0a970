"""Where the pages of a week lie."""

from django.urls import reverse

from eoffice.calendar.models import ScheduleRequest, WeekLine, WeekSchedule


def _of(name: str, schedule: WeekSchedule) -> str:
    return reverse(name, args=[schedule.unit_id, schedule.monday.isoformat()])


def week(schedule: WeekSchedule) -> str:
    """The published week, for whoever belongs to the agency."""
    return _of("week", schedule)


def compiling(schedule: WeekSchedule) -> str:
    """The grid of the desk."""
    return _of("week-compile", schedule)


def approving(schedule: WeekSchedule) -> str:
    """The lines before who approves them."""
    return _of("week-approve", schedule)


def line(found: WeekLine) -> str:
    """The page of one line, for the desk."""
    return reverse("week-line", args=[found.pk])


def request(found: ScheduleRequest) -> str:
    """The page of one registration."""
    return reverse("week-request", args=[found.pk])
