"""``python -m benchmarks NAME [options] [--json]``; the exit status is 0 only when every target is met."""

import argparse
import importlib
import sys

from benchmarks.results import as_json, as_table

BENCHMARKS = ("web", "media", "room", "papers", "tasks", "schedule")
"""Modules of this package that can be run."""


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./bench", description="Run one benchmark.")
    parsers = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in BENCHMARKS:
        module = importlib.import_module(f"benchmarks.{name}")
        summary = (module.__doc__ or "").strip().splitlines()[0]
        one = parsers.add_parser(name, help=summary, description=summary)
        module.add_options(one)
        one.add_argument("--json", action="store_true", help="one JSON object on standard output, nothing else")
    options = parser.parse_args(words)
    results = importlib.import_module(f"benchmarks.{options.name}").measure(options)
    sys.stdout.write((as_json(options.name, results) if options.json else as_table(results)) + "\n")
    return 0 if all(result.met is not False for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
