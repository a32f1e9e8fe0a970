"""Where server and viewers are: on loopback, or, beside Janus, on addresses that look like no loopback ones.

Janus takes no loopback interface and binds its sockets to the one it has. So a range of addresses made for tests
(RFC 2544) becomes local on that interface for as long as the benchmark runs. Packets stay inside the machine.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

import ifaddr

LOOPBACK = IPv4Network("127.64.0.0/16")
ROUTED = IPv4Network("198.18.0.0/16")


class CannotPlace(Exception):
    """Janus cannot be measured here; the text says why."""


@contextlib.contextmanager
def place(*, off_loopback: bool) -> Iterator[tuple[str, IPv4Network]]:
    """The server's address and the viewers' network. Raises CannotPlace when Janus cannot have them."""
    if not off_loopback:
        yield "127.0.0.1", LOOPBACK
        return
    device, host = _interface()
    if not may_route():
        raise CannotPlace("measuring beside Janus needs root and iproute2: it routes 198.18.0.0/16 to this machine")
    route = ["local", str(ROUTED), "dev", device]
    subprocess.run(["ip", "route", "replace", *route], check=True)
    try:
        yield host, ROUTED
    finally:
        subprocess.run(["ip", "route", "del", *route], check=False)


def may_route() -> bool:
    """Whether this person may make addresses local."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


def _interface() -> tuple[str, str]:
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            if ip.is_IPv4 and not IPv4Address(str(ip.ip)).is_loopback:
                return adapter.name, str(ip.ip)
    raise CannotPlace("Janus needs a network interface besides loopback")
