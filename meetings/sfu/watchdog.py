"""Telling systemd that the node is ready, and that its event loop still turns (sd_notify(3), ``WatchdogSec=``)."""

import asyncio
import logging
import os
import socket

logger = logging.getLogger(__name__)


class Watchdog:
    """Does nothing where nobody asked for it: ``NOTIFY_SOCKET`` and ``WATCHDOG_USEC`` come from systemd."""

    def __init__(self) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET", "")
        self._every = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6 / 3
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Everything listens."""
        self._tell("READY=1")
        if self._address and self._every:
            self._beat()

    def stop(self) -> None:
        """The node ends as it was told to."""
        if self._timer:
            self._timer.cancel()
        self._tell("STOPPING=1")

    def _beat(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._every, self._beat)
        self._tell("WATCHDOG=1")

    def _tell(self, state: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)  # noqa: FBT003
                sock.sendto(state.encode(), self._address.replace("@", "\0", 1))
        except OSError as error:
            logger.warning("systemd does not hear %s: %s", state, error)
