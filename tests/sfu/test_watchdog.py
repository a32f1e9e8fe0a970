"""systemd hears from a node that it is ready, that it lives, and that it stops."""

import signal
import socket
from pathlib import Path

import pytest

from tests.sfu.node import start_node


def test_systemd_is_told_how_the_node_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "600000")
        node = start_node(f"unix:{tmp_path}/control", tmp_path / "log")
        assert [systemd.recv(100) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        node.process.send_signal(signal.SIGSTOP)
        systemd.settimeout(1.5)
        with pytest.raises(TimeoutError):
            while True:
                systemd.recv(100)
        node.process.send_signal(signal.SIGCONT)
        node.stop()
        said = []
        while not said or said[-1] != b"STOPPING=1":
            said.append(systemd.recv(100))
