"""Where ``./run`` serves: host, port and scheme, checked before anything slow begins."""

import errno
import os
import socket
from dataclasses import dataclass

from scripts.console import Stop


@dataclass(frozen=True)
class Address:
    """``host`` to listen on; ``lan``: HTTPS with a self-made certificate, reachable from other machines."""

    host: str
    port: int
    lan: bool

    @property
    def url(self) -> str:
        """What a person types into the browser on this machine, or (LAN) on another."""
        scheme = "https" if self.lan else "http"
        return f"{scheme}://{self.shown_host}:{self.port}"

    @property
    def local_url(self) -> str:
        """The same site, as this machine itself reaches it."""
        scheme = "https" if self.lan else "http"
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::", "localhost"} else self.host  # noqa: S104
        return f"{scheme}://{_bracketed(host)}:{self.port}"

    @property
    def shown_host(self) -> str:
        if self.host in {"0.0.0.0", "::"}:  # noqa: S104
            return lan_addresses()[0] if self.lan else "localhost"
        return "localhost" if self.host in {"127.0.0.1", "::1"} else _bracketed(self.host)


def address(*, lan: bool) -> Address:
    """From HOST and PORT; raises ``Stop`` when PORT is no port or is taken."""
    host = os.environ.get("HOST") or ("0.0.0.0" if lan else "127.0.0.1")  # noqa: S104
    text = os.environ.get("PORT") or ("8443" if lan else "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT={text} is not a port: give a number from 1 to 65535.")
    found = Address(host, int(text), lan)
    ensure_free(found)
    return found


def ensure_free(where: Address) -> None:
    """Raises ``Stop`` when another program listens there, or the address cannot be used."""
    try:
        family, kind, protocol, _name, target = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Stop(f"HOST={where.host} is not an address of this machine.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(target)
        except OSError as error:
            raise Stop(_refusal(where, error)) from error


def _refusal(where: Address, error: OSError) -> str:
    other = f"PORT={where.port + 1 if where.port < 65535 else 8000} ./run"
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {where.port} is used by another program: stop that one, or choose another port with {other}"
        case errno.EACCES:
            return (
                f"Only an administrator may use port {where.port}: choose one above 1023, for example PORT=8000 ./run"
            )
        case _:
            return f"HOST={where.host} is not an address of this machine."


def lan_addresses() -> list[str]:
    """IPv4 addresses under which other machines reach this one, the one of the default route first."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks the kernel which address it would use
            found.append(probe.getsockname()[0])
        except OSError:
            found.append("127.0.0.1")
    try:
        infos = socket.getaddrinfo(socket.gethostname(), None, family=socket.AF_INET)
    except socket.gaierror:
        infos = []
    found.extend(str(info[4][0]) for info in infos)
    return list(dict.fromkeys(found))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
