"""The packet path in C, behind ctypes: see ``packet_path.h``, whose structures are repeated here."""

import asyncio
import ctypes as c
import ipaddress
import os
import struct
from collections.abc import Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from meetings.sfu.native.build import library
from meetings.sfu.packet_path import (
    ALL_LAYERS,
    COUNTERS,
    Codec,
    Counters,
    DtlsReceived,
    Event,
    Extensions,
    Listener,
    Loudness,
    PeerLapsed,
    SlotSwitched,
    SlotTable,
    StreamArrives,
    StreamTable,
    ViewerFares,
    guarded,
)

NO_PAYLOAD_TYPE = 255
BUFFER = 1 << 18
_RECORD = struct.Struct("<HHI")
_WORD = struct.Struct("<I")
_SENT = struct.Struct("!HH16s")


class _Extensions(c.Structure):
    _fields_ = [(name, c.c_uint8) for name in ("mid", "rid", "repaired_rid", "transport_number")]


class _StreamTable(c.Structure):
    _fields_ = [
        *((name, c.c_uint32) for name in ("stream", "peer", "ssrc", "rtx_ssrc", "clock_rate")),
        *((name, c.c_uint8) for name in ("codec", "payload_type", "rtx_payload_type", "level_extension")),
        ("mid", c.c_char * 33),
        ("rid", c.c_char * 17),
    ]


class _SlotTable(c.Structure):
    _fields_ = [
        *((name, c.c_uint32) for name in ("slot", "peer", "ssrc", "rtx_ssrc", "clock_rate")),
        ("payload_types", c.c_uint8 * len(Codec)),
        ("rtx_payload_types", c.c_uint8 * len(Codec)),
        ("is_video", c.c_uint8),
        ("transport_number", c.c_uint8),
        ("level", c.c_uint8),
    ]


class _Counters(c.Structure):
    _fields_ = [(name, c.c_uint64) for name in COUNTERS]


_path, _name, _text = c.c_void_p, c.c_uint32, c.c_char_p
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "pp_create": (_path, []),
    "pp_destroy": (None, [_path]),
    "pp_open_link": (c.c_int, [_path, _text, c.c_int]),
    "pp_start": (c.c_int, [_path]),
    "pp_event_descriptor": (c.c_int, [_path]),
    "pp_has_segmentation": (c.c_int, [_path]),
    "pp_set_gathering": (None, [_path, c.c_int]),
    "pp_add_peer": (None, [_path, _name, _text, _text, _text, c.POINTER(_Extensions)]),
    "pp_set_keys": (None, [_path, _name, c.c_int, _text, _text]),
    "pp_send_dtls": (None, [_path, _name, _text, c.c_size_t]),
    "pp_remove_peer": (None, [_path, _name]),
    "pp_add_stream": (None, [_path, c.POINTER(_StreamTable)]),
    "pp_add_slot": (None, [_path, c.POINTER(_SlotTable)]),
    "pp_aim": (None, [_path, _name, _name, c.c_int]),
    "pp_limit_peer": (None, [_path, _name, c.c_uint32]),
    "pp_place_peer": (None, [_path, _name, c.c_uint32, _text, c.c_int, c.c_int]),
    "pp_take_events": (c.c_size_t, [_path, c.c_void_p, c.c_size_t]),
    "pp_read_counters": (None, [_path, c.POINTER(_Counters)]),
    "pp_step_clock": (None, [_path, c.c_int64, c.c_int64]),
    "pp_step_datagram": (None, [_path, c.c_int, _text, c.c_int, _text, c.c_size_t]),
    "pp_step_tick": (None, [_path]),
    "pp_take_sent": (c.c_size_t, [_path, c.c_void_p, c.c_size_t]),
}


def _load(file: Path) -> c.CDLL:
    loaded = c.CDLL(str(file))
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


class NativePath:
    """``PacketPath`` and, until it is started, ``StepPath``."""

    is_native = True

    def __init__(self, file: Path | None = None) -> None:
        """Load the library ``file``, by default the one that was built. Raises OSError without one."""
        self._library = _load(file or library())
        self._path = self._library.pp_create()
        if not self._path:
            raise MemoryError("no packet path")
        self._buffer = c.create_string_buffer(BUFFER)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listener: Listener = lambda _: None

    @property
    def has_segmentation(self) -> bool:
        """Whether the kernel cuts one message into many datagrams."""
        return bool(self._library.pp_has_segmentation(self._path))

    def gather(self, microseconds: int) -> None:
        """Gather packets up to so long before they are sent; −1 lets the size of the audience decide."""
        self._library.pp_set_gathering(self._path, microseconds)

    # --- see PacketPath -----------------------------------------------------------------------------------

    def open_link(self, address: str, port: int) -> int:
        """See ``PacketPath``."""
        opened = int(self._library.pp_open_link(self._path, address.encode(), port))
        if opened < 0:
            raise OSError(-opened, f"{address} port {port}: {os.strerror(-opened)}")
        return opened

    def start(self, listener: Listener) -> None:
        """See ``PacketPath``."""
        self._loop, self._listener = asyncio.get_running_loop(), listener
        self._loop.add_reader(self._library.pp_event_descriptor(self._path), self._drain)
        failure = self._library.pp_start(self._path)
        if failure:
            raise OSError(-failure, os.strerror(-failure))

    def close(self) -> None:
        """See ``PacketPath``. Closing twice is harmless."""
        if not self._path:
            return
        if self._loop:
            self._loop.remove_reader(self._library.pp_event_descriptor(self._path))
        self._library.pp_destroy(self._path)
        self._path = None

    def add_peer(self, peer: int, ufrag: str, password: str, remote_ufrag: str, extensions: Extensions) -> None:
        """See ``PacketPath``."""
        ids = _Extensions(*astuple(extensions))
        self._library.pp_add_peer(
            self._path, peer, ufrag.encode(), password.encode(), remote_ufrag.encode(), c.byref(ids)
        )

    def set_keys(self, peer: int, profile: int, inbound: bytes, outbound: bytes) -> None:
        """See ``PacketPath``."""
        self._library.pp_set_keys(self._path, peer, profile, inbound, outbound)

    def send_dtls(self, peer: int, data: bytes) -> None:
        """See ``PacketPath``."""
        self._library.pp_send_dtls(self._path, peer, data, len(data))

    def limit_peer(self, peer: int, bitrate: int) -> None:
        """See ``PacketPath``."""
        self._library.pp_limit_peer(self._path, peer, bitrate)

    def place_peer(self, peer: int, label: int, address: str, port: int, link: int) -> None:
        """See ``PacketPath``."""
        self._library.pp_place_peer(self._path, peer, label, address.encode(), port, link)

    def remove_peer(self, peer: int) -> None:
        """See ``PacketPath``."""
        self._library.pp_remove_peer(self._path, peer)

    def add_stream(self, table: StreamTable) -> None:
        """See ``PacketPath``."""
        rtx = NO_PAYLOAD_TYPE if table.rtx_payload_type is None else table.rtx_payload_type
        filled = _StreamTable(
            table.stream,
            table.peer,
            table.ssrc,
            table.rtx_ssrc,
            table.clock_rate,
            table.codec,
            table.payload_type,
            rtx,
            table.level_extension,
            table.mid.encode(),
            table.rid.encode(),
        )
        self._library.pp_add_stream(self._path, c.byref(filled))

    def add_slot(self, table: SlotTable) -> None:
        """See ``PacketPath``."""
        filled = _SlotTable(
            table.slot,
            table.peer,
            table.ssrc,
            table.rtx_ssrc,
            table.clock_rate,
            _by_codec(table.payload_types),
            _by_codec(table.rtx_payload_types),
            table.is_video,
            table.transport_number,
            table.level,
        )
        self._library.pp_add_slot(self._path, c.byref(filled))

    def aim(self, slot: int, stream: int, layers: int = ALL_LAYERS) -> None:
        """See ``PacketPath``."""
        self._library.pp_aim(self._path, slot, stream, layers)

    def counters(self) -> Counters:
        """See ``PacketPath``."""
        read = _Counters()
        self._library.pp_read_counters(self._path, c.byref(read))
        return Counters(**{name: getattr(read, name) for name in COUNTERS})

    # --- events -------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        for event in self.take_events():
            if self._path:
                guarded(self._listener, event)

    def take_events(self) -> list[Event]:
        """See ``StepPath``."""
        events: list[Event] = []
        while size := self._library.pp_take_events(self._path, self._buffer, BUFFER):
            data = c.string_at(self._buffer, size)
            at = 0
            while at < size:
                kind, length, name = _RECORD.unpack_from(data, at)
                events.append(_event(kind, name, data[at + _RECORD.size : at + length]))
                at += length
        return events

    # --- see StepPath -------------------------------------------------------------------------------------

    def step_clock(self, now: int, wall: int) -> None:
        """See ``StepPath``."""
        self._library.pp_step_clock(self._path, now, wall)

    def step_datagram(self, address: str, port: int, data: bytes) -> None:
        """See ``StepPath``."""
        self._library.pp_step_datagram(self._path, 0, address.encode(), port, data, len(data))

    def step_tick(self) -> None:
        """See ``StepPath``."""
        self._library.pp_step_tick(self._path)

    def take_sent(self) -> list[tuple[str, int, bytes]]:
        """See ``StepPath``."""
        sent = []
        while size := self._library.pp_take_sent(self._path, self._buffer, BUFFER):
            data, at = c.string_at(self._buffer, size), 0
            while at < size:
                length, port, packed = _SENT.unpack_from(data, at)
                at += _SENT.size
                address = ipaddress.IPv6Address(packed)
                sent.append((str(address.ipv4_mapped or address), port, data[at : at + length]))
                at += length
        return sent


def _by_codec(payload_types: Mapping[Codec, int]) -> "c.Array[c.c_uint8]":
    return (c.c_uint8 * len(Codec))(*(payload_types.get(codec, NO_PAYLOAD_TYPE) for codec in Codec))


def _event(kind: int, name: int, data: bytes) -> Event:
    match kind:
        case 1:
            return DtlsReceived(name, data)
        case 2:
            return SlotSwitched(name, *_WORD.unpack(data))
        case 3:
            return Loudness(name, *_WORD.unpack(data))
        case 4:
            return PeerLapsed(name)
        case 5:
            return ViewerFares(name, *struct.unpack("<9I", data))
        case 6:
            return StreamArrives(name, *struct.unpack("<5I", data))
    raise ValueError(f"no event has the number {kind}")
