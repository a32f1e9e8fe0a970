"""Storing content once under its SHA-256. For content that was handed in, go through ``intake``."""

import hashlib
from collections.abc import Iterator

from django.core.files import File

from eoffice.accounts.models import User
from eoffice.files.models import StoredFile, content_path


def keep(content: "File[bytes]", *, media_type: str, extension: str, by: User | None = None) -> StoredFile:
    """The stored file of ``content``: an earlier one with the same bytes, or a new one."""
    digest, size = _digest(content)
    known = StoredFile.objects.filter(sha256=digest).first()
    if known:
        return known
    fresh = StoredFile(sha256=digest, size=size, media_type=media_type, extension=extension, created_by=by)
    path = content_path(fresh, "")
    storage = StoredFile._meta.get_field("content").storage
    if not storage.exists(path) or storage.size(path) != size:
        content.seek(0)
        path = storage.save(path, content)
    stored, _created = StoredFile.objects.get_or_create(
        sha256=digest,
        defaults={
            "content": path,
            "size": size,
            "media_type": media_type,
            "extension": extension,
            "created_by": by,
        },
    )
    return stored


def _digest(content: "File[bytes]") -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(content):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


def _chunks(content: "File[bytes]") -> Iterator[bytes]:
    content.seek(0)
    yield from content.chunks()
