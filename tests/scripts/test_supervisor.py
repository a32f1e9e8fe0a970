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

HOLDER = """
import sys
from pathlib import Path
from scripts.supervisor import Program, Supervisor
folder = Path(sys.argv[1])
keeper = Supervisor()
deaf = f"trap '' TERM; echo $$ >> {folder}/held; cat; touch {folder}/ended"
keeper.start(Program("held", ["sh", "-c", deaf], {"PATH": "/usr/bin:/bin"}, held=True))
keeper.watch()
"""
RUNNER = """
import sys
from pathlib import Path
from scripts.commands import environment
from scripts.run import media_node
from scripts.supervisor import Supervisor
keeper = Supervisor()
keeper.start(media_node(Path(sys.argv[1]), environment()))
keeper.watch()
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


def test_a_held_program_that_survives_the_signal_sees_its_input_close(tmp_path: Path) -> None:
    keeper = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], cwd=ROOT)
    _until(lambda: len(_pids(tmp_path / "held")) == 1)
    os.kill(_pids(tmp_path / "held")[0], 9)
    _until(lambda: len(_pids(tmp_path / "held")) == 2)
    keeper.kill()
    keeper.wait(timeout=5)
    _until((tmp_path / "ended").exists)


def test_a_media_node_ends_with_a_run_that_is_killed_outright(tmp_path: Path) -> None:
    keeper = subprocess.Popen([sys.executable, "-c", RUNNER, str(tmp_path)], cwd=ROOT)
    _until((tmp_path / "media.sock").is_socket)
    (node,) = _children(keeper.pid)
    keeper.kill()
    keeper.wait(timeout=5)
    _until(lambda: not _alive(node))
    assert not (tmp_path / "media.sock").exists()


def _children(pid: int) -> list[int]:
    return _pids(Path(f"/proc/{pid}/task/{pid}/children"))


def _start(folder: Path) -> subprocess.Popen[bytes]:
    keeper = subprocess.Popen([sys.executable, "-c", KEEPER, str(folder)], cwd=ROOT)
    _until(lambda: all((folder / name).exists() and _pids(folder / name) for name in ("side", "web", "orphan")))
    return keeper


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
