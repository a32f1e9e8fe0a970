"""The page "Thời gian của tôi": leave and private time with what it collides with and who acts meanwhile."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.calendar import own_time, sources
from eoffice.calendar.models import Entry
from eoffice.calendar.sources import Engagement
from eoffice.organisation.models import Delegation

SHOWN = 50
BACK = dt.timedelta(days=30)


@dataclass
class OwnLine:
    """One entry, what else the person has at its time, and the delegations of these days."""

    entry: Entry
    first: dt.date
    last: dt.date
    whole_days: bool
    in_the_way: list[Engagement] = field(default_factory=list)
    delegations: list[Delegation] = field(default_factory=list)
    over: bool = False


def lines_of(user: User, now: dt.datetime) -> list[OwnLine]:
    """Those of the last month and all to come, by time. A query a source, and two."""
    entries = own_time.entries_of(user).exclude(state=Entry.State.CANCELLED).filter(ends_at__gt=now - BACK)
    lines = [_line(entry, now) for entry in entries.order_by("starts_at", "pk")[:SHOWN]]
    if not lines:
        return []
    first, last = min(line.entry.starts_at for line in lines), max(line.entry.ends_at for line in lines)
    taken = [one for one in sources.engagements([user.pk], max(first, now), last) if one.source != "entry"]
    given = list(
        Delegation.objects.filter(
            giver__person=user, state__in=(Delegation.State.CONFIRMED, Delegation.State.PROPOSED),
            valid_from__lte=timezone.localdate(last), valid_to__gte=timezone.localdate(first),
        ).select_related("to__person")
    )  # fmt: skip
    for line in lines:
        entry = line.entry
        line.in_the_way = [one for one in taken if one.starts_at < entry.ends_at and one.ends_at > entry.starts_at]
        line.delegations = [one for one in given if one.valid_from <= line.last and one.valid_to >= line.first]
    return lines


def _line(entry: Entry, now: dt.datetime) -> OwnLine:
    start, end = timezone.localtime(entry.starts_at), timezone.localtime(entry.ends_at)
    whole = start.time() == end.time() == dt.time()
    last = timezone.localdate(entry.ends_at - dt.timedelta(microseconds=1))
    return OwnLine(entry, start.date(), last, whole, over=entry.ends_at <= now)
