"""Real node processes."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from meetings.sfu.addresses import TcpAddress, UnixAddress, parse_address

SECRET = "a shared secret of the tests"
READY_WITHIN_S = 60


@dataclass
class RunningNode:
    """``address`` is its control socket, ``log`` what it said so far."""

    address: str
    process: subprocess.Popen[bytes]
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text()

    def kill(self) -> None:
        """End it as a fault would: at once, without a word."""
        self.process.kill()
        self.process.wait(20)
        self.process.stdin.close()

    def stop(self) -> None:
        """End it as its parent's end would: cleanly."""
        self.process.stdin.close()
        assert self.process.wait(20) == 0, self.log


def start_node(address: str, log_file: Path, *options: str, bind: str = "127.0.0.1") -> RunningNode:
    """A node that listens at ``address``, and that ends when this process closes its input."""
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "meetings.sfu", "--control", address, "--bind", bind, "--child", *options],
            stdin=subprocess.PIPE,
            stderr=log,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "EOFFICE_MEDIA_NODE_SECRET": SECRET},
        )
    node = RunningNode(address, process, log_file)
    deadline = time.monotonic() + READY_WITHIN_S
    while not _answers(address):
        assert process.poll() is None and time.monotonic() < deadline, node.log
        time.sleep(0.05)
    return node


@contextlib.contextmanager
def running_node(*options: str, bind: str = "127.0.0.1") -> Iterator[RunningNode]:
    """A node at a Unix socket; it must end cleanly."""
    with tempfile.TemporaryDirectory(prefix="sfu") as folder:
        node = start_node(f"unix:{folder}/control", Path(folder) / "log", *options, bind=bind)
        try:
            yield node
        finally:
            node.stop()


def _answers(address: str) -> bool:
    match parse_address(address):
        case UnixAddress(path=path):
            probe, where = socket.socket(socket.AF_UNIX), path
        case TcpAddress(host=host, port=port):
            probe, where = socket.socket(), (host, port)
    with probe:
        return probe.connect_ex(where) == 0
