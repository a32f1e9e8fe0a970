"""Where people's time goes, asked of whoever knows: entries of schedules here, meetings above.

The calendar knows no product. A product that takes people's time registers a source as its app is made ready; the truth stays
in its own rows, and nothing has to be kept in step (docs/adr/0137-time-is-asked-of-its-sources.md).
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


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


Source = Callable[[Collection[int], dt.datetime, dt.datetime], Iterable[Engagement]]
"""Of the people with these ids, what touches the time from–to. A fixed number of queries, however many people."""
_sources: dict[str, Source] = {}


def register(name: str, source: Source) -> None:
    """Ask ``source`` as well; ``name`` is the one its engagements bear."""
    _sources[name] = source


def engagements(people: Collection[int], start: dt.datetime, end: dt.datetime) -> list[Engagement]:
    """Everything that takes the time of ``people`` (ids) between ``start`` and ``end``, by time."""
    found = [engagement for source in _sources.values() for engagement in source(people, start, end)]
    return sorted(found, key=lambda each: (each.starts_at, each.ends_at, each.source, each.pk))
