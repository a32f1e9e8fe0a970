"""Confidential items (mục kín): who knows what an item is about, and what of it nobody else is shown.

Whatever shows items, or things that belong to one, asks here (docs/domain/meetings.md, "Confidential items"; ADR 0099):
``hidden_items`` for one person, ``those_who_know`` for a whole room, ``without_hidden`` for rows with an item.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from meetings.models import AgendaItem, Attendee, ItemParticipant, LiveState, Meeting, Role, TabledPaper

Row = TypeVar("Row", bound=Model)
LEADING = (Role.CHAIR, Role.CO_CHAIR, Role.SECRETARY)
"""Roles that know every item of the meeting."""
RUNNING_MACHINES = (Role.TECHNICIAN, Role.OPERATOR)
"""Roles that are not in with their unit: they are chosen by name."""


def hidden_items(user: User, meeting_id: int) -> frozenset[int]:
    """Ids of the items of a meeting of which ``user`` is shown the place and the time alone. One query."""
    return frozenset(AgendaItem.objects.hidden_from(user).filter(meeting=meeting_id).values_list("pk", flat=True))


def is_hidden(user: User, item: AgendaItem | None) -> bool:
    """``user`` is not to know what ``item`` is about. No query for an item that is not confidential."""
    if item is None or not item.confidential:
        return False
    return AgendaItem.objects.hidden_from(user).filter(pk=item.pk).exists()


def without_hidden(rows: "QuerySet[Row]", user: User, *, through: str = "item") -> "QuerySet[Row]":
    """``rows`` but for those that belong to an item hidden from ``user``."""
    return rows.exclude(**{f"{through}__in": AgendaItem.objects.hidden_from(user).values("pk")})


def shown(items: Iterable[AgendaItem], hidden: frozenset[int]) -> list[AgendaItem]:
    """``items`` for somebody: those that are ``hidden`` from them are masked."""
    made = list(items)
    for item in made:
        if item.pk in hidden:
            item.mask()
    return made


def open_now(meeting_id: int) -> int | None:
    """The confidential item at which the meeting is. One query."""
    live = LiveState.objects.filter(meeting=meeting_id, item__confidential=True)
    return live.values_list("item", flat=True).first()


def keeps_out(user: User, meeting_id: int) -> bool:
    """The meeting is at a confidential item in which ``user`` does not take part. One query while it is at none."""
    item = open_now(meeting_id)
    return item is not None and AgendaItem.objects.hidden_from(user).filter(pk=item).exists()


@dataclass(frozen=True)
class Circle:
    """Who knows one confidential item: units (whoever answers for them), and people."""

    units: frozenset[int]
    people: frozenset[int]

    def __or__(self, other: "Circle") -> "Circle":
        return Circle(self.units | other.units, self.people | other.people)


NOBODY = Circle(frozenset(), frozenset())


def circles(meeting_id: int) -> dict[int, Circle]:
    """The circle of each confidential item of a meeting, those who attend for a chosen unit by name. Three queries at
    most, one when there is no such item."""
    items = {item.pk: item for item in AgendaItem.objects.filter(meeting=meeting_id, confidential=True)}
    if not items:
        return {}
    units = {pk: {item.presenter_id} if item.presenter_id else set() for pk, item in items.items()}
    leaders = _leaders(meeting_id)
    people = {pk: set(leaders) for pk in items}
    for chosen in ItemParticipant.objects.filter(item__in=items):
        if chosen.person_id:
            people[chosen.item_id].add(chosen.person_id)
        elif chosen.unit_id:
            units[chosen.item_id].add(chosen.unit_id)
    sitting = list(
        Attendee.objects.filter(meeting=meeting_id, site__person__isnull=True)
        .exclude(role__in=RUNNING_MACHINES)
        .order_by()
        .values_list("site__unit", "person")
    )
    return {
        pk: Circle(
            frozenset(units[pk]),
            frozenset({*people[pk], *(person for unit, person in sitting if unit in units[pk])}),
        )
        for pk in items
    }


def _leaders(meeting_id: int) -> set[int]:
    named = Meeting.objects.filter(pk=meeting_id)
    pairs = named.values_list("chair__person", "secretary__person")
    listed = Attendee.objects.filter(meeting=meeting_id, role__in=LEADING).order_by().values_list("person", flat=True)
    return {*(person for pair in pairs for person in pair), *listed}


def those_who_know(meeting_id: int) -> dict[int, frozenset[int]]:
    """People who know each confidential item of a meeting. Four queries more than ``circles`` at most."""
    known = circles(meeting_id)
    units = frozenset().union(*(circle.units for circle in known.values()))
    answering = list(
        Appointment.objects.current().representing().filter(unit__in=units).order_by().values_list("unit", "person")
        if units
        else ()
    )
    return {
        pk: circle.people | {person for unit, person in answering if unit in circle.units}
        for pk, circle in known.items()
    }


def papers_at(items: Iterable[int]) -> dict[int, set[int]]:
    """Of each of these confidential items the papers that lie there and at no open item of the same meeting."""
    rows = TabledPaper.objects.filter(item__in=list(items)).values_list("item", "item__meeting", "paper")
    found: dict[int, set[int]] = {}
    tabled = list(rows)
    meetings = {meeting for _item, meeting, _paper in tabled}
    also = set(
        TabledPaper.objects.filter(Q(item__confidential=False), item__meeting__in=meetings)
        .order_by()
        .values_list("item__meeting", "paper")
    )
    for item, meeting, paper in tabled:
        if (meeting, paper) not in also:
            found.setdefault(item, set()).add(paper)
    return found
