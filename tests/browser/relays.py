"""A real coturn with time-limited credentials, on loopback."""

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from meetings.sfu.port import local_addresses
from tests.browser.site import ROOT, free_port

EXAMPLE = ROOT / "docs" / "operations" / "examples" / "turnserver.conf"
SECRET = "a secret that coturn and the site share"


@dataclass(frozen=True)
class TurnServer:
    """``log`` grows while it runs."""

    port: int
    log_file: Path

    def url(self, transport: str) -> str:
        return f"turn:127.0.0.1:{self.port}?transport={transport}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")


@contextmanager
def turn_server() -> Iterator[TurnServer]:
    """coturn, as docs/operations/media-node.md sets it up, but that its peers may be on loopback."""
    program = shutil.which("turnserver")
    assert program, "coturn is not installed"
    with tempfile.TemporaryDirectory(prefix="eoffice-turn-") as folder:
        server = TurnServer(free_port(), Path(folder) / "log")
        configuration = Path(folder) / "turnserver.conf"
        configuration.write_text(_example(server, folder))
        command = [program, "-c", str(configuration), "--log-file=stdout", "--verbose"]
        with server.log_file.open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
        try:
            _wait_until_it_listens(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(10)


def _example(server: TurnServer, folder: str) -> str:
    """The example of the documentation on loopback, without TLS, whose certificate Chromium would not trust."""
    text = EXAMPLE.read_text()
    for name, value in (
        ("listening-ip", "127.0.0.1"),
        ("relay-ip", "127.0.0.1"),
        ("listening-port", str(server.port)),
        ("static-auth-secret", SECRET),
        ("realm", "localhost"),
    ):
        text, count = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        assert count == 1, name
    text = re.sub(r"^(tls-listening-port|cert|pkey|syslog|allowed-peer-ip).*$", "", text, flags=re.MULTILINE)
    allowed = "".join(f"allowed-peer-ip={address}\n" for address in local_addresses())
    return f"{text}\n{allowed}allow-loopback-peers\nno-tls\nno-dtls\nuserdb={folder}/db\npidfile={folder}/pid\n"


def _wait_until_it_listens(server: TurnServer, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 15
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        assert process.poll() is None and time.monotonic() < deadline, server.log
        time.sleep(0.1)
