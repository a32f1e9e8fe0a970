"""docs/operations/configuration.md names every variable that the code reads, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""(?:env\.\w+|environ(?:\.get|\.setdefault)?)[(\[]\s*["'](EOFFICE_[A-Z0-9_]+)["']""")
SHELL = re.compile(r"\$\{(EOFFICE_[A-Z0-9_]+)")
FOLDERS = ("eoffice", "meetings", "documents", "scripts")


def variables_read() -> set[str]:
    found: set[str] = set()
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".sh"}:
                text = path.read_text()
                found.update(READ.findall(text), SHELL.findall(text))
    return found


def variables_documented() -> set[str]:
    page = (ROOT / "docs/operations/configuration.md").read_text()
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"EOFFICE_[A-Z0-9_]+", row)}


def test_every_variable_has_a_row_and_every_row_a_variable() -> None:
    assert "EOFFICE_DATABASE_URL" in variables_read()
    assert variables_documented() == variables_read()


def test_the_example_environment_sets_only_known_variables() -> None:
    lines = (ROOT / "docs/operations/examples/environment").read_text().splitlines()
    names = {line.split("=")[0] for line in lines if line and not line.startswith("#")}
    assert names - {"DJANGO_SETTINGS_MODULE"} <= variables_documented()
