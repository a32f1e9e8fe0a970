"""The second screen's socket: it only listens."""

import asyncio
import contextlib
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.utils import translation

from eoffice.accounts.models import User
from eoffice.realtime import serve_from_this_loop
from meetings import display
from meetings.models import Meeting
from meetings.permissions import may_enter_room
from meetings.signalling import displays
from meetings.signalling.openings import language


class DisplayConsumer(AsyncWebsocketConsumer):
    """One second screen. It is accepted for those who may enter the room and refused (403) for all others."""

    channel_layer_alias = "none"  # one reader hears the meeting for all its screens (signalling.displays)
    screen: displays.Screen | None = None
    writer: asyncio.Task[None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:  # Channels does not call disconnect() when a handler raises or the server stops
            if self.writer:
                self.writer.cancel()
            if self.screen:
                await displays.remove(self._meeting_id, self.screen)

    @property
    def _meeting_id(self) -> int:
        return int(self.scope["url_route"]["kwargs"]["meeting_id"])

    async def connect(self) -> None:
        """Let in those who have a site in this meeting; who is kept out of the room now is told why."""
        found = await database_sync_to_async(self._look)()
        if found is None:
            await self.close()
            return
        person, why_not = found
        screen = displays.Screen(person)
        serve_from_this_loop()
        await self.accept()
        self.writer = asyncio.get_running_loop().create_task(self._write(screen))
        if why_not:
            displays.dismiss(screen, why_not)
            return
        self.screen = screen
        shown = await displays.add(self._meeting_id, screen)
        screen.outgoing.put_nowait(await shown.now())

    def _look(self) -> tuple[User, str | None] | None:
        scope: dict[str, Any] = dict(self.scope)
        translation.activate(language(scope))
        user = scope["user"]
        meeting = Meeting.objects.select_related("chair", "secretary").filter(pk=self._meeting_id).first()
        if meeting is None or not isinstance(user, User) or not may_enter_room(user, meeting):
            return None
        return user, display.why_not(user, meeting)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """There is nothing to say."""

    async def _write(self, screen: displays.Screen) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while (text := await screen.outgoing.get()) is not None:
                await self.send(text)
            await self.close()
