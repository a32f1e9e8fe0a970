"""``python -m benchmarks.tasks.run sqlite|postgresql OPTIONS``: one database of ``./bench tasks``."""

import argparse
import json
import sys
from collections.abc import Iterator

from benchmarks.parts import tell
from benchmarks.results import Result, progress
from benchmarks.room.servers import serving

SMALL = 10
"""A tenth of the tasks first: every screen has rows, and its queries must not grow with the rest."""


def main(part: str, options: argparse.Namespace) -> Iterator[Result]:
    with serving(redis=part == "postgresql") as servers:
        servers.setup_django()
        from django.test.utils import override_settings

        from benchmarks import bulk
        from benchmarks.papers.questions import STATIC
        from benchmarks.tasks import filling, rounds, screens

        with override_settings(STORAGES=STATIC):
            progress(f"Making {options.agencies} agencies with {options.people} people")
            city = bulk.make_city(agencies=options.agencies, people=options.people)
            filling.add_tasks(city, options.tasks // SMALL)
            few = screens.queries(city)
            filling.add_tasks(city, options.tasks - options.tasks // SMALL)
            yield from screens.measured(city, options.rounds, few)
            yield from screens.exact(city)
            yield from rounds.measured(city)


if __name__ == "__main__":
    tell(main(sys.argv[1], argparse.Namespace(**json.loads(sys.argv[2]))))
