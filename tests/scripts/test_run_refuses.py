"""``./run`` says in one sentence why it cannot go on."""

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.commands import explained
from scripts.console import DISK_FULL
from scripts.environment import NEEDED_BYTES, ensure_space

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def run(tmp_path: Path, **environment: str) -> str:
    """What ``./run`` says; it must refuse."""
    done = subprocess.run(
        [ROOT / "run"],
        env={**os.environ, "EOFFICE_DATA_DIR": str(tmp_path / "data"), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def test_a_busy_port_is_named_with_another_to_take(tmp_path: Path, taken_port: int) -> None:
    said = run(tmp_path, PORT=str(taken_port))
    assert f"Port {taken_port} is used by another program" in said
    assert f"PORT={taken_port + 1} ./run" in said
    assert "\n" not in said


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    assert run(tmp_path, PORT=port) == f"PORT={port} is not a port: give a number from 1 to 65535."


def test_a_host_that_is_not_this_machine_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, HOST="198.51.100.7") == "HOST=198.51.100.7 is not an address of this machine."


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path, taken_port: int) -> None:
    (tmp_path / "data").write_text("")
    assert "is not a folder" in run(tmp_path, PORT=str(_free_port()))


def test_an_old_python_is_told_what_is_needed(tmp_path: Path) -> None:
    old = tmp_path / "bin" / "python3"
    old.parent.mkdir()
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit 0\nexit 1\n')
    old.chmod(0o755)
    (old.parent / "dirname").symlink_to("/usr/bin/dirname")
    (old.parent / "bash").symlink_to("/bin/bash")
    (old.parent / "env").symlink_to("/usr/bin/env")
    said = run(tmp_path, PATH=str(old.parent))
    assert said.startswith("eOffice needs Python 3.11 or newer; this machine has Python 3.9.2.")
    assert "\n" not in said


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk is full.",
        ),
        ("npm error code ENOSPC", "The disk is full."),
        ("error: command 'gcc' failed: No such file or directory", "there is no compiler"),
        ("Temporary failure in name resolution", "The package source cannot be reached."),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "its hash differs"),
    ],
)
def test_known_causes_are_told_in_one_sentence(output: str, sentence: str) -> None:
    said = explained("Installing", f"Collecting x\n{output}\n")
    assert sentence in said
    assert "\n" not in said


def test_an_unknown_failure_shows_what_the_program_said_last() -> None:
    assert explained("Building", "first\nlast words") == "Building failed. The last it said:\n  first\n  last words"


def test_a_nearly_full_disk_is_refused_before_anything_is_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    from scripts.console import Stop

    free = shutil.disk_usage(tmp_path).free
    monkeypatch.setattr("scripts.environment.NEEDED_BYTES", free + NEEDED_BYTES)
    with pytest.raises(Stop, match="The disk is nearly full"):
        ensure_space(tmp_path)
    assert "Free about 3 GB" in DISK_FULL


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
