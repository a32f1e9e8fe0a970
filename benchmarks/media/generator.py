"""The load generator (``native/``): built with gcc, loaded into this process, its thread started and asked.

The structures here must match those of ``native/interface.c`` and ``Totals`` of ``native/load.h``.
"""

import ctypes
import hashlib
import ipaddress
import secrets
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

SOURCES = Path(__file__).parent / "native"
BUILT = Path(__file__).resolve().parents[2] / "var" / "bench"
SOCKET_BUFFER = 256 << 20
IDLE, CHECKING, SHAKING, CONNECTED, FAILED = range(5)


class CannotMeasure(Exception):
    """Something that a measurement needs is missing or did not work; the text says what."""


class _Connection(ctypes.Structure):
    _fields_ = [
        ("address", ctypes.c_char_p),
        *((name, ctypes.c_int32) for name in ("port", "viewer", "thorough", "limits", "rtx_type", "number_id")),
        *((name, ctypes.c_char_p) for name in ("ufrag", "pwd", "node_ufrag", "node_pwd", "fingerprint")),
        ("started_ns", ctypes.c_uint64),
    ]


class _Track(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int32) for name in ("peer", "video", "payload_type", "level_id", "mid_id", "number_id")),
        ("ssrc", ctypes.c_uint32),
    ]


class Outcome(ctypes.Structure):
    """What one peer met; times in milliseconds since its offer was sent, negative when it never came to that."""

    state: int
    consents: int
    connected_ms: float
    first_ms: float
    first_video_ms: float
    video_expected: int
    video_lost: int
    audio_expected: int
    audio_lost: int
    failure: bytes
    cipher: bytes
    _fields_ = [
        ("state", ctypes.c_int32),
        ("consents", ctypes.c_int32),
        *((name, ctypes.c_double) for name in ("connected_ms", "first_ms", "first_video_ms")),
        *((name, ctypes.c_uint64) for name in ("video_expected", "video_lost", "audio_expected", "audio_lost")),
        ("failure", ctypes.c_char * 64),
        ("cipher", ctypes.c_char * 32),
    ]


_TOTALS = (
    "received", "octets", "duplicates", "reordered", "sampled", "undecryptable", "wrong", "remapped",
    "nacked", "recovered", "unanswered", "pli", "reports", "sender_reports", "told", "overflow", "late_ns", "unsent",
    "cpu_ns", "batches",
)  # fmt: skip


class _Totals(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in _TOTALS]


@dataclass(frozen=True)
class Side:
    """The other side of a connection, as its SDP tells; ``rtx_type`` 0: retransmissions come as they were."""

    host: str
    port: int
    ufrag: str
    password: str
    fingerprint: str
    rtx_type: int = 0
    limits: bool = False
    number_id: int = 0
    """Of the extension by which it numbers packets, to be told when they came."""


@dataclass(frozen=True)
class Own:
    """One peer's own credentials and address."""

    number: int
    ufrag: str
    password: str
    fingerprint: str
    host: str
    port: int


class Generator:
    """One per process: its thread runs until ``close``."""

    def __init__(
        self, *, gcm: bool, gro: bool, peers: ipaddress.IPv4Network, nack_share: float, pli_every_s: float
    ) -> None:
        self._load = ctypes.CDLL(str(_build()))
        self._load.load_fingerprint.restype = ctypes.c_char_p
        self._load.load_percentile.restype = ctypes.c_double
        self._first = peers.network_address
        opened = self._load.load_open(
            ctypes.c_uint32(int(self._first)),
            SOCKET_BUFFER,
            int(gro),
            int(gcm),
            ctypes.c_double(nack_share),
            ctypes.c_double(pli_every_s),
        )
        if not opened:
            raise CannotMeasure("the load generator could not open its socket or start its thread")
        self._fingerprint = self._load.load_fingerprint().decode()
        self._port = int(self._load.load_port())

    def own(self, number: int) -> Own:
        """New credentials for a peer."""
        host = str(self._first + 1 + number)
        return Own(number, secrets.token_hex(4), secrets.token_hex(12), self._fingerprint, host, self._port)

    def track(self, number: int, *, video: bool, payload_type: int, ssrc: int, extensions: dict[str, int]) -> None:
        """What a peer sends from the moment it is connected; ``extensions``: level, mid, number."""
        ids = (extensions.get(name, 0) for name in ("level", "mid", "number"))
        self._load.load_track(ctypes.byref(_Track(number, int(video), payload_type, *ids, ssrc)))

    def connect(self, own: Own, side: Side, started_ns: int, *, viewer: bool, thorough: bool = False) -> None:
        """Begin ICE and DTLS; ``started_ns`` (Unix time) is when the offer was sent."""
        flags = (int(viewer), int(thorough), int(side.limits), side.rtx_type, side.number_id)
        words = (own.ufrag, own.password, side.ufrag, side.password, side.fingerprint)
        connection = _Connection(side.host.encode(), side.port, *flags, *(word.encode() for word in words), started_ns)
        if not self._load.load_connect(own.number, ctypes.byref(connection)):
            raise CannotMeasure(f"no peer {own.number} towards {side.host}")

    def state(self, number: int) -> int:
        """IDLE, CHECKING, SHAKING, CONNECTED or FAILED."""
        return int(self._load.load_state(number))

    def arrived(self, number: int) -> int:
        """0: nothing yet, 1: some media, 2: video too."""
        return int(self._load.load_arrived(number))

    def begin(self) -> None:
        """The measuring window opens: packets sent from now on are counted."""
        self._load.load_begin()

    def end(self) -> None:
        """The measuring window closes; what is on its way still counts."""
        self._load.load_end()

    def totals(self) -> dict[str, int]:
        """Counts of all viewers since ``begin``."""
        totals = _Totals()
        self._load.load_totals(ctypes.byref(totals))
        return {name: int(getattr(totals, name)) for name in _TOTALS}

    def asked(self) -> dict[str, int]:
        """Keyframes sent and asked for, packets sent again towards the server, since the start."""
        counts = (ctypes.c_uint32 * 3)()
        self._load.load_asked(counts)
        return dict(zip(("keyframes", "keyframe_requests", "sent_again"), map(int, counts), strict=True))

    def outcome(self, number: int) -> Outcome:
        """What one peer met in the window."""
        outcome = Outcome()
        self._load.load_outcome(number, ctypes.byref(outcome))
        return outcome

    def delay_ms(self, share: float) -> float:
        """Forwarding delay, from before sending to the kernel's time of arrival."""
        return float(self._load.load_percentile(0, ctypes.c_double(share)))

    def lag_ms(self, share: float) -> float:
        """How long packets waited in the generator's own socket."""
        return float(self._load.load_percentile(1, ctypes.c_double(share)))

    def close(self) -> None:
        """Stop the thread."""
        self._load.load_close()


def unix_ns() -> int:
    """The clock of the generator."""
    return time.time_ns()


def _build() -> Path:
    """The library, compiled when its source changed. Raises CannotMeasure without gcc or OpenSSL's headers."""
    files = sorted(SOURCES.glob("*.[ch]"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
    target = BUILT / f"load-{digest}.so"
    if target.exists():
        return target
    if not shutil.which("gcc"):
        raise CannotMeasure("gcc is missing: apt-get install gcc libssl-dev")
    BUILT.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(f".{secrets.token_hex(4)}")
    sources = [str(path) for path in files if path.suffix == ".c"]
    command = ["gcc", "-O2", "-shared", "-fPIC", "-pthread", "-o", str(half), *sources, "-lssl", "-lcrypto"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"the load generator does not compile (libssl-dev missing?):\n{done.stderr}")
    return half.replace(target)
