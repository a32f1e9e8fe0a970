"""Which media nodes a meeting is on: rows in the database, so that every process agrees.

``Placement`` names one node, on which the meeting is, or on which it has its centre when it needs several; whom another
one serves has it in ``Connection.node``. A running room stays where it is. Its centre moves when that node has been away
from a process for ``MOVE_AFTER_S``: the first process to notice writes the new one, the others hear in the meeting's
group that there is something to look up. The people of any other node that is away are given a place anew, one by one.
"""

import datetime as dt
import hashlib
import logging
from collections import Counter
from collections.abc import Collection

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from eoffice.realtime import send_on_commit
from meetings import attached
from meetings.models import Connection, Consultation, Placement
from meetings.realtime import meeting_group

logger = logging.getLogger(__name__)

MOVE_AFTER_S = 2.0
"""A node that is started again at once is back before; moving costs everybody a new connection."""
REST = dt.timedelta(seconds=10)
"""A room that has just been moved stays, lest two processes that reach different nodes send it to and fro."""


# --- the meeting -----------------------------------------------------------------------------------------


def where(meeting_id: int) -> str | None:
    """The node that a meeting, or its centre, is on; None before anybody in it sent or received anything."""
    return Placement.objects.filter(meeting_id=meeting_id).values_list("node", flat=True).first()


def nodes(meeting_id: int) -> tuple[str, ...]:
    """All nodes that a meeting is on, its centre first; none before anybody sent or received anything.

    Those of meetings that are attached to it, or it to them, are among them: there its room has what they lend it.
    """
    own = _own_nodes(meeting_id)
    others = [kin for kin in attached.group(meeting_id) if kin != meeting_id] if own else []
    return tuple(dict.fromkeys([*own, *(node for kin in others for node in _own_nodes(kin))]))


def _own_nodes(meeting_id: int) -> tuple[str, ...]:
    centre = where(meeting_id)
    return tuple(dict.fromkeys([centre, *_nodes_of_tabs(meeting_id)])) if centre else ()


def _nodes_of_tabs(meeting_id: int) -> list[str]:
    tabs = Connection.objects.filter(meeting_id=meeting_id, left_at__isnull=True, consultation__isnull=True)
    tabs = tabs.exclude(node="")
    return sorted(tabs.values_list("node", flat=True).distinct())


def ever(meeting_id: int) -> tuple[str, ...]:
    """All nodes that anybody of a meeting was connected to."""
    tabs = Connection.objects.filter(meeting_id=meeting_id).exclude(node="").order_by("node")
    return tuple(dict.fromkeys([*nodes(meeting_id), *tabs.values_list("node", flat=True).distinct()]))


@transaction.atomic
def settle(meeting_id: int, usable: Collection[str], *, capacity: int) -> str:
    """Put a meeting that is nowhere on one of the ``usable`` nodes, of which there must be one; where it is then.

    A node that has not ``capacity`` people yet is preferred.
    """
    loads = _loads(usable)
    node = best(meeting_id, [node for node in usable if loads[node] < capacity] or usable)
    placement, created = Placement.objects.get_or_create(meeting_id=meeting_id, defaults={"node": node})
    if created:
        _tell(meeting_id)
    return placement.node


def move(meeting_id: int, *, away_from: str, usable: Collection[str]) -> str:
    """Move a meeting, or its centre, from a node that is away to a usable one, and tell all rooms; where it is then.

    One that the meeting is on already is preferred. It stays where another process has put it meanwhile, where it was
    put just now, and where no other node is.
    """
    others = [node for node in usable if node != away_from]
    if others:
        here = [node for node in _nodes_of_tabs(meeting_id) if node in others]
        _move(meeting_id, away_from, best(meeting_id, here or others))
    return where(meeting_id) or away_from


@transaction.atomic
def _move(meeting_id: int, former: str, node: str) -> None:
    now = timezone.now()
    rested = Placement.objects.filter(meeting_id=meeting_id, node=former).exclude(moved_at__gt=now - REST)
    if rested.update(node=node, moved_at=now):
        logger.warning("meeting %s moves from media node %s to %s", meeting_id, former, node)
        _tell(meeting_id)


def _tell(meeting_id: int) -> None:
    for kin in attached.group(meeting_id):
        tell(kin)


def tell(meeting_id: int) -> None:
    """Have every open room of a meeting look up its nodes, once the transaction is committed."""
    send_on_commit(meeting_group(meeting_id), {"type": "room.placed"})


def forget(meeting_id: int) -> None:
    """The meeting has ended."""
    Placement.objects.filter(meeting_id=meeting_id).delete()


def best(meeting_id: int, nodes: Collection[str]) -> str:
    """Rendezvous hashing: the same in every process, and a node more or less changes little."""
    return max(nodes, key=lambda address: hashlib.sha256(f"{address} {meeting_id}".encode()).digest())


# --- one tab ---------------------------------------------------------------------------------------------


def node_of_tab(key: str) -> str:
    """The node that a tab is connected to; empty before its first offer, and for a tab that is none."""
    return place_of_tab(key)[0]


def place_of_tab(key: str) -> tuple[str, int | None]:
    """The node that a tab is connected to, and the consultation room it is in there."""
    return Connection.objects.filter(key=key).values_list("node", "consultation_id").first() or ("", None)


def put_tab(key: str, node: str) -> None:
    """A tab connects to that node."""
    Connection.objects.filter(key=key).exclude(node=node).update(node=node)


@transaction.atomic
def assign(meeting_id: int, key: str, usable: Collection[str], *, capacity: int) -> str:
    """Put a tab of a meeting that is somewhere on one of the ``usable`` nodes, of which there must be one.

    It stays where it is when that is one of them. Else it goes to the first of these that has not ``capacity`` people:
    the centre, another node of the meeting, any node. When all are full, the emptiest takes it: that is better than none.
    """
    centre = list(Placement.objects.select_for_update().filter(meeting_id=meeting_id).values_list("node", flat=True))
    former = node_of_tab(key)
    if former in usable:
        return former
    present = tuple(dict.fromkeys([*centre, *_nodes_of_tabs(meeting_id)]))
    node = _roomiest(meeting_id, present, usable, capacity)
    Connection.objects.filter(key=key).update(node=node)
    if node not in present:
        logger.info("meeting %s is on media node %s too", meeting_id, node)
    if node not in present or (former and former not in _nodes_of_tabs(meeting_id)):
        _tell(meeting_id)
    return node


def _roomiest(meeting_id: int, present: Collection[str], usable: Collection[str], capacity: int) -> str:
    loads = _loads(usable)
    here = [node for node in present if node in usable]
    elsewhere = sorted(set(usable) - set(present))
    if with_room := [node for node in here if loads[node] < capacity]:
        return with_room[0]
    if with_room := [node for node in elsewhere if loads[node] < capacity]:
        return best(meeting_id, with_room)
    return min([*here, *elsewhere], key=lambda node: loads[node])


def _loads(nodes: Collection[str]) -> Counter[str]:
    """How many tabs each node has, of all meetings."""
    present = Connection.objects.filter(left_at__isnull=True, node__in=nodes)
    return Counter(dict(present.values_list("node").annotate(Count("pk"))))


# --- a consultation room -----------------------------------------------------------------------------------


def consultations(meeting_id: int) -> list[int]:
    """The open consultation rooms of a meeting that are on a node."""
    rooms = Consultation.objects.filter(meeting=meeting_id, closed_at__isnull=True).exclude(node="")
    return list(rooms.order_by("pk").values_list("pk", flat=True))


def node_of_consultation(number: int) -> str:
    """The node that a consultation room is on; empty before anybody in it offered anything."""
    return Consultation.objects.filter(pk=number).values_list("node", flat=True).first() or ""


@transaction.atomic
def settle_consultation(number: int, usable: Collection[str], *, away_from: str, capacity: int) -> str:
    """Put a consultation room on one of the ``usable`` nodes, unless another process has; where it is then."""
    room = Consultation.objects.select_for_update(of=("self",)).get(pk=number)
    if room.node == away_from:
        room.node = _roomiest(room.meeting_id, (), usable, capacity)
        room.save(update_fields=["node"])
    return room.node
