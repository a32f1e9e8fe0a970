"""Who walks into the room, who waits at its door, who is kept out (docs/domain/meetings.md, "The door")."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone

from eoffice.accounts.models import User
from meetings import confidential, roles
from meetings.models import Admission, Connection, LiveState, Meeting, MeetingSite, Role
from meetings.permissions import WITH_ROOM, role_of
from meetings.roles import Right

LATE_AFTER = dt.timedelta(minutes=15)
"""Who comes this long after the opening comes late."""

Waiting = Literal["not-open", "locked", "late", "confidential"]
Out = Literal["over", "refused", "put-out"]


@dataclass(frozen=True)
class Verdict:
    """``waits``: stays at the door, for this reason; ``out``: does not get in. Neither: walks in."""

    waits: Waiting | None = None
    out: Out | None = None
    why: str = ""
    """In the words of who refused them or put them out."""


def opens_at(meeting: Meeting) -> dt.datetime:
    """When the room of an issued meeting opens for everybody invited."""
    return meeting.starts_at - dt.timedelta(minutes=meeting.lobby_minutes)


def verdict(person: User, site: MeetingSite) -> Verdict:
    """How the door stands now for ``person``, who may represent ``site``. At most eight queries."""
    meeting = Meeting.objects.get(pk=site.meeting_id)
    if meeting.state not in WITH_ROOM:
        return Verdict(out="over")
    admission = Admission.objects.filter(meeting=meeting, person=person).first()
    if admission and admission.state in _KEPT_OUT:
        return Verdict(out=_KEPT_OUT[admission.state], why=admission.reason)
    if confidential.keeps_out(person, meeting.pk):
        return Verdict(waits="confidential")
    if _prepares(role_of(person, meeting.pk, site), site):
        return Verdict()
    if meeting.state == Meeting.State.INVITED and timezone.now() < opens_at(meeting):
        return Verdict(waits="not-open")
    if admission and admission.state == Admission.State.ADMITTED:
        return Verdict()
    return _verdict_of_the_room(person, meeting)


_KEPT_OUT: dict[str, Out] = {Admission.State.REFUSED: "refused", Admission.State.PUT_OUT: "put-out"}


def _prepares(role: str, site: MeetingSite) -> bool:
    """Those without whom the room cannot be got ready, or led, walk in at any time."""
    leads = role in roles.MAY_TAKE_OVER or roles.grants(role, Right.DIRECT) or role == Role.TECHNICIAN
    return leads or site.kind == MeetingSite.Kind.MAIN


def _verdict_of_the_room(person: User, meeting: Meeting) -> Verdict:
    locked = LiveState.objects.filter(meeting=meeting, locked=True).exists()
    late = (
        meeting.state == Meeting.State.IN_SESSION
        and meeting.late_entry == Meeting.LateEntry.ASK
        and meeting.opened_at is not None
        and timezone.now() > meeting.opened_at + LATE_AFTER
    )
    if not (locked or late) or Connection.objects.filter(meeting=meeting, person=person).exists():
        return Verdict()  # who was inside comes back as they please
    return Verdict(waits="locked" if locked else "late")
