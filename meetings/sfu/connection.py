"""One connection of a browser: its DTLS handshake, and what the packet path knows of it."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable, Sequence

from meetings.sfu.dtls import Dtls, DtlsError, Fingerprint, Identity
from meetings.sfu.packet_path import (
    DtlsReceived,
    Event,
    Extensions,
    Loudness,
    PacketPath,
    PeerLapsed,
    SlotSwitched,
    StreamArrives,
    ViewerFares,
)

SETUP = 30.0
"""Seconds a connection may take to come up."""


class Switchboard:
    """Gives names to peers, streams and slots, and every event of the path to whom it concerns."""

    def __init__(self, path: PacketPath, identity: Identity) -> None:
        self.path = path
        self.identity = identity
        self.connections: dict[int, Connection] = {}
        self.links: dict[int, Callable[[DtlsReceived | PeerLapsed | ViewerFares], None]] = {}
        self.streams: dict[int, Callable[[Loudness | StreamArrives], None]] = {}
        self.slots: dict[int, Callable[[int], None]] = {}
        self._names = itertools.count(1)

    def name(self) -> int:
        """A number that names one thing, ever."""
        return next(self._names) & 0xFFFFFFFF

    def hear(self, event: Event) -> None:
        """Pass an event of the path on; what concerns nobody any more is forgotten."""
        if isinstance(event, SlotSwitched):
            if switched := self.slots.get(event.slot):
                switched(event.stream)
        elif isinstance(event, Loudness | StreamArrives):
            if told := self.streams.get(event.stream):
                told(event)
        elif connection := self.connections.get(event.peer):
            connection.hear(event)
        elif hear := self.links.get(event.peer):
            hear(event)

    def sweep(self, now: float) -> None:
        """Give up connections that never came up."""
        for connection in tuple(self.connections.values()):
            if not connection.is_connected and now - connection.started > SETUP:
                connection.fail("not connected in time")


class Connection:
    """Credentials, handshake and keys; ``on_connected`` and ``on_lost`` tell its user, once each at most."""

    def __init__(
        self,
        switchboard: Switchboard,
        remote_ufrag: str,
        fingerprints: Sequence[Fingerprint],
        extensions: Extensions,
    ) -> None:
        self.name = switchboard.name()
        self.ufrag = secrets.token_hex(8)
        self.password = secrets.token_hex(16)
        self.on_connected: Callable[[], None] | None = None
        self.on_lost: Callable[[str], None] | None = None
        self.on_fares: Callable[[ViewerFares], None] | None = None
        self.is_connected = False
        self.closed = False
        self._switchboard = switchboard
        self._path = switchboard.path
        self._dtls = Dtls(switchboard.identity, fingerprints)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self.started = self._loop.time()
        switchboard.connections[self.name] = self
        self._path.add_peer(self.name, self.ufrag, self.password, remote_ufrag, extensions)

    def hear(self, event: DtlsReceived | PeerLapsed | ViewerFares) -> None:
        """What the packet path tells of this peer."""
        match event:
            case DtlsReceived():
                self.received_dtls(event.data)
            case PeerLapsed():
                self.fail("no consent")
            case ViewerFares():
                if self.on_fares:
                    self.on_fares(event)

    def received_dtls(self, datagram: bytes) -> None:
        """One datagram of the handshake, or an alert after it."""
        try:
            keys = self._dtls.receive(datagram)
        except DtlsError as error:
            self._flush()
            self.fail(str(error))
            return
        except EOFError:
            self.fail("closed by the browser")
            return
        if keys:
            self._path.set_keys(self.name, keys.profile, keys.inbound, keys.outbound)
        self._flush()
        if keys:
            self.is_connected = True
            if self.on_connected:
                self.on_connected()

    def _flush(self) -> None:
        for datagram in self._dtls.to_send():
            self._path.send_dtls(self.name, datagram)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        timeout = self._dtls.timeout()
        if timeout is not None and not self.closed:
            self._timer = self._loop.call_later(max(timeout, 0.01), self._retransmit)

    def _retransmit(self) -> None:
        try:
            self._dtls.retransmit()
        except DtlsError as error:
            self.fail(str(error))
            return
        self._flush()

    # --- the end ----------------------------------------------------------------------------------------

    def fail(self, reason: str) -> None:
        """End the connection and tell its user."""
        if not self.closed:
            on_lost = self.on_lost
            self.close()
            if on_lost:
                on_lost(reason)

    def close(self) -> None:
        """Say goodbye and have the path forget it. Closing twice is harmless.

        What a connection holds is much (TLS state, histories): it goes when nobody refers to it, and does not wait
        for the garbage collector.
        """
        if self.closed:
            return
        self._dtls.close()
        self.closed = True
        self._flush()
        self._path.remove_peer(self.name)
        self._switchboard.connections.pop(self.name, None)
        self.on_connected = self.on_lost = self.on_fares = None
