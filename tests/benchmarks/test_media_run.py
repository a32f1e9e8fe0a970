"""``./bench media`` against a real node, small."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("gcc"), reason="the load generator is compiled with gcc")
@pytest.mark.parametrize(("gcm", "cipher"), [(True, "AES-128-GCM"), (False, "AES-CM-SHA1-80")])
def test_three_viewers_get_everything_and_it_is_right(gcm: bool, cipher: str) -> None:
    load = {"peer": "node", "subscribers": 3, "seconds": 2, "nack_percent": 20, "gcm": gcm}
    words = [sys.executable, "-m", "benchmarks.media.run", json.dumps(load)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["joined"] == 3
    assert found["expected"] > 3 * 2 * (100 + 3 * 45)
    assert (found["lost"], found["undecryptable"], found["wrong"], found["duplicates"]) == (0, 0, 0, 0)
    assert found["sampled"] > 0.9 * found["expected"]
    assert found["nacked"] > 20
    assert found["unanswered"] == 0
    assert found["ciphers"] == {cipher: 3}
    assert 0 < found["delay_ms_p50"] <= found["delay_ms_p95"]
    assert found["us_per_packet"] > 0
