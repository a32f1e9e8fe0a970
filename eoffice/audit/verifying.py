"""Walking the chain from its first entry to its end, and saying what is wrong with the first that does not fit.

Reads a batch at a time: a log of millions needs no more memory than one of hundreds.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Min

from eoffice.audit.chain import CONTENT, FIRST, seal_of
from eoffice.audit.models import Entry, Head

BATCH = 5000


@dataclass(frozen=True)
class Broken:
    """The first place at which the chain does not hold."""

    sequence: int
    what: str
    """``changed``, ``removed``, ``inserted``, ``order``, or ``end`` (the log ends elsewhere than its head says)."""
    words: str


@dataclass(frozen=True)
class Chain:
    """What a walk along the chain has found."""

    entries: int
    seal: str
    """Of the last entry that holds."""
    broken: Broken | None
    differs: tuple[int, str] | None = None
    """Of a chain that holds: the first place whose seal was noted otherwise elsewhere, with that seal."""


@dataclass(frozen=True)
class _Link:
    """A sealed entry as it is stored."""

    sequence: int
    previous: str
    seal: str
    content: tuple[Any, ...]

    def is_whole(self) -> bool:
        """Its seal fits its own content, and the seal it says was before it."""
        return seal_of(self.content, self.previous) == self.seal

    def __str__(self) -> str:
        at, action = self.content[1], self.content[2]
        return f"entry {self.content[0]} ({action}, {at:%d/%m/%Y %H:%M:%S})"


def verify(noted: dict[int, str] | None = None) -> Chain:
    """Walk the whole chain; ``noted`` are seals by place that were kept elsewhere. One query for each 5000 entries."""
    noted = dict(noted or {})
    head = Head.objects.filter(pk=1).first() or Head()
    last, seal = 0, FIRST
    for link in _links(head.sequence):
        if broken := _fault(link, last, seal):
            return Chain(last, seal, broken)
        last, seal = link.sequence, link.seal
        if noted.get(last) == seal:
            del noted[last]
    broken = None
    if (last, seal) != (head.sequence, head.seal):
        broken = Broken(last + 1, "end", f"the log ends after entry {last}; {head.sequence} were sealed")
    return Chain(last, seal, broken, min(noted.items(), default=None) if broken is None else None)


def waiting() -> tuple[int, dt.datetime | None]:
    """How many entries are not sealed yet, and since when the oldest of them waits."""
    unsealed = Entry.objects.filter(sequence__isnull=True)
    return unsealed.count(), unsealed.aggregate(oldest=Min("at"))["oldest"]


def _links(end: int) -> Iterator[_Link]:
    """Sealed entries in order. What is sealed during the walk belongs to the next one; ``end`` is where this one ends."""
    after = 0
    columns = ("sequence", "previous", "seal", *CONTENT)
    while True:
        sealed = Entry.objects.filter(sequence__gt=after, sequence__lte=end).order_by("sequence")
        rows = list(sealed.values_list(*columns)[:BATCH])
        for sequence, previous, seal, *content in rows:
            yield _Link(sequence, previous, seal, tuple(content))
        if not rows:
            return
        after = rows[-1][0]


def _fault(link: _Link, last: int, seal: str) -> Broken | None:
    """What is wrong with ``link``, which is found after the entry at the place ``last`` with ``seal``."""
    expected = last + 1
    if link.sequence != expected:
        return Broken(expected, "removed", f"number {expected} is missing before {link}")
    if not link.is_whole():
        return Broken(link.sequence, "changed", f"{link} was changed: its seal does not fit its content")
    if link.previous == seal:
        return None
    return _misplaced(link, last)


def _misplaced(link: _Link, last: int) -> Broken:
    """Whole in itself, ``link`` follows another entry than the one that stands before it, at the place ``last``."""
    followed = (
        Entry.objects.filter(seal=link.previous).exclude(sequence=None).values_list("sequence", flat=True).first()
    )
    followed = 0 if link.previous == FIRST else followed
    if followed is None:
        return Broken(link.sequence, "removed", f"what stood before {link} is missing")
    if followed > link.sequence:
        return Broken(link.sequence, "order", f"{link} stands before the entry it follows, number {followed}")
    if followed == last - 1:
        stranger = Entry.objects.filter(sequence=last).values_list("pk", "action").get()
        return Broken(
            last, "inserted", f"entry {stranger[0]} ({stranger[1]}) stands between two that follow each other"
        )
    return Broken(link.sequence, "order", f"{link} follows number {followed}, not {last}")
