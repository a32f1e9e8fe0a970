"""Queries on meetings: who may know of them, which are coming."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eoffice.organisation.models import Unit

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from meetings.models import Meeting


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings."""

    def visible_to(self, user: "User") -> "MeetingQuerySet":
        """Meetings ``user`` may know about.

        Those of which they are chair, secretary or author; those that a unit they answer for organises or
        prepares; and, once issued, those they attend or a unit they answer for is invited to. A superior unit does
        not see the meetings below it by rank alone (docs/domain/meetings.md).
        """
        represented = Unit.objects.represented_by(user)
        leading = Q(chair__person=user) | Q(secretary__person=user) | Q(created_by__person=user)
        organised = Q(organiser__in=represented) | Q(created_by__unit__in=represented)
        attending = self.model.objects.filter(attendees__person=user).values("pk")
        invited = self.model.objects.filter(sites__unit__in=represented, sites__person__isnull=True).values("pk")
        issued = ~Q(state="draft") & (Q(pk__in=attending) | Q(pk__in=invited))
        return self.filter(leading | organised | issued)

    def between(self, start: dt.datetime, end: dt.datetime) -> "MeetingQuerySet":
        """Meetings that touch the time from ``start`` to ``end``."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)
