"""Our media node under load, driven through its public door."""

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

from benchmarks.media import offers
from benchmarks.media.generator import CannotMeasure, Own, Side
from meetings.sfu.gateway import MediaGateway
from meetings.sfu.messages import Source

ROOM = "bench"
ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0


class NodeUnderLoad:
    """A node process pinned to one core, and the gateway to it."""

    name = "eOffice node"

    def __init__(self, folder: Path, host: str, core: int, more: list[str]) -> None:
        self.host = host
        self._control = f"unix:{folder}/control"
        self._log_file = folder / "node.log"
        self._log = self._log_file.open("wb")
        command = ["taskset", "-c", str(core), sys.executable, "-m", "meetings.sfu", "--control", self._control]
        command += ["--bind", host, "--child", "--log-level", "WARNING", *more]
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=self._log)
        self._gateway: MediaGateway | None = None

    @property
    def gateway(self) -> MediaGateway:
        """Open after ``start``."""
        assert self._gateway
        return self._gateway

    async def start(self) -> None:
        """Wait until it takes commands. Raises CannotMeasure when it does not."""
        self._gateway = await MediaGateway.connect(self._control, wait=0)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                while not self._gateway.is_up and self.process.poll() is None:  # noqa: ASYNC110 - the end signals nothing
                    await asyncio.sleep(0.05)
        if not self._gateway.is_up:
            raise CannotMeasure(f"the media node did not start: {self._log_text()}")

    def _log_text(self) -> str:
        return self._log_file.read_text()

    async def publish(self, own: Own, *, video: bool, ssrc: int) -> Side:
        """A peer that sends one track."""
        sdp = offers.sending(own, video=video, ssrc=ssrc)
        kind = "camera" if video else "microphone"
        return offers.other_side(await self.gateway.negotiate(ROOM, f"p{own.number}", "send", sdp, (kind,)), self.host)  # type: ignore[arg-type]

    async def open_room(self, cameras: list[int], microphones: list[int]) -> None:
        """Everybody sees the first camera and hears the microphones; more cameras go to the chair and content."""
        for slot, number in zip(("floor", "chair", "content"), cameras, strict=False):
            await self.gateway.show(ROOM, slot, Source(peer=f"p{number}", kind="camera"))
        await self.gateway.listen(ROOM, [f"p{number}" for number in microphones])

    async def subscribe(self, own: Own) -> Side:
        """A viewer with all slots."""
        answer = await self.gateway.negotiate(ROOM, f"v{own.number}", "receive", offers.receiving(own))
        return offers.other_side(answer, self.host)

    async def counts(self) -> dict[str, int]:
        """The node's own counts."""
        report = (await self.gateway.inspect()).model_dump()
        return {name: value for name, value in report.items() if isinstance(value, int) and name != "id"}

    async def stop(self) -> None:
        """End it as its parent's end would."""
        if self._gateway:
            await self._gateway.close()
        assert self.process.stdin
        self.process.stdin.close()
        try:
            await asyncio.to_thread(self.process.wait, 20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._log.close()
