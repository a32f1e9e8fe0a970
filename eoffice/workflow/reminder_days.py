"""Which due days are spoken of today, and at which step: counted in working days (docs/domain/tasks.md, Reminders)."""

import datetime as dt
from dataclasses import dataclass

from eoffice.errors import UserError
from eoffice.workflow.models import Reminder
from eoffice.worktime import deadlines

Step = Reminder.Step
LOOK_BACK = dt.timedelta(days=45)
"""So late a task is still escalated by a sweep that could not run before."""
LOOK_AHEAD = dt.timedelta(days=30)


@dataclass(frozen=True)
class Band:
    """Due days, the first and the last one, that have reached ``step`` and no later one."""

    step: Reminder.Step
    first: dt.date
    last: dt.date


def bands_on(today: dt.date) -> list[Band]:
    """The bands of ``today``, a working day. Two queries.

    Each due day is in one band, so that a sweep that missed days says the newest step only. Due days on the other side of
    a year whose calendar is not confirmed are in none.
    """
    calendar = deadlines.calendar_from(today - LOOK_BACK, (LOOK_BACK + LOOK_AHEAD).days)
    steps = {today: Step.ON_THE_DAY, **_coming(today, calendar), **_past(today, calendar)}
    return [
        Band(step, min(days), max(days))
        for step in Step
        if (days := [day for day, reached in steps.items() if reached == step])
    ]


def _coming(today: dt.date, calendar: deadlines.Calendar) -> dict[dt.date, Reminder.Step]:
    """Of due days after ``today``: by the working days that are left after today. A day off before the next working
    day falls due today.
    """
    steps: dict[dt.date, Reminder.Step] = {}
    day, left = today, 0
    while day < today + LOOK_AHEAD:
        day += dt.timedelta(days=1)
        try:
            left += calendar.is_working(day)
        except UserError:
            break
        if left > -Step.THREE_BEFORE:
            break
        steps[day] = Step.ON_THE_DAY if left == 0 else Step.ONE_BEFORE if left == 1 else Step.THREE_BEFORE
    return steps


def _past(today: dt.date, calendar: deadlines.Calendar) -> dict[dt.date, Reminder.Step]:
    """Of due days before ``today``: by the working days since, today among them."""
    steps: dict[dt.date, Reminder.Step] = {}
    day, since = today, 0
    while day > today - LOOK_BACK:
        try:
            since += calendar.is_working(day)
        except UserError:
            break
        day -= dt.timedelta(days=1)
        steps[day] = Step.THREE_AFTER if since >= Step.THREE_AFTER else Step.ONE_AFTER
    return steps
