"""What a node tells Prometheus, in its text format (version 0.0.4): counters of the packet path, rooms, the process.

Labels are room names and kinds, never a person or a device. The packet path's counters are told by the names of its
``Counters``, whichever implementation counts; a room's rates and losses come from what its connections last heard.
"""

from __future__ import annotations

import bisect
import resource
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from meetings.sfu.packet_path import COUNTERS, Counters
from meetings.sfu.room import Room
from meetings.sfu.tcp import TcpRelay

if TYPE_CHECKING:
    from meetings.sfu.node import Node

JOIN_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds; the aim is 95 % of joins within 0.3 s."""
BAD_LOSS = 0.02
"""Share of packets lost at which people notice."""
_STARTED = time.time()

_HELP = {
    "packets_in": "RTP and RTCP packets received and verified.",
    "packets_out": "Packets sent.",
    "bytes_out": "Bytes sent.",
    "dropped": "Packets that did not verify or could not be sent.",
    "nacks": "Packets that viewers reported missing.",
    "retransmitted": "Packets sent once more.",
    "keyframe_requests": "Keyframes asked of senders.",
    "events_lost": "Events of the packet path that nobody could be told.",
    "datagrams_refused": "Datagrams that belong to no connection.",
    "over_limit": "Packets dropped unread because their sender sends far too much.",
    "sends_failed": "Datagrams that the system did not take.",
}

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True)
class Family:
    """One metric: its name, what it means, its kind, and its values by labels."""

    name: str
    kind: str
    text: str
    samples: tuple[Sample, ...]

    def lines(self) -> Iterator[str]:
        """As the text format has it."""
        yield f"# HELP {self.name} {self.text}"
        yield f"# TYPE {self.name} {self.kind}"
        for labels, value in self.samples:
            yield f"{self.name}{_labels(labels)} {_number(value)}"


class Histogram:
    """How long something took, in cumulative buckets."""

    def __init__(self, name: str, text: str, buckets: tuple[float, ...]) -> None:
        self._name, self._text, self._buckets = name, text, buckets
        self._counts = [0] * (len(buckets) + 1)
        self._sum = 0.0

    def observe(self, seconds: float) -> None:
        """One more."""
        self._counts[bisect.bisect_left(self._buckets, seconds)] += 1
        self._sum += seconds

    def lines(self) -> Iterator[str]:
        """As the text format has it."""
        yield f"# HELP {self._name} {self._text}"
        yield f"# TYPE {self._name} histogram"
        total = 0
        for bound, count in zip((*map(_number, self._buckets), "+Inf"), self._counts, strict=True):
            total += count
            yield f'{self._name}_bucket{{le="{bound}"}} {total}'
        yield f"{self._name}_sum {_number(self._sum)}"
        yield f"{self._name}_count {total}"


def joins() -> Histogram:
    """From an offer to a connection that carries media."""
    text = "Seconds from a browser's offer to its connection."
    return Histogram("eoffice_media_join_seconds", text, JOIN_BUCKETS)


def exposition(node: Node, tcp: TcpRelay | None = None) -> str:
    """All metrics of a node."""
    families = [*_of_path(node.counters(), is_native=node.is_native), *_of_rooms(node.rooms), *_of_process()]
    families.append(_gauge("eoffice_media_connections", "Connections, open or opening.", node.connections))
    if tcp:
        families += _of_tcp(tcp)
    lines = [line for family in families for line in family.lines()]
    return "\n".join([*lines, *node.joins.lines()]) + "\n"


def _of_path(counted: Counters, *, is_native: bool) -> Iterator[Family]:
    for name in COUNTERS:
        text = _HELP.get(name, name.replace("_", " "))
        yield _counter(f"eoffice_media_{name}_total", text, getattr(counted, name))
    text = "1 when the native packet path serves, 0 for its twin in Python."
    yield _gauge("eoffice_media_native", text, int(is_native))


@dataclass
class _RoomCounts:
    """What one room holds now."""

    viewers: int = 0
    senders: int = 0
    sources: int = 0
    layers: int = 0
    received_bits_per_second: int = 0
    sent_bits_per_second: int = 0
    viewers_losing: int = 0
    viewers_reduced: int = 0
    worst_loss_ratio: float = 0.0
    worst_round_trip_seconds: float = 0.0
    sources_from_other_nodes: int = 0
    sources_to_other_nodes: int = 0


_OF_A_ROOM = {
    "viewers": "Connections that are sent media.",
    "senders": "Connections that send media.",
    "sources": "Cameras, microphones and screens that are sent.",
    "layers": "Encodings of those sources that arrive.",
    "received_bits_per_second": "What all senders send.",
    "sent_bits_per_second": "What all viewers are sent.",
    "viewers_losing": f"Viewers that lost more than {BAD_LOSS:.0%} in the last second.",
    "viewers_reduced": "Viewers that are shown less than they should be, because of their line.",
    "worst_loss_ratio": "Loss of the viewer that lost most in the last second.",
    "worst_round_trip_seconds": "Round trip of the viewer that is furthest away.",
    "sources_from_other_nodes": "Cameras, microphones and screens that come from other nodes.",
    "sources_to_other_nodes": "How often one of those here is sent to another node.",
}


def _of_rooms(rooms: Iterable[Room]) -> Iterator[Family]:
    counts = {room.name: asdict(_count(room)) for room in rooms}
    yield _gauge("eoffice_media_rooms", "Meetings on this node.", len(counts))
    for field in fields(_RoomCounts):
        samples: tuple[Sample, ...] = tuple(({"room": name}, of[field.name]) for name, of in counts.items())
        yield Family(f"eoffice_media_room_{field.name}", "gauge", _OF_A_ROOM[field.name], samples)


def _count(room: Room) -> _RoomCounts:
    counts, now = _RoomCounts(), time.monotonic()
    if room.span:
        counts.sources_from_other_nodes = len(room.span.incoming)
        counts.sources_to_other_nodes = len(room.span.outgoing)
    for peer in room.peers.values():
        if publisher := peer.publisher:
            counts.senders += 1
            counts.sources += len(publisher.tracks)
            layers = [layer for track in publisher.tracks for layer in track.layers if layer.is_alive(now)]
            counts.layers += len(layers)
            counts.received_bits_per_second += sum(layer.rate for layer in layers)
        if viewer := peer.viewer:
            counts.viewers += 1
            counts.viewers_reduced += bool(viewer.reduced)
            if fares := viewer.fares:
                loss = fares.lost / 256
                counts.sent_bits_per_second += fares.sent_rate
                counts.viewers_losing += loss > BAD_LOSS
                counts.worst_loss_ratio = max(counts.worst_loss_ratio, loss)
                counts.worst_round_trip_seconds = max(counts.worst_round_trip_seconds, fares.round_trip / 1e6)
    return counts


def _of_tcp(tcp: TcpRelay) -> Iterator[Family]:
    yield _gauge("eoffice_media_tcp_connections", "TCP connections of browsers.", len(tcp.connections))
    for name, value in asdict(tcp.counters).items():
        yield _counter(f"eoffice_media_tcp_{name}_total", f"TCP: {name.replace('_', ' ')}.", value)


def _of_process() -> Iterator[Family]:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    descriptors = sum(1 for _ in Path("/proc/self/fd").iterdir())
    yield Family(
        "eoffice_media_cpu_seconds_total",
        "counter",
        "Processor time by mode.",
        (({"mode": "user"}, usage.ru_utime), ({"mode": "system"}, usage.ru_stime)),
    )
    yield _counter("process_cpu_seconds_total", "Processor time.", usage.ru_utime + usage.ru_stime)
    yield _gauge("process_resident_memory_bytes", "Resident memory.", pages * resource.getpagesize())
    yield _gauge("process_open_fds", "Open file descriptors.", descriptors)
    yield _gauge("process_start_time_seconds", "When the process began, since 1970.", _STARTED)


def _counter(name: str, text: str, value: float) -> Family:
    return Family(name, "counter", text, (({}, value),))


def _gauge(name: str, text: str, value: float) -> Family:
    return Family(name, "gauge", text, (({}, value),))


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
