"""``python -m documents.signatures.inspection``: what can be said of the signatures in a PDF, in a process of its own.

A PDF from outside is opened here and nowhere else (ADR 0057). Nothing is fetched from the network: what a file names may be
an address inside the house. Knows no database and no settings.
"""

import datetime as dt
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

MOST = 20
"""Signatures of one file that are looked at."""
UNREADABLE = 3
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


@dataclass
class Trust:
    """What the operator trusts: certificates of issuers, and their lists of revoked certificates."""

    anchors: list[asn1.Certificate] = field(default_factory=list)
    revoked: list[x509.CertificateRevocationList] = field(default_factory=list)


@dataclass
class Finding:
    """What was found about one signature. Texts are codes, for the page to say in words."""

    field: str
    signer: str = ""
    issuer: str = ""
    serial: str = ""
    valid_from: str = ""
    valid_to: str = ""
    signed_at: str = ""
    """As the signer's machine wrote it."""
    integrity: str = "broken"
    """``whole``: the bytes it covers are those that were signed; ``broken``; ``unreadable``: it could not be examined."""
    coverage: str = "unclear"
    """``file``: the whole file; ``revision``: the file as it was when signed; ``unclear``."""
    later: str = "none"
    """What was added after it: ``none``, ``allowed`` (further signatures), ``changed``."""
    chain: str = "untrusted"
    """``trusted``: leads to an anchor; ``untrusted``; ``no-anchors``: none are configured; ``unexamined``: the content is
    not what was signed."""
    in_time: bool = False
    """The certificate was in its term at ``signed_at``."""
    revocation: str = "unchecked"
    """``good``, ``revoked`` or ``unchecked``: there is no current list of the issuer's."""
    revocation_list_of: str = ""
    timestamp: str = "none"
    """``none``, ``trusted``, ``untrusted`` or ``broken``."""
    timestamp_at: str = ""


def trust_in(folder: Path) -> Trust:
    """The certificates (``.pem``, ``.crt``, ``.cer``) and lists (``.crl``) in ``folder``; none where there is none."""
    trust = Trust()
    for path in sorted(folder.glob("*")) if folder.is_dir() else []:
        content, kind = path.read_bytes(), path.suffix.lower()
        if kind in (".pem", ".crt", ".cer"):
            trust.anchors += [asn1.Certificate.load(der) for der in _ders(content)]
        elif kind == ".crl":
            trust.revoked += [x509.load_der_x509_crl(der) for der in _ders(content)]
    return trust


def _ders(content: bytes) -> Iterator[bytes]:
    if pem.detect(content):
        yield from (der for _kind, _headers, der in pem.unarmor(content, multiple=True))
    else:
        yield content


def findings(source: Path, trust: Trust) -> list[Finding]:
    """One for each signature of the PDF, in the order in which they were made. Raises PdfError."""
    with source.open("rb") as file:
        reader = PdfFileReader(file, strict=False)
        return [_finding(signature, trust) for signature in reader.embedded_regular_signatures[:MOST]]


def _finding(signature: EmbeddedPdfSignature, trust: Trust) -> Finding:
    found = Finding(str(signature.field_name))
    try:
        _describe(found, signature)
        claimed = signature.self_reported_timestamp or dt.datetime.now(dt.UTC)
        status = validate_pdf_signature(
            signature, _context(trust, claimed), _context(trust, None), key_usage_settings=_USAGE
        )
    except (SignatureValidationError, PdfError, ValueError, TypeError, KeyError, AttributeError):
        found.integrity = "unreadable"
        return found
    _judge(found, status, trust)
    return found


def _context(trust: Trust, moment: dt.datetime | None) -> ValidationContext:
    return ValidationContext(
        trust_roots=trust.anchors, allow_fetching=False, revocation_mode="soft-fail", moment=moment
    )


def _describe(found: Finding, signature: EmbeddedPdfSignature) -> None:
    certificate = signature.signer_cert
    found.signer, found.issuer = _name(certificate.subject), _name(certificate.issuer)
    found.serial = f"{certificate.serial_number:x}"
    found.valid_from = certificate.not_valid_before.isoformat()
    found.valid_to = certificate.not_valid_after.isoformat()
    at = signature.self_reported_timestamp
    if at is not None:
        at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
        found.signed_at = at.isoformat()
        found.in_time = certificate.not_valid_before <= at <= certificate.not_valid_after


def _name(name: asn1.Name) -> str:
    said = name.native.get("common_name") or name.human_friendly
    return ", ".join(said) if isinstance(said, list) else str(said)


def _judge(found: Finding, status: PdfSignatureStatus, trust: Trust) -> None:
    found.integrity = "whole" if status.intact and status.valid else "broken"
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        found.coverage = "file"
    elif status.coverage == SignatureCoverageLevel.ENTIRE_REVISION:
        found.coverage = "revision"
        found.later = "allowed" if status.docmdp_ok else "changed"
    else:
        found.later = "changed"
    if found.integrity == "broken":
        found.chain = "unexamined"
    elif status.trusted:
        found.chain = "trusted"
        _look_for_revocation(found, status, trust)
    elif not trust.anchors:
        found.chain = "no-anchors"
    stamped = status.timestamp_validity
    if stamped is not None:
        whole = stamped.intact and stamped.valid
        found.timestamp = ("trusted" if stamped.trusted else "untrusted") if whole else "broken"
        found.timestamp_at = stamped.timestamp.isoformat()


def _look_for_revocation(found: Finding, status: PdfSignatureStatus, trust: Trust) -> None:
    """Of every certificate below the anchor, in lists that its issuer signed and that are still current."""
    assert status.validation_path is not None
    path = [x509.load_der_x509_certificate(one.dump()) for one in status.validation_path]
    oldest: dt.datetime | None = None
    for issuer, certificate in pairwise(path):
        current = [one for one in trust.revoked if _is_current(one, issuer)]
        if not current:
            return
        latest = max(current, key=lambda one: one.last_update_utc)
        if latest.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
            found.revocation, found.revocation_list_of = "revoked", latest.last_update_utc.isoformat()
            return
        oldest = min(oldest or latest.last_update_utc, latest.last_update_utc)
    if oldest is not None:
        found.revocation, found.revocation_list_of = "good", oldest.isoformat()


def _is_current(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    until = one.next_update_utc
    known: Any = issuer.public_key()
    return (
        one.issuer == issuer.subject
        and (until is None or until > dt.datetime.now(dt.UTC))
        and one.is_signature_valid(known)
    )


def main(source: str, folder: str, target: str) -> int:
    """Write the findings about ``source`` as JSON into ``target``; ``UNREADABLE`` where it is not a PDF that can be read."""
    logging.disable(logging.CRITICAL)
    try:
        found = findings(Path(source), trust_in(Path(folder)))
    except (PdfError, ValueError, TypeError, KeyError, RecursionError, OSError):
        return UNREADABLE
    Path(target).write_text(json.dumps([asdict(one) for one in found]))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
