"""The schedule of a large city: weeks, conflicts and free times among three years of entries.

5,000 people of 150 agencies, 300 rooms with bookings, 1,500,000 entries on PostgreSQL, 150,000 on SQLite, and meetings, each in a
process of its own on data of its own. Query counts are compared between a tenth of the entries and all of them.
"""

import argparse

from benchmarks import parts
from benchmarks.results import Result

PARTS = ("sqlite", "postgresql")
ENTRIES = {"sqlite": 150_000, "postgresql": 1_500_000}
"""Each with one to two people."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--only", choices=PARTS, nargs="+", default=list(PARTS), help="on these databases and no others"
    )
    parser.add_argument(
        "--entries", type=int, help=f"entries, with half as many again people in them (by default {ENTRIES})"
    )
    parser.add_argument("--meetings", type=int, default=3_000)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--agencies", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=20, help="requests per question and person")


def measure(options: argparse.Namespace) -> list[Result]:
    """One database after the other."""
    results: list[Result] = []
    for part in options.only:
        words = {name: getattr(options, name) for name in ("meetings", "people", "agencies", "rounds")}
        results += parts.run("benchmarks.schedule.run", part, {**words, "entries": options.entries or ENTRIES[part]})
    return results
