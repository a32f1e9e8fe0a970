"""What stands in the week of an agency besides its own lines, asked of whoever knows: meetings, above.

As with ``eoffice.calendar.sources``: a product registers a function as its app is made ready, the truth stays in its own rows.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Appearance:
    """Something made known that leaders take part in, as the table of the week has it.

    ``chair`` and ``attending`` are people's ids, the latter only those who were asked for; ``gone``: called off or put off.
    """

    source: str
    pk: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str
    chair: int
    attending: tuple[int, ...]
    chair_name: str
    """Position and name: the chair need not be one of the leaders asked for."""
    attendees: str
    prepared_by: str
    gone: bool
    reason: str

    @property
    def key(self) -> str:
        """ "meeting:7"."""
        return f"{self.source}:{self.pk}"


Provider = Callable[[Collection[int], dt.datetime, dt.datetime], Iterable[Appearance]]
"""Of the people with these ids, what begins in the time from–to. A fixed number of queries, however many people."""
_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Ask ``provider`` as well; ``name`` is the ``source`` that its appearances bear."""
    _providers[name] = provider


def appearances(people: Collection[int], start: dt.datetime, end: dt.datetime) -> list[Appearance]:
    """Everything that ``people`` (ids) take part in and that begins between ``start`` and ``end``."""
    return [one for provider in _providers.values() for one in provider(people, start, end)]
