"""The second screen (`/ws/meetings/<meeting>/display/`): one kind of message, the whole of it whenever it is another."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from meetings.protocol.base import Event, Message
from meetings.protocol.floor import FloorState
from meetings.protocol.voting import PollState


class DisplayItem(Message):
    """The agenda item that the meeting is at."""

    number: int
    count: int
    title: str
    presenter: str
    confidential: bool = False
    """Only those who were chosen are in the room: nothing else of it is shown."""


class DisplayAttendance(Message):
    """Check-in: open or not, how many people are listed and present."""

    open: bool
    listed: int
    present: int


class DisplayShown(Event):
    """What a second screen shows: sent when it is not as it was, and every 15 seconds."""

    type: Literal["display.shown"] = "display.shown"
    server_time: dt.datetime
    title: str
    meeting_state: Literal["invited", "in_session", "ended", "concluded"]
    starts_at: dt.datetime
    opened_at: dt.datetime | None
    chair: str
    """Name of the main site."""
    item: DisplayItem | None
    floor: FloorState | None
    speaker: str
    """Name of the site that has the floor."""
    waiting: tuple[str, ...]
    """Names of the next sites in line, at most three."""
    queue: int
    """How many wait in all."""
    free_discussion: bool
    poll: PollState | None
    attendance: DisplayAttendance
    recording: bool


class DisplayGone(Event):
    """This screen may not be shown here, or no longer; `reason` in words."""

    type: Literal["display.gone"] = "display.gone"
    reason: str


DisplayMessage = Annotated[DisplayShown | DisplayGone, Field(discriminator="type")]
DISPLAY_MESSAGE: TypeAdapter[Event] = TypeAdapter(DisplayMessage)
