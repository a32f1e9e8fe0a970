"""STUN messages as an ICE-lite agent needs them (RFC 8489, RFC 8445 section 7): pure functions on bytes."""

import hmac
import ipaddress
import struct
import zlib
from dataclasses import dataclass, field
from hashlib import sha1

MAGIC_COOKIE = 0x2112A442
BINDING_REQUEST = 0x0001
BINDING_SUCCESS = 0x0101
BINDING_ERROR = 0x0111

USERNAME = 0x0006
MESSAGE_INTEGRITY = 0x0008
ERROR_CODE = 0x0009
UNKNOWN_ATTRIBUTES = 0x000A
XOR_MAPPED_ADDRESS = 0x0020
PRIORITY = 0x0024
USE_CANDIDATE = 0x0025
FINGERPRINT = 0x8028
ICE_CONTROLLED = 0x8029
ICE_CONTROLLING = 0x802A

UNDERSTOOD = frozenset({USERNAME, MESSAGE_INTEGRITY, PRIORITY, USE_CANDIDATE})
"""Attributes below 0x8000 that a request may carry (RFC 8489, section 6.3: others are refused with 420)."""

MOST_UNKNOWN = 8
"""Attributes that are named in a refusal."""

_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_FINGERPRINT_XOR = 0x5354554E


class StunError(ValueError):
    """The bytes are no STUN message."""


@dataclass(frozen=True)
class Message:
    """A parsed message; of attributes that occur twice the first counts (RFC 8489, section 14)."""

    kind: int
    transaction: bytes
    attributes: dict[int, bytes]
    raw: bytes
    integrity_at: int = -1
    """Offset of MESSAGE-INTEGRITY in ``raw``; −1 without. What follows it, but FINGERPRINT, is not believed."""

    unknown: list[int] = field(default_factory=list)
    """Comprehension-required attributes that are not understood, the first ``MOST_UNKNOWN``."""

    @property
    def username(self) -> str:
        """The USERNAME, empty when absent or not UTF-8."""
        try:
            return self.attributes.get(USERNAME, b"").decode()
        except UnicodeDecodeError:
            return ""

    def verifies(self, key: bytes) -> bool:
        """Whether MESSAGE-INTEGRITY is there and right for ``key`` (section 14.5)."""
        if self.integrity_at < 0:
            return False
        # the length in the header counts up to and with MESSAGE-INTEGRITY, whatever follows it
        covered = _with_length(self.raw[: self.integrity_at], self.integrity_at + 24 - 20)
        return hmac.compare_digest(hmac.digest(key, covered, "sha1"), self.attributes[MESSAGE_INTEGRITY])


def parse(data: bytes) -> Message:
    """The message in one datagram. Raises StunError when it is none, or when its FINGERPRINT is wrong."""
    if len(data) < 20:
        raise StunError("shorter than a header")
    kind, length, cookie, transaction = _HEADER.unpack_from(data)
    if kind & 0xC000 or cookie != MAGIC_COOKIE or length % 4 or length + 20 != len(data):
        raise StunError("not a STUN header")
    attributes: dict[int, bytes] = {}
    unknown: list[int] = []
    integrity_at, offset = -1, 20
    while offset < len(data):
        name, size = _ATTRIBUTE.unpack_from(data, offset)
        value = data[offset + 4 : offset + 4 + size]
        if len(value) != size:
            raise StunError("an attribute is cut off")
        if name == FINGERPRINT:
            _check_fingerprint(data, offset, value)
        elif integrity_at < 0:
            integrity_at = _add(attributes, unknown, (name, value), offset)
        offset += 4 + size + (-size % 4)
    return Message(kind, transaction, attributes, data, integrity_at, unknown)


def _add(attributes: dict[int, bytes], unknown: list[int], attribute: tuple[int, bytes], offset: int) -> int:
    """Keep one attribute; the offset when it is the MESSAGE-INTEGRITY, else −1."""
    name, value = attribute
    if name == MESSAGE_INTEGRITY and len(value) != 20:
        raise StunError("MESSAGE-INTEGRITY is not 20 bytes")
    attributes.setdefault(name, value)
    if name < 0x8000 and name not in UNDERSTOOD and len(unknown) < MOST_UNKNOWN:
        unknown.append(name)
    return offset if name == MESSAGE_INTEGRITY else -1


def _check_fingerprint(data: bytes, offset: int, value: bytes) -> None:
    expected = zlib.crc32(_with_length(data[:offset], offset + 8 - 20)) ^ _FINGERPRINT_XOR
    if value != expected.to_bytes(4, "big") or offset + 8 != len(data):
        raise StunError("FINGERPRINT is wrong")


def _with_length(data: bytes, length: int) -> bytes:
    return data[:2] + length.to_bytes(2, "big") + data[4:]


# --- writing --------------------------------------------------------------------------------------------


def build(kind: int, transaction: bytes, attributes: list[tuple[int, bytes]], key: bytes) -> bytes:
    """A message with MESSAGE-INTEGRITY under ``key`` and FINGERPRINT."""
    body = b"".join(_attribute(name, value) for name, value in attributes)
    covered = _HEADER.pack(kind, len(body) + 24, MAGIC_COOKIE, transaction) + body
    signed = covered + _attribute(MESSAGE_INTEGRITY, hmac.new(key, covered, sha1).digest())
    signed = _with_length(signed, len(signed) + 8 - 20)
    return signed + _attribute(FINGERPRINT, (zlib.crc32(signed) ^ _FINGERPRINT_XOR).to_bytes(4, "big"))


def success(request: Message, host: str, port: int, key: bytes) -> bytes:
    """The answer to a binding request that came from ``host``:``port``."""
    mapped = xor_address(host, port, request.transaction)
    return build(BINDING_SUCCESS, request.transaction, [(XOR_MAPPED_ADDRESS, mapped)], key)


def refusal(request: Message, code: int, reason: str, key: bytes) -> bytes:
    """An error answer; for 420 it lists the attributes that were not understood."""
    attributes = [(ERROR_CODE, struct.pack("!HBB", 0, code // 100, code % 100) + reason.encode())]
    if code == 420:
        attributes.append((UNKNOWN_ATTRIBUTES, struct.pack(f"!{len(request.unknown)}H", *request.unknown)))
    return build(BINDING_ERROR, request.transaction, attributes, key)


def xor_address(host: str, port: int, transaction: bytes) -> bytes:
    """XOR-MAPPED-ADDRESS (section 14.2) of an IPv4 or IPv6 address."""
    address = ipaddress.ip_address(host.partition("%")[0])
    mask = (MAGIC_COOKIE.to_bytes(4, "big") + transaction)[: len(address.packed)]
    hidden = bytes(a ^ b for a, b in zip(address.packed, mask, strict=True))
    return struct.pack("!BBH", 0, 1 if address.version == 4 else 2, port ^ (MAGIC_COOKIE >> 16)) + hidden


def _attribute(name: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(name, len(value)) + value + b"\0" * (-len(value) % 4)
