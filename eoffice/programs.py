"""Other programs that do the heavy work: their own process group, little time, little memory, killed with their children."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

_POLL_S = 0.05


class TookTooLong(Exception):
    """The program was killed at the end of its time."""


def environment(workspace: Path, **more: str) -> dict[str, str]:
    """What a program sees of ours: where programs lie and the language; its home is ``workspace``."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
    return {**kept, "HOME": str(workspace), "TMPDIR": str(workspace), **more}


def limited(command: list[str], *, memory_bytes: int) -> list[str]:
    """``command`` with at most so much address space for it and for each of its children."""
    return ["prlimit", f"--as={memory_bytes}", *command] if shutil.which("prlimit") else command


def in_the_background(command: list[str], *, cpu_s: int) -> list[str]:
    """``command`` behind everything else in the queue for the processor, and ended after so many seconds of a core.

    The latter also when nobody is left to kill it.
    """
    prefix = ["nice", "-n", "10"] if shutil.which("nice") else []
    return [*prefix, "prlimit", f"--cpu={cpu_s}", *command] if shutil.which("prlimit") else [*prefix, *command]


def run(
    command: list[str],
    *,
    workspace: Path,
    environment: dict[str, str],
    timeout_s: float,
    alive: Callable[[float], None],
) -> int:
    """Run ``command`` inside ``workspace`` and give its exit status; what it says lands in ``program.log``.

    ``alive`` is called several times a second with the seconds gone by. Raises TookTooLong.
    """
    with (workspace / "program.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=workspace,
            env=environment,
            start_new_session=True,
        )
        try:
            _wait(process, timeout_s, alive)
        finally:
            _end_group(process)
    return process.returncode


def _wait(process: "subprocess.Popen[bytes]", timeout_s: float, alive: Callable[[float], None]) -> None:
    began = time.monotonic()
    while process.poll() is None:
        gone = time.monotonic() - began
        if gone > timeout_s:
            raise TookTooLong
        alive(gone)
        time.sleep(_POLL_S)


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    """Many programs are scripts that start others: end the whole group, also after a success."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
