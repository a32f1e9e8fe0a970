"""Where the bytes of stored files lie: in a folder, or in a bucket (docs/adr/0115-papers-in-a-bucket.md). Both do the same
(``Store``; tests/eoffice/files/test_stores.py asks it of both)."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import quote

from django.core.files.storage import FileSystemStorage


class Store(Protocol):
    """Beside Django's own storage methods."""

    def reading(self, name: str) -> BinaryIO:
        """``name``, to be read from wherever one seeks to first. Raises FileNotFoundError, at the latest when it is read."""

    def names(self) -> Iterator[str]:
        """Every name that there is, in order."""

    def address(self, name: str, media_type: str) -> str:
        """What follows the prefix of nginx's internal location (``EOFFICE_X_ACCEL_PREFIX``)."""


class FolderStore(FileSystemStorage):
    """Files of a folder (``MEDIA_ROOT``)."""

    def reading(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self.open(name, "rb"))

    def names(self) -> Iterator[str]:
        root = Path(self.location)
        yield from sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())

    def address(self, name: str, media_type: str) -> str:
        return quote(name)
