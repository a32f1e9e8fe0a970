"""What a benchmark found, as a table for people or as JSON for programs."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """One figure. ``target`` is the most it may be, or the least; ``met``: whether it is, None without a target."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def machine() -> dict[str, str | int]:
    """What it was measured on."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count() or 1,
        "memory_mb": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def as_json(bench: str, results: Sequence[Result]) -> str:
    """One object; ``target`` and ``met`` only where there is a target."""
    rows = [{key: value for key, value in asdict(result).items() if value is not None} for result in results]
    for row, result in zip(rows, results, strict=True):
        if not result.at_least:
            del row["at_least"]
        if result.met is not None:
            row["met"] = result.met
    return json.dumps({"bench": bench, "machine": machine(), "results": rows}, ensure_ascii=False)


def as_table(results: Sequence[Result]) -> str:
    """Name, value, target, and whether it is met."""
    width = max(len(result.name) for result in results)
    lines = []
    for result in results:
        bound = "least" if result.at_least else "most"
        target = "" if result.target is None else f"at {bound} {result.target:g} {result.unit}"
        mark = {None: " ", True: "✓", False: "✗"}[result.met]
        lines.append(f"{mark} {result.name:<{width}}  {_short(result.value):>10} {result.unit:<8} {target}".rstrip())
    return "\n".join(lines)


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` (0…1) of ``values`` lie; the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def progress(line: str) -> None:
    """Tells the person what is being done; never on standard output."""
    sys.stderr.write(f"· {line}\n")
    sys.stderr.flush()
