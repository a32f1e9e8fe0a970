"""Reading a feed: what stands in it now, and whether that is what was read before."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone, translation

from eoffice.accounts.languages import known_language
from eoffice.calendar.sources import engagements
from eoffice.feeds import sources, subjects, writing
from eoffice.feeds.models import FeedToken
from eoffice.feeds.window import Window

BUSY_AHEAD = dt.timedelta(days=60)
"""How far free/busy reaches; it begins today."""


@dataclass(frozen=True)
class Reading:
    """A feed as text, with its validators (RFC 9110, 8.8)."""

    text: str
    etag: str
    changed_at: dt.datetime


def read(feed: FeedToken, now: dt.datetime) -> Reading:
    """The feed as its owner may see it at ``now``; notes that it was read. The owner's language is spoken."""
    with translation.override(known_language(feed.owner.language)):
        make = _free_busy if feed.kind == FeedToken.Kind.FREE_BUSY else _calendar
        plain = make(feed, now, writing.UNSTAMPED)
        content = hashlib.sha256(plain.encode()).hexdigest()
        if content != feed.content or feed.changed_at is None:
            feed.content, feed.changed_at = content, now.replace(microsecond=0)
        stamp = writing.basic(feed.changed_at)
    _note(feed, now)
    return Reading(plain.replace(writing.basic(writing.UNSTAMPED), stamp), f'"{content[:32]}"', feed.changed_at)


def _calendar(feed: FeedToken, now: dt.datetime, stamp: dt.datetime) -> str:
    subject = subjects.of(feed)
    events = (
        sources.events(feed.owner, subject, Window.around(now)) if subjects.may_subscribe(feed.owner, subject) else []
    )
    return writing.calendar_of(str(feed), events, stamp)


def _free_busy(feed: FeedToken, now: dt.datetime, stamp: dt.datetime) -> str:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    within = (midnight, midnight + BUSY_AHEAD)
    busy = [(one.starts_at, one.ends_at) for one in engagements([feed.owner.pk], *within) if one.firm]
    return writing.free_busy_of(feed.owner, busy, within, stamp)


def _note(feed: FeedToken, now: dt.datetime) -> None:
    """One UPDATE, when there is something to note."""
    minute = now.replace(second=0, microsecond=0)
    stale = ~Q(content=feed.content) | Q(read_at=None) | Q(read_at__lt=minute)
    rows = FeedToken.objects.filter(stale, pk=feed.pk)
    rows.update(content=feed.content, changed_at=feed.changed_at, read_at=minute)
