"""What else an edited calendar changes: asked of products that register here, shown to administrators beside due days.

Worktime knows no product; each says which of its days would be others by the calendar of now (docs/domain/worktime.md).
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from eoffice.accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One thing whose day is another one by the calendar of now, in words for its reader."""

    what: str
    url: str = ""
    """Of its page; empty: the reader may not know of it."""
    before: str
    after: str
    decided: str
    """Who decides, or that it follows by itself."""


Source = Callable[[User], list[Effect]]
_sources: dict[str, tuple[str | Promise, Source]] = {}


def register(name: str, title: str | Promise, source: Source) -> None:
    """``source`` gives the effects on the things that ``title`` names, as a user may know them. Once for each ``name``."""
    _sources[name] = (title, source)


def found(user: User) -> list[tuple[str | Promise, list[Effect]]]:
    """What there is, by product; products on which the calendar has no effect are left out."""
    asked = [(title, source(user)) for title, source in _sources.values()]
    return [(title, effects) for title, effects in asked if effects]
