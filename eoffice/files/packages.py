"""Office files are ZIP packages: what is inside, whether it is whole, whether it can do harm.

OOXML: ECMA-376 part 2 (``[Content_Types].xml``); ODF: OASIS ODF 1.3 part 2 (``mimetype``,
``META-INF/manifest.xml``).
"""

import zipfile
import zlib
from typing import IO

from eoffice.files import refusals
from eoffice.files.kinds import DOCX, ODP, ODS, ODT, PPTX, XLSX, Kind

MAX_ENTRIES = 10_000
MAX_UNPACKED_BYTES = 600 * 1024 * 1024
MAX_RATIO = 150
SMALL_BYTES = 30 * 1024 * 1024
"""A package that unpacks to less than this is harmless whatever its ratio."""
_CHUNK = 1024 * 1024
_LISTING_BYTES = 4 * 1024 * 1024

_OOXML_MAIN = {
    f"{DOCX.media_type}.main+xml": DOCX,
    f"{XLSX.media_type}.main+xml": XLSX,
    f"{PPTX.media_type}.main+xml": PPTX,
}
_ODF = {kind.media_type: kind for kind in (ODT, ODS, ODP)}


def kind_of_package(file: IO[bytes]) -> Kind | None:
    """The Office kind of the ZIP package ``file``; None for any other ZIP.

    Raises UserError: file-damaged, file-swollen, file-locked, file-has-macros.
    """
    try:
        with zipfile.ZipFile(file) as package:
            _refuse_swollen(package)
            kind = _ooxml_kind(package) or _odf_kind(package)
            if kind:
                _refuse_damaged(package)
            return kind
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        # RuntimeError: zipfile's answer to an entry with a ZIP password, which no Office file has
        raise refusals.damaged() from error


def _refuse_swollen(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > SMALL_BYTES and unpacked > MAX_RATIO * max(packed, 1)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or too_dense:
        raise refusals.swollen()


def _refuse_damaged(package: zipfile.ZipFile) -> None:
    """Unpack everything once: an entry longer than it says fails its checksum, like a damaged one."""
    for entry in package.infolist():
        with package.open(entry) as content:
            while content.read(_CHUNK):
                pass


def _ooxml_kind(package: zipfile.ZipFile) -> Kind | None:
    names = set(package.namelist())
    if "[Content_Types].xml" not in names:
        return None
    listing = _text(package, "[Content_Types].xml")
    if "macroEnabled" in listing or any(name.endswith("vbaProject.bin") for name in names):
        raise refusals.has_macros()
    return next((kind for main, kind in _OOXML_MAIN.items() if main in listing), None)


def _odf_kind(package: zipfile.ZipFile) -> Kind | None:
    names = set(package.namelist())
    if "mimetype" not in names:
        return None
    kind = _ODF.get(_text(package, "mimetype").strip())
    if kind and "META-INF/manifest.xml" in names and "encryption-data" in _text(package, "META-INF/manifest.xml"):
        raise refusals.locked()
    if kind and any(name.startswith("Basic/") and name.endswith(".xml") for name in names):
        raise refusals.has_macros()
    return kind


def _text(package: zipfile.ZipFile, name: str) -> str:
    with package.open(name) as content:
        return content.read(_LISTING_BYTES).decode("utf-8", "replace")
