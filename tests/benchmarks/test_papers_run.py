"""``./bench papers``, small."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def run(*words: str) -> dict[str, Any]:
    """Name of a figure → its row."""
    command = [sys.executable, "-m", "benchmarks", "papers", "--json", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.stdout, done.stderr
    return {row["name"]: row for row in json.loads(done.stdout)["results"]}


def test_the_archive_is_searched_by_who_may_read_it() -> None:
    small = {"--papers": 300, "--pages": 2, "--words": 60, "--agencies": 12, "--rounds": 1}
    found = run("--only", "sqlite", *(str(word) for pair in small.items() for word in pair))
    assert (
        0
        < found["search on SQLite, 300 papers: median"]["value"]
        <= found["search on SQLite, 300 papers: p95"]["value"]
    )
    assert found["search on SQLite, 300 papers: questions that found something"]["value"] > 15
    assert 0 < found["list of papers on SQLite: papers in it"]["value"] < 300
    assert found["list of papers on SQLite: queries"]["met"]


@pytest.mark.skipif(not shutil.which("soffice"), reason="the paper is converted with LibreOffice")
def test_every_reader_gets_page_picture_and_file() -> None:
    found = run("--only", "readers", "--readers", "4", "--long", "3", "--arrive", "0.2")
    assert found["a paper of 3 pages: conversion"]["value"] > 0
    assert found["4 readers: refused"]["value"] == 0
    assert found["4 readers: sent for the first page, most"]["met"]
    assert found["4 readers: sent of the file to each"]["value"] > 5
    assert found["4 readers: processor time of the servers, each"]["value"] > 1
