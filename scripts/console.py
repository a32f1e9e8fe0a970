"""What the person at the keyboard sees: progress lines, and one clear sentence when it cannot go on."""

import errno
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Stop(Exception):
    """It cannot go on; the message is one sentence that says why and what to do."""


def say(line: str) -> None:
    """A progress line. On standard error, since a benchmark's standard output is one JSON object."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def step(title: str) -> Iterator[None]:
    """Names what is being done, and how long it took when that was noticeable."""
    started = time.monotonic()
    say(f"· {title} …")
    yield
    seconds = time.monotonic() - started
    if seconds >= 2:
        say(f"  done in {seconds:.0f} s")


def guarded(main: Callable[[list[str]], int]) -> int:
    """Run ``main`` on the command line's words; a foreseeable failure is one sentence, not a stack trace."""
    signal.signal(signal.SIGTERM, _end)  # as Ctrl-C: what was started is stopped
    try:
        return main(sys.argv[1:])
    except Stop as stop:
        say(f"\n{stop}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        say(f"\n{DISK_FULL}")
        return 1


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


DISK_FULL = "The disk is full. Free about 3 GB and run this again; it goes on where it stopped."
