"""Messages about people, their roles and the door, and the operations they mean."""

from collections.abc import Callable

from eoffice.organisation.models import Appointment
from meetings import casting, lobby
from meetings.models import Meeting
from meetings.protocol.seats import ChairHand, ChairTake, LobbyAdmit, LobbyRefuse, LockSet, PersonRemove, RoleSet

SeatIntent = ChairHand | ChairTake | LobbyAdmit | LobbyRefuse | LockSet | PersonRemove | RoleSet


def act(meeting: Meeting, by: Appointment | None, message: SeatIntent) -> Callable[[], object]:
    """What ``message`` asks, ready to be done."""
    match message:
        case RoleSet(person=person, role=role):
            return lambda: casting.set_role(by, meeting, person_id=person, role=role)
        case ChairHand(person=person):
            return lambda: casting.hand_chair(by, meeting, person_id=person)
        case ChairTake():
            return lambda: casting.take_chair(by, meeting)
        case LobbyAdmit(person=someone, site=site):
            return lambda: lobby.admit(by, meeting, person_id=someone, site_id=site)
        case LobbyRefuse(person=person, reason=reason):
            return lambda: lobby.refuse(by, meeting, person_id=person, reason=reason)
        case LockSet(locked=locked):
            return lambda: lobby.set_lock(by, meeting, locked=locked)
        case PersonRemove(person=person, reason=reason):
            return lambda: lobby.put_out(by, meeting, person_id=person, reason=reason)
