"""Late or in time: computed from dates, never stored (docs/domain/tasks.md, "Timeliness")."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from eoffice.errors import UserError
from eoffice.workflow.models import Task
from eoffice.worktime import deadlines

SOON_DAYS = 3
"""Working days before the due day from which a task is "due soon"."""


class Timeliness(models.TextChoices):
    """How a task stands towards its due date."""

    NO_DUE = "no_due", _("Không ấn định ngày")
    ON_TRACK = "on_track", _("Trong hạn")
    DUE_SOON = "due_soon", _("Sắp đến hạn")
    LATE = "late", _("Quá hạn")
    DONE_ON_TIME = "done_on_time", _("Hoàn thành đúng hạn")
    DONE_LATE = "done_late", _("Hoàn thành quá hạn")
    CANCELLED = "cancelled", _("Đã thu hồi")


@dataclass(frozen=True)
class Clock:
    """The present, as a page full of tasks needs it; made once per page."""

    today: dt.date
    """The working date: tomorrow once it is 17:00."""
    soon_until: dt.date | None
    """Due by this day is soon; None while the year's calendar is not confirmed, and then nothing is."""

    @classmethod
    def at(cls, now: dt.datetime) -> "Clock":
        """Two queries."""
        today = deadlines.working_date(now)
        try:
            soon = deadlines.working_days_after(today, SOON_DAYS).due_on
        except UserError:
            return cls(today, None)
        return cls(today, soon)

    def timeliness(self, task: Task) -> Timeliness:
        """What counts is when the result was handed in, not when it was accepted."""
        if task.state == Task.State.CANCELLED:
            return Timeliness.CANCELLED
        if task.state == Task.State.COMPLETED:
            return Timeliness.DONE_LATE if self._handed_in_late(task) else Timeliness.DONE_ON_TIME
        if task.due_on is None:
            return Timeliness.NO_DUE
        if task.state == Task.State.SUBMITTED:
            return Timeliness.LATE if self._handed_in_late(task) else Timeliness.ON_TRACK
        if task.due_on < self.today:
            return Timeliness.LATE
        soon = self.soon_until is not None and task.due_on <= self.soon_until
        return Timeliness.DUE_SOON if soon else Timeliness.ON_TRACK

    def days_late(self, task: Task) -> int:
        """Calendar days since the due day, for a late task; else 0."""
        if task.due_on is None or self.timeliness(task) != Timeliness.LATE:
            return 0
        until = deadlines.working_date(task.submitted_at) if task.submitted_at else self.today
        return (until - task.due_on).days

    def row(self, task: Task) -> dict[str, Any]:
        """``task`` as lists show it."""
        return {"task": task, "timeliness": self.timeliness(task), "days_late": self.days_late(task)}

    @staticmethod
    def _handed_in_late(task: Task) -> bool:
        if task.due_on is None or task.submitted_at is None:
            return False
        return deadlines.working_date(task.submitted_at) > task.due_on
