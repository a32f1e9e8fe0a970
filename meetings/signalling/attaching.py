"""The attachments of one meeting in one web process: told to its tabs, and, where it is a guest, what its host lays before
everybody.

A guest's room hears the host's group itself: of papers it passes on what a person may open anyway, and after
everything else that may be shown here it reads again.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async

from documents.models import PaperVersion
from eoffice.accounts.models import User
from eoffice.hearing import Ear
from meetings import attached, attachment_state, attachments, captions
from meetings.models import Connection
from meetings.protocol.attachments import (
    AttachmentAccept,
    AttachmentAsk,
    AttachmentChanged,
    AttachmentEnd,
    AttachmentFound,
    AttachmentInvite,
    AttachmentRequest,
    AttachmentSpeak,
    AttachmentState,
)
from meetings.protocol.base import Event
from meetings.protocol.captions import CaptionPosted
from meetings.protocol.events import SERVER_MESSAGE, DocumentOpened, State
from meetings.protocol.parts import DocumentState
from meetings.protocol.presenting import DocumentTurned, InkCleared, InkDrawn, InkUndone, PointerMoved
from meetings.realtime import meeting_group
from meetings.signalling.passing import PointerPath
from meetings.signalling.wording import body

if TYPE_CHECKING:
    from meetings.signalling.room import Room
    from meetings.signalling.session import Session

EVERY_S = 0.3
LATE_S = 1.0
OF_PAPERS = (DocumentOpened, DocumentTurned, InkDrawn, InkUndone, InkCleared, PointerMoved)


def act(connection: Connection, message: AttachmentRequest) -> Callable[[], object]:
    """What ``message`` asks, ready to be done."""
    match message:
        case AttachmentAsk(site=site):
            return lambda: attachments.ask(connection, site)
        case AttachmentInvite(site=site):
            return lambda: attachments.invite(connection, site)
        case AttachmentAccept(attachment=number):
            return lambda: attachments.accept(connection, number)
        case AttachmentEnd(attachment=number):
            return lambda: attachments.end(connection, number)
        case AttachmentSpeak(act=wish):
            return lambda: attachments.speak(connection, wish)


async def search(session: "Session", re: int | None) -> None:
    """Tell a tab to which meetings its own may be attached. Raises NotAllowed("not-chair")."""

    def look() -> AttachmentFound:
        hosts = attachments.hosts_for(session.person, session.meeting)
        return AttachmentFound(hosts=attachment_state.found(hosts[:100]))

    session.send(await database_sync_to_async(look)(), re=re)


class Attaching:
    """See the module's docstring."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._states: tuple[AttachmentState, ...] = ()
        self._ear: Ear | None = None
        self._host: int | None = None
        self._document: DocumentState | None = None
        """What lies before everybody in the host."""
        self._readers: dict[int, bool] = {}
        """Who may open it, as far as it was asked."""
        self._pointer = PointerPath(room, self._point)
        self._title = ""
        """Of the host."""
        self._telling = False
        self._looking = asyncio.Lock()

    def begin(self) -> None:
        """Take up what the database says."""
        self._room.spawn(self._look())

    async def stop(self) -> None:
        """The last session has gone."""
        if self._ear:
            await self._ear.close()

    def note(self) -> None:
        """Something is not as it was: told before long."""
        if not self._telling:
            self._telling = True
            self._room.spawn(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(EVERY_S)
        self._telling = False
        await self._look()

    async def _look(self) -> None:
        meeting_id = self._room.meeting_id
        async with self._looking:  # what was read last holds
            states = await database_sync_to_async(attachment_state.states)(meeting_id)
            host = await database_sync_to_async(attached.host_of)(meeting_id)
            strange = host is not None or any(state.attached for state in states)
            self._room.learn_foreign(
                await database_sync_to_async(attachment_state.foreign)(meeting_id) if strange else {}
            )
            self._title = next((one.title for one in states if one.side == "guest" and one.attached), "")
            await self._follow(host)
            former, self._states = self._states, states
            if states != former:
                self._tell_all(former)
            await self._lay_out()

    def _tell_all(self, former: tuple[AttachmentState, ...]) -> None:
        """Whoever is about to come in may be shown an older state: they are told a little later."""
        sessions = tuple(self._room.sessions.values())
        for session in sessions:
            if session.rights is not None and _concerning(session, former) != _concerning(session, self._states):
                self.tell(session)
        if late := [session for session in sessions if session.rights is None]:
            self._room.spawn(self._tell_late(late))

    async def _tell_late(self, sessions: "list[Session]") -> None:
        await asyncio.sleep(LATE_S)
        for session in sessions:
            self.tell(session)

    def tell(self, session: "Session") -> None:
        """All that concerns one tab."""
        session.pass_on(body(AttachmentChanged(attachments=_concerning(session, self._states))))

    # --- the host ---------------------------------------------------------------------------------------

    async def _follow(self, host: int | None) -> None:
        if host == self._host:
            return
        self._host = host
        if self._ear:
            await self._ear.close()
            self._ear = None
        if host is not None:
            self._ear = Ear(meeting_group(host), self._hear, self.note)
            await self._ear.open()

    def _hear(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "room.pointed":
                if self._document is not None and event["version"] == self._document.version:
                    self._pointer.note(event)
            case "room.presence":
                if self._shows(event["sites"]):
                    self.note()
            case "room.told" if not {"only", "person", "leaders", "right"} & event.keys():
                for raw in event["messages"]:
                    self._heard(SERVER_MESSAGE.validate_python(raw))

    def _heard(self, message: Event) -> None:
        """The host's people are told."""
        if isinstance(message, DocumentTurned | InkDrawn | InkUndone | InkCleared):
            self._pass_on(message)
        elif isinstance(message, CaptionPosted):
            self._room.tell_all(captions.of_host(message, self._title))
        else:
            self.note()

    def _point(self, message: PointerMoved) -> None:
        """Before those who have the host's paper open."""
        text = body(message)
        for session in tuple(self._room.sessions.values()):
            if self._document and message.version == self._document.version and self._reads(session):
                session.whisper(text)

    def _reads(self, session: "Session") -> bool:
        """The host's paper lies before this tab."""
        return self._readers.get(session.person.pk, False)

    def _shows(self, sites: list[int]) -> bool:
        shown = {site.id for state in self._states if state.shown for site in state.shown.sites}
        return not shown.isdisjoint(sites)

    def _pass_on(self, message: DocumentTurned | InkDrawn | InkUndone | InkCleared) -> None:
        document = self._document
        if document is None or message.version != document.version:
            return
        if isinstance(message, DocumentTurned):
            self._document = document.model_copy(update={"page": message.page, "view": message.view})
        text = body(message)
        for session in tuple(self._room.sessions.values()):
            if self._reads(session):
                session.pass_on(text)

    # --- its paper --------------------------------------------------------------------------------------

    async def _lay_out(self) -> None:
        """Another paper lies before everybody in the host, or none."""
        document = await database_sync_to_async(attachment_state.document_of_host)(self._room.meeting_id)
        former, before = self._document, self._readers
        if (document and document.version) == (former and former.version):
            return
        self._document, self._readers = document, {}
        for session in tuple(self._room.sessions.values()):
            if document and await self._may_read(session):
                session.pass_on(body(DocumentOpened(document=document)))
            elif before.get(session.person.pk):
                session.spawn(session.send_state())  # one's own meeting's paper is before them again

    async def _may_read(self, session: "Session") -> bool:
        person, document = session.person, self._document
        if document is None:
            return False
        if person.pk not in self._readers:
            may = await database_sync_to_async(_may_open)(person, document.version)
            if document is not self._document:
                return await self._may_read(session)
            self._readers[person.pk] = may
        return self._readers[person.pk]

    async def completed(self, session: "Session", state: State) -> State:
        """``state`` with what is said in the host, as far as it is typed, and its paper before those who may open it."""
        if self._host is not None:
            theirs = await database_sync_to_async(captions.shown_of_host)(self._host)
            state = state.model_copy(update={"captions": captions.latest((*state.captions, *theirs))})
        if not await self._may_read(session):
            return state
        document = await database_sync_to_async(attachment_state.document_of_host)(self._room.meeting_id)
        return state.model_copy(update={"document": document, "document_barred": False})

    def covers(self, person: int, event: Event) -> bool:
        """The host's paper lies before this person, over that of their own meeting, of which ``event`` tells."""
        return isinstance(event, OF_PAPERS) and self._document is not None and self._readers.get(person, False)


def _concerning(session: "Session", states: tuple[AttachmentState, ...]) -> tuple[AttachmentState, ...]:
    """Those of which a tab is told."""
    rights = session.rights
    leads = rights is not None and (rights.chair or rights.direct)
    return tuple(state for state in states if attachment_state.concerns(state, leads=leads))


def _may_open(person: User, version: int) -> bool:
    return PaperVersion.objects.visible_to(person).filter(pk=version).exists()
