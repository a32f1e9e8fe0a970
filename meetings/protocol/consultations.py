"""Consultation rooms (phòng hội ý): sites of the meeting that talk among themselves for a while."""

import datetime as dt
from typing import Literal

from pydantic import Field

from meetings.protocol.base import Event, Id, Message, Request


class ConsultationOpen(Request):
    """Open a room for my agency with the units below it (`kind` `agency`; who leads names another one: `unit`), or for the
    `sites` that I choose (`group`). `bring`: whoever is connected there comes in at once; else they are asked."""

    type: Literal["consultation.open"] = "consultation.open"
    kind: Literal["agency", "group"]
    name: str = Field(default="", max_length=2000)
    unit: Id | None = None
    sites: tuple[Id, ...] = Field(default=(), max_length=700)
    minutes: int = Field(default=10, ge=1, le=120)
    bring: bool = False


class ConsultationGather(Request):
    """Chair or secretary: open a room for each agency right below the one that holds the meeting, with its units; for those
    that have two sites and no room. `bring`: whoever is connected comes in at once."""

    type: Literal["consultation.gather"] = "consultation.gather"
    minutes: int = Field(default=10, ge=1, le=120)
    bring: bool = True


class ConsultationEnter(Request):
    """My tab goes in: my site is invited, or I lead and have announced myself."""

    type: Literal["consultation.enter"] = "consultation.enter"
    consultation: Id


class ConsultationLeave(Request):
    """My tab comes back to the main room."""

    type: Literal["consultation.leave"] = "consultation.leave"


class ConsultationAnnounce(Request):
    """Chair or secretary: tell those inside that I am about to come in."""

    type: Literal["consultation.announce"] = "consultation.announce"
    consultation: Id


class ConsultationExtend(Request):
    """Whoever opened it, or who leads: more time."""

    type: Literal["consultation.extend"] = "consultation.extend"
    consultation: Id
    minutes: int = Field(default=5, ge=1, le=60)


class ConsultationRecall(Request):
    """Call everybody back: of one room (whoever opened it, or who leads), or of all (who leads). They have `seconds` to come
    by themselves, then they are brought."""

    type: Literal["consultation.recall"] = "consultation.recall"
    consultation: Id | None = None
    seconds: int = Field(default=30, ge=0, le=300)


ConsultationRequest = (
    ConsultationOpen
    | ConsultationGather
    | ConsultationEnter
    | ConsultationLeave
    | ConsultationAnnounce
    | ConsultationExtend
    | ConsultationRecall
)


class InsideState(Message):
    """A person in a consultation room."""

    person: Id
    name: str
    site: Id


class ConsultationState(Message):
    """One open room. ``recalled``: everybody was called back, and is brought back at ``ends_at``."""

    id: Id
    kind: Literal["agency", "group"]
    name: str
    host: Id
    by: str
    sites: tuple[Id, ...]
    """Whose people may enter."""
    inside: tuple[InsideState, ...]
    opened_at: dt.datetime
    ends_at: dt.datetime
    recalled: bool


class ConsultationChanged(Event):
    """A room was opened, or is not as it was: to its sites, to those inside and to who leads. At most twice a second."""

    type: Literal["consultation.changed"] = "consultation.changed"
    consultation: ConsultationState


class ConsultationClosed(Event):
    """A room is no more."""

    type: Literal["consultation.closed"] = "consultation.closed"
    consultation: Id


class ConsultationMoved(Event):
    """My tab is in that room from now on (none: in the main room): its microphone is closed, its connections are
    to be offered anew (`media.lost` follows)."""

    type: Literal["consultation.moved"] = "consultation.moved"
    consultation: Id | None
    why: Literal["entered", "brought", "left", "time", "recalled", "floor", "meeting"]


class ConsultationVisited(Event):
    """To those inside: chair or secretary comes in, in so many seconds."""

    type: Literal["consultation.visited"] = "consultation.visited"
    consultation: Id
    by: str
    seconds: int
