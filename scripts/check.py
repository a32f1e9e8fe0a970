"""``./check``: everything that can be said about the source without running it.

Style, format, types (Python and TypeScript), layers, template format, missing migrations, stale generated
files, requirements that no longer follow from pyproject.toml. Every part runs; the status says if all passed.
``./check --fix`` puts right what can be put right by a program.
"""

import re
import subprocess
import tempfile
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.commands import PYTHON, ROOT, VENV, environment, openly
from scripts.console import guarded, say
from scripts.environment import ensure_environment
from scripts.frontend import FRONTEND, ensure_modules

BIN = VENV / "bin"
Outcome = tuple[bool, str]
"""Whether it passed, and what to show when it did not."""


def main(words: list[str]) -> int:
    ensure_environment(dev=True)
    ensure_modules()
    if "--fix" in words:
        fix()
    return check()


def check() -> int:
    """Run all parts, two at a time, and print each one's outcome; 0 when all passed."""
    say("· Checks")
    failed = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = [(name, pool.submit(_timed, part)) for name, part in PARTS.items()]
        for name, future in running:
            (passed, output), seconds = future.result()
            say(f"  {'✓' if passed else '✗'} {name} ({seconds:.1f} s)")
            if not passed:
                failed += 1
                say(output.rstrip())
    return min(failed, 1)


def fix() -> None:
    """Format and repair what ruff and djade can."""
    openly(BIN / "ruff", "check", "--fix", "-q", ".")
    openly(BIN / "ruff", "format", "-q", ".")
    openly(BIN / "djade", "--target-version", "5.2", *templates())


def templates() -> list[Path]:
    return sorted((ROOT / "frontend" / "templates").rglob("*.html"))


def _timed(part: Callable[[], Outcome]) -> tuple[Outcome, float]:
    started = time.monotonic()
    return part(), time.monotonic() - started


def _program(*words: str | Path, cwd: Path = ROOT, **extra: str) -> Outcome:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment(**extra),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout


def _template_format() -> Outcome:
    found = templates()
    return _program(BIN / "djade", "--check", "--target-version", "5.2", *found) if found else (True, "")


def _types() -> Outcome:
    with tempfile.TemporaryDirectory(prefix="eoffice-check-") as data:
        return _program(BIN / "mypy", EOFFICE_DATA_DIR=data)


def _migrations() -> Outcome:
    with tempfile.TemporaryDirectory(prefix="eoffice-check-") as data:
        return _program(
            PYTHON, "manage.py", "makemigrations", "--check", "--dry-run",
            DJANGO_SETTINGS_MODULE="eoffice.settings.test", EOFFICE_DATA_DIR=data,
        )  # fmt: skip


def _generated() -> Outcome:
    """The generator compares what it would write with the committed file."""
    return _program(BIN / "node", "generate-protocol.mjs", "--check", cwd=FRONTEND, PYTHON=str(PYTHON))


def _requirements() -> Outcome:
    """What pyproject.toml asks for directly is what the compiled files say it asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    run = project["dependencies"]
    wanted = {"requirements.txt": run, "requirements-dev.txt": run + project["optional-dependencies"]["dev"]}
    problems = [problem for file, names in wanted.items() for problem in _differences(file, names)]
    if problems:
        problems.append("Compile both again: the commands are at the top of pyproject.toml.")
    return not problems, "\n".join(problems)


def _differences(file: str, requirements: list[str]) -> list[str]:
    asked = {_normalised(re.split(r"[\s\[<>=~!;]", line, maxsplit=1)[0]): line for line in requirements}
    compiled = compiled_for_project((ROOT / file).read_text())
    missing = [f"{file} lacks {line}" for name, line in asked.items() if name not in compiled]
    surplus = [f"{file} still has {name}, which nobody asks for" for name in compiled if name not in asked]
    return missing + surplus + _outside(file, asked, compiled)


def _outside(file: str, asked: dict[str, str], compiled: dict[str, str]) -> list[str]:
    """Pins that the version range of pyproject.toml does not allow (asked of pip's own parser)."""
    pairs = [f"{asked[name]}\t{compiled[name]}" for name in asked if name in compiled]
    _ran, output = _program(PYTHON, "-c", _RANGES, *pairs)
    return [f"{file}: {line}" for line in output.splitlines() if line]


_RANGES = """
import sys
from packaging.requirements import Requirement
for pair in sys.argv[1:]:
    asked, pin = pair.split("\\t")
    if not Requirement(asked).specifier.contains(pin, prereleases=True):
        print(f"pins {pin}, but pyproject.toml asks for {asked}")
"""


def compiled_for_project(text: str) -> dict[str, str]:
    """Name → pinned version of the packages that a compiled file has "via eoffice (pyproject.toml)"."""
    found: dict[str, str] = {}
    name = version = ""
    for line in text.splitlines():
        pin = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", line)
        if pin:
            name, version = _normalised(pin[1]), pin[2]
        elif "eoffice (pyproject.toml)" in line:
            found[name] = version
    return found


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


PARTS: dict[str, Callable[[], Outcome]] = {
    "types (mypy --strict)": _types,
    "style (ruff)": lambda: _program(BIN / "ruff", "check", "."),
    "format (ruff)": lambda: _program(BIN / "ruff", "format", "--check", "."),
    "layers (import-linter)": lambda: _program(BIN / "lint-imports", "--no-cache"),
    "types (tsc)": lambda: _program(VENV / "bin" / "npx", "--no-install", "tsc", "--noEmit", cwd=FRONTEND),
    "templates (djade)": _template_format,
    "migrations": _migrations,
    "generated files": _generated,
    "requirements": _requirements,
}


if __name__ == "__main__":
    raise SystemExit(guarded(main))
