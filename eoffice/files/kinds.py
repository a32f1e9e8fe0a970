"""The kinds of file that people hand in, told apart by their content."""

from typing import NamedTuple


class Kind(NamedTuple):
    """A file format: how it is stored and served."""

    extension: str
    media_type: str


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

PDF = Kind("pdf", "application/pdf")
DOCX = Kind("docx", f"{_OOXML}.wordprocessingml.document")
XLSX = Kind("xlsx", f"{_OOXML}.spreadsheetml.sheet")
PPTX = Kind("pptx", f"{_OOXML}.presentationml.presentation")
ODT = Kind("odt", f"{_ODF}.text")
ODS = Kind("ods", f"{_ODF}.spreadsheet")
ODP = Kind("odp", f"{_ODF}.presentation")
JPEG = Kind("jpg", "image/jpeg")
PNG = Kind("png", "image/png")
WEBP = Kind("webp", "image/webp")
WEBM = Kind("webm", "video/webm")
MKV = Kind("mkv", "video/x-matroska")

DOCUMENTS = frozenset({PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP})
"""What a paper may be."""
IMAGES = frozenset({JPEG, PNG, WEBP})
EVIDENCE = DOCUMENTS | IMAGES
"""What may prove that a task is done: a document, or a photograph."""

OTHER_ENDINGS = {"jpeg": "jpg"}
"""A second usual ending of a kind."""

SHOWN_INLINE = frozenset({kind.media_type for kind in (PDF, WEBM, MKV, *IMAGES)})
"""What a browser shows by itself; everything else is only downloaded."""
