"""The web processes under load: one Daphne as ``./run`` starts it, or two on PostgreSQL and Redis."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from scripts.address import Address
from scripts.run import daphne

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60


class Servers:
    """Ports and processes; the first call to ``setup_django`` puts this process on the same data."""

    def __init__(self, folder: Path, environment: dict[str, str], count: int) -> None:
        self.folder = folder
        self.environment = environment
        self.ports = [_free_port() for _n in range(count)]
        self.processes: list[subprocess.Popen[bytes]] = []

    def setup_django(self) -> None:
        """Django here with the servers' settings, its tables and static files made."""
        os.environ.update(self.environment)
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        if not settings.EMBEDDED:
            call_command("collectstatic", interactive=False, verbosity=0)

    def start(self) -> None:
        """Start every web process and wait until it listens."""
        for port in self.ports:
            command = daphne(Address("127.0.0.1", port, lan=False), self.folder, self.environment)
            with (self.folder / f"daphne-{port}.log").open("wb") as log:
                self.processes.append(subprocess.Popen(command, cwd=ROOT, env=dict(os.environ), stderr=log))
        for port, process in zip(self.ports, self.processes, strict=True):
            _await(port, process)

    @property
    def pids(self) -> list[int]:
        """Of the web processes."""
        return [process.pid for process in self.processes]

    def complaints(self) -> list[str]:
        """What the processes logged, a line each."""
        logs = sorted(self.folder.glob("daphne-*.log"))
        return [line for log in logs for line in log.read_text(errors="replace").splitlines() if line.strip()]

    def stop(self) -> None:
        """End them."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def serving(*, redis: bool, keep: Path | None = None) -> Iterator[Servers]:
    """Servers on data of their own, removed afterwards; or on those that lie in ``keep``, where they stay."""
    folder = keep or Path(tempfile.mkdtemp(prefix="eoffice-bench-"))
    with contextlib.ExitStack() as stack:
        if not keep:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        if redis:
            from scripts.services import Services

            services = Services(keep / "services" if keep else None)
            given = stack.enter_context(services).environment()
            servers = Servers(folder, _production(folder, given), 2)
        else:
            servers = Servers(folder, _embedded(folder), 1)
        stack.callback(servers.stop)
        yield servers


def _embedded(folder: Path) -> dict[str, str]:
    return {"DJANGO_SETTINGS_MODULE": "eoffice.settings.embedded", "EOFFICE_DATA_DIR": str(folder)}


def _production(folder: Path, services: dict[str, str]) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "eoffice.settings.production",
        "EOFFICE_SECRET_KEY": secrets.token_urlsafe(48),
        "EOFFICE_DATABASE_URL": services["EOFFICE_TEST_DATABASE_URL"],
        "EOFFICE_REDIS_URL": services["EOFFICE_TEST_REDIS_URL"],
        "EOFFICE_HOSTS": "localhost",
        "EOFFICE_PUBLIC_URL": "https://localhost",
        "EOFFICE_DATA_DIR": str(folder),
        "EOFFICE_LOG_LEVEL": "WARNING",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError("a web process ended at once")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("a web process did not start")
