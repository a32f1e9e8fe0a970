"""Janus VideoRoom under the same load: one event loop, ICE-lite, its own configuration in a temporary folder.

Spoken to over its Unix socket. Janus offers to subscribers, so there the generator answers; each subscriber has
one connection with all streams (multistream), as each viewer of the node has.
"""

import asyncio
import contextlib
import itertools
import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.media import offers, processor
from benchmarks.media.generator import CannotMeasure, Own, Side

ROOM = 1
ANSWER_S = 20.0
START_S = 20.0
KEEPALIVE_S = 20.0
CONFIGURATION = """
general: {{
  configs_folder = "{folder}"
  plugins_folder = "{folder}/plugins"
  transports_folder = "{folder}/transports"
  events_folder = "{folder}/events"
  loggers_folder = "{folder}/loggers"
  event_loops = 1
  debug_level = 2
  session_timeout = 300
}}
nat: {{
  ice_lite = true
  ice_enforce_list = "{host}"
}}
"""
SOCKET = """
general: {{
  enabled = true
  json = "compact"
  path = "{folder}/api"
  type = "SOCK_SEQPACKET"
}}
"""


class JanusUnderLoad:
    """A Janus process pinned to one core."""

    name = "Janus"

    def __init__(self, folder: Path, host: str, core: int) -> None:
        self.host = host
        self._folder = folder
        _configure(folder, host)
        self._log = (folder / "janus.log").open("wb")
        self._core = core
        self._command = ["setpriv", "--pdeathsig", "KILL"]
        self._command += ["taskset", "-c", f"0-{(os.cpu_count() or 1) - 1}", "janus", "-F", str(folder)]
        self.process = self._open()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.setblocking(False)  # noqa: FBT003
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._session = 0
        self._feeds: list[dict[str, Any]] = []
        self._handles: dict[int, int] = {}

    def _open(self) -> "subprocess.Popen[bytes]":
        """On all cores: pinned to one, 1.1.2 often gives up its Unix socket, and ends, before that is set up."""
        (self._folder / "api").unlink(missing_ok=True)
        return subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)

    async def start(self) -> None:
        """Wait for its socket, open a session and the room. Raises CannotMeasure when it does not come up."""
        try:
            async with asyncio.timeout(START_S):
                while not await self._connects():  # noqa: ASYNC110 - the process signals nothing
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise CannotMeasure(f"Janus did not start: {self._log_text()}") from None
        processor.pin(self.process.pid, self._core)
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._keep_alive())]
        self._session = int((await self._ask({"janus": "create"}))["data"]["id"])
        room = {"request": "create", "room": ROOM, "publishers": 16, "bitrate": 3_000_000, "audiolevel_event": False}
        await self._say(await self._attach(), {**room, "audiocodec": "opus", "videocodec": "vp8"})

    async def _connects(self) -> bool:
        if self.process.poll() is not None:
            self.process = self._open()
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().sock_connect(self._socket, f"{self._folder}/api")
            return True
        return False

    def _log_text(self) -> str:
        return (self._folder / "janus.log").read_text()[-2000:]

    # --- the load ---------------------------------------------------------------------------------------

    async def publish(self, own: Own, *, video: bool, ssrc: int) -> Side:
        """A publisher of one track."""
        handle = await self._attach()
        joined = await self._say(handle, {"request": "join", "ptype": "publisher", "room": ROOM})
        self._feeds.append({"feed": joined["plugindata"]["data"]["id"]})
        sdp = offers.sending(own, video=video, ssrc=ssrc, setup="active")
        answer = await self._say(handle, {"request": "publish"}, {"type": "offer", "sdp": sdp})
        return offers.other_side(answer["jsep"]["sdp"], self.host)

    async def open_room(self, cameras: list[int], microphones: list[int]) -> None:
        """Everybody subscribes to everything: nothing to steer."""

    async def subscribe(self, own: Own) -> Side:
        """A subscriber to all feeds; Janus offers, and has our answer before ICE begins."""
        handle = self._handles[own.number] = await self._attach()
        join = {"request": "join", "ptype": "subscriber", "room": ROOM, "streams": self._feeds}
        offer = (await self._say(handle, join))["jsep"]["sdp"]
        answer = offers.answering(own, offer)
        await self._say(handle, {"request": "start"}, {"type": "answer", "sdp": answer})
        return offers.other_side(offer, self.host, rtx=False)

    async def counts(self) -> dict[str, int]:
        """Janus tells none here."""
        return {}

    # --- its interface ----------------------------------------------------------------------------------

    async def _attach(self) -> int:
        answer = await self._ask({"janus": "attach", "plugin": "janus.plugin.videoroom"})
        return int(answer["data"]["id"])

    async def _say(self, handle: int, body: dict[str, Any], jsep: dict[str, Any] | None = None) -> dict[str, Any]:
        message: dict[str, Any] = {"janus": "message", "handle_id": handle, "body": body}
        answer = await self._ask({**message, "jsep": jsep} if jsep else message)
        if "error" in answer.get("plugindata", {}).get("data", {}):
            raise CannotMeasure(f"Janus refused {body['request']}: {answer['plugindata']['data']['error']}")
        return answer

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        transaction = str(next(self._ids))
        if self._session:
            message["session_id"] = self._session
        future = self._waiting[transaction] = asyncio.get_running_loop().create_future()
        try:
            data = json.dumps({**message, "transaction": transaction}).encode()
            await asyncio.get_running_loop().sock_sendall(self._socket, data)
            answer: dict[str, Any] = await asyncio.wait_for(future, ANSWER_S)
        except TimeoutError:
            raise CannotMeasure(f"Janus did not answer {message['janus']}") from None
        finally:
            del self._waiting[transaction]
        if answer["janus"] == "error":
            raise CannotMeasure(f"Janus: {answer['error']['reason']}")
        return answer

    async def _listen(self) -> None:
        """Answers to their askers; acknowledgements and events of handles are passed over."""
        while data := await asyncio.get_running_loop().sock_recv(self._socket, 1 << 18):
            message = json.loads(data)
            future = self._waiting.get(message.get("transaction", ""))
            if future and not future.done() and message["janus"] != "ack":
                future.set_result(message)

    async def _keep_alive(self) -> None:
        """The ``ack`` to it is nobody's answer."""
        while True:
            await asyncio.sleep(KEEPALIVE_S)
            message = {"janus": "keepalive", "session_id": self._session, "transaction": "alive"}
            await asyncio.get_running_loop().sock_sendall(self._socket, json.dumps(message).encode())

    async def stop(self) -> None:
        """End it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._socket.close()
        self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, 10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._log.close()


def _configure(folder: Path, host: str) -> None:
    """Configuration files, and folders in which Janus finds only the plugin and the transport that are used."""
    (folder / "janus.jcfg").write_text(CONFIGURATION.format(folder=folder, host=host))
    (folder / "janus.transport.pfunix.jcfg").write_text(SOCKET.format(folder=folder))
    for kind, name in (("plugins", "videoroom"), ("transports", "pfunix"), ("events", ""), ("loggers", "")):
        (folder / kind).mkdir()
        for library in Path("/usr/lib").glob(f"*/janus/{kind}/libjanus_{name}.so") if name else ():
            (folder / kind / library.name).symlink_to(library)
