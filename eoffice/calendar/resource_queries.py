"""Queries on resources and bookings: what somebody may book, what takes a time, what waits for an answer."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from eoffice.accounts.names import folded
from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.calendar.models import Booking, Resource

TAKING = ("pending", "accepted")
"""States of a booking in which nobody else can have the resource: ``Booking.HOLDING``."""


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Rooms, cars and equipment."""

    def visible_to(self, user: "User") -> "ResourceQuerySet":
        """What ``user`` may know of and ask for: what is lent to everybody, what belongs to their own agency, and what
        belongs to units under their authority.
        """
        standing = standing_of(user)
        own = Q(unit__path__in=standing.belongs_below) | Q(unit__legal_body__unit__path__in=standing.belongs_below)
        over = Q(pk__in=[])
        for path in standing.authority:
            over |= Q(unit__path__startswith=path)
        return self.filter(Q(open_to="everybody") | own | over)

    def administered_by(self, user: "User") -> "ResourceQuerySet":
        """Those of the units in whose name ``user`` answers."""
        return self.filter(unit__in=standing_of(user).represents)

    def matching(self, words: str) -> "ResourceQuerySet":
        """Those in whose name, place or equipment every one of ``words`` is found, with or without diacritics."""
        found = self
        for word in folded(words).split():
            found = found.filter(search_text__contains=word)
        return found

    def free_between(self, start: dt.datetime, end: dt.datetime) -> "ResourceQuerySet":
        """Those that nobody has and nothing blocks from ``start`` to ``end``. Says nothing of bookable hours."""
        from eoffice.calendar.models import Blocking, Booking

        meanwhile = Q(resource=OuterRef("pk"), starts_at__lt=end, ends_at__gt=start)
        taken = Booking.objects.filter(meanwhile, state__in=TAKING)
        return self.exclude(Exists(taken)).exclude(Exists(Blocking.objects.filter(meanwhile)))


class BookingQuerySet(models.QuerySet["Booking"]):
    """Who has what when."""

    def holding(self) -> "BookingQuerySet":
        """Those that keep everybody else out: accepted ones, and those that wait for an answer."""
        return self.filter(state__in=TAKING)

    def between(self, start: dt.datetime, end: dt.datetime) -> "BookingQuerySet":
        """Those that touch the time from ``start`` to ``end``."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def visible_to(self, user: "User") -> "BookingQuerySet":
        """Those whose purpose ``user`` may read: their own, of units they belong to or answer for, and of what they lend."""
        standing = standing_of(user)
        units = standing.represents | standing.member_of
        return self.filter(Q(booked_by__person=user) | Q(unit__in=units) | Q(resource__unit__in=standing.represents))

    def concerning(self, user: "User") -> "BookingQuerySet":
        """Their own, and those of units in whose name they answer."""
        return self.filter(Q(booked_by__person=user) | Q(unit__in=standing_of(user).represents))

    def waiting_for(self, user: "User") -> "BookingQuerySet":
        """What ``user`` has to answer."""
        return self.filter(state="pending", resource__unit__in=standing_of(user).represents)

    def with_people(self) -> "BookingQuerySet":
        """With what a line of a list shows."""
        return self.select_related("resource__unit", "booked_by__person", "unit", "series")
