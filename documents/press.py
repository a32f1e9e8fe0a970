"""Reading a PDF in a process of its own, with limited memory: a file that wants all of it harms that process alone.

This is the side of the worker and of the web process; ``pressroom`` is the other. They speak through files of a folder.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from django.conf import settings

from documents import pressroom
from documents.failures import ConversionError
from documents.rendering import RenderedPage
from eoffice import programs

STAMP_TIMEOUT_S = 20
"""The first page is looked at while the person waits."""
_LONGEST_S = 6 * 3600


class _Silent(Exception):
    """No further page for too long."""


def make_reading_copy(
    source: Path,
    *,
    workspace: Path,
    max_pages: int,
    on_copy: Callable[[Path, int], None],
    on_page: Callable[[RenderedPage], None],
    alive: Callable[[], None],
) -> None:
    """Have the PDF ``source`` written anew (``rendering.linearise``) and its pages rendered, inside ``workspace``.

    ``on_copy`` is given the copy and its number of pages, then ``on_page`` each page as it comes. Raises
    ConversionError: pdf-unreadable, too-many-pages, pdf-too-heavy.
    """
    folder = workspace / "pages"
    folder.mkdir()
    arrived = _Arrivals(folder, on_copy, on_page)

    def look(_seconds: float) -> None:
        arrived.take()
        alive()
        if time.monotonic() - arrived.last_at > settings.CONVERSION_TIMEOUT_S:
            raise _Silent

    try:
        status = _run(workspace, look, _LONGEST_S, "copy", str(source), str(folder), str(max_pages))
    except (_Silent, programs.TookTooLong) as error:
        raise ConversionError("pdf-too-heavy") from error
    arrived.take()
    failed = folder / pressroom.FAILURE
    if failed.exists():
        raise ConversionError(failed.read_text())
    if status or not arrived.complete:
        raise ConversionError("pdf-too-heavy")


def draw_for_recognition(source: Path, number: int, target: Path, *, alive: Callable[[float], None]) -> None:
    """``rendering.draw_for_recognition`` over there. Raises ConversionError(pdf-unreadable)."""
    try:
        status = _run(target.parent, alive, settings.OCR_PAGE_TIMEOUT_S, "draw", str(source), str(number), str(target))
    except programs.TookTooLong as error:
        raise ConversionError("pdf-unreadable") from error
    if status:
        raise ConversionError("pdf-unreadable")


def layer_of(recognised: Path, picture: Path, target: Path, *, alive: Callable[[float], None]) -> bool:
    """``word_layers.layer_of`` over there; False where there is no layer."""
    return recognised.exists() and _made(
        target, settings.OCR_PAGE_TIMEOUT_S, alive, "layer", recognised, picture, target
    )


def with_layers(source: Path, folder: Path, target: Path, *, alive: Callable[[float], None]) -> bool:
    """``word_layers.with_layers`` over there, with the layers ``7.pdf`` … of ``folder``; False where that failed."""
    return _made(target, settings.CONVERSION_TIMEOUT_S, alive, "lay", source, folder, target)


def _made(target: Path, timeout_s: float, alive: Callable[[float], None], act: str, *paths: Path) -> bool:
    target.unlink(missing_ok=True)
    try:
        status = _run(target.parent, alive, timeout_s, act, *(str(path) for path in paths))
    except programs.TookTooLong:
        return False
    return status == 0 and target.exists()


def first_page_text(file: IO[bytes]) -> str:
    """Text of the first page of a PDF; "" where it cannot be read, or not with what it is given."""
    with tempfile.TemporaryDirectory(prefix="eoffice-first-") as folder:
        source, words = Path(folder) / "paper.pdf", Path(folder) / "words.txt"
        with source.open("wb") as copy:
            file.seek(0)
            while chunk := file.read(1024 * 1024):
                copy.write(chunk)
        try:
            status = _run(Path(folder), lambda _seconds: None, STAMP_TIMEOUT_S, "first", str(source), str(words))
        except programs.TookTooLong:
            return ""
        return words.read_text() if status == 0 else ""


def _run(workspace: Path, alive: Callable[[float], None], timeout_s: float, *words: str) -> int:
    command = [sys.executable, "-m", "documents.pressroom", *words]
    return programs.run(
        programs.limited(command, memory_bytes=settings.PDF_MEMORY_BYTES),
        workspace=workspace,
        environment=programs.environment(workspace, PYTHONPATH=str(settings.BASE_DIR)),
        timeout_s=timeout_s,
        alive=alive,
    )


class _Arrivals:
    """What has come over so far, handed on in order."""

    def __init__(
        self, folder: Path, on_copy: Callable[[Path, int], None], on_page: Callable[[RenderedPage], None]
    ) -> None:
        self.folder = folder
        self.on_copy = on_copy
        self.on_page = on_page
        self.pages: int | None = None
        self.taken = 0
        self.last_at = time.monotonic()

    @property
    def complete(self) -> bool:
        return self.pages is not None and self.taken == self.pages

    def take(self) -> None:
        """Hand on what is new."""
        counted = self.folder / pressroom.COUNT
        if self.pages is None and counted.exists():
            self.pages, self.last_at = int(counted.read_text()), time.monotonic()
            self.on_copy(self.folder / pressroom.COPY, self.pages)
        while (about := self.folder / f"{self.taken + 1}.json").exists():
            picture = about.with_suffix(".webp")
            self.on_page(RenderedPage(**json.loads(about.read_text()), image=picture.read_bytes()))
            about.unlink()
            picture.unlink()
            self.taken, self.last_at = self.taken + 1, time.monotonic()
