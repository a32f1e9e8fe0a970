"""Record a room: ``python -m meetings.sfu.recorder --control unix:/run/eoffice/media.sock --room meeting-7 --folder F``.

Parts go to the folder, numbered on from those that are there. Says ``recording`` and ``interrupted`` on standard
output, a line each; ends cleanly on SIGTERM, and as a child when standard input is closed.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from meetings.sfu.gateway import MediaGateway
from meetings.sfu.recorder.recording import Recorder

SECRET_VARIABLE = "EOFFICE_MEDIA_NODE_SECRET"  # noqa: S105 - the name, not the secret


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m meetings.sfu.recorder", description="Record one room.")
    parser.add_argument("--control", required=True, help="the node's control address: unix:/path or tcp:host:port")
    parser.add_argument("--room", required=True, help="the room's name on the node")
    parser.add_argument("--folder", required=True, type=Path, help="where the parts go")
    parser.add_argument("--child", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


async def record(arguments: argparse.Namespace) -> None:
    """Run until SIGTERM, SIGINT, or, as a child, until the parent goes away."""
    loop = asyncio.get_running_loop()
    gateway = await MediaGateway.connect(arguments.control, os.environ.get(SECRET_VARIABLE, ""), wait=0)
    recorder = Recorder(gateway, arguments.room, arguments.folder, _say)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, recorder.stop)
    if arguments.child:
        loop.add_reader(sys.stdin, _watch_parent, recorder)
    try:
        await recorder.run()
    finally:
        await gateway.close()


def _say(word: str) -> None:
    try:
        print(word, flush=True)  # noqa: T201 - the supervisor reads it
    except BrokenPipeError:
        return  # the supervisor is gone: standard input tells


def _watch_parent(recorder: Recorder) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        recorder.stop()


def main() -> int:
    """The exit status: 0 after a clean end, 1 when nothing could be written."""
    arguments = _arguments()
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        asyncio.run(record(arguments))
    except (OSError, ValueError) as error:
        logging.getLogger(__name__).error("the recorder cannot go on: %s", error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
