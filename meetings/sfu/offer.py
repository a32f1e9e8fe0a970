"""A browser's offer read: what the node needs of it, and nothing else (RFC 8866, RFC 8829, RFC 8853).

A join storm brings hundreds of offers of fifteen sections each, most of whose lines are the same: what says which codecs
there are is understood once.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from meetings.sfu.dtls import Fingerprint
from meetings.sfu.messages import MOST_LAYERS, Kind
from meetings.sfu.packet_path import Codec
from meetings.sfu.slots import SLOTS, USUAL_SLOTS, VIDEO_SLOTS

MEDIA_OF_KIND = {"camera": "video", "content": "video", "microphone": "audio", "content-audio": "audio"}
H264_FORMAT = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
NAMES = {Codec.OPUS: "opus", Codec.VP8: "VP8", Codec.H264: "H264"}
CLOCK_RATES = {Codec.OPUS: 48_000, Codec.VP8: 90_000, Codec.H264: 90_000}
TRANSPORT_NUMBER = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_CODING = frozenset({"rtpmap", "fmtp", "rtcp-fb"})
_DIRECTIONS = frozenset({"sendrecv", "sendonly", "recvonly", "inactive"})


class BadOffer(ValueError):
    """The offer cannot be answered."""


class NoUsableCodec(ValueError):
    """A section offers none of Opus, VP8 and H.264, of which it needs one."""


class OfferedCodec(NamedTuple):
    """A codec under the number the browser gave it, with its retransmission format and parameters if offered."""

    kind: Codec
    payload_type: int
    feedback: frozenset[str]
    rtx: int | None
    parameters: str = ""

    @property
    def clock_rate(self) -> int:
        """Units per second."""
        return CLOCK_RATES[self.kind]


@dataclass(frozen=True)
class Section:
    """One ``m=`` line that is in use: its codecs, the best first.

    ``ssrcs`` is the stream's own and that of its retransmissions; ``rids`` names its encodings when there are several.
    """

    index: int
    media: str
    mid: str
    codecs: tuple[OfferedCodec, ...]
    extensions: dict[str, int]
    ssrcs: tuple[int, ...]
    rids: tuple[str, ...] = ()

    @property
    def has_repairs(self) -> bool:
        """Whether some codec is sent again in a format of its own (RFC 4588)."""
        return any(codec.rtx is not None for codec in self.codecs)

    @property
    def feedback_number(self) -> int:
        """The id under which what is sent to a browser is numbered; 0: it would not tell what came."""
        tells = any(codec.rtx is not None and "transport-cc" in codec.feedback for codec in self.codecs)
        return self.extensions.get(TRANSPORT_NUMBER, 0) if tells else 0

    @property
    def codec(self) -> OfferedCodec:
        """The one that a browser is to send."""
        return self.codecs[0]


@dataclass(frozen=True)
class Offer:
    """What the node needs of an offer. ``refused`` are the indexes of sections that are not taken: media and mid."""

    ufrag: str
    fingerprints: tuple[Fingerprint, ...]
    sections: tuple[Section, ...]
    refused: dict[int, tuple[str, str]]

    @cached_property
    def by_index(self) -> dict[int, Section]:
        """The sections in use by their index."""
        return {section.index: section for section in self.sections}


class _Lines:
    """The attributes of the session or of one section: values by name, in order."""

    def __init__(self, media: str = "", formats: tuple[str, ...] = ()) -> None:
        self.media = media
        self.formats = formats
        self.values: defaultdict[str, list[str]] = defaultdict(list)
        self.coding: list[str] = []
        self.direction = "sendrecv"

    def add(self, line: str) -> None:
        """Take the text of one ``a=`` line."""
        name, _, value = line.partition(":")
        if name in _CODING:
            self.coding.append(line)
        elif name in _DIRECTIONS:
            self.direction = name
        else:
            self.values[name].append(value)

    def first(self, name: str) -> str:
        """The first value of an attribute; empty without one."""
        values = self.values.get(name)
        return values[0] if values else ""

    @property
    def is_refused(self) -> bool:
        """Whether the section is one that the node does not take."""
        return self.media not in ("audio", "video") or self.direction == "inactive" or not self.coding


def parse_offer(text: str) -> Offer:
    """Raises BadOffer (not SDP, no BUNDLE, no rtcp-mux, not for an ICE-lite passive side), NoUsableCodec."""
    session, media = _split(text)
    taken = [(index, lines) for index, lines in enumerate(media) if not lines.is_refused]
    if not taken:
        raise BadOffer("no section in use")
    _check_bundle(session, [lines for _, lines in taken])
    first = taken[0][1]
    ufrag = first.first("ice-ufrag") or session.first("ice-ufrag")
    if not 4 <= len(ufrag) <= 256 or not ufrag.isascii() or not (first.first("ice-pwd") or session.first("ice-pwd")):
        raise BadOffer("no ICE credentials")
    return Offer(
        ufrag,
        _fingerprints(first, session),
        tuple(_section(index, lines) for index, lines in taken),
        {index: (lines.media, lines.first("mid")) for index, lines in enumerate(media) if lines.is_refused},
    )


def _split(text: str) -> tuple[_Lines, list[_Lines]]:
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "v=0":
        raise BadOffer("not SDP: it does not begin with v=0")
    session = current = _Lines()
    media: list[_Lines] = []
    for line in lines:
        if line.startswith("a="):
            current.add(line[2:])
        elif line.startswith("m="):
            kind, *rest = line[2:].split(" ")
            current = _Lines(kind, tuple(rest[2:]))
            media.append(current)
    return session, media


def _check_bundle(session: _Lines, media: Sequence[_Lines]) -> None:
    mids = [lines.first("mid") for lines in media]
    groups = [value.split(" ") for value in session.values.get("group", ())]
    bundled = {mid for semantic, *items in groups if semantic == "BUNDLE" for mid in items}
    if not all(mids) or len(set(mids)) != len(mids) or not set(mids) <= bundled:
        raise BadOffer("every section needs its own mid, all in one BUNDLE group")
    if not all("rtcp-mux" in lines.values for lines in media):
        raise BadOffer("rtcp-mux is needed")
    if any(not 0 < len(mid) <= 32 or not mid.isascii() or not mid.isprintable() or " " in mid for mid in mids):
        raise BadOffer("a mid that is no token")


def _fingerprints(first: _Lines, session: _Lines) -> tuple[Fingerprint, ...]:
    values = first.values.get("fingerprint") or session.values.get("fingerprint") or []
    pairs = [value.split(" ") for value in values]
    role = first.first("setup") or session.first("setup")
    if not pairs or any(len(pair) != 2 for pair in pairs) or role not in ("actpass", "active"):
        raise BadOffer("no fingerprint, or not offering to be the DTLS client")
    return tuple(Fingerprint(algorithm, value) for algorithm, value in pairs)


# --- one section ------------------------------------------------------------------------------------------


def _section(index: int, lines: _Lines) -> Section:
    codecs = _codecs(lines.media, lines.formats, tuple(lines.coding))
    if not codecs:
        wanted = "opus" if lines.media == "audio" else "VP8 or H264"
        raise NoUsableCodec(f"section {lines.first('mid')} offers no {wanted}")
    extensions = {}
    for value in lines.values.get("extmap", ()):
        number, _, uri = value.partition(" ")
        name = number.partition("/")[0]
        if name.isascii() and name.isdigit() and 0 < int(name) < 15:
            extensions[uri.partition(" ")[0]] = int(name)
    rids = _rids(lines)
    return Section(index, lines.media, lines.first("mid"), codecs, extensions, () if rids else _ssrcs(lines), rids)


def _ssrcs(lines: _Lines) -> tuple[int, ...]:
    """The stream's SSRC and that of its retransmissions (RFC 5576)."""
    groups = [value.split(" ") for value in lines.values.get("ssrc-group", ())]
    pair = next((items for semantic, *items in groups if semantic == "FID" and len(items) == 2), None)
    named = pair or [value.partition(" ")[0] for value in lines.values.get("ssrc", ())[:1]]
    numbers = tuple(int(text) for text in named if text.isascii() and text.isdigit() and len(text) <= 10)
    return numbers if all(0 < number < 1 << 32 for number in numbers) else ()


def _rids(lines: _Lines) -> tuple[str, ...]:
    """The encodings that a browser offers to send, as ``a=simulcast`` orders them (RFC 8853, section 5.1)."""
    words = lines.first("simulcast").split(" ")
    if "send" not in words[:-1] or lines.media != "video":
        return ()
    offered = {value.split(" ")[0] for value in lines.values.get("rid", ()) if value.split(" ")[1:2] == ["send"]}
    streams = words[words.index("send") + 1].split(";")
    rids = [stream.split(",")[0].removeprefix("~") for stream in streams]
    if any(rid not in offered or not rid.isascii() or not rid.isalnum() or len(rid) > 16 for rid in rids):
        raise BadOffer("simulcast of encodings that are not described")
    return tuple(dict.fromkeys(rids))[:MOST_LAYERS]


@lru_cache(maxsize=512)
def _codecs(media: str, formats: tuple[str, ...], coding: tuple[str, ...]) -> tuple[OfferedCodec, ...]:
    """What can be forwarded, VP8 before H.264: every browser has it, Firefox without a network has nothing else."""
    maps: dict[str, str] = {}
    parameters: dict[str, str] = {}
    feedback: defaultdict[str, set[str]] = defaultdict(set)
    for line in coding:
        name, _, rest = line.partition(":")
        number, _, value = rest.partition(" ")
        if name == "rtpmap":
            maps[number] = value.lower()
        elif name == "fmtp":
            parameters[number] = value
        else:
            feedback[number].add(value)
    found = []
    for kind in (Codec.OPUS,) if media == "audio" else (Codec.VP8, Codec.H264):
        number = next(
            (n for n in formats if _is_payload_type(n) and _is(kind, maps.get(n, ""), parameters.get(n, ""))), ""
        )
        if number:
            rtx = next(
                (
                    n
                    for n in formats
                    if _is_payload_type(n) and maps.get(n) == "rtx/90000" and _apt(parameters.get(n, "")) == number
                ),
                None,
            )
            kinds = frozenset(feedback[number] | feedback["*"])
            form = H264_FORMAT if kind is Codec.H264 else ""
            found.append(OfferedCodec(kind, int(number), kinds, int(rtx) if rtx else None, form))
    return tuple(found)


def _is(kind: Codec, encoding: str, parameters: str) -> bool:
    """Whether a format is ``kind``; of H.264 the profile every browser has, in packets of more than one kind."""
    if not encoding.startswith(f"{NAMES[kind].lower()}/{CLOCK_RATES[kind]}"):
        return False
    if kind is not Codec.H264:
        return True
    given = dict(part.strip().partition("=")[::2] for part in parameters.lower().split(";"))
    return given.get("packetization-mode") == "1" and given.get("profile-level-id", "").startswith("42e0")


def _is_payload_type(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < 128


def _apt(parameters: str) -> str:
    return next((p.strip()[4:] for p in parameters.split(";") if p.strip().startswith("apt=")), "")


# --- what an offer must be --------------------------------------------------------------------------------


def check_kinds(offer: Offer, kinds: Sequence[Kind]) -> dict[int, Kind]:
    """Which kind each section in use carries; ``kinds`` names every section of the offer, in order.

    Raises BadOffer when number or media differ, or a kind occurs twice.
    """
    if len(kinds) != len(offer.sections) + len(offer.refused):
        raise BadOffer("kinds must name every section")
    carried = {section.index: kinds[section.index] for section in offer.sections}
    if len(set(carried.values())) != len(carried):
        raise BadOffer("a kind occurs twice")
    if any(MEDIA_OF_KIND[carried[section.index]] != section.media for section in offer.sections):
        raise BadOffer("a kind does not fit its section")
    return carried


def check_slots(offer: Offer) -> None:
    """The sections of a receive offer must be the first of ``SLOTS``, in order, the usual ones at least. Raises BadOffer."""
    media = [section.media for section in offer.sections]
    expected = ["video" if slot in VIDEO_SLOTS else "audio" for slot in SLOTS]
    if offer.refused or not len(USUAL_SLOTS) <= len(media) <= len(SLOTS) or media != expected[: len(media)]:
        raise BadOffer(f"a receive offer has {len(USUAL_SLOTS)} to {len(SLOTS)} sections: audio first, then video")
