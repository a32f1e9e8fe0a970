"""What the screens of tasks show: one reading of the address for the list, the board, the calendar, exports and figures.

That they all read it here is why a figure leads to the very list it counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
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
from eoffice.workflow.queries import EVERY
from eoffice.workflow.scopes import SCOPES, Chosen, in_scope
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
    def states(self) -> tuple[str, ...]:
        """Those in which what they show may stand."""
        match self.state:
            case "open" | cells.Cell.OPEN_IN_TIME | cells.Cell.OPEN_LATE:
                return Task.OPEN_STATES
            case "late" | "soon":
                return cells.WORKED_ON
            case cells.Cell.DONE_ON_TIME | cells.Cell.DONE_LATE | cells.EXTENDED:
                return (Task.State.COMPLETED,)
            case one if one in Task.State.values:
                return (one,)
        return tuple(Task.State.values)

    @property
    def state_label(self) -> str | Promise:
        return ALL_STATES[self.state]

    @property
    def by_label(self) -> str | Promise:
        return periods.BY[self.by]

    @property
    def level_label(self) -> str | Promise:
        return Unit.Level(self.level).label if self.level else ""


def chosen(user: User, filters: Filters) -> Chosen:
    """Tasks of the scope, the units and the period, in whatever state."""
    tasks = in_scope(user, filters.scope)
    if filters.unit is not None:
        tasks = tasks.among(Q(lead_unit__in=lead_units(filters)))
    if filters.period is not None:
        tasks = tasks.among(filters.period.of_tasks(filters.by))
    return tasks


def matching(user: User, filters: Filters, clock: Clock) -> Chosen:
    """What the list shows."""
    tasks = chosen(user, filters).among(*words(filters.text))
    if filters.state in cells.LABELS:
        return tasks.among(cells.conditions(clock.today, earlier=filters.earlier)[filters.state])
    return tasks.among(in_state(filters.state, clock))


def in_state(state: str, clock: Clock) -> Q:
    """The tasks that one of ``STATES`` names."""
    match state:
        case "open":
            return Q(state__in=Task.OPEN_STATES)
        case "late":
            return Q(state__in=cells.WORKED_ON, due_on__lt=clock.today)
        case "soon":
            return Q(state__in=cells.WORKED_ON, due_on__range=(clock.today, clock.soon_until or clock.today))
        case "any":
            return EVERY
        case _:
            return Q(state=state)


def words(text: str) -> list[Q]:
    """For each word of ``text``: tasks that say it in their title, or whose lead does in its name; marks do not matter.
    One query.
    """
    wanted = folded(text).split()
    if not wanted:
        return []
    saying = reduce(or_, (Q(search_name__contains=word) for word in wanted))
    names = list(Unit.objects.filter(saying).order_by().values_list("pk", "search_name"))
    return [
        Q(search_title__contains=word) | Q(lead_unit__in=[pk for pk, name in names if word in name]) for word in wanted
    ]


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
