"""PostgreSQL and Redis for ``./test services``: own instances on free ports in a temporary folder."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from scripts.console import Stop, step
from scripts.supervisor import stop_with_parent

READY_WITHIN_S = 30.0
UNPRIVILEGED = ("postgres", "nobody")
"""Who runs them when we are root: ``initdb`` and ``postgres`` refuse to."""


class Services:
    """Started on entry, stopped on exit, whatever the tests did; their data are removed then, unless they have a ``folder`` to
    stay in, where the next ones find them.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.kept = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="eoffice-services-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.account = _account()
        self.database_port = _free_port()
        self.redis_port = _free_port()
        self.processes: list[subprocess.Popen[bytes]] = []

    def environment(self) -> dict[str, str]:
        """What the test settings read."""
        return {
            "EOFFICE_TEST_DATABASE_URL": f"postgres://eoffice@127.0.0.1:{self.database_port}/eoffice",
            "EOFFICE_TEST_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
        }

    def __enter__(self) -> "Services":
        try:
            with step("Starting PostgreSQL and Redis"):
                if self.account:
                    os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
                self._start_postgresql()
                self._start_redis()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._stop()

    def _start_postgresql(self) -> None:
        programs = postgresql_programs()
        data = self.folder / "postgresql"
        is_new = not data.exists()
        if is_new:
            self._once(programs / "initdb", "-D", data, "-U", "eoffice", "-A", "trust", "-E", "UTF8",
                       "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        self._keep(
            programs / "postgres", "-D", data, "-p", str(self.database_port), "-k", self.folder,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off",
            "-c", "full_page_writes=off", "-c", "max_connections=200",
            "-c", "autovacuum=off",  # it would find all tables empty between two tests, and the planner believe it
        )  # fmt: skip
        _await_port(self.database_port, self.processes[-1], "PostgreSQL")
        self._ready(programs / "pg_isready", "-h", "127.0.0.1", "-p", str(self.database_port))
        if is_new:
            self._once(programs / "createdb", "-h", "127.0.0.1", "-p", str(self.database_port), "-U", "eoffice",
                       "eoffice")  # fmt: skip

    def _start_redis(self) -> None:
        program = shutil.which("redis-server") or "/usr/bin/redis-server"
        self._keep(program, "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                   "--dir", self.folder)  # fmt: skip
        _await_port(self.redis_port, self.processes[-1], "Redis")

    def _keep(self, *words: str | Path) -> None:
        log = self.folder / f"{Path(words[0]).name}.log"
        with log.open("wb") as output:
            self.processes.append(
                subprocess.Popen(
                    [str(word) for word in words],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    start_new_session=True,
                    preexec_fn=partial(stop_with_parent, signal.SIGINT),  # noqa: PLW1509 - a single prctl
                    **self._identity(),
                )
            )

    def _once(self, *words: str | Path) -> None:
        done = subprocess.run(
            [str(word) for word in words],
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
            **self._identity(),
        )
        if done.returncode:
            raise Stop(f"{Path(words[0]).name} failed:\n{done.stdout}{done.stderr}")

    def _ready(self, *words: str | Path) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while subprocess.run([str(word) for word in words], capture_output=True, check=False).returncode:
            if time.monotonic() > deadline:
                raise Stop("PostgreSQL did not become ready.")
            time.sleep(0.1)

    def _identity(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _stop(self) -> None:
        for process in reversed(self.processes):
            process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown, without waiting for clients
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)


def postgresql_programs() -> Path:
    """The folder of the newest installed PostgreSQL; Debian keeps them off the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if folders:
        return folders[-1]
    found = shutil.which("initdb")
    if found is None:
        raise Stop("PostgreSQL is not installed: apt-get install -y postgresql")
    return Path(found).resolve().parent


def _account() -> pwd.struct_passwd | None:
    """Whom to become when we are root; None when we are not."""
    if os.getuid() != 0:
        return None
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Stop("PostgreSQL cannot run as root, and there is no user `postgres` or `nobody` to run it as.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Stop(f"{name} ended as soon as it was started (status {process.returncode}).")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Stop(f"{name} did not start within {READY_WITHIN_S:.0f} s.")
