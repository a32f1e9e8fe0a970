"""What the server's messages are made of."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from meetings.protocol.base import Id, Message, RoleName
from meetings.protocol.chat import DeskName
from meetings.protocol.presenting import InkStroke, PageView


class Rights(Message):
    """What this tab may do now; the server checks each act again."""

    role: RoleName
    presides: bool
    """I have floor control; one person has."""
    uplink: bool
    """Send anything at all; without it there is no send connection."""
    speak: bool
    """Open the microphone."""
    present: bool
    """Share the screen, open a paper for everybody, turn its pages."""
    ask: bool
    """Ask for the floor."""
    consult: bool
    """Open a consultation room."""
    chair: bool
    """Give and take the floor, open and end the meeting, move the agenda."""
    chat: bool
    desks: tuple[DeskName, ...]
    """Desks at which I sit: what is written to them, I read and answer."""
    vote: bool
    admit: bool
    """Let in, keep out, lock the room, give roles."""
    direct: bool
    """Choose the pictures everybody sees."""
    wide: bool
    """Be sent a wall of 16 or 25 pictures: offer more than the usual slots."""


class Presiding(Message):
    """Who has floor control."""

    person: Id
    name: str


class BranchState(Message):
    """An agency under which sites stand."""

    id: Id
    name: str
    above: Id | None
    """The nearest branch above it."""


Marks = Annotated[str, Field(pattern=r"^(cv?m?[wb]?h?)?$")]
"""How a site is: ``c`` connected, ``v`` camera on, ``m`` microphone open, ``w`` or ``b`` its line weak or bad, ``h`` in a
consultation room (hội ý); none: nobody."""


class SiteState(Message):
    """One site as everybody's roster has it."""

    id: Id
    name: str
    kind: Literal["main", "branch", "individual"]
    branch: Id
    """The branch it stands under."""
    marks: Marks


class PaperState(Message):
    """A paper tabled at an item, as far as it can be read now."""

    version: Id
    paper: Id
    title: str
    pages: int


class ItemState(Message):
    """One agenda item."""

    id: Id
    order: int
    title: str
    minutes: int
    speech_minutes: int | None
    """The most a speaker is allotted; none: what was asked for, or the usual five."""
    presenter: str
    papers: tuple[PaperState, ...]
    barred: bool = False
    """I am kept out of papers of this item: they are not among `papers`."""
    confidential: bool = False
    """Only those who were chosen know what it is about, and stay in the room while the meeting is at it."""
    hidden: bool = False
    """I was not chosen: of a confidential item I am told its place and its minutes alone."""


class DocumentState(Message):
    """The paper before everybody."""

    version: Id
    paper: Id
    title: str
    pages: int
    page: int
    view: PageView
    presenter: str
    presenter_id: Id | None
    ink: tuple[InkStroke, ...]
    """What is drawn on it, oldest first."""


class RecordingState(Message):
    """The recording that runs. ``flowing`` false: the recorder is not connected, and tries again by itself."""

    id: Id
    at: dt.datetime
    by: str
    by_id: Id
    notice: int
    """Version of the text that tells people of it."""
    flowing: bool


class IceServer(Message):
    """As RTCIceServer of the WebRTC API."""

    urls: tuple[str, ...]
    username: str = ""
    credential: str = ""


class Me(Message):
    """Who I am in this room."""

    person: Id
    name: str
    site: Id
    sites: tuple[Id, ...]
    """Every site I may represent."""
