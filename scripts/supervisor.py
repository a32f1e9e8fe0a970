"""The programs that ``./run`` starts: watched, started again when they may be, and all stopped at the end.

Every child leads a session of its own, so that the keyboard's Ctrl-C reaches only this process, which then
stops the children in order. What a child leaves behind (a LibreOffice of a conversion) becomes this process's
own child (Linux "subreaper") and is stopped too; if this process is killed outright, the kernel stops the children.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from scripts.console import say

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
STOP_WITHIN_S = 12.0
"""Daphne gives an application 10 s after its socket closed."""
QUICK_DEATH_S = 10.0
"""A program that lives shorter than this is started again only after a growing pause."""

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass
class Program:
    """One program to keep running. ``vital``: when it ends, everything ends; otherwise it is started again.

    ``held``: its standard input is a pipe that only this process holds, and that closes with it.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    vital: bool = False
    held: bool = False
    log: Path | None = None
    """Where its output goes; the terminal when None."""
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = field(default=0.0)

    def start(self) -> None:
        self.let_go()
        output = self.log.open("ab") if self.log else None
        self.process = subprocess.Popen(
            [str(word) for word in self.command],
            env=dict(self.environment),
            stdin=subprocess.PIPE if self.held else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=stop_with_parent,  # noqa: PLW1509 - one thread only, a single prctl
        )
        if output:
            output.close()
        self.started_at = time.monotonic()

    def let_go(self) -> None:
        """Close the pipe of a ``held`` program that runs or ran."""
        if self.process and self.process.stdin:
            self.process.stdin.close()

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def next_pause_s(self) -> float:
        """How long to wait before starting it again: at once after a long life, up to 10 s after short ones."""
        lived = time.monotonic() - self.started_at
        self.pause_s = 0.0 if lived > QUICK_DEATH_S else min(10.0, max(0.5, self.pause_s * 2))
        return self.pause_s


class Supervisor:
    """Starts programs in order, watches them until told to stop, and stops them in reverse order."""

    def __init__(self) -> None:
        self.programs: list[Program] = []
        self.stopping = False
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                signal.signal(number, self._stop_soon)

    def start(self, program: Program) -> None:
        program.start()
        self.programs.append(program)

    def watch(self) -> int:
        """Return when told to stop (0) or when a vital program ended (its exit status, or 1)."""
        waiting: dict[str, float] = {}
        while not self.stopping:
            self._reap_orphans()
            for program in self.programs:
                if program.running:
                    continue
                if program.vital:
                    return self._ended(program)
                self._start_again(program, waiting)
            time.sleep(0.2)
        return 0

    def stop(self) -> None:
        """Stop everything that was started and whatever they left behind."""
        for program in reversed(self.programs):
            if program.process is not None:
                _signal_group(program.process.pid, signal.SIGTERM)
        self._wait(STOP_WITHIN_S)
        for program in self.programs:
            if program.process is not None:
                _signal_group(program.process.pid, signal.SIGKILL)
                program.let_go()
        _kill_children()

    def _stop_soon(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _ended(self, program: Program) -> int:
        status = program.process.returncode if program.process else 1
        say(f"\n{program.name} ended by itself (status {status}).")
        return status if status > 0 else 1

    def _start_again(self, program: Program, waiting: dict[str, float]) -> None:
        now = time.monotonic()
        if program.name not in waiting:
            waiting[program.name] = now + program.next_pause_s()
            say(f"· {program.name} ended; starting it again")
        if now >= waiting[program.name]:
            del waiting[program.name]
            program.start()

    def _reap_orphans(self) -> None:
        """Collect dead grandchildren that became ours; never one of our own, whose status we still want."""
        own = {program.process.pid for program in self.programs if program.process}
        for pid in _children() - own:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and any(program.running for program in self.programs):
            time.sleep(0.05)


def stop_with_parent(number: signal.Signals = signal.SIGTERM) -> None:
    """For ``preexec_fn``: the kernel sends ``number`` to this process when its parent dies."""
    _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def _children() -> set[int]:
    """Process ids of this process's children."""
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in listing.read_text().split()} if listing.exists() else set()


def _kill_children() -> None:
    """Kill what is left below us, generation by generation (each dead parent hands us its children)."""
    for _generation in range(5):
        children = _children()
        for pid in children:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                continue
        if not children:
            return
