"""PAdES baseline B-B (ETSI EN 319 142-1) in two halves: the PDF is prepared, signed somewhere, and completed.

Between the halves lies what only the holder of the key can make: the signature of ``Prepared.attributes``. Everything is
appended to the file (incremental update), so that earlier signatures stay as they are.
"""

import asyncio
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

from asn1crypto import cms, pem
from asn1crypto import x509 as asn1
from PIL import Image
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    SigSeedSubFilter,
    append_signature_field,
)
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from documents.signatures.places import Place

DIGEST = "sha256"
_ROOM_FOR_SIGNATURE = 1024
"""Bytes of the longest signature value: RSA with 8192 bits."""


@dataclass(frozen=True)
class Prepared:
    """A PDF with room for one signature. ``attributes`` (DER) is what is to be signed; the CMS goes into the file's bytes
    between ``start`` and ``end``."""

    pdf: bytes
    attributes: bytes
    digest: bytes
    start: int
    end: int


def with_fields(pdf: bytes, places: dict[str, Place]) -> bytes:
    """``pdf`` with an empty field for each signature to come: after the first one, fields may only be filled in.

    The last of ``places`` closes the document: after that signature nothing may change.
    """
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for number, (name, place) in enumerate(places.items(), start=1):
        left, bottom, right, top = (round(edge) for edge in place[1:])
        closes = number == len(places)
        spec = SigFieldSpec(
            name,
            on_page=place.page,
            box=(left, bottom, right, top),
            field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if closes else None,
            doc_mdp_update_value=MDPPerm.NO_CHANGES if closes else None,
        )
        append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def prepare(
    pdf: bytes, *, field: str, certificates: str, picture: bytes, signer: str, place: str, is_first: bool, closes: bool
) -> Prepared:
    """Make ``pdf`` ready to be signed in ``field`` with the first of ``certificates`` (PEM).

    ``picture`` (PNG) is what is seen there. The first signature allows that fields are filled in, nothing else; after
    the one that ``closes`` the document nothing may change.
    """
    asked = _signer(certificates, bytes(_ROOM_FOR_SIGNATURE))
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        name=signer,
        location=place,
        subfilter=SigSeedSubFilter.PADES,
        certify=is_first,
        docmdp_permissions=MDPPerm.NO_CHANGES if closes else MDPPerm.FILL_FORMS,
    )
    style = StaticStampStyle(
        border_width=0, background=PdfImage(Image.open(io.BytesIO(picture))), background_opacity=1.0
    )
    signs = PdfSigner(metadata, asked, stamp_style=style)
    return asyncio.run(_prepared(signs, asked, pdf))


async def _prepared(signs: PdfSigner, asked: ExternalSigner, pdf: bytes) -> Prepared:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    digest, _document, out = await signs.async_digest_doc_for_signing(writer, existing_fields_only=True)
    attributes = await asked.signed_attrs(digest.document_digest, DIGEST, use_pades=True)
    return Prepared(
        out.getvalue(),  # type: ignore[attr-defined]
        attributes.dump(),
        digest.document_digest,
        digest.reserved_region_start,
        digest.reserved_region_end,
    )


def complete(prepared: Prepared, *, certificates: str, signature: bytes) -> bytes:
    """The signed PDF. That ``signature`` is one of ``prepared.attributes`` by the certificate's key has been checked."""
    signer = _signer(certificates, signature)
    attributes = cms.CMSAttributes.load(prepared.attributes)
    made = asyncio.run(signer.async_sign_prescribed_attributes(DIGEST, attributes))
    out = io.BytesIO(prepared.pdf)
    where = PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end)
    PdfTBSDocument.finish_signing(out, where, made)
    return out.getvalue()


def sha256(attributes: bytes) -> bytes:
    """Of what is signed: a signing service sees no more of the document."""
    return hashlib.sha256(attributes).digest()


def _signer(certificates: str, signature: bytes) -> ExternalSigner:
    first, *others = _read(certificates)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(others)
    return ExternalSigner(first, store, signature_value=signature, embed_roots=False)


def _read(certificates: str) -> Iterable[asn1.Certificate]:
    for _kind, _headers, der in pem.unarmor(certificates.encode(), multiple=True):
        yield asn1.Certificate.load(der)
