"""What the media node must reach, by load, and the judgement of measured figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.results import Result


@dataclass(frozen=True)
class Figure:
    """How one figure of a run is named and condensed over repeats; ``worst``: no repeat may hide in a median."""

    key: str
    title: str
    unit: str
    worst: bool = False
    scale: float = 1.0


FIGURES = (
    Figure("us_per_packet", "processor per forwarded packet", "µs"),
    Figure("us_user", "of it user", "µs"),
    Figure("us_system", "of it system", "µs"),
    Figure("core_share", "share of one core", "%", scale=100),
    Figure("packets_per_s", "packets forwarded per second", "/s"),
    Figure("mbit_per_s", "forwarded", "Mbit/s"),
    Figure("lost", "packets lost", "packets", worst=True),
    Figure("duplicates", "packets twice", "packets", worst=True),
    Figure("reordered", "packets out of order", "packets", worst=True),
    Figure("undecryptable", "of the sample undecryptable", "packets", worst=True),
    Figure("wrong", "of the sample not what was sent", "packets", worst=True),
    Figure("sampled", "packets decrypted and compared", "packets"),
    Figure("nacked", "packets asked for again", "packets"),
    Figure("unanswered", "of them never came", "packets", worst=True),
    Figure("delay_ms_p50", "forwarding delay, median", "ms"),
    Figure("delay_ms_p95", "forwarding delay, p95", "ms"),
    Figure("delay_ms_p99", "forwarding delay, p99", "ms"),
    Figure("not_joined", "viewers without media", "viewers", worst=True),
    Figure("joins_per_s", "joins per second", "/s"),
    Figure("join_ms_p50", "offer to first packet, median", "ms"),
    Figure("join_ms_p95", "offer to first packet, p95", "ms"),
    Figure("memory_kb_per_viewer", "memory per viewer", "KB"),
    Figure("others_share", "taken from that core by others", "%", scale=100),
    Figure("generator_core_share", "generator's share of its core", "%", scale=100),
    Figure("overflow", "packets the generator dropped", "packets", worst=True),
    Figure("generator_lag_ms_p99", "packets waiting in the generator, p99", "ms"),
)
RATIO = "ratio"
"""Processor per packet of the node divided by that of the peer in the same run."""


@dataclass(frozen=True)
class Target:
    """What one figure must be at a load: at most ``bound``, or at least."""

    subscribers: int
    key: str
    bound: float
    at_least: bool = False


TARGETS = (
    Target(10, "delay_ms_p95", 3.0),
    Target(200, RATIO, 0.35),
    Target(632, "lost", 0),
    Target(632, "delay_ms_p95", 45.0),
    Target(632, "core_share", 75.0),
    Target(632, "joins_per_s", 150.0, at_least=True),
    Target(632, "join_ms_p95", 300.0),
    Target(632, "memory_kb_per_viewer", 200.0),
    Target(632, RATIO, 0.30),
    Target(1000, "lost", 0),
    Target(1000, "core_share", 100.0),
)
TWIN_TARGETS = (Target(150, RATIO, 1.0),)
"""Of the pure-Python twin, instead of the others."""
ALWAYS = {"undecryptable": 0.0, "wrong": 0.0, "not_joined": 0.0, "overflow": 0.0}
"""At most this at every load: what is forwarded is right, and the generator is no part of the figures."""


def condense(runs: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """One value per figure from the repeats of one load: the median, or the worst where one is too many."""
    return {
        figure.key: (max if figure.worst else median)([float(run[figure.key]) for run in runs]) * figure.scale
        for figure in FIGURES
    }


def judge(figures: Mapping[str, float], subscribers: int, *, twin: bool = False) -> list[Result]:
    """The node's figures at one load, each with its target when it has one."""
    return [
        _result(
            f"{_named(subscribers, twin=twin)}: {figure.title}",
            figure.key,
            figures[figure.key],
            figure.unit,
            subscribers,
            twin,
        )
        for figure in FIGURES
    ]


def judge_ratio(node: Mapping[str, float], peer: Mapping[str, float], at: tuple[int, int], *, twin: bool) -> Result:
    """Node against peer; ``at``: viewers of the node, viewers of the peer."""
    name = f"{_named(at[0], twin=twin)}: processor per packet against Janus at {at[1]}"
    return _result(name, RATIO, node["us_per_packet"] / peer["us_per_packet"], "×", at[0], twin)


def _named(subscribers: int, *, twin: bool) -> str:
    return f"{subscribers} viewers, packets in Python" if twin else f"{subscribers} viewers"


def plain(title: str, figures: Mapping[str, float]) -> list[Result]:
    """Figures of a peer, which has no targets."""
    return [Result(f"{title}: {figure.title}", figures[figure.key], figure.unit) for figure in FIGURES]


def _result(name: str, key: str, value: float, unit: str, subscribers: int, twin: bool) -> Result:  # noqa: FBT001
    if key in ALWAYS:
        return Result(name, value, unit, ALWAYS[key])
    for target in TWIN_TARGETS if twin else TARGETS:
        if (target.subscribers, target.key) == (subscribers, key):
            return Result(name, value, unit, target.bound, target.at_least)
    return Result(name, value, unit)
