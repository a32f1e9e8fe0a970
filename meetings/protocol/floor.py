"""The floor, the speaking queue and question time: what the room shows of them, what is asked and what happened."""

import datetime as dt
from typing import Literal

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request

Part = Literal["speech", "question", "answer"]
"""What somebody has the floor for."""
TOPIC_LIMIT = 300
QUESTION_LIMIT = 500


class SpeechRequestState(Message):
    """A site that waits for the floor. ``seconds``: what it asks for, or has left; none: the item's usual time."""

    id: Id
    site: Id
    at: dt.datetime
    kind: Literal["speech", "order"]
    """``order``: a point of order, which stands in front."""
    item: Id | None
    """Of which agenda item; none: of whatever is discussed."""
    topic: str
    seconds: int | None
    state: Literal["waiting", "called", "paused"]
    """``paused``: it was interrupted and goes on later."""
    missed: bool
    """It was called in vain: it keeps its place and is passed over until it says that it is ready."""
    statement: bool
    """A text was sent beforehand."""


class CallState(Message):
    """A site is asked to take the floor; no answer until ``answer_by`` is a no."""

    site: Id
    part: Part
    request: Id | None
    question: Id | None
    by: str
    at: dt.datetime
    answer_by: dt.datetime


class FloorState(Message):
    """Who has the floor, since when, until when."""

    site: Id
    at: dt.datetime
    by: str
    part: Part
    request: Id | None
    question: Id | None
    topic: str
    seconds: int
    """Allotted, with what was added."""
    deadline: dt.datetime
    """While the clock stands: as of the moment it stopped."""
    paused_at: dt.datetime | None
    """Since when the clock stands; none: it runs."""


class SpokenState(Message):
    """How long a site has spoken in the turns that have ended, and in how many."""

    site: Id
    seconds: int
    turns: int


class QuestionState(Message):
    """A site that wants to question another one."""

    id: Id
    site: Id
    target: Id
    at: dt.datetime
    item: Id | None
    topic: str
    state: Literal["waiting", "asking", "answering"]


# --- browser to server --------------------------------------------------------------------------------


class FloorRequest(Request):
    """My site asks for the floor; the server stamps the order. Asking again says: we are ready now."""

    type: Literal["floor.request"] = "floor.request"
    kind: Literal["speech", "order"] = "speech"
    topic: str = Field(default="", max_length=TOPIC_LIMIT)
    minutes: int | None = Field(default=None, ge=1, le=60)


class FloorWithdraw(Request):
    """My site no longer asks for the floor: ``request``, or all that it asked for."""

    type: Literal["floor.withdraw"] = "floor.withdraw"
    request: Id | None = None


class FloorGrant(Request):
    """The chair gives the floor to a site: the site is asked, unless it is the main one or its microphone is open."""

    type: Literal["floor.grant"] = "floor.grant"
    site: Id


class FloorNext(Request):
    """The chair calls the next one: ``request``, whom the button named; none: the first in line."""

    type: Literal["floor.next"] = "floor.next"
    request: Id | None = None


class FloorRecall(Request):
    """The chair no longer asks the site that was called."""

    type: Literal["floor.recall"] = "floor.recall"


class FloorAccept(Request):
    """My site, which is asked, takes the floor and opens its microphone."""

    type: Literal["floor.accept"] = "floor.accept"


class FloorDecline(Request):
    """My site, which is asked, does not speak now; it keeps its place."""

    type: Literal["floor.decline"] = "floor.decline"


class FloorExtend(Request):
    """The chair gives the speaker more time."""

    type: Literal["floor.extend"] = "floor.extend"
    seconds: int = Field(default=60, ge=10, le=1800)


class FloorPause(Request):
    """The chair stops the speaker's clock, or lets it go on."""

    type: Literal["floor.pause"] = "floor.pause"
    on: bool


class FloorEnd(Request):
    """The chair takes the floor back, or the holder gives it back."""

    type: Literal["floor.end"] = "floor.end"


class FloorRefuse(Request):
    """The chair takes a request out of the queue; the site is told why."""

    type: Literal["floor.refuse"] = "floor.refuse"
    request: Id
    reason: str = Field(default="", max_length=TOPIC_LIMIT)


class QueueMove(Request):
    """The chair puts a request before another one; none: at the end."""

    type: Literal["queue.move"] = "queue.move"
    request: Id
    before: Id | None


class QueueSort(Request):
    """The chair sorts the queue, points of order in front: by time of asking, by level of the agency, least heard first."""

    type: Literal["queue.sort"] = "queue.sort"
    by: Literal["arrival", "level", "least-heard"]


class QuestionAsk(Request):
    """My site wants to question another one."""

    type: Literal["question.ask"] = "question.ask"
    target: Id
    topic: str = Field(min_length=1, max_length=QUESTION_LIMIT)


class QuestionWithdraw(Request):
    """My site no longer wants to ask this."""

    type: Literal["question.withdraw"] = "question.withdraw"
    question: Id


class QuestionCall(Request):
    """The chair calls the site that asks, or the one that is to answer."""

    type: Literal["question.call"] = "question.call"
    question: Id
    part: Literal["question", "answer"]


class QuestionClose(Request):
    """The chair closes a question: it was answered (``done``), or is not admitted."""

    type: Literal["question.close"] = "question.close"
    question: Id
    done: bool
    reason: str = Field(default="", max_length=TOPIC_LIMIT)


FloorIntent = (
    FloorRequest
    | FloorWithdraw
    | FloorGrant
    | FloorNext
    | FloorRecall
    | FloorAccept
    | FloorDecline
    | FloorExtend
    | FloorPause
    | FloorEnd
    | FloorRefuse
    | QueueMove
    | QueueSort
    | QuestionAsk
    | QuestionWithdraw
    | QuestionCall
    | QuestionClose
)


# --- server to browser --------------------------------------------------------------------------------


class FloorRequested(Event):
    """A request came, or is not as it was. It stands before ``before``; none: at the end."""

    type: Literal["floor.requested"] = "floor.requested"
    request: SpeechRequestState
    before: Id | None


class FloorWithdrawn(Event):
    """A request left the queue without being heard."""

    type: Literal["floor.withdrawn"] = "floor.withdrawn"
    request: Id
    site: Id
    refused: bool
    reason: str


class QueueOrdered(Event):
    """The queue is in this order now."""

    type: Literal["queue.ordered"] = "queue.ordered"
    order: tuple[Id, ...]


class MicrophoneAsked(Event):
    """A site is asked to take the floor and open its microphone. It is never opened without an answer."""

    type: Literal["microphone.asked"] = "microphone.asked"
    call: CallState


class FloorDeclined(Event):
    """The site that was asked does not take the floor: it said so, did not answer, or the chair no longer asks."""

    type: Literal["floor.declined"] = "floor.declined"
    site: Id
    why: Literal["declined", "silent", "recalled"]


class FloorGranted(Event):
    """A site has the floor: it leaves the queue, everybody sees it large, and every other microphone but the main
    site's and the leaders' is closed. ``former``: the one who had it."""

    type: Literal["floor.granted"] = "floor.granted"
    site: Id
    floor: FloorState
    former: SpokenState | None


class FloorExtended(Event):
    """The speaker has more time."""

    type: Literal["floor.extended"] = "floor.extended"
    site: Id
    seconds: int
    deadline: dt.datetime


class FloorPaused(Event):
    """The speaker's clock stands."""

    type: Literal["floor.paused"] = "floor.paused"
    site: Id
    at: dt.datetime


class FloorResumed(Event):
    """The speaker's clock goes on."""

    type: Literal["floor.resumed"] = "floor.resumed"
    site: Id
    deadline: dt.datetime


class FloorEnded(Event):
    """The floor is back with the chair."""

    type: Literal["floor.ended"] = "floor.ended"
    site: Id
    spoken: SpokenState


class QuestionAsked(Event):
    """A question came, or is not as it was; new ones stand at the end."""

    type: Literal["question.asked"] = "question.asked"
    question: QuestionState


class QuestionClosed(Event):
    """A question left the queue."""

    type: Literal["question.closed"] = "question.closed"
    question: Id
    site: Id
    why: Literal["done", "withdrawn", "refused"]
    reason: str


FloorEvent = (
    FloorRequested
    | FloorWithdrawn
    | QueueOrdered
    | MicrophoneAsked
    | FloorDeclined
    | FloorGranted
    | FloorExtended
    | FloorPaused
    | FloorResumed
    | FloorEnded
    | QuestionAsked
    | QuestionClosed
)
