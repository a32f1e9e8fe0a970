"""Hearing a group for as long as one likes, whatever becomes of Redis (docs/adr/0096-what-redis-forgets.md).

Redis keeps neither who listens nor what was said when it ends. An ``Ear`` joins its group again by itself, and says when
something may have been said that it has not heard. To know that, this process says numbers to itself through the layer: a
number that does not come back means that nobody knows any more who listens, and a gap that others' words are missing, too.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from contextvars import Context
from typing import Any

from eoffice.realtime import LOST, SEVERAL, channel_layer

logger = logging.getLogger(__name__)
BEAT_S = 2.0
AGAIN_AFTER_S = 0.5
Event = dict[str, Any]


class Ear:
    """``hear`` is called with each event of ``group``; ``lost`` when some may be missing: look at everything again.

    Both are called in the event loop and must not wait.
    """

    def __init__(self, group: str, hear: Callable[[Event], object], lost: Callable[[], object]) -> None:
        self.group = group
        self.lost = lost
        self.joined = False
        self._hear = hear
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to hear. While the layer is away it goes on trying."""
        await self.begin()
        await _pulse_here().watch(self)

    async def close(self) -> None:
        """Hear no more. Closing one that was never opened is harmless."""
        if self._task is None:
            return
        await _pulse_here().forget(self)
        await self.end()

    async def begin(self) -> None:
        """Join and listen, with nobody watching whether it is still heard."""
        self._channel = await channel_layer().new_channel()
        await self.join()
        self._task = asyncio.get_running_loop().create_task(self._listen(), context=Context())

    async def end(self) -> None:
        """Undo ``begin``.

        Cancelled until it has ended: Python 3.11's ``asyncio.wait_for``, in which redis-py sends, swallows a cancellation
        that comes just when it is done, and an ear that went on would hear for nobody as long as the process lives.
        """
        task, self._task = self._task, None
        while task and not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=AGAIN_AFTER_S)
        try:
            await channel_layer().group_discard(self.group, self._channel)
        except Exception as error:  # each layer has errors of its own; one that is away forgets us by itself
            logger.info("cannot leave %s: %s", self.group, error)

    async def join(self) -> None:
        """Be a member of the group, as before or again."""
        before, self.joined = self.joined, False
        try:
            await channel_layer().group_add(self.group, self._channel)
        except Exception as error:  # the pulse tries again, whatever it was
            if before:
                logger.warning("cannot join %s: %s", self.group, error)
        else:
            self.joined = True

    async def _listen(self) -> None:
        while True:
            try:
                event = await channel_layer().receive(self._channel)
            except Exception as error:  # an ear that ends is deaf for good
                logger.warning("%s is not heard: %s", self.group, error)
                await asyncio.sleep(AGAIN_AFTER_S)
                continue
            for one in event["events"] if event["type"] == SEVERAL else (event,):
                self._heard(one)

    def _heard(self, event: Event) -> None:
        try:
            if event["type"] == LOST:
                self.lost()
            else:
                self._hear(event)
        except Exception:  # what one hearer makes of one event may not end the hearing
            logger.exception("%s: %s", self.group, event.get("type"))


class Pulse:
    """Numbers that this process says to itself, for all its ears."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._ears: set[Ear] = set()
        self._said = self._heard = 0
        self._own = Ear(f"pulse.{uuid.uuid4().hex}", self._came_back, lambda: None)
        self._task: asyncio.Task[None] | None = None

    async def watch(self, ear: Ear) -> None:
        """Have ``ear`` join again, and say that it may have missed something, whenever that is so."""
        self._ears.add(ear)
        if self._task is None:
            self._task = self.loop.create_task(self._beat(), context=Context())
            await self._own.begin()

    async def forget(self, ear: Ear) -> None:
        """The pulse ends with the last ear."""
        self._ears.discard(ear)
        if self._ears or self._task is None:
            return
        self._task.cancel()
        self._task = None
        await self._own.end()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            await self._join_again()
            self._said += 1
            try:
                await channel_layer().group_send(self._own.group, {"type": "pulse.beat", "number": self._said})
            except Exception as error:  # the pulse goes on, and so finds out when it is back
                logger.warning("the channel layer is away: %s", error)

    async def _join_again(self) -> None:
        """Those of whom the layer may know nothing: all, when the last number has not come back."""
        late = self._heard < self._said
        for ear in (self._own, *self._ears):
            if late or not ear.joined:
                was_out = not ear.joined
                await ear.join()
                if was_out and ear.joined:
                    ear.lost()

    def _came_back(self, event: Event) -> None:
        number = event["number"]
        missing, self._heard = number > self._heard + 1, max(self._heard, number)
        if missing:
            logger.warning("events may have been lost: everything is looked at again")
            for ear in tuple(self._ears):
                ear.lost()


_pulse: Pulse | None = None


def _pulse_here() -> Pulse:
    """The pulse of this event loop: there is one per process, and tests bring a loop each."""
    global _pulse  # noqa: PLW0603
    if _pulse is None or _pulse.loop is not asyncio.get_running_loop():
        _pulse = Pulse()
    return _pulse
