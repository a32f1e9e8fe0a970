"""What the fuzzer begins with: random scripts of real packets, written as the records that ``target.c`` reads."""

import struct
from dataclasses import astuple
from pathlib import Path
from typing import Any

from meetings.sfu.packet_path import ALL_LAYERS, Codec, Extensions, SlotTable, StreamTable
from tests.sfu.by_hand import AES_CM, GCM_128, GCM_256, START, Browser, is_rtcp
from tests.sfu.scripts import OPENING, Player, long_script

(TIME, TICK, ADD_PEER, REMOVE_PEER, STREAM, SLOT, AIM, LIMIT, DTLS, RAW, RTP, RTCP, CHECK, GATHER, PLACE) = range(15)
NO_PAYLOAD_TYPE = 255
SCRIPTS = 60


class Recorder:
    """A ``StepPath`` that does nothing but write down what it is asked."""

    def __init__(self) -> None:
        self.records = bytearray()
        self._now = START
        self._names: dict[int, tuple[int, Extensions]] = {}

    def note(self, kind: int, body: bytes) -> None:
        self.records += struct.pack("!BH", kind, len(body)) + body

    def step_clock(self, now: int, _wall: int) -> None:
        self.note(TIME, struct.pack("!I", now - self._now))
        self._now = now

    def step_tick(self) -> None:
        self.note(TICK, b"")

    def step_datagram(self, _host: str, port: int, data: bytes) -> None:
        if data[:2] == b"\0\1" and len(data) > 60:  # the name and the signature are put in anew
            self.note(CHECK, bytes((port & 0xFF,)) + data[8:12] + data[36:-32])
        else:
            self.note(RAW, bytes((port & 0xFF,)) + data)

    def add_peer(self, peer: int, _ufrag: str, _password: str, _remote: str, extensions: Extensions) -> None:
        self._names[peer] = (peer - 1, extensions)

    def set_keys(self, peer: int, profile: int, _inbound: bytes, _outbound: bytes) -> None:
        number, extensions = self._names[peer]
        kind = (AES_CM, GCM_128, GCM_256).index(profile)
        self.note(ADD_PEER, bytes((number, *astuple(extensions), kind)))
        self.note(CHECK, bytes((number, number, 0, 0, 0)) + struct.pack("!HH", 0x25, 0))

    def remove_peer(self, peer: int) -> None:
        self.note(REMOVE_PEER, bytes((peer - 1,)))

    def add_stream(self, t: StreamTable) -> None:
        rtx = NO_PAYLOAD_TYPE if t.rtx_payload_type is None else t.rtx_payload_type
        head = struct.pack("!BBHHBBBB", t.stream, t.peer - 1, t.ssrc, t.rtx_ssrc, t.codec, t.payload_type, rtx,
                           t.level_extension)  # fmt: skip
        texts = t.mid.encode().ljust(2, b"\0") + t.rid.encode().ljust(2, b"\0")
        self.note(STREAM, head + bytes((t.clock_rate == 48000,)) + texts)

    def add_slot(self, t: SlotTable) -> None:
        types, rtx = (
            bytes(each.get(codec, NO_PAYLOAD_TYPE) for codec in Codec)
            for each in (t.payload_types, t.rtx_payload_types)
        )
        head = struct.pack("!BBHBB", t.slot, t.peer - 1, t.ssrc, t.clock_rate == 48000, t.is_video)
        self.note(SLOT, head + types + struct.pack("!H", t.rtx_ssrc) + rtx + bytes((t.transport_number, t.level)))

    def aim(self, slot: int, stream: int, layers: int = ALL_LAYERS) -> None:
        self.note(AIM, bytes((slot, stream, layers)))

    def place_peer(self, peer: int, label: int, address: str, port: int, link: int) -> None:
        self.note(PLACE, struct.pack("!BHBBB", peer - 1, label & 0xFFFF, bool(address), port & 0xFF, link))

    def limit_peer(self, peer: int, bitrate: int) -> None:
        self.note(LIMIT, struct.pack("!BI", peer - 1, bitrate))

    def send_dtls(self, peer: int, data: bytes) -> None:
        self.note(DTLS, bytes((peer - 1,)) + data)

    def take_sent(self) -> list[Any]:
        return []

    def take_events(self) -> list[Any]:
        return []


class Plain(Player):
    """What browsers send stays plain: the target seals it."""

    path: Any

    def _send(self, browser: Browser | None, plain: bytes) -> None:
        if browser:
            self.path.note(RTCP if is_rtcp(plain) else RTP, bytes((browser.name - 1,)) + plain)


def write_corpus(folder: Path) -> None:
    """Fill a folder with inputs."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(SCRIPTS):
        recorder = Recorder()
        player = Plain(recorder)  # type: ignore[arg-type]
        if seed % 2:
            recorder.note(GATHER, b"\1")
        player.play([*OPENING, *long_script(seed, 20 + 3 * seed)])
        (folder / f"script-{seed}").write_bytes(recorder.records)
