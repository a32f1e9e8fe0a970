"""What the server's messages are made of."""

import datetime as dt
from typing import Literal
from uuid import UUID

from meetings.protocol.base import Id, Lamp, Message


class Rights(Message):
    """What this tab may do now; the server checks each act again."""

    speak: bool
    """Open the microphone."""
    present: bool
    """Share the screen, open a paper for everybody, turn its pages."""
    ask: bool
    """Ask for the floor."""
    chair: bool
    """Give and take the floor, open and end the meeting, move the agenda."""


class SiteState(Message):
    """One site as the roster shows it."""

    id: Id
    name: str
    kind: Literal["main", "branch", "individual"]
    branch: str
    """Heading it stands under: the superior unit's name."""
    connected: bool
    people: tuple[str, ...]
    """Names of those connected, at most ten."""
    camera: bool
    microphone: bool
    lamp: Lamp


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
    presenter: str
    papers: tuple[PaperState, ...]


class SpeechRequestState(Message):
    """A site that waits for the floor; the queue is in the order of asking."""

    site: Id
    at: dt.datetime


class FloorState(Message):
    """Who has the floor, since when."""

    site: Id
    at: dt.datetime


class DocumentState(Message):
    """The paper before everybody."""

    version: Id
    paper: Id
    title: str
    pages: int
    page: int
    presenter: str
    presenter_id: Id | None


class ChatEntry(Message):
    """One chat message."""

    id: Id
    key: UUID
    site: str
    sender: str
    sender_id: Id
    text: str
    at: dt.datetime


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
