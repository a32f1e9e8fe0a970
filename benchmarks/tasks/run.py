"""``python -m benchmarks.tasks.run sqlite|postgresql OPTIONS``: one database of ``./bench tasks``."""

import argparse
import gc
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.parts import tell
from benchmarks.results import Result, progress
from benchmarks.room.servers import serving

if TYPE_CHECKING:
    from benchmarks.bulk import BulkCity

FEW = "queries.json"
"""Lies beside kept data: they are complete."""
SHARE, LEAST = 10, 50_000
"""A tenth of the tasks first, but so many that every screen has rows: its queries must not grow with the rest."""


def main(part: str, options: argparse.Namespace) -> Iterator[Result]:
    keep = Path(options.keep) if options.keep else None
    with serving(redis=part == "postgresql", keep=keep) as servers:
        servers.setup_django()
        from django.test.utils import override_settings

        from benchmarks.papers.questions import STATIC
        from benchmarks.tasks import rounds, screens

        with override_settings(STORAGES=STATIC):
            city, few = _kept(keep) if keep and (keep / FEW).exists() else _made(options, keep)
            gc.freeze()  # what the benchmark itself holds is not looked through while a request is served
            yield from screens.measured(city, options.rounds, few)
            yield from screens.exact(city)
            yield from rounds.measured(city)


def _made(options: argparse.Namespace, keep: Path | None) -> "tuple[BulkCity, dict[str, dict[str, int]]]":
    """The city, and the queries of each screen with the first of the tasks."""
    from benchmarks import bulk
    from benchmarks.tasks import filling, screens

    progress(f"Making {options.agencies} agencies with {options.people} people")
    city = bulk.make_city(agencies=options.agencies, people=options.people)
    first = min(options.tasks // 2, max(options.tasks // SHARE, LEAST))
    filling.add_tasks(city, first)
    few = screens.queries(city)
    filling.add_tasks(city, options.tasks - first)
    if keep:
        (keep / FEW).write_text(json.dumps(few))
    return city, few


def _kept(keep: Path) -> "tuple[BulkCity, dict[str, dict[str, int]]]":
    """The same of an earlier run."""
    from benchmarks import bulk
    from benchmarks.tasks import rounds

    progress(f"Using the tasks in {keep}")
    rounds.forget()
    return bulk.kept_city(), json.loads((keep / FEW).read_text())


if __name__ == "__main__":
    tell(main(sys.argv[1], argparse.Namespace(**json.loads(sys.argv[2]))))
