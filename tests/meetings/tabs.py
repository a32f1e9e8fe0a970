"""A tab in a room with its camera, microphone and loudspeaker: the room's socket and real media."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import Any

from eoffice.accounts.models import User
from meetings.models import Connection
from meetings.sfu.slots import AUDIO_SLOTS
from tests.meetings.room import Browser
from tests.sfu.peers import Peer


class Tab(Browser):
    """``peer`` sends and shows what goes through the media node; ``grey`` names the picture that it sends."""

    def __init__(self, path: str, user: User, grey: str = "") -> None:
        super().__init__(path, user)
        self.peer = Peer(self, grey)  # type: ignore[arg-type] - offers go through the room's socket
        self._former: list[Peer] = []
        self._reader: asyncio.Task[None] | None = None

    async def negotiate(self, room: str, peer: str, connection: str, sdp: str, kinds: Sequence[str] = ()) -> str:
        """The node's answer, by way of the room's socket. Raises LookupError with the code of a refusal."""
        answer = await self.ask("offer", connection=connection, sdp=sdp, kinds=list(kinds))
        if answer["type"] == "refused":
            raise LookupError(answer["code"])
        return str(answer["sdp"])

    async def come(self, *, sends: bool = True, **sending: Any) -> None:
        """Enter the room and connect; from now on the socket is read."""
        assert await self.connect()
        self.state = await self.enter()
        self.site: int = self.state["me"]["site"]
        self._reader = asyncio.create_task(self._read_on())
        if sends:
            await self.peer.send(**sending)
        await self.peer.receive()

    async def _read_on(self) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                output = await self.socket.output_queue.get()
                if output["type"] == "websocket.close":
                    return
                self._keep(output["text"])

    async def hear(self, type: str | None = None, **fields: Any) -> dict[str, Any]:
        """The next message of that type with those fields; others are kept."""
        if self._reader is None:
            return await super().hear(type, **fields)
        return await self._take(
            lambda m: type in (None, m["type"]) and all(m.get(k) == v for k, v in fields.items()), f"{type} {fields}"
        )

    async def hear_any(self, *types: str) -> dict[str, Any]:
        """The next message of one of these types; others are kept."""
        return await self._take(lambda m: m["type"] in types, " or ".join(types))

    async def _take(self, fits: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        try:
            await self.peer.until(lambda: any(fits(message) for message in self.inbox))
        except TimeoutError:
            raise AssertionError(f"not heard: {what}") from None
        found = next(message for message in self.inbox if fits(message))
        self.inbox.remove(found)
        return found

    async def speak(self) -> None:
        """Open the microphone."""
        assert (await self.ask("mute", source="microphone", muted=False))["type"] == "done"

    async def take_floor(self, chair: "Tab") -> None:
        """The chair calls this site, which accepts if it is asked."""
        self.inbox = [m for m in self.inbox if m["type"] not in ("floor.granted", "microphone.asked")]
        assert (await chair.ask("floor.grant", site=self.site))["type"] == "done"
        asked = await self.hear_any("floor.granted", "microphone.asked")
        if asked["type"] == "microphone.asked":
            assert (await self.ask("floor.accept"))["type"] == "done"

    def hears(self) -> int:
        """Pieces of sound of others that have come, all voices together."""
        return sum(self.peer.frames[f"audio{number}"] for number in range(AUDIO_SLOTS))

    async def node(self) -> str:
        """The media node that it is connected to."""
        row = await Connection.objects.aget(person=self._user, left_at__isnull=True)
        return row.node

    async def connect_anew(self, *, goodbye: bool = True, **sending: Any) -> None:
        """What a browser does when it is told that both connections are lost; ``goodbye``: the former ones say so."""
        for name in ("send", "receive"):
            await self.hear("media.lost", connection=name)
        if goodbye:
            await self.peer.close()
        else:
            self._former.append(self.peer)
        self.peer = Peer(self, self.peer.name)  # type: ignore[arg-type]
        await self.peer.send(**sending)
        await self.peer.receive()

    async def go(self) -> None:
        """Leave the room, whatever happened."""
        for peer in (*self._former, self.peer):
            await peer.close()
        if self._reader:
            self._reader.cancel()
        with contextlib.suppress(Exception):
            await self.say("bye")
            await self.socket.disconnect()
