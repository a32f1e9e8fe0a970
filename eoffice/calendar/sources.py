"""Where people's time goes, asked of whoever knows: entries of schedules here, meetings above.

The calendar knows no product. A product that takes people's time registers a source as its app is made ready; the truth stays
in its own rows, and nothing has to be kept in step (docs/adr/0137-time-is-asked-of-its-sources.md).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eoffice.accounts.models import User


@dataclass(frozen=True, slots=True)
class Engagement:
    """Something that takes the time of one person, from ``starts_at`` until before ``ends_at``.

    ``source`` and ``pk`` name the row it comes from. ``title`` and ``url`` are not for everybody: who shows them asks
    whether the viewer may know the row, and says "Bận" otherwise.
    """

    person_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    source: str
    pk: int
    title: str
    place: str
    url: str
    firm: bool = True
    """False while it is only planned: a draft, an entry that waits for approval."""
    away: bool = False
    """The person is not at work: leave."""
    instead: tuple[str, int] | None = None
    """A row (source, number) that is the same thing: where it takes this person's time, this one does not (a line of the week and the
    meeting that was made of it)."""


Source = Callable[[Collection[int], dt.datetime, dt.datetime], Iterable[Engagement]]
"""Of the people with these ids, what touches the time from–to. A fixed number of queries, however many people."""
Known = Callable[["User", Collection[int]], Collection[int]]
"""Of the rows with these numbers, those of which somebody may know what they are about."""
_sources: dict[str, Source] = {}
_known: dict[str, Known] = {}


def register(name: str, source: Source, known: Known | None = None) -> None:
    """Ask ``source`` as well; ``name`` is the one its engagements bear. Without ``known`` nobody is told what they are."""
    _sources[name] = source
    if known is not None:
        _known[name] = known


def engagements(people: Collection[int], start: dt.datetime, end: dt.datetime) -> list[Engagement]:
    """Everything that takes the time of ``people`` (ids) between ``start`` and ``end``, by time, each thing once."""
    every = [engagement for source in _sources.values() for engagement in source(people, start, end)]
    rows = {(one.person_id, one.source, one.pk) for one in every}
    found = [one for one in every if one.instead is None or (one.person_id, *one.instead) not in rows]
    return sorted(found, key=lambda each: (each.starts_at, each.ends_at, each.source, each.pk))


def known_to(user: "User", rows: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Of ``rows`` (source, number), those of which ``user`` may know more than that somebody is busy. A query a source."""
    found: set[tuple[str, int]] = set()
    for name, known in _known.items():
        if wanted := {pk for source, pk in rows if source == name}:
            found |= {(name, pk) for pk in known(user, wanted)}
    return found
