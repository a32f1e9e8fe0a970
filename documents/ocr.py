"""The words of a page that is a picture: OCRmyPDF with Tesseract, called as a program, with little time and memory."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from documents.rendering import readable
from eoffice import programs

RECOGNISED = "words.pdf"
"""Name in the workspace: the picture as it was read, with the words over it."""
MISSING_DEPENDENCY = 3
"""OCRmyPDF's exit status when Tesseract, a language of it, or Ghostscript is not there."""


class OcrMissing(Exception):
    """The program, or something that it needs, is not installed."""


class OcrFailed(Exception):
    """The page could not be read: too long, too much memory, or nothing that the program understands."""


def is_installed(program: str, languages: str) -> bool:
    """The program can be called, and Tesseract knows every one of ``languages`` ("vie", "vie+eng")."""
    tesseract = shutil.which("tesseract")
    if not shutil.which(program) or not tesseract:
        return False
    try:
        said = subprocess.run([tesseract, "--list-langs"], capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return set(languages.split("+")) <= set(said.stdout.split())


def words_of_picture(
    picture: Path,
    *,
    workspace: Path,
    program: str,
    languages: str,
    timeout_s: float,
    memory_bytes: int,
    alive: Callable[[float], None],
) -> str:
    """What stands on the PNG ``picture``, turned upright and straightened first. Raises OcrMissing, OcrFailed."""
    sidecar = workspace / "words.txt"
    sidecar.unlink(missing_ok=True)
    (workspace / RECOGNISED).unlink(missing_ok=True)
    command = [program, "--language", languages, "--jobs", "1", "--rotate-pages", "--deskew", "--output-type", "pdf"]
    command += ["--optimize", "0", "--quiet", "--sidecar", str(sidecar), str(picture), str(workspace / RECOGNISED)]
    try:
        status = programs.run(
            programs.in_the_background(programs.limited(command, memory_bytes=memory_bytes), cpu_s=int(timeout_s) + 1),
            workspace=workspace,
            environment=programs.environment(workspace, OMP_THREAD_LIMIT="1"),
            timeout_s=timeout_s,
            alive=alive,
        )
    except programs.TookTooLong as error:
        raise OcrFailed from error
    if status == MISSING_DEPENDENCY:
        raise OcrMissing
    if status or not sidecar.exists():
        raise OcrFailed
    return readable(sidecar.read_text("utf-8", "replace").replace("\f", "\n")).strip()
