"""Papers: conversion, search in a large archive on SQLite and PostgreSQL, hundreds who open one long paper.

Each part runs in a process of its own on data of its own. The archive holds generated Vietnamese text; real papers are
converted when a folder of them is given or lies beside the repository (``../shared/data/papers``).
"""

import argparse
from pathlib import Path

from benchmarks import parts
from benchmarks.results import Result, progress

REAL_PAPERS = parts.ROOT.parent / "shared" / "data" / "papers"
PARTS = ("conversion", "sqlite", "postgresql", "readers")


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS), help="these parts and no others")
    parser.add_argument("--folder", type=Path, default=REAL_PAPERS, help="real papers to convert")
    parser.add_argument("--papers", type=int, default=50_000, help="papers in the archive")
    parser.add_argument("--pages", type=int, default=20, help="pages of each")
    parser.add_argument("--words", type=int, default=150, help="words on a page")
    parser.add_argument("--agencies", type=int, default=150, help="agencies among whom the archive is shared")
    parser.add_argument("--rounds", type=int, default=5, help="times each question is asked")
    parser.add_argument("--readers", type=int, default=632, help="people who open one paper (at most 632)")
    parser.add_argument("--long", type=int, default=300, help="pages of the paper that they open")
    parser.add_argument("--arrive", type=float, default=5.0, help="seconds within which they come")
    parser.add_argument("--redis", action="store_true", help="readers on two web processes, PostgreSQL and Redis")


def measure(options: argparse.Namespace) -> list[Result]:
    """Run the parts one after the other."""
    words = {key: value for key, value in vars(options).items() if key not in ("name", "only", "json")}
    words["folder"] = str(options.folder)
    results: list[Result] = []
    for part in options.only:
        if part == "conversion" and not options.folder.is_dir():
            progress(f"No folder of real papers ({options.folder.name}): nothing is converted")
            continue
        results += parts.run("benchmarks.papers.run", part, words)
    return results
