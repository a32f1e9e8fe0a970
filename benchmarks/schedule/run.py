"""``python -m benchmarks.schedule.run sqlite|postgresql OPTIONS``: one database of ``./bench schedule``."""

import argparse
import gc
import json
import sys
from collections.abc import Iterator

from benchmarks.parts import tell
from benchmarks.results import Result, progress
from benchmarks.room.servers import serving

SMALL = 10
"""A tenth of the entries first: every question has an answer, and its queries must not grow with the rest."""

BOOKINGS = 5
"""One booking for so many entries."""


def main(part: str, options: argparse.Namespace) -> Iterator[Result]:
    with serving(redis=part == "postgresql") as servers:
        servers.setup_django()
        from django.test.utils import override_settings

        from benchmarks import bulk
        from benchmarks.papers.questions import STATIC
        from benchmarks.schedule import filling, questions

        with override_settings(STORAGES=STATIC):
            progress(f"Making {options.agencies} agencies with {options.people} people and {options.meetings} meetings")
            city = bulk.make_city(agencies=options.agencies, people=options.people)
            bulk.add_meetings(city, options.meetings)
            plenary = filling.plenary(city)
            filling.add_rooms(city)
            filling.add_bookings(city, options.entries // BOOKINGS // SMALL)
            filling.add_entries(city, options.entries // SMALL)
            few = questions.queries(city, plenary)
            filling.add_bookings(city, options.entries // BOOKINGS - options.entries // BOOKINGS // SMALL)
            filling.add_entries(city, options.entries - options.entries // SMALL)
            gc.freeze()  # what the benchmark itself holds is not looked through while a request is served
            yield filling.written()
            yield from questions.measured(city, plenary, options.rounds, few)


if __name__ == "__main__":
    tell(main(sys.argv[1], argparse.Namespace(**json.loads(sys.argv[2]))))
