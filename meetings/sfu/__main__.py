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

from meetings.sfu.addresses import parse_address
from meetings.sfu.control import ControlServer
from meetings.sfu.node import Node, NodeConfig

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
    parser.add_argument("--bind", nargs="+", default=[], help="local addresses (default: all)")
    parser.add_argument("--advertise", nargs="+", default=[], help="addresses that browsers are told, if others")
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
    node = Node(NodeConfig(arguments.port, arguments.bind, arguments.advertise))
    secret = os.environ.get(SECRET_VARIABLE, "")
    servers = [ControlServer(node, parse_address(text), secret) for text in arguments.control]
    try:
        for server in servers:
            await server.start()
        logger.info("media node up", extra={"port": node.port, "addresses": node.addresses})
        await stop.wait()
    finally:
        for server in servers:
            await server.close()
        node.close()
        logger.info("media node down")


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
