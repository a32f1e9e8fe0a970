"""Freezing the figures of a month once it is over, so that a printed report can always be shown again."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from eoffice.audit import log
from eoffice.organisation.models import Unit
from eoffice.workflow import periods
from meetings.economy.figures import BY_ORGANISER, COUNTED, Sums, tally, within
from meetings.models import Meeting, MonthlyEconomy

MOST_MONTHS = 12
"""So far back is made up for what was missed while nothing ran."""
_NAMES = frozenset(each.name for each in fields(Sums))


@dataclass(frozen=True)
class Frozen:
    """What was reported of a month, and when the last of it was written."""

    sums: Sums
    at: dt.datetime


def freeze_due(now: dt.datetime) -> int:
    """Freeze every month that is over and not frozen, since the first one that was; how many rows were written.

    Done again it writes nothing. A month without meetings has no rows and is looked at again, which costs little.
    """
    last = periods.month_of(timezone.localdate(now)).previous
    first = MonthlyEconomy.objects.order_by("month").values_list("month", flat=True).first()
    frozen = set(MonthlyEconomy.objects.order_by().values_list("month", flat=True).distinct())
    months = [month for month in periods.last_months(last.first, MOST_MONTHS) if first and month.first > first]
    return sum(freeze(month, now) for month in months or [last] if month.first not in frozen)


@transaction.atomic
def freeze(month: periods.Period, now: dt.datetime) -> int:
    """Write the figures of ``month`` as they stand at ``now``, a row per unit that called meetings; what is there stays."""
    sums = tally(within(Meeting.objects.filter(COUNTED), month), BY_ORGANISER)
    rows = [
        MonthlyEconomy(unit_id=unit, month=month.first, figures=asdict(of), frozen_at=now) for unit, of in sums.items()
    ]
    MonthlyEconomy.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    if rows:
        log.record("meetings.economy_frozen", month=month.first.isoformat(), units=len(rows))
    return len(rows)


def reported(
    units: "QuerySet[Unit]", months: Collection[dt.date], *, only: Collection[int] | None = None
) -> dict[dt.date, Frozen]:
    """What was frozen of ``months`` for ``units`` together. One query."""
    rows = MonthlyEconomy.objects.filter(unit__in=units.values("pk"), month__in=months).order_by()
    if only is not None:
        rows = rows.filter(unit__in=only)
    found: dict[dt.date, Frozen] = {}
    for month, figures, at in rows.values_list("month", "figures", "frozen_at"):
        sums = Sums(**{name: number for name, number in figures.items() if name in _NAMES})
        before = found.get(month)
        found[month] = Frozen(before.sums + sums, max(before.at, at)) if before else Frozen(sums, at)
    return found
