"""``python -m benchmarks.papers.run PART OPTIONS``: one part of ``./bench papers``; its figures as JSON on the last line."""

import argparse
import json
import sys
from collections.abc import Iterable

from benchmarks.parts import tell
from benchmarks.results import Result
from benchmarks.room.servers import serving


def main(part: str, options: argparse.Namespace) -> Iterable[Result]:
    on_postgresql = part == "postgresql" or (part == "readers" and options.redis)
    with serving(redis=on_postgresql) as servers:
        servers.setup_django()
        if part == "conversion":
            from benchmarks.papers.conversion import converted

            return list(converted(options.folder))
        if part == "readers":
            from benchmarks.papers.readers import opened

            return list(opened(servers, options))
        from benchmarks.papers.questions import asked

        return list(asked(options))


if __name__ == "__main__":
    tell(main(sys.argv[1], argparse.Namespace(**json.loads(sys.argv[2]))))
