"""From a message about votes or check-in to the operation it means."""

from collections.abc import Callable

from django.db import transaction

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from meetings import balloting, roll_call, voting
from meetings.models import Meeting
from meetings.protocol.voting import (
    BallotCast,
    BallotEnter,
    BallotReady,
    PollAnnul,
    PollClose,
    PollCreate,
    PollOpen,
    PollPause,
    PollPublish,
    PollReady,
    RollCallArrive,
    RollCallClose,
    RollCallLeave,
    RollCallOpen,
    VotingRequest,
)

STEERING: dict[type[PollReady | PollOpen | PollPause | PollClose | PollPublish], Callable[..., object]] = {
    PollReady: voting.check_ready,
    PollOpen: voting.open_poll,
    PollPause: voting.pause,
    PollClose: voting.close,
    PollPublish: voting.publish,
}


def carry_out(meeting_id: int, person: User, message: VotingRequest) -> None:
    """Do what ``message`` asks; a ballot goes the short way, for hundreds come at once. Raises UserError."""
    match message:
        case BallotCast(poll=poll, choice=choice, text=text, key=key):
            balloting.cast(meeting_id, poll, person=person, choice=choice, text=text, key=key)
        case BallotReady(poll=poll):
            balloting.declare_ready(meeting_id, poll, person=person)
        case _:
            _carry_out_leading(meeting_id, person, message)


@transaction.atomic
def _carry_out_leading(meeting_id: int, person: User, message: VotingRequest) -> None:
    meeting = Meeting.objects.select_related(
        "chair__person", "secretary__person", "created_by__person", "created_by__unit", "organiser"
    ).get(pk=meeting_id)
    by = _acting(meeting, person)
    match message:
        case PollCreate():
            asked = voting.Question(**message.model_dump(exclude={"type", "id", "ack", "key"}))
            voting.prepare(by, meeting, asked, key=message.key)
        case PollAnnul(poll=poll, reason=reason):
            voting.annul(by, meeting, poll, reason=reason)
        case BallotEnter(poll=poll, seat=seat, choice=choice, text=text, witness=witness):
            balloting.enter(by, meeting, poll, seat_id=seat, choice=choice, text=text, witness_id=witness)
        case PollReady() | PollOpen() | PollPause() | PollClose() | PollPublish():
            STEERING[type(message)](by, meeting, message.poll)
        case _:
            _call_roll(meeting, by, person, message)


def _call_roll(meeting: Meeting, by: Appointment | None, person: User, message: VotingRequest) -> None:
    match message:
        case RollCallOpen():
            roll_call.open_roll_call(by, meeting)
        case RollCallClose():
            roll_call.close_roll_call(by, meeting)
        case RollCallArrive(attendee=attendee):
            roll_call.check_in(meeting, by=person, attendee_id=attendee)
        case RollCallLeave(attendee=attendee):
            roll_call.check_out(meeting, by=person, attendee_id=attendee)


def _acting(meeting: Meeting, person: User) -> Appointment | None:
    """The appointment under which the person takes part; None for who holds none."""
    named = next((a for a in (meeting.chair, meeting.secretary) if a.person_id == person.pk), None)
    if named is not None:
        return named
    listed = meeting.attendees.filter(person=person).select_related("appointment__person").first()
    return listed.appointment if listed else Appointment.objects.held_by(person).first()
