"""The packet path in Python: the same tables, the same packets and the same events as the native one.

Once started it serves its sockets in the running event loop; before, it may be moved on by hand (``StepPath``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time

from meetings.sfu import rtp, stun
from meetings.sfu.dtls import SrtpKeys
from meetings.sfu.packet_path import (
    ALL_LAYERS,
    LABEL_SHIFT,
    LARGEST_DATAGRAM,
    TICK,
    Counters,
    DtlsReceived,
    Event,
    Extensions,
    Listener,
    SlotSwitched,
    SlotTable,
    StreamTable,
    guarded,
)
from meetings.sfu.twin.link import BATCH, LARGEST, Address, Link
from meetings.sfu.twin.outbox import Outbox
from meetings.sfu.twin.peer import Peer
from meetings.sfu.twin.slot import Slot
from meetings.sfu.twin.stream import Stream
from meetings.sfu.twin.way import KeptWay, SocketWay, Way, cuts_messages

logger = logging.getLogger(__name__)

MOST_STREAMS = 16
MOST_SLOTS = 32
MOST_CLOCK_RATE = 1_000_000
RECOUNT = 20
"""Ticks between two looks at the largest audience."""


def _are_free(table: SlotTable, peer: Peer) -> bool:
    """Whether its SSRCs are: two uses of one would encrypt different packets under one index."""
    taken = {ssrc for slot in peer.slots for ssrc in (slot.table.ssrc, slot.table.rtx_ssrc or slot.table.ssrc)}
    own = [table.ssrc, table.rtx_ssrc] if table.rtx_ssrc else [table.ssrc]
    return len(set(own)) == len(own) and taken.isdisjoint(own)


class TwinPath:
    """``PacketPath`` and, until it is started, ``StepPath``."""

    is_native = False

    def __init__(self) -> None:
        self.now = self.wall = 0
        self._counters = Counters()
        self._outbox = Outbox()
        self._peers: dict[int, Peer] = {}
        self._by_ufrag: dict[str, Peer] = {}
        self._by_address: dict[Address, Peer] = {}
        self._by_label: dict[int, Peer] = {}
        self._streams: dict[int, Stream] = {}
        self._slots: dict[int, Slot] = {}
        self._links: list[Link] = []
        self._sent: list[tuple[str, int, bytes]] = []
        self._events: list[Event] = []
        self._ticks = 0
        self._listener: Listener | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None

    # --- see PacketPath -----------------------------------------------------------------------------------

    def open_link(self, address: str, port: int) -> int:
        """See ``PacketPath``."""
        link = Link(len(self._links), address, port)
        has = cuts_messages(link.socket)
        self._outbox.has_segmentation = has and (not self._links or self._outbox.has_segmentation)
        self._links.append(link)
        return int(link.socket.getsockname()[1])

    def start(self, listener: Listener) -> None:
        """See ``PacketPath``."""
        self._loop, self._listener = asyncio.get_running_loop(), listener
        self._read_clock()
        for link in self._links:
            link.await_next(self._look, 0)
        self._timer = self._loop.call_later(TICK / 1e6, self._tick)

    def close(self) -> None:
        """See ``PacketPath``. Closing twice is harmless."""
        for peer in tuple(self._peers):
            self.remove_peer(peer)
        if self._timer:
            self._timer.cancel()
        for link in self._links:
            link.close()
        self._links.clear()
        self._listener = None

    def add_peer(self, peer: int, ufrag: str, password: str, remote_ufrag: str, extensions: Extensions) -> None:
        """See ``PacketPath``."""
        if peer in self._peers:
            return
        self._read_clock()
        made = Peer(
            peer, (ufrag, password, remote_ufrag), extensions, self._counters, self._outbox, self._way_to, self._tell
        )
        made.checked_at = made.heard_at = self.now
        self._peers[peer] = self._by_ufrag[ufrag] = made

    def set_keys(self, peer: int, profile: int, inbound: bytes, outbound: bytes) -> None:
        """See ``PacketPath``."""
        self._read_clock()
        if found := self._peers.get(peer):
            found.set_keys(SrtpKeys(profile, inbound, outbound), self.now)

    def send_dtls(self, peer: int, data: bytes) -> None:
        """See ``PacketPath``."""
        if found := self._peers.get(peer):
            found.line.send(data)

    def limit_peer(self, peer: int, bitrate: int) -> None:
        """See ``PacketPath``."""
        if found := self._peers.get(peer):
            found.limit = bitrate

    def place_peer(self, peer: int, label: int, address: str, port: int, link: int) -> None:
        """See ``PacketPath``."""
        found = self._peers.get(peer)
        fits = 0 < label < 1 << (32 - LABEL_SHIFT) and label not in self._by_label
        if found is None or not fits or found.label or found.address:
            return
        if address and link >= max(len(self._links), 1):
            return
        found.label = label
        if address:
            found.move(Address(address, port, link))
        self._by_label[label] = found

    def remove_peer(self, peer: int) -> None:
        """See ``PacketPath``."""
        found = self._peers.pop(peer, None)
        if found is None:
            return
        self._by_ufrag.pop(found.ufrag, None)
        self._by_label.pop(found.label, None)
        for address in found.addresses:
            if self._by_address.get(address) is found:
                del self._by_address[address]
        for stream in found.streams:
            self._streams.pop(stream.table.stream, None)
        for slot in found.slots:
            self._slots.pop(slot.table.slot, None)
        found.close()

    def add_stream(self, table: StreamTable) -> None:
        """See ``PacketPath``."""
        peer = self._peers.get(table.peer)
        fits = peer and len(peer.streams) < MOST_STREAMS and 0 < table.clock_rate <= MOST_CLOCK_RATE
        if peer and fits and table.stream and table.stream not in self._streams:
            stream = self._streams[table.stream] = Stream(table, peer.line.send_rtcp, self._counters, self._outbox)
            peer.streams.append(stream)

    def add_slot(self, table: SlotTable) -> None:
        """See ``PacketPath``."""
        peer = self._peers.get(table.peer)
        fits = peer and len(peer.slots) < MOST_SLOTS and 0 < table.clock_rate <= MOST_CLOCK_RATE
        if peer and fits and table.slot not in self._slots and _are_free(table, peer):
            slot = self._slots[table.slot] = Slot(table, peer.line, self._switched)
            peer.add_slot(slot)

    def aim(self, slot: int, stream: int, layers: int = ALL_LAYERS) -> None:
        """See ``PacketPath``."""
        self._read_clock()
        if found := self._slots.get(slot):
            found.aim(self._streams.get(stream), self.now, layers)

    def counters(self) -> Counters:
        """See ``PacketPath``."""
        return self._counters

    def gather(self, microseconds: int) -> None:
        """Rest so long between two looks at a link; −1 lets the size of the audience decide."""
        self._outbox.asked = microseconds

    # --- datagrams ----------------------------------------------------------------------------------------

    def _look(self, link: Link) -> None:
        """Take what has come on a link, and send what comes of it.

        In a large room the next look is some milliseconds later and not when something comes: to wake up costs more
        than many a packet, and what is found together is sent together.
        """
        self._read_clock()
        found = link.read()
        link.await_next(self._look, self._outbox.rest if 0 < len(found) < BATCH else 0)
        for datagram in found:
            came = datagram.came - self.wall
            self._guarded(datagram.data, datagram.address, came if self.now - TICK < came < self.now else self.now)
        self._outbox.flush()

    def _guarded(self, data: bytes, address: Address, came: int) -> None:
        try:
            self._received(data, address, came)
        except Exception:  # one datagram may not end the service of all others
            self._counters.dropped += 1
            logger.exception("a datagram could not be handled")

    def _received(self, data: bytes, address: Address, came: int) -> None:
        """The first byte tells the protocol (RFC 7983)."""
        if not data:
            return
        first = data[0]
        if first < 4:
            self._checked(data, address)
            return
        peer = self._sender(data, address)
        if peer and 127 < first < 192:
            peer.received(data, address, (self.now, self.wall, came))
        elif peer and 19 < first < 64:
            self._tell(DtlsReceived(peer.name, data))
        else:
            self._counters.datagrams_refused += 1

    def _sender(self, data: bytes, address: Address) -> Peer | None:
        """Of a peer that was heard there before, or of one on another node, which the SSRC names."""
        peer = self._by_address.get(address)
        if peer or len(data) < 12 or not 127 < data[0] < 192:
            return peer
        at = 4 if rtp.is_rtcp(data) else 8
        return self._by_label.get(int.from_bytes(data[at : at + 4], "big") >> LABEL_SHIFT)

    def _checked(self, data: bytes, address: Address) -> None:
        try:
            message = stun.parse(data[:LARGEST_DATAGRAM])
        except stun.StunError:
            self._counters.datagrams_refused += 1
            return
        peer = self._by_ufrag.get(message.username.partition(":")[0])
        if peer is None or peer.label or message.kind != stun.BINDING_REQUEST or not peer.answers(message):
            self._counters.datagrams_refused += 1
            return
        if message.unknown:
            peer.refuse(message, address)
            return
        former = self._by_address.get(address)
        if former and former is not peer:  # the newer one is right
            former.addresses.remove(address)
            if former.address == address:
                former.move(None)
        self._by_address[address] = peer
        if forgotten := peer.remember(address):
            self._by_address.pop(forgotten, None)
        peer.checked(message, address, self.now)

    def _way_to(self, address: Address) -> Way:
        """What takes datagrams to an address from the link that heard it; before the start they are kept."""
        if self._loop is None:
            return KeptWay(address.host, address.port, self._sent, self._counters)
        opened = self._links[address.link].socket
        is_ipv4 = opened.family == socket.AF_INET
        target = (address.host, address.port) if is_ipv4 else (address.host, address.port, 0, address.scope)
        return SocketWay(opened, target, self._counters, cuts=self._outbox.has_segmentation)

    # --- events -------------------------------------------------------------------------------------------

    def _switched(self, slot: Slot, stream: Stream) -> None:
        self._tell(SlotSwitched(slot.table.slot, stream.table.stream))

    def _tell(self, event: Event) -> None:
        if self._loop and not self._events:
            self._loop.call_soon(self._drain)
        self._events.append(event)

    def _drain(self) -> None:
        for event in self.take_events():
            if self._listener:
                guarded(self._listener, event)

    def take_events(self) -> list[Event]:
        """See ``StepPath``."""
        events, self._events = self._events, []
        return events

    # --- time ---------------------------------------------------------------------------------------------

    def _read_clock(self) -> None:
        if self._loop:
            self.now = time.monotonic_ns() // 1000

    def _tick(self) -> None:
        assert self._loop is not None
        self._timer = self._loop.call_later(TICK / 1e6, self._tick)
        self._read_clock()
        self.wall = time.time_ns() // 1000 - self.now
        self.step_tick()

    # --- see StepPath -------------------------------------------------------------------------------------

    def step_clock(self, now: int, wall: int) -> None:
        """See ``StepPath``."""
        self.now, self.wall = now, wall

    def step_datagram(self, address: str, port: int, data: bytes) -> None:
        """See ``StepPath``."""
        with contextlib.suppress(ValueError):
            self._received(data[:LARGEST], Address(address, port, 0), self.now)
        self._outbox.flush()

    def step_tick(self) -> None:
        """See ``StepPath``."""
        self._ticks += 1
        for peer in tuple(self._peers.values()):
            peer.tick(self.now, self._ticks)
        if self._ticks % RECOUNT == 0:
            self._outbox.audience = max((len(stream.slots) for stream in self._streams.values()), default=0)
        self._outbox.flush()

    def take_sent(self) -> list[tuple[str, int, bytes]]:
        """See ``StepPath``."""
        sent = self._sent.copy()
        self._sent.clear()
        return sent
