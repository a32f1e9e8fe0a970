"""Taking a file in: the only door. What it is is found in its content, never believed from its name."""

import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Collection
from pathlib import Path, PurePath
from typing import BinaryIO, cast

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from eoffice import programs
from eoffice.accounts.models import User
from eoffice.files import opening, refusals
from eoffice.files.keeping import digest, keep
from eoffice.files.kinds import DOCUMENTS, JPEG, OTHER_ENDINGS, PDF, PNG, WEBP, Kind
from eoffice.files.models import StoredFile
from eoffice.files.packages import kind_of_package

NAME_LENGTH = 200
OPENING_TIMEOUT_S = 30
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP}
_PDF_HEADER_WITHIN = 1024
_CHUNK = 1024 * 1024


def accept(
    upload: "UploadedFile[bytes] | None",
    *,
    by: User | None,
    allowed: Collection[Kind] = DOCUMENTS,
    check: Callable[[BinaryIO, Kind], None] | None = None,
) -> StoredFile:
    """Check ``upload`` and store it under its SHA-256; the same content is stored once.

    ``check`` is given the content, found whole, and its kind, and may raise before anything is stored. Raises UserError with one of the codes of ``refusals`` (docs/domain/papers.md lists them); nothing is
    stored then.
    """
    if upload is None:
        raise refusals.missing()
    if not upload.size:
        raise refusals.empty()
    if upload.size > settings.UPLOAD_LIMIT_BYTES:
        raise refusals.too_large()
    kind = _checked_kind(upload, allowed)
    if check is not None:
        check(cast(BinaryIO, upload.file), kind)
    return keep(upload, media_type=kind.media_type, extension=kind.extension, by=by)


def digest_of(upload: "UploadedFile[bytes]", *, allowed: Collection[Kind]) -> str:
    """SHA-256 of an upload that is looked at and not stored. Raises as ``accept``."""
    if not upload.size:
        raise refusals.empty()
    if upload.size > settings.UPLOAD_LIMIT_BYTES:
        raise refusals.too_large()
    _checked_kind(upload, allowed)
    return digest(upload)


def shown_name(name: str | None) -> str:
    """The name of an uploaded file for storing: NFC, no path, no control characters, its ending kept."""
    plain = unicodedata.normalize("NFC", (name or "").replace("\\", "/").rsplit("/", 1)[-1])
    clean = " ".join("".join(c for c in plain if unicodedata.category(c)[0] != "C").split())
    path = PurePath(clean or "tep")
    room = NAME_LENGTH - len(path.suffix)
    return path.stem[:room] + path.suffix[:NAME_LENGTH]


def ending(name: str | None) -> str:
    """The ending of ``name`` in lower case, without the dot; "jpeg" counts as "jpg"."""
    found = PurePath(name or "").suffix.lstrip(".").lower()
    return OTHER_ENDINGS.get(found, found)


def _checked_kind(upload: "UploadedFile[bytes]", allowed: Collection[Kind]) -> Kind:
    file = cast(BinaryIO, upload.file)
    kind = _kind_by_content(file)
    said = ending(upload.name)
    wanted = sorted(one.extension for one in allowed)
    if kind is None or kind not in allowed:
        found = kind.extension if kind else _guessed_ending(file)
        if said in wanted:
            raise refusals.ending_differs(said, found)
        raise refusals.not_allowed(found, ", ".join(f".{one}" for one in wanted))
    if said != kind.extension:
        raise refusals.ending_differs(said, kind.extension)
    if kind == PDF:
        _refuse_bad_pdf(file)
    return kind


def _kind_by_content(file: BinaryIO) -> Kind | None:
    file.seek(0)
    head = file.read(_PDF_HEADER_WITHIN)
    file.seek(0)
    if head.startswith(_ZIP):
        return kind_of_package(file)
    if head.startswith(_OLE):
        raise refusals.locked() if _contains(file, "EncryptedPackage".encode("utf-16-le")) else refusals.old_office()
    if b"%PDF-" in head:
        return PDF
    return _image_kind(file)


def _image_kind(file: BinaryIO) -> Kind | None:
    try:
        with Image.open(file, formats=list(_IMAGES)) as image:
            kind = _IMAGES[str(image.format)]
            image.verify()
    except Image.DecompressionBombError as error:
        raise refusals.swollen() from error
    except (OSError, SyntaxError, ValueError):
        return None
    return kind


def _guessed_ending(file: BinaryIO) -> str:
    """What the content looks like, for the sentence of the refusal only."""
    file.seek(0)
    try:
        return str(puremagic.from_string(file.read(8192))).lstrip(".")
    except (puremagic.PureError, ValueError):
        return ""


def _refuse_bad_pdf(file: BinaryIO) -> None:
    with tempfile.TemporaryDirectory(prefix="eoffice-opening-") as folder:
        path = Path(folder) / "paper.pdf"
        file.seek(0)
        with path.open("wb") as copy:
            shutil.copyfileobj(file, copy, _CHUNK)
        try:
            status = programs.run(
                programs.limited([sys.executable, opening.__file__, str(path)], memory_bytes=settings.PDF_MEMORY_BYTES),
                workspace=Path(folder),
                environment=programs.environment(Path(folder)),
                timeout_s=OPENING_TIMEOUT_S,
                alive=lambda _seconds: None,
            )
        except programs.TookTooLong as error:
            raise refusals.swollen() from error
    if status == opening.LOCKED:
        raise refusals.locked()
    if status == opening.DAMAGED:
        raise refusals.damaged()
    if status != opening.WHOLE:
        raise refusals.swollen()


def _contains(file: BinaryIO, needle: bytes) -> bool:
    file.seek(0)
    tail = b""
    while chunk := file.read(_CHUNK):
        if needle in tail + chunk:
            return True
        tail = chunk[-len(needle) :]
    return False
