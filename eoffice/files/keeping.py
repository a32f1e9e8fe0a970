"""Storing content once under its SHA-256. For content that was handed in, go through ``intake``."""

import hashlib
from collections.abc import Iterator

from django.core.files import File
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.files.models import StoredFile, content_path


def keep(content: "File[bytes]", *, media_type: str, extension: str, by: User | None = None) -> StoredFile:
    """The stored file of ``content``: an earlier one with the same bytes, or a new one.

    The bytes are there when this returns, also where they were lost, or are swept at this moment (``orphans``).
    """
    found, size = _measured(content)
    stored = _renewed(found)
    if stored is None:
        fresh = StoredFile(sha256=found, size=size)
        path = content_path(fresh, "")
        _write(path, content, size)
        stored, _created = StoredFile.objects.get_or_create(
            sha256=found,
            defaults={
                "content": path,
                "size": size,
                "media_type": media_type,
                "extension": extension,
                "created_by": by,
            },
        )
    _write(str(stored.content.name), content, size)
    return stored


def _renewed(digest: str) -> StoredFile | None:
    """The row of the same content, safe from the sweep for another day."""
    known = StoredFile.objects.filter(sha256=digest)
    return known.first() if known.update(kept_at=timezone.now()) else None


def _write(path: str, content: "File[bytes]", size: int) -> None:
    """Store the bytes unless they are there already; half of them (a full disk, a crash) are replaced."""
    storage = StoredFile._meta.get_field("content").storage
    if storage.exists(path):
        if storage.size(path) == size:
            return
        storage.delete(path)
    content.seek(0)
    storage.save(path, content)


def digest(content: "File[bytes]") -> str:
    """SHA-256 of ``content``, under which it would be stored."""
    return _measured(content)[0]


def _measured(content: "File[bytes]") -> tuple[str, int]:
    running, size = hashlib.sha256(), 0
    for chunk in _chunks(content):
        running.update(chunk)
        size += len(chunk)
    return running.hexdigest(), size


def _chunks(content: "File[bytes]") -> Iterator[bytes]:
    content.seek(0)
    yield from content.chunks()
