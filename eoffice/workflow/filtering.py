"""What the screens of tasks show: one reading of the address for the list, the board, the calendar, exports and figures.

That they all read it here is why a figure leads to the very list it counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.http import number_of
from eoffice.organisation import paths
from eoffice.organisation.models import Unit
from eoffice.workflow import cells, periods
from eoffice.workflow.models import Task
from eoffice.workflow.queries import TaskQuerySet
from eoffice.workflow.scopes import SCOPES, in_scope
from eoffice.workflow.timeliness import Clock

STATES: dict[str, str | Promise] = {
    "open": _("Chưa xong"),
    "late": _("Quá hạn"),
    "soon": _("Sắp đến hạn"),
    **dict(Task.State.choices),
    "any": _("Mọi trạng thái"),
}
ALL_STATES = STATES | cells.LABELS
"""Those to choose from, and those to which figures lead."""


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown is its default."""

    scope: str = "all"
    state: str = "open"
    text: str = ""
    unit: int | None = None
    """Led by this unit or one below it."""
    own: bool = False
    """By this very unit alone."""
    level: str = ""
    """By units right below it that are of this level, or by units below those."""
    period: periods.Period | None = None
    by: str = "due"
    earlier: bool = False
    """As if every due day were a day earlier."""

    @classmethod
    def of(cls, query: Mapping[str, str], default_scope: str = "all") -> "Filters":
        scope, state, by = query.get("scope", ""), query.get("state", ""), query.get("by", "")
        unit, level = number_of(query.get("unit", "")), query.get("level", "")
        return cls(
            scope=scope if scope in SCOPES else default_scope,
            state=state if state in ALL_STATES else "open",
            text=query.get("q", "").strip()[:100],
            unit=unit,
            own=unit is not None and query.get("own") == "1",
            level=level if unit is not None and level in Unit.Level.values else "",
            period=periods.read(query.get("period", "")),
            by=by if by in periods.BY else "due",
            earlier=query.get("earlier") == "1",
        )

    def query(self, **changes: Any) -> str:
        """As the address says it, with ``changes``; what is the default is left out."""
        wanted = replace(self, **changes)
        said = {
            "scope": wanted.scope,
            "state": "" if wanted.state == "open" else wanted.state,
            "q": wanted.text,
            "unit": wanted.unit,
            "own": "1" if wanted.own else "",
            "level": wanted.level,
            "period": wanted.period.code if wanted.period else "",
            "by": wanted.by if wanted.by != "due" else "",
            "earlier": "1" if wanted.earlier else "",
        }
        return urlencode({name: value for name, value in said.items() if value})

    def list_address(self, **changes: Any) -> str:
        """Of the list that shows just these."""
        return f"{reverse('task-list')}?{self.query(**changes)}"

    @property
    def is_drilled(self) -> bool:
        """It shows part of some figures: its size must be exact."""
        return self.unit is not None or self.period is not None or self.state in cells.LABELS

    @property
    def state_label(self) -> str | Promise:
        return ALL_STATES[self.state]

    @property
    def by_label(self) -> str | Promise:
        return periods.BY[self.by]

    @property
    def level_label(self) -> str | Promise:
        return Unit.Level(self.level).label if self.level else ""


def chosen(user: User, filters: Filters) -> TaskQuerySet:
    """Tasks of the scope, the units and the period, in whatever state."""
    tasks = in_scope(user, filters.scope)
    if filters.unit is not None:
        tasks = tasks.filter(lead_unit__in=lead_units(filters))
    if filters.period is not None:
        tasks = tasks.filter(filters.period.of_tasks(filters.by))
    return tasks


def matching(user: User, filters: Filters, clock: Clock) -> TaskQuerySet:
    """What the list shows, in no order."""
    tasks = with_words(chosen(user, filters), filters.text)
    if filters.state in cells.LABELS:
        return tasks.filter(cells.conditions(clock.today, earlier=filters.earlier)[filters.state])
    return in_state(tasks, filters.state, clock)


def in_state(tasks: TaskQuerySet, state: str, clock: Clock) -> TaskQuerySet:
    """Of ``tasks`` those that one of ``STATES`` names."""
    match state:
        case "open":
            return tasks.open()
        case "late":
            return tasks.late(clock.today)
        case "soon":
            until = clock.soon_until or clock.today
            return tasks.open().exclude(state="submitted").filter(due_on__range=(clock.today, until))
        case "any":
            return tasks
        case _:
            return tasks.filter(state=state)


def with_words(tasks: TaskQuerySet, text: str) -> TaskQuerySet:
    """Tasks that say every word of ``text`` in their title, or whose lead does in its name; marks do not matter."""
    for word in folded(text).split():
        units = list(Unit.objects.filter(search_name__contains=word).order_by().values_list("pk", flat=True))
        tasks = tasks.filter(Q(search_title__contains=word) | Q(lead_unit__in=units))
    return tasks


def lead_units(filters: Filters) -> list[int]:
    """Ids of the units that the address names; none for a unit that does not exist. Two queries at most."""
    if filters.unit is None:
        return []
    if filters.own:
        return [filters.unit]
    top = Unit.objects.filter(pk=filters.unit).first()
    if top is None:
        return []
    below = list(Unit.objects.below(top).order_by().values_list("pk", "path", "level"))
    if not filters.level:
        return [pk for pk, _path, _level in below]
    heads = {path for _pk, path, level in below if paths.superior(path) == top.path and level == filters.level}
    return [pk for pk, path, _level in below if paths.right_below(top.path, path) in heads]
