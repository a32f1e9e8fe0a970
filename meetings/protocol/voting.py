"""Votes and check-in, both ways. A choice travels only from the voter to the server, and back to that voter's own
tabs when the vote is open; of a secret vote nothing ever says who chose what (docs/domain/votes.md).
"""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request

ChoiceName = Literal["agree", "disagree", "other"]
Text = Annotated[str, Field(max_length=4000)]
"""The operations say in words what is too long."""

# --- parts --------------------------------------------------------------------------------------------


class Turnout(Message):
    """How many seats may vote, are present, said they are ready, have voted."""

    members: int
    present: int
    ready: int
    cast: int


class PollResult(Message):
    """The count. ``needed`` of ``counted_on`` have to agree for the question to be carried."""

    agree: int
    disagree: int
    other: int
    counted_on: int
    needed: int
    passed: bool


class PollState(Message):
    """One question and where its vote stands. ``result``: once published; before, for chair and secretary only."""

    id: Id
    item: Id | None
    question: str
    kind: Literal["open", "secret"]
    with_other: bool
    may_change: bool
    threshold: Literal["majority", "two_thirds", "all"]
    base: Literal["members", "present", "cast"]
    quorum: Literal["none", "majority", "two_thirds"]
    state: Literal["prepared", "ready", "open", "paused", "closed", "published"]
    turnout: Turnout
    quorum_needed: int
    present_at_opening: int | None
    result: PollResult | None


class MyBallot(Message):
    """What I did in a poll. ``choice`` and ``text`` stay empty in a secret vote."""

    poll: Id
    entitled: bool
    ready: bool
    cast: bool
    choice: ChoiceName | None
    text: str


class VotingState(Message):
    """The meeting's votes as I may know them, and what I did in each."""

    polls: tuple[PollState, ...]
    ballots: tuple[MyBallot, ...]


class AttendanceState(Message):
    """Check-in: open or not; how many people are listed and present, of them with a vote; whether I am checked in."""

    open: bool
    listed: int
    present: int
    members: int
    members_present: int
    here: bool


# --- browser to server --------------------------------------------------------------------------------


class PollCreate(Request):
    """Prepare a question. ``key`` is mine: sending again does not make two."""

    type: Literal["poll.create"] = "poll.create"
    key: UUID
    question: Text
    item: Id | None = None
    kind: Literal["open", "secret"] = "open"
    with_other: bool = True
    may_change: bool = False
    threshold: Literal["majority", "two_thirds", "all"] = "majority"
    base: Literal["members", "present", "cast"] = "members"
    quorum: Literal["none", "majority", "two_thirds"] = "majority"


class PollReady(Request):
    """Show the question to everybody and ask who is ready; check-in opens, too."""

    type: Literal["poll.ready"] = "poll.ready"
    poll: Id


class PollOpen(Request):
    """Let people vote, or go on after a pause. The list of voters and the quorum are frozen at the first opening."""

    type: Literal["poll.open"] = "poll.open"
    poll: Id


class PollPause(Request):
    """Nobody votes for a while; what was cast stays."""

    type: Literal["poll.pause"] = "poll.pause"
    poll: Id


class PollClose(Request):
    """End the vote and count. The result is not told yet."""

    type: Literal["poll.close"] = "poll.close"
    poll: Id


class PollPublish(Request):
    """Tell everybody the result."""

    type: Literal["poll.publish"] = "poll.publish"
    poll: Id


class PollAnnul(Request):
    """Call the vote off, with a reason; what was cast does not count."""

    type: Literal["poll.annul"] = "poll.annul"
    poll: Id
    reason: Text


class BallotReady(Request):
    """I am here and ready to vote: checks me in, too."""

    type: Literal["ballot.ready"] = "ballot.ready"
    poll: Id


class BallotCast(Request):
    """Vote. ``key`` is mine: sending again after a lost line does not vote twice. ``done`` means: it is counted."""

    type: Literal["ballot.cast"] = "ballot.cast"
    poll: Id
    key: UUID
    choice: ChoiceName
    text: Text = ""


class BallotEnter(Request):
    """The secretary enters the ballot of a seat in an open vote, seen by a witness (another attendee)."""

    type: Literal["ballot.enter"] = "ballot.enter"
    poll: Id
    seat: Id
    choice: ChoiceName
    text: Text = ""
    witness: Id


class RollCallOpen(Request):
    """Chair or secretary: people may check in."""

    type: Literal["roll_call.open"] = "roll_call.open"


class RollCallClose(Request):
    """Chair or secretary: nobody checks in by themselves any more."""

    type: Literal["roll_call.close"] = "roll_call.close"


class RollCallArrive(Request):
    """I am here (``attendee`` none), or that attendee of my site is; the secretary may say it of anybody."""

    type: Literal["roll_call.arrive"] = "roll_call.arrive"
    attendee: Id | None = None


class RollCallLeave(Request):
    """I leave, or that attendee has left. Who comes back arrives again."""

    type: Literal["roll_call.leave"] = "roll_call.leave"
    attendee: Id | None = None


VotingRequest = (
    PollCreate
    | PollReady
    | PollOpen
    | PollPause
    | PollClose
    | PollPublish
    | PollAnnul
    | BallotReady
    | BallotCast
    | BallotEnter
    | RollCallOpen
    | RollCallClose
    | RollCallArrive
    | RollCallLeave
)

# --- server to browser --------------------------------------------------------------------------------


class PollPrepared(Event):
    """To chair and secretary: a question was prepared or changed."""

    type: Literal["poll.prepared"] = "poll.prepared"
    poll: PollState


class PollReadied(Event):
    """A question is before everybody: who is ready?"""

    type: Literal["poll.readied"] = "poll.readied"
    poll: PollState


class PollOpened(Event):
    """The vote is open, or open again."""

    type: Literal["poll.opened"] = "poll.opened"
    poll: PollState
    at: dt.datetime


class PollPaused(Event):
    """The vote is paused."""

    type: Literal["poll.paused"] = "poll.paused"
    poll: PollState


class PollClosed(Event):
    """The vote is over and counted. Chair and secretary get it with the result."""

    type: Literal["poll.closed"] = "poll.closed"
    poll: PollState


class PollPublished(Event):
    """The result."""

    type: Literal["poll.published"] = "poll.published"
    poll: PollState


class PollAnnulled(Event):
    """The vote was called off, or a prepared question struck."""

    type: Literal["poll.annulled"] = "poll.annulled"
    poll: Id
    reason: str


class PollCounted(Event):
    """How many are there, ready, have voted; sent at most twice a second, and never what they chose."""

    type: Literal["poll.counted"] = "poll.counted"
    poll: Id
    turnout: Turnout


class BallotAccepted(Event):
    """To the voter's own tabs: what I did in a poll is in the database."""

    type: Literal["ballot.accepted"] = "ballot.accepted"
    ballot: MyBallot


class RollCallOpened(Event):
    """People may check in."""

    type: Literal["roll_call.opened"] = "roll_call.opened"
    by: str


class RollCallClosed(Event):
    """Nobody checks in by themselves any more."""

    type: Literal["roll_call.closed"] = "roll_call.closed"


class RollCallCounted(Event):
    """How many are listed and present, and of them with a vote; sent at most twice a second."""

    type: Literal["roll_call.counted"] = "roll_call.counted"
    listed: int
    present: int
    members: int
    members_present: int


class RollCallMarked(Event):
    """To a person's own tabs: I am marked as present, or as gone."""

    type: Literal["roll_call.marked"] = "roll_call.marked"
    present: bool


VotingEvent = (
    PollPrepared
    | PollReadied
    | PollOpened
    | PollPaused
    | PollClosed
    | PollPublished
    | PollAnnulled
    | PollCounted
    | BallotAccepted
    | RollCallOpened
    | RollCallClosed
    | RollCallCounted
    | RollCallMarked
)
