"""A meeting that sits, and browsers in its room, for the tests of the socket."""

import asyncio
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any, Self

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from eoffice.accounts.models import User
from meetings.models import Attendee, Meeting, MeetingSite
from tests.city import City
from tests.factories import AgendaItemFactory, AttendeeFactory, MeetingFactory, MeetingSiteFactory

PATIENCE = 5


@dataclass
class Sitting:
    """A meeting with a main site and one site per invited unit."""

    meeting: Meeting
    main: MeetingSite
    department: MeetingSite
    commune: MeetingSite
    head: User
    """Who leads the commune: answers for its site without being listed."""
    items: list[Any] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Address of its socket."""
        return f"/ws/meetings/{self.meeting.pk}/"


def build_sitting(city: City, **meeting: Any) -> Sitting:
    """A meeting of the city with a department and a commune, in session."""
    made = MeetingFactory(
        chair=city["chair"],
        secretary=city["secretary"],
        organiser=city.office,
        **{"state": Meeting.State.IN_SESSION, "starts_at": timezone.now() + dt.timedelta(minutes=10), **meeting},
    )
    main = MeetingSiteFactory(meeting=made, kind=MeetingSite.Kind.MAIN, unit=city.office)
    for role in (Attendee.Role.CHAIR, Attendee.Role.SECRETARY):
        AttendeeFactory(site=main, appointment=city[role], role=role)
    return Sitting(
        meeting=made,
        main=main,
        department=MeetingSiteFactory(meeting=made, unit=city.department),
        commune=MeetingSiteFactory(meeting=made, unit=city.commune),
        head=city.person("invited_head"),
        items=[AgendaItemFactory(meeting=made, order=n, title=f"Nội dung {n}") for n in (1, 2)],
    )


async def count(model: Any, **filters: Any) -> int:
    """How many rows there are, from a test that runs in the loop."""
    return await sync_to_async(model.objects.filter(**filters).count)()


class Browser:
    """One tab: what it receives is kept in ``inbox`` until somebody waits for it."""

    def __init__(self, path: str, user: User | None) -> None:
        self._path = path
        self._user = user
        self._id = 0
        self.inbox: list[dict[str, Any]] = []
        self.last_seq = 0
        self.secret = ""

    async def connect(self) -> bool:
        """Open the socket; whether it was accepted."""
        from eoffice.asgi import application

        headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
        if self._user is not None:
            cookie = await sync_to_async(self._session_cookie)()
            headers.append((b"cookie", cookie.encode()))
        self.socket = WebsocketCommunicator(application, self._path, headers=headers)
        accepted, _ = await self.socket.connect(timeout=PATIENCE)
        return accepted

    def _session_cookie(self) -> str:
        client = Client()
        assert self._user is not None
        client.force_login(self._user)
        return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"

    async def say(self, type: str, **fields: Any) -> int:
        """Send a message with a new ``id``; returns the id."""
        self._id += 1
        await self.socket.send_to(text_data=json.dumps({"type": type, "id": self._id, **fields}))
        return self._id

    async def ask(self, type: str, **fields: Any) -> dict[str, Any]:
        """Send a message and wait for its outcome."""
        number = await self.say(type, **fields)
        return await self.hear(re=number)

    async def hear(self, type: str | None = None, **fields: Any) -> dict[str, Any]:
        """The next message of that type with those fields; others are kept."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self.inbox:
                    if type in (None, message["type"]) and all(message.get(k) == v for k, v in fields.items()):
                        self.inbox.remove(message)
                        return message
                await self._read()

    async def _read(self) -> None:
        output = await self.socket.receive_output(timeout=PATIENCE)
        if output["type"] == "websocket.close":
            raise ConnectionError(output.get("code"))
        self._keep(output["text"])

    def _keep(self, text: str) -> None:
        message = json.loads(text)
        self.last_seq = max(self.last_seq, message["seq"])
        self.inbox.append(message)

    async def hears_nothing(self, type: str, seconds: float = 0.3) -> bool:
        """Whether no message of that type comes for a while."""
        try:
            async with asyncio.timeout(seconds):
                await self.hear(type)
        except TimeoutError:
            return True
        return False

    async def enter(self, **hello: Any) -> dict[str, Any]:
        """Say hello; the room's state."""
        await self.say("hello", version=1, **hello)
        self.secret = (await self.hear("welcome"))["secret"]
        return await self.hear("state")

    async def state_now(self) -> dict[str, Any]:
        """The room as it is for somebody who comes now, follows beside the others, and leaves."""
        async with self:
            return await self.enter(carry_media=False)

    async def closed_with(self) -> int:
        """The code with which the server hung up."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await self._read()
                except ConnectionError as closed:
                    return int(closed.args[0] or 1000)

    async def drop(self) -> None:
        """The network is gone."""
        await self.socket.disconnect()

    async def leave(self) -> None:
        """Say goodbye and hang up."""
        await self.say("bye")
        await self.closed_with()
        await self.drop()

    async def __aenter__(self) -> Self:
        assert await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.leave()
        except (ConnectionError, TimeoutError, AssertionError):
            await self.drop()
