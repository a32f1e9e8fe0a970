"""The node's one UDP port, at every local address.

A socket per address, and not one for all, because an answer must leave from the address that was asked.
"""

import contextlib
import errno
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import ifaddr

from meetings.sfu.packet_path import PacketPath

SOCKET_BUFFER = 8 << 20
_FORCE = {socket.SO_RCVBUF: 33, socket.SO_SNDBUF: 32}
"""SO_RCVBUFFORCE and SO_SNDBUFFORCE, which ``socket`` does not name: beyond the sysctl, for the privileged."""


@dataclass(frozen=True)
class Candidate:
    """Where a browser may send its checks."""

    host: str
    port: int
    priority: int


def local_addresses() -> list[str]:
    """Addresses of this machine, the loopback ones last; link-local IPv6 is left out."""
    found = [ip.ip if ip.is_IPv4 else ip.ip[0] for adapter in ifaddr.get_adapters() for ip in adapter.ips]
    usable = [a for a in map(str, found) if not ipaddress.ip_address(a.partition("%")[0]).is_link_local]
    return sorted(dict.fromkeys(usable), key=lambda a: ipaddress.ip_address(a).is_loopback)


def open_links(path: PacketPath, addresses: Sequence[str], port: int) -> int:
    """Listen on the same port (0: any) at every address; the port. Raises OSError when it is taken.

    An address that vanished meanwhile is skipped; one at least must be there.
    """
    chosen = port or _free_port(addresses)
    opened = 0
    for address in addresses:
        try:
            opened = path.open_link(address, chosen)
        except OSError as error:
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    if not opened:
        raise OSError(errno.EADDRNOTAVAIL, f"no local address to listen on among {', '.join(addresses)}")
    return opened


def _free_port(addresses: Sequence[str]) -> int:
    """A port that is free on every address."""
    for _ in range(20):
        with contextlib.ExitStack() as stack:
            chosen = 0
            try:
                for address in addresses:
                    with contextlib.suppress(AddressGone):
                        chosen = stack.enter_context(bound_socket(address, chosen)).getsockname()[1]
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
                continue  # free on some addresses only
            return chosen
    raise OSError(errno.EADDRINUSE, "no port is free on every address")


class AddressGone(OSError):
    """The machine no longer has, or cannot use, an address."""


def bound_socket(address: str, port: int) -> socket.socket:
    """A UDP socket that does not block, with large buffers. Raises AddressGone, OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)  # noqa: FBT003
    try:
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        for option, force in _FORCE.items():
            try:
                sock.setsockopt(socket.SOL_SOCKET, force, SOCKET_BUFFER)
            except OSError:
                sock.setsockopt(socket.SOL_SOCKET, option, SOCKET_BUFFER)
        sock.bind((address, port))
    except OSError as error:
        sock.close()
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise AddressGone(error.errno, address) from None
        raise
    return sock


def candidates(addresses: Sequence[str], port: int) -> list[Candidate]:
    """Host candidates, loopback after the others (RFC 8445, section 5.1.2.1)."""
    ordered = sorted(addresses, key=lambda a: ipaddress.ip_address(a).is_loopback)
    return [Candidate(host, port, (126 << 24) + ((65535 - i) << 8) + 255) for i, host in enumerate(ordered)]


def link_towards(bound: Sequence[str], address: str) -> int:
    """The number of the link, of those bound to these addresses, by which an address is sent to."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((address, 9))  # nothing is sent: the kernel only says from where it would be
        own = probe.getsockname()[0]
        if own in bound:
            return bound.index(own)
    same = [number for number, other in enumerate(bound) if (":" in other) == (":" in address)]
    return same[0] if same else 0
