"""Freezing the figures of a month once it is over, so that what was reported can always be shown again.

Domain rule: figures are frozen at each month's end; later corrections are shown as corrections (docs/domain/tasks.md).
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from eoffice.audit import log
from eoffice.organisation.models import Unit
from eoffice.workflow import cells, periods
from eoffice.workflow.board import sums_by_unit
from eoffice.workflow.cells import Figures
from eoffice.workflow.models import MonthlyFigure, Task
from eoffice.workflow.timeliness import Clock

MOST_MONTHS = 12
"""So far back is made up for what was missed while nothing ran."""


def freeze_due(now: dt.datetime) -> int:
    """Freeze every month that is over and not frozen, since the first one that was; how many rows were written.

    Done again it writes nothing. Each month is written as a whole.
    """
    last = periods.month_of(timezone.localdate(now)).previous
    frozen = set(MonthlyFigure.objects.order_by().values_list("month", flat=True).distinct())
    missed = [month for month in periods.last_months(last.first, MOST_MONTHS) if frozen and month.first > min(frozen)]
    return sum(freeze(month, now) for month in missed or [last] if month.first not in frozen and _was_in_use(month))


@transaction.atomic
def freeze(month: periods.Period, now: dt.datetime) -> int:
    """Write the figures of ``month`` as they stand at ``now``, a row per agency; rows that are there stay as they are."""
    counted = cells.tally(Task.objects.filter(month.of_tasks("due")), "lead_unit", Clock.at(now).today)
    units = list(Unit.objects.order_by().values_list("pk", "path"))
    agencies = dict(Unit.objects.valid_on(month.last).filter(agency__isnull=False).order_by().values_list("path", "pk"))
    sums = sums_by_unit(counted, units, agencies)
    known = set(MonthlyFigure.objects.filter(month=month.first).values_list("unit", flat=True))
    rows = [
        _row(agencies[path], month.first, figures, now) for path, figures in sums.items() if agencies[path] not in known
    ]
    MonthlyFigure.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    log.record("tasks.figures_frozen", month=month.first.isoformat(), agencies=len(rows))
    return len(rows)


def _was_in_use(month: periods.Period) -> bool:
    """Somebody had given a task by its end: of what was before there is nothing to report."""
    return Task.objects.filter(assigned_at__lt=periods.midnight(month.end)).exists()


def _row(unit: int, month: dt.date, figures: Figures, now: dt.datetime) -> MonthlyFigure:
    names = [*cells.Cell.values, cells.EXTENDED]
    return MonthlyFigure(unit_id=unit, month=month, frozen_at=now, **{name: getattr(figures, name) for name in names})
