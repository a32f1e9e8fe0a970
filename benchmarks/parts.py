"""Parts of a benchmark that run one after the other, each in a process of its own, because each needs its own settings."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.results import Result

ROOT = Path(__file__).resolve().parents[1]


def run(module: str, part: str, options: dict[str, Any]) -> list[Result]:
    """What ``python -m MODULE PART OPTIONS`` says on its last line."""
    command = [sys.executable, "-m", module, part, json.dumps(options)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the part {part!r} ended with status {done.returncode}")
    return [Result(**row) for row in json.loads(done.stdout.splitlines()[-1])]


def tell(results: Iterable[Result]) -> None:
    """The last line of such a process."""
    sys.stdout.write("\n" + json.dumps([asdict(result) for result in results]) + "\n")
