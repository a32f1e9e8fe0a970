"""The site of the browser tests leaves nothing behind, however the tests end."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KILLED = """
import os, sys
from pathlib import Path
from tests.browser.site import Site
data = Path(sys.argv[1])
site = Site("", data, dict(os.environ))
node = site.start("media-node", "meetings.sfu", "--control", f"unix:{data}/media.sock", "--child", held=True)
print(node.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_the_media_node_ends_with_tests_that_were_killed(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30
    )
    node = int(killed.stdout)
    deadline = time.monotonic() + 15
    while running(node) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not running(node)


def running(pid: int) -> bool:
    """Whether the process lives; one that ended and was not yet collected does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
