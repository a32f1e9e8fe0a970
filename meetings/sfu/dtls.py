"""DTLS-SRTP without any input or output of its own (RFC 5764, RFC 8827): datagrams in, datagrams out.

One ``Identity`` (certificate and TLS context) serves a whole node: a context per peer would be most of a
peer's memory. What is touched of aiortc here is its certificate and its table of SRTP profiles.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiortc.rtcdtlstransport import SRTP_PROFILES, RTCCertificate, certificate_digest
from OpenSSL import SSL
from pylibsrtp import Policy, Session

DTLS1_2 = 0xFEFD
"""The version's number on the wire (RFC 6347, section 4.1), which pyOpenSSL does not name."""
MTU = 1200
"""Bytes of the largest datagram of a handshake."""
REPLAY_WINDOW = 1024
RESEND_WINDOW = 2048
"""Packets behind the newest that can still be sent again."""
_NUMBERS = {b"SRTP_AES128_CM_SHA1_80": 1, b"SRTP_AEAD_AES_128_GCM": 7, b"SRTP_AEAD_AES_256_GCM": 8}
_FASTEST_FIRST = (b"SRTP_AEAD_AES_128_GCM", b"SRTP_AES128_CM_SHA1_80", b"SRTP_AEAD_AES_256_GCM")
_DIGESTS = ("sha-256", "sha-384", "sha-512")
_RECORD_HEADER = 13


class DtlsError(Exception):
    """The handshake failed, or the other side is not who its offer said."""


@dataclass(frozen=True)
class Fingerprint:
    """Digest of a certificate as it stands in SDP (RFC 8122)."""

    algorithm: str
    value: str


@dataclass(frozen=True)
class SrtpSessions:
    """The keys of a connection, in use: ``inbound.unprotect``, ``outbound.protect``."""

    inbound: Session
    outbound: Session


@dataclass(frozen=True)
class SrtpKeys:
    """Number of the profile (RFC 5764, section 4.1.2; RFC 7714), key and salt of each direction."""

    profile: int
    inbound: bytes
    outbound: bytes

    def sessions(self) -> SrtpSessions:
        """The keys in use by libsrtp."""
        profile = next(p for p in SRTP_PROFILES if _NUMBERS[p.openssl_profile] == self.profile)
        return SrtpSessions(
            inbound=_session(profile, self.inbound, Policy.SSRC_ANY_INBOUND, REPLAY_WINDOW),
            outbound=_session(profile, self.outbound, Policy.SSRC_ANY_OUTBOUND, RESEND_WINDOW),
        )


class Identity:
    """The node's certificate (ECDSA P-256, made at start) and the TLS context all its peers share."""

    def __init__(self) -> None:
        certificate: Any = RTCCertificate.generateCertificate()
        profiles = {profile.openssl_profile: profile for profile in SRTP_PROFILES}
        self.profiles = [profiles[name] for name in _FASTEST_FIRST if name in profiles]
        self.fingerprint = next(
            Fingerprint(f.algorithm, f.value) for f in certificate.getFingerprints() if f.algorithm == "sha-256"
        )
        self.context: SSL.Context = certificate._create_ssl_context(self.profiles)
        # every browser speaks 1.2; 1.3 in OpenSSL 4 is young and saves one round trip only
        self.context.set_max_proto_version(DTLS1_2)


class Dtls:
    """The server's side (``a=setup:passive``) of one DTLS association."""

    _is_client = False

    def __init__(self, identity: Identity, expected: Sequence[Fingerprint]) -> None:
        self._identity = identity
        self._expected = expected
        self._ssl = SSL.Connection(identity.context)
        self._ssl.set_accept_state()
        self._ssl.set_ciphertext_mtu(MTU)
        self.connected = False

    def receive(self, datagram: bytes) -> SrtpKeys | None:
        """Take one datagram; the keys when it completed the handshake.

        Raises DtlsError when the handshake fails, and EOFError when the other side closed.
        """
        self._ssl.bio_write(datagram)
        if self.connected:
            self._read()
            return None
        return self._shake_hands()

    def to_send(self) -> list[bytes]:
        """Datagrams that wait to be sent: whole records, at most ``MTU`` bytes each where records allow."""
        try:
            flight = self._ssl.bio_read(1 << 16)
        except SSL.Error:
            return []
        return _split_records(flight)

    def timeout(self) -> float | None:
        """Seconds until ``retransmit`` is due; None when nothing waits for an answer."""
        return None if self.connected else self._ssl.DTLSv1_get_timeout()

    def retransmit(self) -> None:
        """Put the last flight into ``to_send`` again. Raises DtlsError after too many times."""
        try:
            self._ssl.DTLSv1_handle_timeout()
        except SSL.Error as error:
            raise DtlsError(f"handshake timed out: {error}") from None

    def close(self) -> None:
        """Put a close alert into ``to_send``."""
        try:
            self._ssl.shutdown()
        except SSL.Error:
            return

    def _shake_hands(self) -> SrtpKeys | None:
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            return None
        except SSL.Error as error:
            raise DtlsError(f"handshake failed: {error}") from None
        self._check_peer()
        self.connected = True
        return self._derive_keys()

    def _read(self) -> None:
        """Consume application data (there is none) and alerts."""
        try:
            self._ssl.recv(1500)
        except SSL.ZeroReturnError:
            raise EOFError("closed by the other side") from None
        except SSL.Error:
            return  # nothing complete to read, or a record that does not verify: neither may end a call

    def _check_peer(self) -> None:
        """Every fingerprint of a known algorithm must match, and there must be one (RFC 8122, section 5)."""
        certificate = self._ssl.get_peer_certificate(as_cryptography=True)
        known = [f for f in self._expected if f.algorithm.lower() in _DIGESTS]
        if certificate is None or not known:
            raise DtlsError("no certificate, or no fingerprint to compare it with")
        for fingerprint in known:
            if certificate_digest(certificate, fingerprint.algorithm.lower()) != fingerprint.value.upper():
                raise DtlsError("the certificate is not the one of the offer")

    def _derive_keys(self) -> SrtpKeys:
        """Keys by the exporter of RFC 5764, section 4.2: the client writes with the first half."""
        name = self._ssl.get_selected_srtp_profile()
        profile = next((p for p in self._identity.profiles if p.openssl_profile == name), None)
        if profile is None:
            raise DtlsError("no common SRTP profile")
        size = 2 * (profile.key_length + profile.salt_length)
        material = self._ssl.export_keying_material(b"EXTRACTOR-dtls_srtp", size)
        return SrtpKeys(
            _NUMBERS[profile.openssl_profile],
            inbound=profile.get_key_and_salt(material, int(self._is_client)),
            outbound=profile.get_key_and_salt(material, int(not self._is_client)),
        )


def _session(profile: Any, key: bytes, direction: int, window: int) -> Session:
    policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile.libsrtp_profile)
    policy.window_size = window
    policy.allow_repeat_tx = True  # an answer to a NACK is the same packet under the same index
    return Session(policy)


def _split_records(flight: bytes) -> list[bytes]:
    """Cut what OpenSSL wrote at record boundaries: its memory buffer forgets where datagrams ended."""
    datagrams: list[bytes] = []
    start = end = 0
    while end + _RECORD_HEADER <= len(flight):
        size = _RECORD_HEADER + int.from_bytes(flight[end + 11 : end + 13], "big")
        if end > start and end + size - start > MTU:
            datagrams.append(flight[start:end])
            start = end
        end += size
    if start < len(flight):
        datagrams.append(flight[start:])
    return datagrams
