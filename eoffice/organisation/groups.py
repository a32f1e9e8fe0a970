"""Groups of units that are invited together: by rule ("every commune of the city") or by list."""

import datetime as dt
from typing import Any

from django.utils import timezone

from eoffice.organisation.models import Unit, UnitGroup


def units_of(group: UnitGroup, day: dt.date | None = None) -> Any:
    """The units ``group`` stands for on ``day`` (today), in the order of the tree.

    A group with a ``kind`` holds the units of that kind below ``below`` (anywhere, when that is empty),
    besides those listed by hand.
    """
    listed = Unit.objects.filter(groups=group).values("pk")
    units = Unit.objects.filter(pk__in=listed)
    if group.kind:
        by_rule = Unit.objects.filter(kind=group.kind)
        if group.below:
            by_rule = by_rule.below(group.below).exclude(pk=group.below.pk)
        units = Unit.objects.filter(pk__in=by_rule.values("pk")) | units
    return units.valid_on(day or timezone.localdate())


def ensure_group(name: str, *, below: Unit, kind: str, order: int = 0) -> UnitGroup:
    """The group by rule of this name; made when it is not there."""
    group, _created = UnitGroup.objects.get_or_create(
        name=name, defaults={"below": below, "kind": kind, "order": order}
    )
    return group
