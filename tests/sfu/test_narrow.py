"""Where the kernel refuses to segment what was gathered, it is sent datagram by datagram."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NARROW = f"ip link set lo mtu 1200 up && exec {sys.executable} -m tests.sfu.narrow"


def test_a_network_too_narrow_for_segments() -> None:
    if not shutil.which("unshare") or not shutil.which("ip"):
        pytest.skip("no unshare or no ip")
    alone = ["unshare", "-rn", "sh", "-c"]
    if subprocess.run([*alone, "ip link set lo mtu 1200 up"], capture_output=True, check=False).returncode:
        pytest.skip("this user may have no network namespace")
    done = subprocess.run(
        [*alone, NARROW], capture_output=True, text=True, check=False, timeout=60, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
    arrived, failed = map(int, done.stdout.split())
    assert failed == 0
    assert arrived > 80
