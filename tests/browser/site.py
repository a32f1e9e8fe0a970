"""The site under test: a real Daphne with its own data, the demo city in it, and a media node beside it.

Django's ``live_server`` speaks WSGI and has no WebSocket, so the site is a process of its own. Tests reach
into its database only through ``Site.manage``.
"""

import atexit
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.browser.inside import Inside
from tests.browser.own_services import drop_database, own_services

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN_S = 60.0
DATABASE = "EOFFICE_TEST_DATABASE_URL"
CONVERT = """
from documents import conversion
from documents.models import PaperVersion
for number in PaperVersion.objects.filter(conversion="waiting").values_list("pk", flat=True):
    conversion.convert(number)
"""
UNCONVERTED = """
from documents.models import PaperVersion
print(PaperVersion.objects.filter(conversion__in=["waiting", "running"]).count())
"""


@dataclass
class Site:
    """A running site: its address, its data, its processes."""

    url: str
    data: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.inside = Inside(self.environment)

    def manage(self, *words: str) -> str:
        """``manage.py`` on this site's data; its output."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {' '.join(words[:1])}: {done.stderr[-2000:]}")
        return done.stdout

    def python(self, code: str) -> str:
        """Run ``code`` inside Django on this site's data; what it printed."""
        return self.inside.run(code)

    def start(self, name: str, *command: str, held: bool = False) -> subprocess.Popen[bytes]:
        """Start one process of the site; its output goes to ``data/name.log``.

        ``held``: its standard input is a pipe that closes when this process ends, however it ends.
        """
        with (self.data / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.PIPE if held else subprocess.DEVNULL,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def wait_for_conversions(self, seconds: float = 120) -> None:
        """Return when every paper of the demo has its reading copy, or has failed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.python(UNCONVERTED).strip() != "0":
            time.sleep(2)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        """End one process: politely, then not."""
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        if process.stdin:
            process.stdin.close()

    def remove(self) -> None:
        """Leave nothing of its data."""
        self.inside.end()
        shutil.rmtree(self.data, ignore_errors=True)
        if address := self.environment.get(DATABASE):
            drop_database(os.environ[DATABASE], address)

    def log(self, name: str) -> str:
        """The end of what a process wrote."""
        path = self.data / f"{name}.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""


@contextmanager
def running_site(
    *,
    port: int | None = None,
    keeper: Sequence[str] = (),
    media_nodes: int = 1,
    path: str = "native",
    demo: bool = True,
    **settings: str,
) -> Iterator[Site]:
    """A site with the demo city, until the end of the block. Needs the front end to be built.

    Without ``demo`` it is empty. ``keeper`` is a module that runs those of its ``media_nodes``, whose packet path is ``path``; ``settings`` are
    variables of its environment.
    """
    if not (ROOT / "frontend/static/dist/manifest.json").exists():
        raise RuntimeError("The front end is not built: cd frontend && npm run build")
    data = Path(tempfile.mkdtemp(prefix="eoffice-site-"))
    port = port or free_port()
    nodes = [f"unix:{data}/media{number or ''}.sock" for number in range(media_nodes)]
    template = demo_site() if demo else None
    environment = site_environment(data, port, template)
    site = Site(f"http://localhost:{port}", data, {**environment, "EOFFICE_MEDIA_NODES": ",".join(nodes), **settings})
    try:
        if template:
            shutil.copytree(template.data, data, dirs_exist_ok=True)
        else:
            site.manage("migrate", "-v", "0")
        for address in nodes:
            options = ("--control", address, "--path", path, "--child")
            site.start("media-node", *keeper, "meetings.sfu", *options, held=True)
        site.start("web", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), "eoffice.asgi:application")
        wait_until_ready(site)
        yield site
    finally:
        for process in reversed(site.processes):
            site.stop(process)
        site.remove()


@functools.cache
def demo_site() -> Site:
    """A site with the demo city whose papers are converted: made once and never run, for others to begin with a copy of it."""
    data = Path(tempfile.mkdtemp(prefix="eoffice-demo-"))
    site = Site("", data, site_environment(data, 0))
    atexit.register(site.remove)
    site.manage("migrate", "-v", "0")
    site.manage("load_demo", "-v", "0")
    site.python(CONVERT)
    site.inside.end()  # so that its database can be copied
    return site


def site_environment(data: Path, port: int, template: Site | None = None) -> dict[str, str]:
    """As the tests' own settings, but with the jobs running, files in ``data``, and databases that nobody else uses: those of
    ``./test services`` as a copy of the ``template``'s."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"}
    copied = template.environment.get(DATABASE, "") if template else ""
    return {
        **inherited,
        **own_services(copied),
        "DJANGO_SETTINGS_MODULE": "eoffice.settings.test",
        "EOFFICE_DATA_DIR": str(data),
        "EOFFICE_TEST_EMBEDDED": "1",
        "EOFFICE_PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
    }


def wait_until_ready(site: Site) -> None:
    """Return when the site answers; raise with its log when it ends or stays silent."""
    deadline = time.monotonic() + READY_WITHIN_S
    web = site.processes[-1]
    while time.monotonic() < deadline and web.poll() is None:
        try:
            urllib.request.urlopen(f"{site.url}/healthz", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The site did not come up.\n{site.log('web')}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
