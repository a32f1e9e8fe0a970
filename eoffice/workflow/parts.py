"""How coordinators' parts stand towards their days, counted apart from the lead's own lateness (docs/domain/tasks.md, "Coordinators")."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from eoffice.workflow.handing_in import WorkingDate

if TYPE_CHECKING:
    from eoffice.workflow.models import TaskParty


class PartState(models.TextChoices):
    """One coordinator's part: the first four add up to every part that was asked for in time."""

    IN_TIME = "in_time", _("Gửi đúng hạn")
    CAME_LATE = "came_late", _("Gửi trễ hạn")
    WAITED_FOR = "waited_for", _("Chưa gửi, trong hạn")
    MISSING_LATE = "missing_late", _("Chưa gửi, quá hạn")
    NOT_SENT = "not_sent", _("Không gửi")
    """The lead handed its result in without the part, before the part's day was over."""


LATE = (PartState.CAME_LATE, PartState.MISSING_LATE)


class PartyQuerySet(models.QuerySet["TaskParty"]):
    """Units beside the lead."""

    def parts(self, today: dt.date) -> "PartyQuerySet":
        """Coordinators' lines of tasks that were not recalled, as ``judged``."""
        return self.filter(role="coordinate").exclude(task__state="cancelled").judged(today)

    def judged(self, today: dt.date) -> "PartyQuerySet":
        """Each with ``part_due`` and ``part_state``.

        A part is due on its own day, else on the task's; without either it is never late. ``today``: the working date. A
        missing part's clock stands still once the lead has handed its result in.
        """
        closed = Coalesce("task__presented_at", "task__submitted_at")
        lines = self.annotate(part_due=Coalesce("due_on", "task__due_on"), part_closed_on=WorkingDate(closed))
        came = Q(answered_at__isnull=False)
        over = Q(part_closed_on__gt=F("part_due")) | Q(part_closed_on=None, part_due__lt=today)
        return lines.annotate(
            part_came_on=WorkingDate("answered_at"),
            part_state=Case(
                When(came & Q(part_came_on__gt=F("part_due")), then=Value(PartState.CAME_LATE)),
                When(came, then=Value(PartState.IN_TIME)),
                When(over, then=Value(PartState.MISSING_LATE)),
                When(part_closed_on=None, then=Value(PartState.WAITED_FOR)),
                default=Value(PartState.NOT_SENT),
            ),
        )

    def late_parts(self, today: dt.date) -> "PartyQuerySet":
        """Parts that came after their day, or are missing after it (phần phối hợp trễ hạn)."""
        return self.parts(today).filter(Q(part_state__in=LATE))

    def figures(self, today: dt.date) -> dict[int, dict[str, int]]:
        """Unit id → how many of its parts are in each ``PartState``; one query. Units without a part have no row."""
        rows = self.parts(today).order_by().values("unit")
        cells = rows.annotate(**{state: Count("pk", filter=Q(part_state=state)) for state in PartState.values})
        counted = cells.values_list("unit", *PartState.values)
        return {unit: dict(zip(PartState.values, counts, strict=True)) for unit, *counts in counted}
