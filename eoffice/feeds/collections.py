"""A feed as a calendar collection (RFC 4791, 4.2): one object for each UID."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from icalendar import Calendar, Event

from eoffice.feeds import reading, writing
from eoffice.feeds.models import FeedToken


@dataclass(frozen=True)
class Item:
    """One calendar object resource."""

    name: str
    """Last part of its path: its UID and ".ics"."""
    event: Event
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def text(self) -> str:
        """All of it."""
        return writing.object_of(self.event)

    @property
    def etag(self) -> str:
        """Of the bytes of its event (RFC 9110, 8.8.3): what stands around it is the same everywhere. Lists ask for nothing else."""
        return f'"{hashlib.sha256(self.event.to_ical()).hexdigest()[:32]}"'


@dataclass(frozen=True)
class Collection:
    """The calendar as its owner may see it now."""

    name: str
    ctag: str
    items: dict[str, Item]

    def between(self, start: dt.datetime | None, end: dt.datetime | None) -> list[Item]:
        """Items that touch the time from ``start`` to ``end``; an end left out is open (RFC 4791, 9.9)."""
        return [
            item
            for item in self.items.values()
            if (end is None or item.starts_at < end) and (start is None or item.ends_at > start)
        ]


def collection_of(feed: FeedToken, now: dt.datetime) -> Collection:
    """``feed`` at ``now``; notes that it was read."""
    read = reading.read(feed, now)
    calendar = Calendar.from_ical(read.text)
    events = [part for part in calendar.walk("VEVENT") if isinstance(part, Event)]
    items = [_item(event) for event in events]
    return Collection(str(feed), read.etag, {item.name: item for item in items})


def _item(event: Event) -> Item:
    start, end = event.start, event.end
    assert isinstance(start, dt.datetime)
    assert isinstance(end, dt.datetime)
    return Item(f"{event['UID']}.ics", event, start, end)
