"""Run a media node: ``python -m meetings.sfu --control unix:/run/eoffice/media.sock --port 7000``.

Over TCP the shared secret comes from the environment, never from the command line, which all users see.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import time

from meetings.sfu.addresses import TcpAddress, parse_address
from meetings.sfu.control import ControlServer
from meetings.sfu.heartbeat import Heartbeat
from meetings.sfu.metrics import exposition
from meetings.sfu.metrics_server import MetricsServer
from meetings.sfu.node import Node, NodeConfig
from meetings.sfu.tcp import TcpRelay
from meetings.sfu.watchdog import Watchdog

REDIS_VARIABLE = "EOFFICE_REDIS_URL"
SECRET_VARIABLE = "EOFFICE_MEDIA_NODE_SECRET"  # noqa: S105 - the name, not the secret
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "taskName"}

logger = logging.getLogger("meetings.sfu")


class JsonLines(logging.Formatter):
    """One JSON object per record: time, level, logger, event, and what was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        line.update({k: v for k, v in record.__dict__.items() if k not in _STANDARD})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m meetings.sfu", description="A media node of eOffice.")
    parser.add_argument(
        "--control", "--listen", action="append", required=True, help="unix:/path or tcp:host:port; repeatable"
    )
    parser.add_argument("--port", type=int, default=0, help="the UDP port of all media (default: any free one)")
    parser.add_argument("--tcp-port", type=int, help="a TCP port for networks that block UDP (default: none; 0: any)")
    parser.add_argument("--bind", nargs="+", default=[], help="local addresses (default: all)")
    parser.add_argument("--advertise", nargs="+", default=[], help="addresses that browsers are told, if others")
    parser.add_argument(
        "--path",
        choices=["native", "python"],
        default="",
        help="the packet path (default: the native one if it is built)",
    )
    parser.add_argument("--metrics", help="host:port at which Prometheus finds /metrics (default: none)")
    parser.add_argument("--announce", help="the control address to announce at the Redis of EOFFICE_REDIS_URL")
    parser.add_argument("--child", action="store_true", help="end when standard input is closed")
    parser.add_argument("--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    return parser.parse_args()


async def serve(arguments: argparse.Namespace) -> None:
    """Run until SIGTERM, SIGINT, or, as a child, until the parent goes away."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if arguments.child:
        loop.add_reader(sys.stdin, _watch_parent, stop)
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(logger.info, "media node down")
        node = Node(NodeConfig(arguments.port, arguments.bind, arguments.advertise, arguments.path))
        stack.callback(node.close)
        await _open_edges(node, arguments, stack)
        await _open_control(node, arguments, stack)
        extra = {"port": node.port, "addresses": node.addresses, "native": node.is_native}
        logger.info("media node up", extra=extra)
        watchdog = Watchdog()
        watchdog.start()
        stack.callback(watchdog.stop)
        await stop.wait()


async def _open_edges(node: Node, arguments: argparse.Namespace, stack: contextlib.AsyncExitStack) -> None:
    """The ways in beside the UDP port, and the window to look in."""
    tcp: TcpRelay | None = None
    if arguments.tcp_port is not None:
        tcp = await TcpRelay.start(arguments.tcp_port, arguments.bind, arguments.advertise, node.port)
        stack.callback(tcp.close)
        node.tcp_candidates = tcp.candidates
    if arguments.metrics:
        address = parse_address(f"tcp:{arguments.metrics}")
        assert isinstance(address, TcpAddress)
        server = MetricsServer(lambda: exposition(node, tcp))
        await server.start(address.host, address.port)
        stack.push_async_callback(server.close)


async def _open_control(node: Node, arguments: argparse.Namespace, stack: contextlib.AsyncExitStack) -> None:
    """The control sockets, then the announcement that they are there."""
    secret = os.environ.get(SECRET_VARIABLE, "")
    for text in arguments.control:
        server = ControlServer(node, parse_address(text), secret)
        await server.start()
        stack.push_async_callback(server.close)
    if arguments.announce:
        parse_address(arguments.announce)
        heartbeat = Heartbeat(os.environ.get(REDIS_VARIABLE, ""), arguments.announce)
        heartbeat.start()
        stack.push_async_callback(heartbeat.stop)


def _watch_parent(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        stop.set()


def main() -> int:
    """The exit status: 0 after a clean end, 1 when the node could not start."""
    arguments = _arguments()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=arguments.log_level, handlers=[handler])
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(arguments))
    except (OSError, ValueError) as error:
        logger.error("media node cannot start: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
