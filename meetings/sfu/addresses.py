"""Addresses of control sockets: ``unix:/path`` or ``tcp:host:port`` (IPv6 hosts in brackets)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class UnixAddress:
    """A socket file on this machine; who may open the file may command the node."""

    path: str


@dataclass(frozen=True)
class TcpAddress:
    """A node elsewhere; the first line must be ``Authenticate``."""

    host: str
    port: int


def parse_address(text: str) -> UnixAddress | TcpAddress:
    """``unix:/run/media.sock`` or ``tcp:10.0.0.5:7400`` or ``tcp:[::1]:7400``. Raises ValueError with the text."""
    scheme, _, rest = text.partition(":")
    if scheme == "unix" and rest:
        return UnixAddress(rest)
    host, _, port = rest.rpartition(":")
    if scheme == "tcp" and host and port.isascii() and port.isdigit() and int(port) < 65536:
        return TcpAddress(host.strip("[]"), int(port))
    raise ValueError(f"Not a control address: {text!r}. Write unix:/path or tcp:host:port.")
