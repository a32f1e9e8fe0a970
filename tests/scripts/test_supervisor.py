"""What ``./run`` starts is watched, started again, and leaves nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

KEEPER = """
import sys
from pathlib import Path
from scripts.supervisor import Program, Supervisor
folder = Path(sys.argv[1])
keeper = Supervisor()
keeper.start(Program("side", ["sh", "-c", f"echo $$ >> {folder}/side; exec sleep 1000"], {"PATH": "/usr/bin:/bin"}))
web = f"echo $$ > {folder}/web; setsid sleep 1001 & echo $! > {folder}/orphan; exec sleep 1002"
keeper.start(Program("web", ["sh", "-c", web], {"PATH": "/usr/bin:/bin"}, vital=True))
status = keeper.watch()
keeper.stop()
sys.exit(status)
"""


def test_a_side_program_is_started_again_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    keeper = _start(tmp_path)
    first = _pids(tmp_path / "side")[0]
    os.kill(first, 9)
    _until(lambda: len(_pids(tmp_path / "side")) == 2)
    keeper.terminate()
    assert keeper.wait(timeout=15) == 0
    for name in ("side", "web", "orphan"):
        assert not any(_alive(pid) for pid in _pids(tmp_path / name)), name


def test_the_end_of_the_vital_program_ends_everything(tmp_path: Path) -> None:
    keeper = _start(tmp_path)
    os.kill(_pids(tmp_path / "web")[0], 15)
    assert keeper.wait(timeout=15) == 1
    assert not any(_alive(pid) for pid in _pids(tmp_path / "side"))


def test_children_end_when_the_supervisor_is_killed_outright(tmp_path: Path) -> None:
    keeper = _start(tmp_path)
    keeper.kill()
    keeper.wait(timeout=5)
    _until(lambda: not any(_alive(pid) for name in ("side", "web") for pid in _pids(tmp_path / name)))
    for pid in _pids(tmp_path / "orphan"):
        os.kill(pid, 9)


def _start(folder: Path) -> subprocess.Popen[bytes]:
    keeper = subprocess.Popen([sys.executable, "-c", KEEPER, str(folder)], cwd=ROOT)
    _until(lambda: all((folder / name).exists() and _pids(folder / name) for name in ("side", "web", "orphan")))
    return keeper


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()]


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
