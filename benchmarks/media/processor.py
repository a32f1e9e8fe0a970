"""What a process and all its children cost, from /proc."""

import os
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


@dataclass
class Usage:
    """Seconds of processor time so far: by ticks of user and system, and exactly by thread."""

    user: float = 0.0
    system: float = 0.0
    threads: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Thread name → seconds."""

    def since(self, before: "Usage") -> "Usage":
        """What was used since ``before``; user and system are scaled to the exact total of the threads."""
        threads = defaultdict(float, {name: spent - before.threads[name] for name, spent in self.threads.items()})
        user, system = self.user - before.user, self.system - before.system
        exact = sum(threads.values())
        scale = exact / (user + system) if exact > 0 and user + system > 0 else 1.0
        return Usage(user * scale, system * scale, threads)

    @property
    def total(self) -> float:
        """User and system."""
        return self.user + self.system


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for path in PROC.glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(path.parent.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def pin(pid: int, core: int) -> None:
    """All threads of a process, and those they will start, run on one core from now on."""
    for task in (PROC / str(pid) / "task").glob("[0-9]*"):
        os.sched_setaffinity(int(task.name), {core})


def usage(pids: list[int]) -> Usage:
    """Of these processes together. A process that has ended counts nothing."""
    used = Usage()
    for pid in pids:
        for task in (PROC / str(pid) / "task").glob("[0-9]*"):
            try:
                head, _, fields = (task / "stat").read_text().rpartition(")")
                exact = int((task / "schedstat").read_text().split()[0]) / 1e9
            except OSError:
                continue
            user, system = fields.split()[11:13]
            used.user += int(user) / TICKS
            used.system += int(system) / TICKS
            used.threads[head.partition("(")[2]] += exact
    return used


def memory_kb(pids: list[int]) -> int:
    """Resident memory of these processes together."""
    total = 0
    for pid in pids:
        status = PROC / str(pid) / "status"
        lines = status.read_text().splitlines() if status.exists() else []
        total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return total


def core_busy(core: int) -> float:
    """Seconds that a core was busy since the machine started, whoever used it, interrupts included."""
    for line in (PROC / "stat").read_text().splitlines():
        if line.startswith(f"cpu{core} "):
            numbers = [int(word) for word in line.split()[1:9]]
            return (sum(numbers) - numbers[3] - numbers[4]) / TICKS
    return 0.0
