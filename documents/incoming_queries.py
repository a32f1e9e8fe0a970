"""Queries on incoming documents: who sees them, whose hand they wait for, which are late."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from eoffice.organisation.models import Unit
from eoffice.organisation.standing import appointments_of, standing_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from documents.models import IncomingDocument
    from eoffice.accounts.models import User
    from eoffice.organisation.standing import Assisted

LIVE = ("waiting", "in_progress")
"""``Routing.LIVE``, here below the models."""


def served_by(user: "User") -> Q:
    """Condition on units: those that ``user`` answers for, and those that an office (văn phòng) of theirs serves."""
    from eoffice.organisation import paths

    represented = standing_of(user).represents
    offices = [
        one.unit.path
        for one in appointments_of(user)
        if one.unit_id in represented and one.unit.kind == Unit.Kind.OFFICE
    ]
    return Q(pk__in=represented) | Q(path__in=[paths.superior(path) for path in offices])


def held_by(user: "User") -> Q:
    """Condition on lines: those of the positions that ``user`` holds today, or for whose absent holder they act, and of the
    units they answer for.
    """
    today, standing = timezone.localdate(), standing_of(user)
    held = [one.pk for one in appointments_of(user) if one.is_valid_on(today)]
    return Q(person__in=[*held, *standing.in_place_of]) | Q(unit__in=standing.represents)


def before_leaders(leaders: "Iterable[Assisted]") -> Q:
    """Condition on lines: those of leaders who are helped (trợ lý), in person or to the unit of that appointment."""
    mine = Q(pk__in=[])
    for one in leaders:
        mine |= Q(person=one.leader) | Q(unit=one.unit)
    return mine


class IncomingQuerySet(models.QuerySet["IncomingDocument"]):
    """Incoming documents."""

    def kept_by(self, user: "User") -> "IncomingQuerySet":
        """Those of agencies whose registers ``user`` keeps: its leaders and clerks, and those of its office."""
        return self.filter(unit__in=Unit.objects.filter(served_by(user)).order_by().values("pk"))

    def visible_to(self, user: "User") -> "IncomingQuerySet":
        """Documents that ``user`` may know of.

        Who keeps the agency's register; who has or had a line that was not withdrawn, in person or for their unit; who
        sent it on; who carries out a task that came of it, or a part of that task; the assistant of a leader who has a line.
        """
        from documents.models import Routing

        standing = standing_of(user)
        lines = Routing.objects.exclude(state="withdrawn")
        ever, units = standing.ever, standing.represents
        received = Q(person__in=ever) | Q(unit__in=units)
        working = Q(task__officer__in=ever) | Q(task__lead_unit__in=units)
        helping = Q(task__subtasks__officer__in=ever) | Q(task__subtasks__lead_unit__in=units)
        helped = [one for one in standing.assists if one.documents]
        if helped:
            received |= before_leaders(helped)
        mine = lines.filter(received | working | helping).order_by().values("document")
        sent = Routing.objects.filter(sending__by__in=ever).order_by().values("document")
        kept = Unit.objects.filter(served_by(user)).order_by().values("pk")
        return self.filter(Q(unit__in=kept) | Q(pk__in=mine) | Q(pk__in=sent))

    def waiting_for(self, user: "User") -> "IncomingQuerySet":
        """Documents with a line that waits for ``user``, those they are to know of included."""
        from documents.models import Routing

        lines = Routing.objects.filter(held_by(user), state="waiting")
        return self.filter(pk__in=lines.order_by().values("document"))

    def followed_by(self, user: "User") -> "IncomingQuerySet":
        """Documents that ``user`` has sent on."""
        from documents.models import Sending

        sent = Sending.objects.filter(by__in=standing_of(user).ever)
        return self.filter(pk__in=sent.order_by().values("document"))

    def late(self, today: dt.date) -> "IncomingQuerySet":
        """Documents with a line whose day is over."""
        from documents.models import Routing

        lines = Routing.objects.filter(document=OuterRef("pk"), state__in=LIVE, due_on__lt=today)
        return self.filter(Exists(lines.exclude(role="inform")))
