"""Twelve months as bars: what the template draws as SVG. The same numbers stand in the table below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from meetings.economy.report import Month

HEIGHT, WIDTH, STEP = 120, 32, 52
"""Of the bars, of one bar, and from one bar to the next; in the units of the drawing."""


@dataclass(frozen=True)
class Part:
    """A piece of a bar."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A month: its parts from the bottom up, and what stands above and below it."""

    x: int
    middle: int
    label: str
    number: int
    top: float
    parts: list[Part]


def of_forms(months: Sequence[Month]) -> list[Bar]:
    """Meetings down to the communes: online, partly so, in person."""
    split = [
        (each.sums.wide_online, each.sums.wide_hybrid, each.sums.wide - each.sums.wide_online - each.sums.wide_hybrid)
        for each in months
    ]
    return _bars(months, [dict(zip(("online", "hybrid", "in-person"), parts, strict=True)) for parts in split])


def of_hours(months: Sequence[Month]) -> list[Bar]:
    """Person-hours spent."""
    return _bars(months, [{"hours": each.sums.person_hours} for each in months])


def _bars(months: Sequence[Month], parts: Sequence[dict[str, int]]) -> list[Bar]:
    highest = max((sum(each.values()) for each in parts), default=0) or 1
    bars = []
    for place, (month, numbers) in enumerate(zip(months, parts, strict=True)):
        pieces, bottom = [], float(HEIGHT)
        for kind, number in numbers.items():
            height = HEIGHT * number / highest
            bottom -= height
            pieces.append(Part(kind, round(bottom, 1), round(height, 1)))
        x = place * STEP
        label = f"{month.period.first:%m/%y}"
        bars.append(Bar(x, x + WIDTH // 2, label, sum(numbers.values()), round(bottom - 4, 1), pieces))
    return bars
