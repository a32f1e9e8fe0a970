"""The sizes and names that CONTRIBUTING.md promises."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("eoffice", "meetings", "documents", "scripts", "benchmarks")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)
LONGEST_FILE = 400
LONGEST_FUNCTION = 40
DRAWERS = {"utils.py", "helpers.py", "common.py", "services.py", "selectors.py", "signals.py"}
ALLOWED = {ROOT / "scripts" / "services.py"}  # PostgreSQL and Redis: services in the machine's sense


def test_files_stay_readable() -> None:
    assert [str(path) for path in FILES if len(path.read_text().splitlines()) > LONGEST_FILE] == []


def test_functions_stay_readable() -> None:
    long = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_no_file_is_a_drawer_for_everything() -> None:
    assert [path for path in FILES if path.name in DRAWERS and path not in ALLOWED] == []


@pytest.mark.parametrize("script", ["run", "test", "check", "bench", ".ci/run", "manage.py"])
def test_the_scripts_can_be_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111


def test_the_scripts_need_nothing_installed() -> None:
    """Only ``certificate`` and ``prepare`` run in the virtual environment."""
    import sys

    foreign = []
    for path in sorted((ROOT / "scripts").glob("*.py")):
        if path.stem in {"certificate", "prepare"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            foreign += [
                f"{path.name}: {name}"
                for name in names
                if name.split(".")[0] not in {*sys.stdlib_module_names, "scripts"}
            ]
    assert foreign == []
