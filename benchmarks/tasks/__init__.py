"""Tasks of a large city: server time and queries of every screen, figures against counting one by one.

1,000,000 tasks of 150 agencies and 5,000 people on PostgreSQL, 100,000 on SQLite, each in a process of its own on data of
its own, which ``--keep`` leaves for the next run. Query counts are compared between a part of the tasks and all of them.
"""

import argparse
from pathlib import Path

from benchmarks import parts
from benchmarks.results import Result

PARTS = ("sqlite", "postgresql")
TASKS = {"sqlite": 100_000, "postgresql": 1_000_000}


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=list(PARTS), help="on these databases and no others"
    )
    parser.add_argument("--tasks", type=int, help=f"tasks (by default {TASKS})")
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--agencies", type=int, default=150)
    parser.add_argument("--keep", type=Path, help="a folder in which the data stay, and are used again")
    parser.add_argument("--rounds", type=int, default=10, help="requests per screen and person")


def measure(options: argparse.Namespace) -> list[Result]:
    """One database after the other."""
    results: list[Result] = []
    for part in options.only:
        words = {
            "tasks": options.tasks or TASKS[part],
            "people": options.people,
            "agencies": options.agencies,
            "rounds": options.rounds,
            "keep": str(options.keep.resolve() / part) if options.keep else None,
        }
        results += parts.run("benchmarks.tasks.run", part, words)
    return results
