"""Random scripts for a packet path: who joins, what is shown to whom, and what everybody sends."""

import random
import struct
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

import pylibsrtp
from hypothesis import strategies as st

from meetings.sfu.packet_path import Codec, Extensions, SlotTable, StreamTable
from meetings.sfu.rtp import extend
from tests.sfu.by_hand import (
    AES_CM,
    CLOCK_RATES,
    GCM_128,
    GCM_256,
    LEVEL,
    MID,
    PAYLOAD_TYPES,
    REPAIRED_RID,
    RID,
    START,
    TRANSPORT_NUMBER,
    WALL,
    AnyPath,
    Browser,
    extension_block,
    is_rtcp,
    layered,
    nack,
    rtp,
)
from tests.sfu.disturbances import PEERS, Disturbances, Step

STREAMS, SLOTS = 5, 5
RTX = 97
FEEDBACK_NUMBER = 6
LABEL = 1
"""What the SSRCs of streams begin with."""
ANEW = (1 << 15) - 4
"""A jump by which a sender begins anew; after two of them it uses its former 16-bit numbers again."""
PROFILES = (AES_CM, GCM_128, GCM_256)


KINDS = {
    "time": 4,
    "tick": 4,
    "join": 2,
    "leave": 1,
    "stream": 2,
    "slot": 2,
    "aim": 4,
    "layers": 4,
    "rtp": 14,
    "burst": 8,
    "rtx": 2,
    "report": 3,
    "nack": 5,
    "wants": 2,
    "estimate": 1,
    "feedback": 4,
    "rtcp": 3,
    "check": 2,
    "strange check": 2,
    "garbage": 2,
    "again": 2,
    "dtls": 1,
    "limit": 1,
}
"""What happens in a script, and how often beside the others."""

_ALL = [kind for kind, weight in KINDS.items() for _ in range(weight)]
_small = st.integers(0, 255)
steps = st.builds(Step, st.sampled_from(_ALL), _small, _small, st.integers(0, 0xFFFF), st.binary(max_size=24))


def long_script(seed: int, length: int) -> list[Step]:
    """So many steps by chance: longer than what hypothesis draws by itself."""
    chance = random.Random(seed)
    return [
        Step(chance.choice(_ALL), chance.randrange(256), chance.randrange(256), chance.randrange(1 << 16),
             chance.randbytes(chance.randrange(25)))
        for _ in range(length)
    ]  # fmt: skip


OPENING = tuple(
    [Step("join", peer) for peer in range(PEERS)]
    + [Step("stream", n, n, n) for n in range(3)]
    + [Step("slot", n, n, n | n % 2 * 0xF00) for n in range(4)]
    + [Step("aim", n, 1 + n % 3) for n in range(4)]
)
"""How every script begins: otherwise nothing would happen in most."""
_long = st.builds(long_script, st.integers(0, 1 << 32), st.integers(50, 250))
scripts = (st.lists(steps, max_size=80) | _long | _long).map(lambda rest: [*OPENING, *rest])


def is_media(data: bytes) -> bool:
    """SRTP, and neither reports nor another protocol."""
    return 127 < data[0] < 192 and not is_rtcp(data)


class Player(Disturbances):
    """Turns steps into calls; two players that play the same script make the same calls."""

    def __init__(self, path: AnyPath) -> None:
        self.path = path
        self.now = START
        self.browsers: dict[int, Browser] = {}
        self.lives = 0
        self.numbers: dict[int, int] = {}
        self.streams: dict[int, tuple[int, Codec]] = {}
        """Who has each stream, and what it is coded in."""
        self.slots: dict[int, int] = {}
        self.aimed: dict[int, int] = defaultdict(int)
        self.shown: dict[int, deque[int]] = defaultdict(lambda: deque(maxlen=200))
        """The newest numbers of each slot."""
        self.media: dict[tuple[Browser, int], dict[int, bytes]] = defaultdict(dict)
        """What was sent of each slot by its number without wrap-around, sealed."""
        self.heard: list[tuple[Browser, bytes]] = []
        self.sent: list[tuple[str, int, bytes]] = []
        self.events: list[Any] = []
        path.step_clock(self.now, WALL)
        self._actions: dict[str, Callable[[Step], None]] = {
            kind: getattr(self, "_" + kind.replace(" ", "_")) for kind in KINDS
        }

    def play(self, script: list[Step]) -> None:
        """Carry out everything and note what comes of it."""
        for step in script:
            self._actions[step.what](step)
            sent = self.path.take_sent()
            for _, _, data in sent:
                if is_media(data):
                    self._note_media(data)
            self.sent += sent
            self.events += self.path.take_events()

    def _note_media(self, data: bytes) -> None:
        number, ssrc = int.from_bytes(data[2:4], "big"), int.from_bytes(data[8:12], "big")
        browser = self.browsers[self.slots[(ssrc - self._slot_ssrc(0)) % SLOTS]]
        self.shown[ssrc].append(number)
        media = self.media[browser, ssrc]
        number = extend(number, max(media, default=number))
        assert media.setdefault(number, data) == data, "an index was used for two packets"

    def _send(self, browser: Browser | None, plain: bytes) -> None:
        if browser is None:
            return
        try:
            data = browser.seal(plain)
        except pylibsrtp.Error:
            return  # too late for anybody to send
        self.heard = [*self.heard[-20:], (browser, data)]
        self.path.step_datagram(browser.host, browser.port, data)

    # --- time and tables --------------------------------------------------------------------------------

    def _time(self, step: Step) -> None:
        self.now += (step.a + 1) * (100, 3000, 60_000)[step.b % 3]
        self.path.step_clock(self.now, WALL)

    def _tick(self, step: Step) -> None:
        for _ in range(1 + step.a % 3):
            self.now += 50_000
            self.path.step_clock(self.now, WALL)
            self.path.step_tick()

    def _join(self, step: Step) -> None:
        if step.a % PEERS in self.browsers:
            return
        self.lives += 1
        extensions = Extensions(MID, RID, REPAIRED_RID, TRANSPORT_NUMBER if step.b % 3 else 0)
        host = "2001:db8::7" if step.b % 5 == 4 else "192.0.2.1"
        browser = Browser(self.lives, PROFILES[step.c % 3], host, 20_000 + self.lives, extensions)
        self.browsers[step.a % PEERS] = browser
        if step.b % 4 == 3:
            browser.check(self.path)  # of somebody the path does not know
        if step.b % 7 != 6:
            browser.join(self.path)
            return
        browser.introduce(self.path)  # on another node, known by its SSRCs
        self.path.place_peer(browser.name, LABEL if step.c % 4 else step.c, "" if step.c % 3 else host, browser.port, 0)

    def _leave(self, step: Step) -> None:
        if browser := self.browsers.pop(step.a % PEERS, None):
            self.path.remove_peer(browser.name)
            self.streams = {n: at for n, at in self.streams.items() if at[0] != step.a % PEERS}
            self.slots = {n: at for n, at in self.slots.items() if at != step.a % PEERS}

    def _stream(self, step: Step) -> None:
        if browser := self._browser(step.b):
            codec, kind = Codec(step.c % 3), step.c >> 4
            named = kind % 3 == 2
            ssrc = 0 if named else self._ssrc(step.a)
            rtx = RTX if kind % 2 else None
            self.streams.setdefault(step.a % STREAMS, (step.b % PEERS, codec))
            self.path.add_stream(
                StreamTable(
                    1 + step.a % STREAMS, browser.name, codec, PAYLOAD_TYPES[codec], CLOCK_RATES[codec], ssrc,
                    ssrc + 1 if ssrc and rtx else 0, rtx, LEVEL if kind % 5 else 0, f"m{step.a % STREAMS % 3}",
                    "hi" if named and kind % 4 else "",
                )
            )  # fmt: skip

    def _slot(self, step: Step) -> None:
        if browser := self._browser(step.b):
            is_video = step.c % 4 != 3
            self.slots.setdefault(step.a % SLOTS, step.b % PEERS)
            wanted = [codec for codec in Codec if not step.c >> 5 & 7 or step.c >> codec & 1]
            types = {codec: 100 + codec for codec in wanted}
            rate = 90000 if is_video else 48000
            ssrc, repairs = self._slot_ssrc(step.a), step.c >> 8
            rtx = {codec: 120 + codec for codec in Codec if repairs >> codec & 1}
            rtx_ssrc = self._repair_ssrc(step.a) if repairs % 4 else 0
            self.path.add_slot(
                SlotTable(
                    1 + step.a % SLOTS, browser.name, ssrc, rate, is_video, types, rtx_ssrc, rtx,
                    FEEDBACK_NUMBER if repairs >> 3 & 1 else 0, LEVEL if repairs >> 4 & 1 else 0,
                )
            )  # fmt: skip

    def _aim(self, step: Step) -> None:
        self.aimed[step.a % SLOTS] = step.b % (STREAMS + 1)
        self.path.aim(1 + step.a % SLOTS, self.aimed[step.a % SLOTS], step.c % 4)

    def _layers(self, step: Step) -> None:
        """More or fewer temporal layers of what is shown."""
        self.path.aim(1 + step.a % SLOTS, self.aimed[step.a % SLOTS], step.c % 4)

    def _limit(self, step: Step) -> None:
        if browser := self._browser(step.a):
            self.path.limit_peer(browser.name, step.c << step.b % 16)

    @staticmethod
    def _ssrc(stream: int) -> int:
        return 0x1000 + 16 * (stream % STREAMS)

    @staticmethod
    def _slot_ssrc(slot: int) -> int:
        return 0x9000 + slot % SLOTS

    def _repair_ssrc(self, slot: int) -> int:
        return self._slot_ssrc(slot) + SLOTS

    # --- media ------------------------------------------------------------------------------------------

    def _payload(self, step: Step, number: int) -> tuple[int, bytes]:
        """Of the stream's codec, keyframes and others, cut off ones too; sometimes of another."""
        _, codec = self.streams.get(step.a % STREAMS, (0, Codec.VP8)) if step.c % 16 else (0, Codec(step.b % 3))
        more = step.data * (1 + step.c % 50)
        if codec is Codec.VP8 and step.a % 2 == 0 and step.c % 3:
            return 96, layered(number) + more
        if codec is Codec.VP8:
            descriptor = (b"\x10", b"\x90\xe0\x91\x23\x45\x20", b"\x90\x80\x7f", b"\x90\xf0\xff\xff\x10\x30", b"\x80")
            return 96, descriptor[step.b % 5] + (b"\x00" if step.b % 3 else b"\x01") + more
        if codec is Codec.H264:
            return 102, (b"\x67", b"\x78\x00\x04\x67", b"\x41", b"\x7c\x85")[step.b % 4] + more
        return 111, more[:1275] or b"\x01"

    def _extensions(self, step: Step) -> bytes:
        values = [
            (MID, b"m%d" % (step.a % STREAMS % 3)),
            (TRANSPORT_NUMBER, struct.pack("!H", step.c)),
            (LEVEL, bytes((step.b,))),
            (RID, b"hi"),
            (REPAIRED_RID, b"hi"),
        ]
        chosen = [value for bit, value in enumerate(values) if step.b >> bit & 1]
        if step.c % 11 == 10:  # the two-byte form, and one that is cut off
            body = b"".join(bytes((name, len(value))) + value for name, value in chosen)
            body += step.data + b"\0" * (-(len(body) + len(step.data)) % 4)
            return struct.pack("!HH", 0x1000, len(body) // 4) + body
        return extension_block(chosen)

    def _packet(self, step: Step, number: int, ssrc: int) -> bytes:
        payload_type, payload = self._payload(step, number)
        csrcs = (1, 2, 3)[: step.a % 4] if step.a > 200 else ()
        padding = step.b if step.a % 7 == 6 else 0
        return rtp(
            ssrc, number, number * 3000, payload[: 1200 - padding], payload_type, marker=step.a > 127,
            extensions=self._extensions(step), csrcs=csrcs, padding=padding,
        )  # fmt: skip

    def _next(self, ssrc: int, jump: int) -> int:
        """Mostly the next number; else one left out, an old one, or a jump."""
        former = self.numbers.setdefault(ssrc, 0xFFF0 if ssrc & 16 else 500)
        jumps = {0: 2, 1: 5, 2: 300, 3: 2900, 4: ANEW, 8: ANEW, 12: ANEW, 5: -1, 6: -3, 7: 0}
        step = jumps.get(jump % 32, 1)
        self.numbers[ssrc] = max(former, former + step)
        return former + step

    def _sender(self, step: Step) -> Browser | None:
        """Who has a stream; sometimes another."""
        owner, _ = self.streams.get(step.a % STREAMS, (step.a, None))
        return self._browser(owner if step.b % 16 else step.c)

    def _rtp(self, step: Step) -> None:
        ssrc = self._ssrc(step.a)
        self._send(self._sender(step), self._packet(step, self._next(ssrc, step.b ^ step.c), ssrc))

    def _burst(self, step: Step) -> None:
        for n in range(2 + step.b % 20):
            ssrc = self._ssrc(step.a)
            part = Step("rtp", step.a, 0 if n else 5, step.c | 1, step.data + bytes((n,)))
            self._send(self._sender(step), self._packet(part, self._next(ssrc, 31 if n != 5 else step.c), ssrc))

    def _rtx(self, step: Step) -> None:
        ssrc = self._ssrc(step.a)
        original = (self.numbers.get(ssrc, 500) - step.b % 8) & 0xFFFF
        _, payload = self._payload(step, original)
        number = self.numbers[ssrc + 1] = self.numbers.get(ssrc + 1, 65530) + 1
        body = struct.pack("!H", original) + payload if step.b != 7 else b"\0"
        plain = rtp(ssrc + 1, number, 90, body, RTX, extensions=self._extensions(step))
        self._send(self._sender(step), plain)

    # --- reports ----------------------------------------------------------------------------------------

    def _report(self, step: Step) -> None:
        """A sender report, alone or with a block about a slot."""
        ntp = ((self.now + WALL) // 1_000_000 + 2_208_988_800 + (step.c % 5 == 4) * step.b) << 32 | step.c << 16
        block = struct.pack("!II16s", self._slot_ssrc(step.b), step.b << 24 | step.c, (step.data + bytes(16))[:16])
        blocks = block if step.b % 2 else b""
        head = struct.pack("!BBH", 0x80 | bool(blocks), 200, 6 + len(blocks) // 4)
        body = struct.pack("!IQIII", self._ssrc(step.a), ntp & 0xFFFFFFFFFFFFFFFF, step.c, 1, 2)
        self._send(self._sender(step), head + body + blocks)

    def _nack(self, step: Step) -> None:
        """For packets that were sent, mostly, or for any."""
        ssrc = self._slot_ssrc(step.a)
        numbers = [number for n, number in enumerate(self.shown[ssrc]) if (step.c >> n % 16 & 1) or step.b % 3 == 0]
        if step.b % 5 == 4:
            numbers = list(range(step.c, step.c + step.b % 60))
        owner = self.slots.get(step.a % SLOTS, step.a)
        self._send(self._browser(owner if step.b % 8 else step.b >> 3), nack(ssrc, numbers[-140:]))

    def _wants(self, step: Step) -> None:
        ssrc = self._slot_ssrc(step.b)
        pli = struct.pack("!BBHII", 0x81, 206, 2, 1, ssrc)
        fir = struct.pack("!BBHIIII", 0x84, 206, 4, 1, 0, ssrc, 0)
        self._send(self._browser(step.a), pli if step.c % 2 else fir)

    def _estimate(self, step: Step) -> None:
        value = (step.c << 10 | step.b) & 0xFFFFFF
        remb = struct.pack("!BBHII4sII", 0x8F, 206, 5, 1, 0, b"REMB", 1 << 24 | value, 7)
        self._send(self._browser(step.a), remb)

    def _feedback(self, step: Step) -> None:
        """Which packets came, and when: by chunks of all kinds, whole and cut off."""
        count = step.a if step.b % 8 else step.c
        base, when = (step.c % 64 if step.b % 4 else step.c), (self.now // 64_000 + step.b % 3) << 8
        chunks = (0xD555, 0xBFFF, 0x2000 | step.a, 0x4000 | step.a, step.c)[step.b % 5].to_bytes(2, "big")
        body = struct.pack("!IIHHI", 1, 2, base, count, when & 0xFFFFFFFF) + chunks * (1 + count // 7 % 40)
        body += step.data * (1 + step.b % 8)
        body += bytes(-len(body) % 4)
        owner = self.slots.get(step.a % SLOTS, step.a)
        self._send(self._browser(owner), struct.pack("!BBH", 0x8F, 205, len(body) // 4) + body)

    def _rtcp(self, step: Step) -> None:
        """Nonsense under the right keys."""
        kind = (200, 201, 202, 203, 205, 206, 207)[step.c % 7]
        body = (step.data * 3)[: 4 * (len(step.data) * 3 // 4)]
        words = len(body) // 4 + (step.c >> 8) % 3
        plain = struct.pack("!BBH", 0x80 | step.b & 0x1F, kind, words) + body
        if len(plain) >= 8:
            self._send(self._browser(step.a), plain)
