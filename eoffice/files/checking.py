"""Comparing rows and bytes: what is lost, what was altered, what nothing refers to."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from eoffice.files import orphans
from eoffice.files.models import StoredFile

REFERRING_SHOWN = 3


@dataclass(frozen=True)
class Loss:
    """A row whose bytes are not what it says: why, and what of the site it belongs to."""

    stored: StoredFile
    why: str
    belongs_to: list[str]


def losses(*, read_bytes: bool) -> Iterator[Loss]:
    """Rows whose bytes are missing, or of another size or (``read_bytes``) with another SHA-256."""
    for stored in StoredFile.objects.order_by("pk").iterator():
        why = _what_is_wrong(stored, read_bytes=read_bytes)
        if why:
            yield Loss(stored, why, belongs_to(stored))


def belongs_to(stored: StoredFile) -> list[str]:
    """The first few rows that refer to it, in words."""
    found: list[str] = []
    for field in orphans.referring():
        rows = field.model._default_manager.filter(**{field.name: stored})[:REFERRING_SHOWN]
        found += [f"{field.model._meta.model_name} {row.pk} ({field.name}): {row}" for row in rows]
    return found[:REFERRING_SHOWN]


def _what_is_wrong(stored: StoredFile, *, read_bytes: bool) -> str:
    storage, name = orphans.storage(), str(stored.content.name)
    try:
        size = storage.size(name)
    except FileNotFoundError:
        return "its bytes are missing"
    if size != stored.size:
        return f"it has {size} bytes instead of {stored.size}"
    if read_bytes:
        with storage.reading(name) as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != stored.sha256:
                return "its SHA-256 differs: it was altered"
    return ""
