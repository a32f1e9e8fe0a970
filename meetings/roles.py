"""What each role may do: the table "Roles" of docs/domain/meetings.md, which the tests read.

A role is a right of the person. What depends on the moment as well (who presides, who has the floor) is
worked out in ``meetings.conduct.rights``.
"""

from enum import StrEnum

from meetings.models import Role
from meetings.protocol.chat import DeskName


class Right(StrEnum):
    """One thing a role allows."""

    UPLINK = "uplink"
    """Send camera, microphone and screen, where the moment allows it."""
    CHAT = "chat"
    ASK = "ask"
    """Ask for the floor."""
    VOTE = "vote"
    LEAD = "lead"
    """Floor control without presiding: the secretary, for the chair."""
    ADMIT = "admit"
    """Let in, keep out, lock, give roles."""
    DIRECT = "direct"
    """Choose what everybody sees."""


_TAKES_PART = frozenset({Right.UPLINK, Right.CHAT, Right.ASK})
_PRESIDING = frozenset({Right.LEAD, Right.ADMIT, Right.DIRECT})

GRANTED: dict[str, frozenset[Right]] = {
    Role.CHAIR: _TAKES_PART | {Right.VOTE, Right.ADMIT},
    Role.CO_CHAIR: _TAKES_PART | {Right.VOTE},
    Role.SECRETARY: _TAKES_PART | _PRESIDING,
    Role.MEMBER: _TAKES_PART | {Right.VOTE},
    Role.INVITED: _TAKES_PART,
    Role.RAPPORTEUR: _TAKES_PART,
    Role.OBSERVER: frozenset(),
    Role.TECHNICIAN: _TAKES_PART,  # the machine of a site is theirs to run
    Role.OPERATOR: frozenset({Right.UPLINK, Right.CHAT, Right.DIRECT}),
}

ASSIGNABLE = (
    Role.CO_CHAIR,
    Role.SECRETARY,
    Role.MEMBER,
    Role.INVITED,
    Role.RAPPORTEUR,
    Role.OBSERVER,
    Role.TECHNICIAN,
    Role.OPERATOR,
)
"""Roles that are given one by one; the chair is named with the meeting."""

DESKS: tuple[DeskName, ...] = ("chair", "secretary", "technician")

MAY_PRESIDE = (Role.CHAIR, Role.CO_CHAIR, Role.SECRETARY, Role.MEMBER, Role.INVITED, Role.RAPPORTEUR)
"""To whom the chair may be handed."""

MAY_TAKE_OVER = (Role.CHAIR, Role.CO_CHAIR, Role.SECRETARY)
"""Who may take the chair when whoever presides has lost the room."""


def desks(role: str, *, main: bool, presides: bool) -> tuple[DeskName, ...]:
    """At which desks somebody sits: the chair's (also who presides), the secretary's, the technicians' (at the main site)."""
    at = {
        "chair": presides or role in (Role.CHAIR, Role.CO_CHAIR),
        "secretary": role == Role.SECRETARY,
        "technician": main and role in (Role.TECHNICIAN, Role.OPERATOR),
    }
    return tuple(desk for desk in DESKS if at[desk])


def grants(role: str, right: Right) -> bool:
    """Whether ``role`` by itself allows ``right``."""
    return right in GRANTED[role]


def while_presiding(role: str, right: Right) -> bool:
    """Whether ``role`` allows ``right`` to somebody who presides."""
    return right in GRANTED[role] | _PRESIDING
