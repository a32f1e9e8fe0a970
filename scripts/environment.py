"""The virtual environment, exactly as requirements.txt pins it."""

import importlib.util
import platform
import shutil
import sys
from pathlib import Path

from scripts import machine
from scripts.commands import PYTHON, ROOT, VENV, quietly
from scripts.console import Stop, step
from scripts.stamps import Stamp, fingerprint

NEEDED_BYTES = 2_000_000_000
"""Free space that a first set-up needs: packages 1.1 GB, their download cache, the front end's 0.2 GB."""


def ensure_environment(*, dev: bool) -> None:
    """Make ``.venv`` and install the run-time set, or with ``dev`` the tools for tests and checks too."""
    stamp = _stamp("requirements-dev.txt")
    if stamp.fresh or (not dev and _stamp("requirements.txt").fresh):
        return
    ensure_space(VENV.parent)
    _ensure_venv()
    with step("Installing the Python packages (about a minute the first time)"):
        file = "requirements-dev.txt" if dev else "requirements.txt"
        quietly(
            PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
            "--require-hashes", "-r", ROOT / file, doing="Installing the Python packages",
        )  # fmt: skip
        _stamp(file).write()
        if dev:
            _stamp("requirements.txt").write()


def ensure_space(folder: Path) -> None:
    """Refuse to begin what the disk cannot hold."""
    free = shutil.disk_usage(folder).free
    if free < NEEDED_BYTES:
        raise Stop(
            f"The disk is nearly full: setting up needs {NEEDED_BYTES / 1e9:.0f} GB, and {folder} has "
            f"{free / 1e9:.1f} GB left. Free some space and run this again."
        )


def _ensure_venv() -> None:
    if PYTHON.exists() and _works():
        return
    if importlib.util.find_spec("ensurepip") is None:
        machine.ensure(machine.VENV, title="Installing Python's virtual environments")
    with step("Making the virtual environment"):
        quietly(sys.executable, "-m", "venv", "--clear", VENV, doing="Making the virtual environment")


def _works() -> bool:
    """A half-made environment, or one whose Python was removed by an upgrade, is made again."""
    try:
        quietly(PYTHON, "-m", "pip", "--version", doing="Looking at the virtual environment")
    except Stop:
        return False
    return True


def _stamp(file: str) -> Stamp:
    inputs = fingerprint([ROOT / file], platform.python_version(), platform.machine())
    return Stamp(VENV / f".{file}.installed", inputs)
