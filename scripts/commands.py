"""Running other programs, with their failures told in one sentence."""

import os
import subprocess
from pathlib import Path

from scripts.console import DISK_FULL, Stop

ROOT = Path(__file__).resolve().parents[1]
VENV = Path(os.environ.get("EOFFICE_VENV", ROOT / ".venv"))
PYTHON = VENV / "bin" / "python"

NO_COMPILER = (
    "A Python package has no ready-made build for this machine, and there is no compiler to build it. "
    "Run this line, then run this again: apt-get install -y build-essential python3-dev libffi-dev"
)
NO_NETWORK = "The package source cannot be reached. Check the network (and the proxy settings), then run this again."
HASH_MISMATCH = (
    "A downloaded package is not the one that requirements.txt names (its hash differs), so it was not installed. "
    "Clear pip's cache with `.venv/bin/pip cache purge`; if it happens again, do not trust the package source."
)

CAUSES = {
    "No space left on device": DISK_FULL,
    "ENOSPC": DISK_FULL,
    "database or disk is full": DISK_FULL,
    "not have enough free space": DISK_FULL,
    "DO NOT MATCH THE HASHES": HASH_MISMATCH,
    "command 'gcc' failed: No such file": NO_COMPILER,
    "command 'cc' failed: No such file": NO_COMPILER,
    "unable to execute 'gcc'": NO_COMPILER,
    "No such file or directory: 'gcc'": NO_COMPILER,
    "command 'x86_64-linux-gnu-gcc' failed: No such file": NO_COMPILER,
    "command 'aarch64-linux-gnu-gcc' failed: No such file": NO_COMPILER,
    "Unknown compiler(s)": NO_COMPILER,
    "Temporary failure in name resolution": NO_NETWORK,
    "Could not resolve": NO_NETWORK,
    "Network is unreachable": NO_NETWORK,
    "ECONNREFUSED": NO_NETWORK,
    "EAI_AGAIN": NO_NETWORK,
    "ENOTFOUND": NO_NETWORK,
}
"""What a program's output says → what to tell the person."""


def environment(**extra: str) -> dict[str, str]:
    """This process's environment with the project's own Python and Node first on the path."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV), **extra}


def quietly(*words: str | Path, doing: str, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Run a program and return what it printed; raises ``Stop`` with the cause when it fails."""
    command = [str(word) for word in words]
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=env or environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except FileNotFoundError as error:
        raise Stop(f"{doing} needs the program `{command[0]}`, which is missing on this machine.") from error
    if done.returncode:
        raise Stop(explained(doing, done.stdout))
    return done.stdout


def openly(*words: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    """Run a program whose output the person wants to see; returns its exit status."""
    return subprocess.run([str(word) for word in words], cwd=cwd, env=env or environment(), check=False).returncode


def explained(doing: str, output: str) -> str:
    """The known cause of a failure, or the last lines of what the program said."""
    for sign, sentence in CAUSES.items():
        if sign in output:
            return sentence
    tail = "\n".join(f"  {line}" for line in output.strip().splitlines()[-15:])
    return f"{doing} failed. The last it said:\n{tail}"
