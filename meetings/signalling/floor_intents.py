"""From a message about the floor, the queue or question time to the operation it means."""

from collections.abc import Callable
from functools import partial

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from meetings import calling, floor, questions, speaking_queue
from meetings.models import Meeting, MeetingSite
from meetings.protocol.floor import (
    FloorAccept,
    FloorDecline,
    FloorEnd,
    FloorExtend,
    FloorGrant,
    FloorIntent,
    FloorNext,
    FloorPause,
    FloorRecall,
    FloorRefuse,
    FloorRequest,
    FloorWithdraw,
    QuestionAsk,
    QuestionCall,
    QuestionClose,
    QuestionWithdraw,
    QueueMove,
    QueueSort,
)
from meetings.roles import Right

Act = Callable[[], object]


def right_for(message: FloorIntent) -> Right | None:
    """What the sender's role must allow; None: whether they lead is asked by the operation itself."""
    match message:
        case FloorRequest() | FloorWithdraw() | QuestionAsk() | QuestionWithdraw():
            return Right.ASK
        case FloorAccept() | FloorDecline() | FloorEnd():
            return Right.UPLINK
        case _:
            return None


def act(site: MeetingSite, person: User, meeting: Meeting, by: Appointment | None, message: FloorIntent) -> Act:
    """What ``message`` of ``person`` at ``site`` does; ``by``: under which appointment they lead, if they do."""
    match message:
        case FloorRequest(kind=kind, topic=topic, minutes=minutes):
            wish = speaking_queue.Wish(kind=kind, topic=" ".join(topic.split()), minutes=minutes)
            return partial(speaking_queue.request, site, by=person, wish=wish)
        case FloorWithdraw(request=number):
            return partial(speaking_queue.withdraw, site, number)
        case FloorAccept():
            return partial(calling.accept, site)
        case FloorDecline():
            return partial(calling.decline, site)
        case FloorEnd():
            return partial(floor.end, by, meeting, site=site)
        case QuestionAsk(target=target, topic=topic):
            return partial(questions.ask, site, target, topic, by=person)
        case QuestionWithdraw(question=number):
            return partial(questions.withdraw, site, number)
        case _:
            return _chairs_act(meeting, by, message)


Chairs = (
    FloorGrant
    | FloorNext
    | FloorRecall
    | FloorExtend
    | FloorPause
    | FloorRefuse
    | QueueMove
    | QueueSort
    | QuestionCall
    | QuestionClose
)


def _chairs_act(meeting: Meeting, by: Appointment | None, message: Chairs) -> Act:
    match message:
        case FloorGrant(site=wanted):
            return partial(calling.grant, by, meeting, wanted)
        case FloorNext(request=number):
            return partial(calling.call_next, by, meeting, number)
        case FloorRecall():
            return partial(calling.recall, by, meeting)
        case FloorExtend(seconds=seconds):
            return partial(floor.extend, by, meeting, seconds)
        case FloorPause(on=on):
            return partial(floor.pause, by, meeting, on=on)
        case QuestionCall(question=number, part=part):
            return partial(questions.call, by, meeting, number, part)
        case QuestionClose(question=number, done=done, reason=reason):
            return partial(questions.close, by, meeting, number, done=done, reason=reason)
        case _:
            return _queue_act(meeting, by, message)


def _queue_act(meeting: Meeting, by: Appointment | None, message: FloorRefuse | QueueMove | QueueSort) -> Act:
    match message:
        case FloorRefuse(request=number, reason=reason):
            return partial(speaking_queue.refuse, by, meeting, number, reason=reason)
        case QueueMove(request=number, before=before):
            return partial(speaking_queue.move, by, meeting, number, before=before)
        case QueueSort(by=key):
            return partial(speaking_queue.sort, by, meeting, key)
