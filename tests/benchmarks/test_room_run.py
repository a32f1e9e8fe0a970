"""``./bench room`` against a real server, small."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_every_site_is_told_of_every_act() -> None:
    words = [sys.executable, "-m", "benchmarks", "room", "--sites", "5", "--ramp", "1", "--rounds", "2", "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.stdout, done.stderr
    found = {row["name"]: row for row in json.loads(done.stdout)["results"]}
    for act in ("chat message", "hand", "floor switch", "page turn"):
        assert found[f"{act}: clients never told"]["value"] == 0
        assert 0 < found[f"{act} to a client, p50"]["value"] <= found[f"{act} to the last client"]["value"]
    assert (found["clients dropped"]["value"], found["acts refused"]["value"]) == (0, 0)
    assert found["full state, mean size"]["value"] > 1
