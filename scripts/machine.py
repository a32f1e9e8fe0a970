"""Debian packages: finding out which are missing, and installing them or saying which line would."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.commands import explained
from scripts.console import Stop, step

Need = Sequence[str]
"""Names under which one package is known; the first that this release has is installed."""

NATIVE: list[Need] = [["gcc"], ["libc6-dev"], ["libssl-dev"]]
"""What the media engine and the load generator are compiled with."""
RUN: list[Need] = [
    ["ca-certificates"],
    ["libreoffice-writer-nogui"],
    ["libreoffice-calc-nogui"],
    ["libreoffice-impress-nogui"],
    ["fonts-liberation2", "fonts-liberation"],
    ["fonts-noto-core"],
    *NATIVE,
]
VENV: list[Need] = [["python3-venv"]]
TEST: list[Need] = [["libatomic1"], ["ocrmypdf"], ["tesseract-ocr"], ["tesseract-ocr-vie"], ["poppler-utils"]]
RELAY: list[Need] = [["coturn"]]
"""What the browser tests meet through when a network lets nothing else pass."""
CHROMIUM: list[Need] = [["chromium"]]
SERVICES: list[Need] = [["postgresql"], ["redis-server"], ["nginx-light", "nginx"]]


def ensure(needs: Iterable[Need], *, title: str) -> None:
    """Install what is missing; raises ``Stop`` with the one apt line when this person may not."""
    missing = [need for need in needs if not any(map(installed, need))]
    if not missing:
        return
    if not shutil.which("apt-get"):
        names = ", ".join(need[0] for need in missing)
        raise Stop(f"This machine is neither Debian nor Ubuntu; please install what these packages hold: {names}")
    prefix = _as_root(missing)
    with step(title):
        _apt(prefix, "update", "-qq")
        _apt(prefix, "install", "-y", "-qq", "--no-install-recommends", *map(_available, missing))


def installed(package: str) -> bool:
    """Whether dpkg has it, completely."""
    if not shutil.which("dpkg-query"):
        return False
    done = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() == "installed"


def _as_root(missing: list[Need]) -> list[str]:
    if os.getuid() == 0:
        return ["env", "DEBIAN_FRONTEND=noninteractive"]
    line = "apt-get update && apt-get install -y --no-install-recommends " + " ".join(need[0] for need in missing)
    if not shutil.which("sudo"):
        raise Stop(
            f"Some system packages are missing. As an administrator, run this line, then run this again:\n  {line}"
        )
    if not sys.stdin.isatty() and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode:
        raise Stop(f"Some system packages are missing. Run this line, then run this again:\n  sudo sh -c '{line}'")
    return ["sudo", "DEBIAN_FRONTEND=noninteractive"]


def _available(need: Need) -> str:
    for name in need:
        if available(name):
            return name
    return need[0]


def available(package: str) -> bool:
    """Whether apt can install a real package of this name."""
    done = subprocess.run(["apt-cache", "policy", package], capture_output=True, text=True, check=False)
    return "Candidate:" in done.stdout and "Candidate: (none)" not in done.stdout


def is_ubuntu() -> bool:
    """Whether this is Ubuntu, whose ``chromium`` package only installs a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=ubuntu" in release.read_text()


def chromium() -> str | None:
    """The path of an installed Chromium, if any."""
    return shutil.which("chromium") or shutil.which("google-chrome-stable")


def _apt(prefix: list[str], *words: str) -> None:
    done = subprocess.run(
        [*prefix, "apt-get", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise Stop(explained("apt-get", done.stdout))
