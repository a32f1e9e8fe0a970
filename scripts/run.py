"""``./run [--lan]``: from a bare machine to a served site, and back with Ctrl-C.

HOST, PORT and EOFFICE_DATA_DIR are honoured. One Daphne process with the jobs as its threads, one media node
beside it, nothing else (ADR 0010, 0011).
"""

import argparse
import hashlib
import os
import socket
import ssl
import time
import urllib.error
import urllib.request
from pathlib import Path

from scripts import machine
from scripts.address import Address, address, lan_addresses
from scripts.commands import PYTHON, ROOT, environment, quietly
from scripts.console import Stop, guarded, say, step
from scripts.environment import ensure_environment
from scripts.frontend import ensure_bundle
from scripts.native import ensure_native
from scripts.supervisor import Program, Supervisor
from scripts.translations import ensure_translations

READY_WITHIN_S = 60.0


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run", description="Set up what is missing and serve eOffice.")
    parser.add_argument("--lan", action="store_true", help="HTTPS for the local network, with a self-made certificate")
    where = address(lan=parser.parse_args(words).lan)
    data = Path(os.environ.get("EOFFICE_DATA_DIR") or ROOT / "var").resolve()
    ensure_writable(data)
    machine.ensure(machine.RUN, title="Installing system packages (LibreOffice and fonts)")
    ensure_environment(dev=False)
    ensure_bundle()
    ensure_translations()
    ensure_native()
    env = site_environment(data, where)
    with step("Preparing the database and the demo"):
        sign_ins = quietly(PYTHON, "-m", "scripts.prepare", doing="Preparing the database", env=env)
    return serve(where, data, env, sign_ins)


def ensure_writable(data: Path) -> None:
    """Raises ``Stop`` when the data folder cannot be made or written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.touch()
        probe.unlink()
    except PermissionError as error:
        raise Stop(f"The data folder {data} cannot be written; choose another with EOFFICE_DATA_DIR=/path") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise Stop(f"EOFFICE_DATA_DIR={data} is not a folder.") from error


def site_environment(data: Path, where: Address) -> dict[str, str]:
    """What the site is told about itself; what the person set in the environment comes first."""
    node = os.environ.get("EOFFICE_MEDIA_NODES") or f"unix:{media_socket(data)}"
    public = os.environ.get("EOFFICE_PUBLIC_URL") or where.url
    return environment(
        DJANGO_SETTINGS_MODULE=os.environ.get("DJANGO_SETTINGS_MODULE") or "eoffice.settings.embedded",
        EOFFICE_DATA_DIR=str(data),
        EOFFICE_MEDIA_NODES=node,
        EOFFICE_PUBLIC_URL=public,
        PYTHONUNBUFFERED="1",
    )


def media_socket(data: Path) -> Path:
    """The node's Unix socket: beside the data, or in /tmp where that path is too long for a socket (108 bytes)."""
    path = data / "media.sock"
    if len(os.fsencode(path)) < 100:
        return path
    short = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(f"/tmp/eoffice-{os.getuid()}-{short}.sock")  # noqa: S108 - the node makes it readable for its user only


def serve(where: Address, data: Path, env: dict[str, str], sign_ins: str) -> int:
    """Serve until Ctrl-C; whatever happens, nothing that was started stays behind."""
    supervisor = Supervisor()
    try:
        if env["EOFFICE_MEDIA_NODES"] == f"unix:{media_socket(data)}":
            supervisor.start(media_node(data, env))
        web = Program("The web server", daphne(where, data, env), env, vital=True)
        supervisor.start(web)
        if not await_answer(where, web, supervisor):
            return supervisor.watch() if supervisor.stopping else 1
        say("")
        announce(where, sign_ins)
        return supervisor.watch()
    finally:
        say("\n· Stopping …")
        supervisor.stop()


def media_node(data: Path, env: dict[str, str]) -> Program:
    """The process that forwards sound and pictures; started again when it ends, and it ends with this one."""
    control = f"unix:{media_socket(data)}"
    return Program(
        "The media node",
        [PYTHON, "-m", "meetings.sfu", "--control", control, "--child", "--log-level", "WARNING"],
        env,
        held=True,
        log=data / "media-node.log",
    )


def daphne(where: Address, data: Path, env: dict[str, str]) -> list[str | Path]:
    """Daphne's command line; ``-v 0``: warnings only, no line for each request. When hundreds of sites come back in one
    moment, a handshake waits its turn for longer than the usual 5 s, and one that is refused begins again at the end.
    """
    patience = ["--websocket_connect_timeout", "60"]
    command: list[str | Path] = [PYTHON, "-m", "daphne", "-v", "0", "--no-server-name", *patience]
    if not where.lan:
        return [*command, "-b", where.host, "-p", str(where.port), "eoffice.asgi:application"]
    folder = data / "lan"
    names = [*lan_addresses(), "127.0.0.1", "localhost", socket.gethostname()]
    quietly(PYTHON, "-m", "scripts.certificate", folder, *names, doing="Making the certificate", env=env)
    host = where.host.replace(":", "\\:")
    files = f"privateKey={folder / 'key.pem'}:certKey={folder / 'certificate.pem'}"
    return [*command, "-e", f"ssl:{where.port}:{files}:interface={host}", "eoffice.asgi:application"]


def await_answer(where: Address, web: Program, supervisor: Supervisor) -> bool:
    """Wait until the site answers; False when it ended or the person stopped it before."""
    deadline = time.monotonic() + READY_WITHIN_S
    trusting = ssl._create_unverified_context()  # noqa: S323 - our own certificate, on our own machine
    while time.monotonic() < deadline and web.running and not supervisor.stopping:
        try:
            urllib.request.urlopen(f"{where.local_url}/healthz", timeout=2, context=trusting)  # noqa: S310
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    if web.running and not supervisor.stopping:
        say(f"The site did not answer within {READY_WITHIN_S:.0f} s.")
    return False


def announce(where: Address, sign_ins: str) -> None:
    """The address and who may sign in, on standard output."""
    lines = [f"eOffice is at {where.url}"]
    if where.lan:
        lines.append("Other machines will warn about the self-made certificate once: choose to go on.")
    lines += ["", sign_ins.rstrip(), "", "Ctrl-C stops it."]
    print("\n".join(lines), flush=True)  # noqa: T201


if __name__ == "__main__":
    raise SystemExit(guarded(main))
