"""A meeting of hundreds of sites on the real server: how soon everybody knows, and what it costs.

Protocol clients without media, one per site, on one Daphne process (SQLite), or with ``--redis`` on two with
PostgreSQL and Redis. The load runs on the same machine and shares its cores.
"""

import argparse

from benchmarks.results import Result, progress


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sites", type=int, default=632, help="sites in the meeting (at most 632)")
    parser.add_argument("--redis", action="store_true", help="two web processes on PostgreSQL and Redis")
    parser.add_argument("--ramp", type=float, default=50, help="seconds over which the sites come")
    parser.add_argument("--rounds", type=int, default=20, help="times each act is done")


def measure(options: argparse.Namespace) -> list[Result]:
    """Start the servers on data of their own, load them, take everything away."""
    import asyncio

    from benchmarks.room.servers import serving

    with serving(redis=options.redis) as servers:
        servers.setup_django()
        from benchmarks.room.plenary import make_plenary
        from benchmarks.room.scenario import Scenario

        progress(f"Making a meeting of {options.sites} sites")
        plenary = make_plenary(options.sites)
        servers.start()
        scenario = Scenario(plenary, servers.ports, servers.pids, ramp_s=options.ramp, rounds=options.rounds)
        results = asyncio.run(scenario.run())
        complaints = servers.complaints()
        for line in complaints[:20]:
            progress(line)
        return [*results, Result("lines in the servers' logs", len(complaints), "lines", 0)]
