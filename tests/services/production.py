"""A production site as docs/operations describes it: the example files themselves, with their addresses replaced."""

import os
import re
import secrets
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.browser.inside import Inside
from tests.browser.own_services import create_database, drop_database
from tests.browser.site import free_port

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "operations" / "examples"
HOST = "localhost"


class ProductionSite:
    """Two web processes, worker, clock and two media nodes behind nginx, on a given PostgreSQL and a Redis of its own.

    Each media node has room for one tab, so that every meeting of two is on both.
    """

    def __init__(self, folder: Path, *, database_url: str) -> None:
        self.folder = folder
        self.web_ports = [free_port(), free_port()]
        self.port = free_port()
        self.redis_port = free_port()
        self.only_ports = [free_port(), free_port()]
        """nginx ports that lead to the first and to the second web process alone."""
        self.media_nodes = [f"unix:{folder}/media.sock", f"unix:{folder}/second/media.sock"]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.server_url = database_url
        self.database_url = create_database(database_url)
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("EOFFICE_")},
            "DJANGO_SETTINGS_MODULE": "eoffice.settings.production",
            "EOFFICE_SECRET_KEY": secrets.token_urlsafe(48),
            "EOFFICE_DATABASE_URL": self.database_url,
            "EOFFICE_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "EOFFICE_HOSTS": HOST,
            "EOFFICE_PUBLIC_URL": self.url,
            "EOFFICE_DATA_DIR": str(folder),
            "EOFFICE_X_ACCEL_PREFIX": "/protected/",
            "EOFFICE_MEDIA_NODES": ",".join(self.media_nodes),
            "EOFFICE_MEDIA_NODE_CAPACITY": "1",
            "EOFFICE_MAIL_URL": "smtp://127.0.0.1:1",
            "EOFFICE_DEMO": "true",
        }

        self.inside = Inside(self.environment)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def start(self) -> None:
        """Install as docs/operations/install.md says, then start every unit."""
        self.start_redis()
        for words in (["migrate", "-v0"], ["load_demo", "-v0"], ["collectstatic", "--noinput", "-v0"]):
            self.manage(*words)
        subprocess.run([sys.executable, "-m", "scripts.certificate", self.folder / "tls", HOST], cwd=ROOT, check=True)
        for port in self.web_ports:
            self.start_unit(f"eoffice-web@{port}.service")
        for unit in ("eoffice-worker.service", "eoffice-beat.service", "eoffice-media.service"):
            if (EXAMPLES / unit).exists():
                self.start_unit(unit)
        self.start_unit("eoffice-media.service", run="second")
        self._start_nginx()
        self.until(lambda: self.status("/healthz") == 200, seconds=60)
        for port in self.only_ports:
            self.until(lambda port=port: self.status("/healthz", port=port) == 200, seconds=60)

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stderr + done.stdout

    def python(self, code: str) -> str:
        """Run ``code`` inside Django on this site's data; what it printed."""
        return self.inside.run(code)

    def start_unit(self, name: str, *, run: str = "") -> None:
        """Start a systemd unit's ``ExecStart``, as systemd would; ``run``: another one of it, with that folder."""
        unit, _, instance = name.removesuffix(".service").partition("@")
        text = (EXAMPLES / f"{unit}{'@' if instance else ''}.service").read_text()
        command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
        assert command is not None
        words = shlex.split(
            command[1]
            .replace("%i", instance)
            .replace("/srv/eoffice/.venv/bin/python", sys.executable)
            .replace("/srv/eoffice/.venv/bin", str(Path(sys.executable).parent))
            .replace("/run/eoffice", str(self.folder / run))
            .replace("--port 7000", f"--port {free_port()}")
        )
        (self.folder / run).mkdir(exist_ok=True)
        self._keep(f"{run} {name}".strip(), words)

    def start_redis(self) -> None:
        """An empty one, as after a restart: it keeps nothing on disk."""
        program = shutil.which("redis-server") or "/usr/bin/redis-server"
        words = [program, "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._keep("redis", [*words, "--dir", str(self.folder)])
        self.until(self._redis_answers)

    def kill_redis(self) -> None:
        """As kill -9 does."""
        process = self.processes.pop("redis")
        process.kill()
        process.wait(10)

    def _redis_answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.redis_port)) == 0

    def stop_unit(self, name: str) -> None:
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=20)

    def stop(self) -> None:
        self.inside.end()
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        drop_database(self.server_url, self.database_url)

    def status(self, path: str, *, port: int | None = None) -> int:
        try:
            return self.fetch(path, port=port)[0]
        except OSError:
            return 0

    def fetch(self, path: str, *, port: int | None = None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body, without following redirects."""
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=trusting()))
        try:
            answer = opener.open(f"https://{HOST}:{port or self.port}{path}", timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status or 0, {key.lower(): value for key, value in answer.headers.items()}, answer.read()

    def until(self, condition: Callable[[], bool], *, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.logs()
            time.sleep(0.2)

    def logs(self) -> str:
        return "\n".join(f"== {path.name}\n{path.read_text()[-1500:]}" for path in sorted(self.folder.glob("*.log")))

    def _keep(self, name: str, words: list[str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes[name] = subprocess.Popen(
                words, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )

    def _start_nginx(self) -> None:
        """The example once for both web processes, and once for each alone."""
        first, second = self.web_ports
        sites = [self._site("both", self.port, [first, second])]
        sites += [
            self._site(f"only{number}", port, [self.web_ports[number]]) for number, port in enumerate(self.only_ports)
        ]
        include = "\n".join(f"include {site};" for site in sites)
        main = self.folder / "nginx-main.conf"
        main.write_text(
            f"""
            daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;
            {"user root;" if os.getuid() == 0 else ""}
            events {{}}
            http {{
                include /etc/nginx/mime.types; access_log off;
                client_body_temp_path {self.folder}/nginx-body; proxy_temp_path {self.folder}/nginx-proxy;
                fastcgi_temp_path {self.folder}/nginx-f; uwsgi_temp_path {self.folder}/nginx-u;
                scgi_temp_path {self.folder}/nginx-s;
                {include}
            }}
            """
        )
        self._keep("nginx", ["/usr/sbin/nginx", "-c", str(main), "-p", str(self.folder)])

    def _site(self, name: str, port: int, web_ports: list[int]) -> Path:
        text = (EXAMPLES / "nginx.conf").read_text()
        servers = "".join(f"    server 127.0.0.1:{web} max_fails=2 fail_timeout=5s;\n" for web in web_ports)
        text = re.sub(r"(    server 127\.0\.0\.1:\d+ [^\n]*\n)+", servers, text, count=1)
        text = text.replace("eoffice_web", f"eoffice_{name}").replace("shared:eoffice", f"shared:{name}")
        text = text.replace("connection_upgrade", f"upgrade_{name}").replace("eoffice.example.vn", HOST)
        text = text.replace("listen 80;", f"listen {free_port()};").replace("listen 443 ", f"listen {port} ")
        text = text.replace("/etc/ssl/eoffice", str(self.folder / "tls")).replace("/var/lib/eoffice", str(self.folder))
        path = self.folder / f"{name}.conf"
        path.write_text(text)
        return path


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None


def trusting() -> ssl.SSLContext:
    """Accepts the site's self-made certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
