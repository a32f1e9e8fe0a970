"""Joins and leaves beside media, for a short while here; ``python -m tests.sfu.soak`` takes ten minutes."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_memory_does_not_grow() -> None:
    """In processes of their own, one for each path: this one holds what other tests left."""
    soaks = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.sfu.soak", "--minutes", "0.2", "--path", path],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path(__file__).parents[2],
        )
        for path in ("native", "python")
    ]  # fmt: skip
    said = [soak.communicate(timeout=120)[0] for soak in soaks]
    assert [soak.returncode for soak in soaks] == [0, 0], "\n".join(said)
