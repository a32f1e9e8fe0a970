"""Finding a mark's words in another version: the rules of frontend/src/documents/annotations/anchor.ts. Pure.

Texts are compared by their letters: without white space and soft hyphens, composed. The place is taken where most of
what stood around the words is the same, and of several such the nearest page.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

TELLING = 12
"""Fewer letters stand in many places: they count only where at least half of what stands around them is the same."""
COMPARED = 20
"""So many letters on each side are compared."""
_LEAST_AROUND = 0.49
_CLUSTER = re.compile(r"[^\s\u00ad\ufffe\x00-\x1f][\u0300-\u036f]*")


@dataclass(frozen=True)
class Letters:
    """The letters of a text; ``begins`` and ``ends`` say where each stands in it."""

    text: str
    begins: list[int]
    ends: list[int]


class Quote(NamedTuple):
    """Words, and what stands before and after them."""

    words: str
    before: str
    after: str


class Found(NamedTuple):
    """The letters from ``start`` to ``end`` (not included) of a page."""

    page: int
    start: int
    end: int


def letters(text: str) -> Letters:
    """The letters of ``text``."""
    said, begins, ends = [], [], []
    for cluster in _CLUSTER.finditer(text):
        composed = "".join(unicodedata.normalize("NFKC", cluster[0]).split())
        said.append(composed)
        begins += [cluster.start()] * len(composed)
        ends += [cluster.end()] * len(composed)
    return Letters("".join(said), begins, ends)


def find(quote: Quote, page: int, texts: Mapping[int, str]) -> Found | None:
    """Where the words stand in a paper whose pages' letters are ``texts``; None: nowhere."""
    words = letters(quote.words).text
    around = letters(quote.before).text[-COMPARED:], letters(quote.after).text[:COMPARED]
    best, best_share = None, _LEAST_AROUND if len(words) < TELLING else -1.0
    for number in sorted(texts, key=lambda other: (abs(other - page), -other)) if words else []:
        start = texts[number].find(words)
        while start >= 0:
            share = _same_around(texts[number], start, start + len(words), *around)
            if share > best_share:
                best, best_share = Found(number, start, start + len(words)), share
            start = texts[number].find(words, start + 1)
        if best_share == 1:
            break
    return best


def _same_around(text: str, start: int, end: int, before: str, after: str) -> float:
    """Which share of what stood before and after stands there too, counted from the words outwards."""
    total = len(before) + len(after)
    same = _run(reversed(text[:start][-COMPARED:]), reversed(before)) + _run(text[end : end + COMPARED], after)
    return same / total if total else 1


def _run(one: Iterable[str], other: Iterable[str]) -> int:
    """How many letters are the same, from the first on."""
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count
