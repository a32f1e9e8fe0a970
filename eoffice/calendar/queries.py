"""Queries on entries: who may know of them, whose time they take."""

import datetime as dt
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eoffice.calendar.sources import Engagement
from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.calendar.models import Entry, ScheduleRequest


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of schedules."""

    def visible_to(self, user: "User") -> "EntryQuerySet":
        """Entries of which ``user`` may know what they are about.

        Their own and those they have a part in; of the units they answer for all but private time and restricted ones of
        others. What is public or the agency's is shown by the published week, not by this.
        """
        from eoffice.calendar.models import Participation

        standing = standing_of(user)
        mine = Participation.objects.filter(person=user).order_by().values("entry")
        served = Q(unit__in=standing.represents) & ~Q(kind="blocked") & ~Q(visibility="restricted")
        return self.filter(Q(pk__in=mine) | Q(created_by__person=user) | served)

    def between(self, start: dt.datetime, end: dt.datetime) -> "EntryQuerySet":
        """Entries that touch the time from ``start`` to ``end``."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class RequestQuerySet(models.QuerySet["ScheduleRequest"]):
    """Registrations for weekly schedules."""

    def visible_to(self, user: "User") -> "RequestQuerySet":
        """What the units asked for in whose name ``user`` answers, drafts too; and what was sent to a desk of theirs."""
        from eoffice.calendar.weeks.desks import desks_of

        own = Q(unit__in=standing_of(user).represents)
        return self.filter(own | (Q(schedule__unit__in=desks_of(user)) & ~Q(state="draft")))


def engagements(people: Collection[int], start: dt.datetime, end: dt.datetime) -> Iterator[Engagement]:
    """What entries take of the time of ``people`` between ``start`` and ``end``. One query."""
    from eoffice.calendar.models import Participation

    taken = Participation.objects.filter(person__in=people, busy=True, starts_at__lt=end, ends_at__gt=start)
    columns = ("person", "starts_at", "ends_at", "entry", "entry__title", "entry__place", "entry__state", "entry__kind")
    rows = taken.order_by().values_list(*columns, "entry__week_line__became")
    for person, starts_at, ends_at, entry, title, place, state, kind, became in rows:
        product, _colon, made = (became or "").partition(":")
        yield Engagement(
            person_id=person,
            starts_at=starts_at,
            ends_at=ends_at,
            source="entry",
            pk=entry,
            title=title,
            place=place,
            url="",
            firm=state == "approved",
            away=kind == "leave",
            instead=(product, int(made)) if made else None,
        )


def known(user: "User", entries: Collection[int]) -> set[int]:
    """Of ``entries`` (ids), those of which ``user`` may know what they are about. One query."""
    from eoffice.calendar.models import Entry

    return set(Entry.objects.visible_to(user).filter(pk__in=entries).order_by().values_list("pk", flat=True))
