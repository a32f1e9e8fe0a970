"""Queries on units and appointments: what is below, who holds what on a day."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from treebeard.mp_tree import MP_NodeManager, MP_NodeQuerySet

from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.organisation.models import Appointment, Unit


def _valid_on(day: dt.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def reaching(user: "User") -> Q:
    """Of rows that name a ``person`` or a ``unit``: those of ``user``, and of units to or below which they belong today."""
    return standing_of(user).reached()


class UnitQuerySet(MP_NodeQuerySet["Unit"]):
    """Units of the tree."""

    def valid_on(self, day: dt.date) -> "UnitQuerySet":
        """Units that exist on ``day``."""
        return self.filter(_valid_on(day))

    def below(self, unit: "Unit") -> "UnitQuerySet":
        """``unit`` and everything under it: one prefix comparison."""
        return self.filter(path__startswith=unit.path)

    def under_authority_of(self, user: "User", day: dt.date | None = None) -> "UnitQuerySet":
        """Units that ``user`` heads, or is deputy or clerk of, on ``day`` (today), with all below them.

        An officer has authority over no unit, not even their own.
        """
        return self.filter(standing_of(user, day).over())

    def of_member(self, user: "User", day: dt.date | None = None) -> "UnitQuerySet":
        """Units in which ``user`` holds any appointment."""
        return self.filter(pk__in=standing_of(user, day).member_of)


_TreeManager = MP_NodeManager.from_queryset(UnitQuerySet)


class UnitManager(_TreeManager["Unit"]):
    """``Unit.objects``: the tree in its printed order."""

    def get_queryset(self) -> UnitQuerySet:
        return UnitQuerySet(self.model, using=self._db).order_by("path")


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Who holds which position where."""

    def current(self, day: dt.date | None = None) -> "AppointmentQuerySet":
        """Appointments in force on ``day`` (today)."""
        from django.utils import timezone

        return self.filter(_valid_on(day or timezone.localdate()), revoked_at__isnull=True)

    def own(self) -> "AppointmentQuerySet":
        """Without those by which somebody acts for an absent person."""
        return self.filter(in_place_of__isnull=True)

    def held_by(self, user: "User", day: dt.date | None = None) -> "AppointmentQuerySet":
        """Appointments of ``user`` in force on ``day`` (today), most senior first, delegated ones last."""
        return self.current(day).filter(person=user).order_by("whose_place", "position__rank", "pk")

    def representing(self) -> "AppointmentQuerySet":
        """Those who answer in the unit's name: head, deputies, clerks."""
        from eoffice.organisation.models import Position

        return self.filter(
            position__duty__in=[
                Position.Duty.HEAD,
                Position.Duty.DEPUTY,
                Position.Duty.CLERK,
            ]
        )

    def in_protocol_order(self) -> "AppointmentQuerySet":
        """As attendee lists are printed: by rank, then name."""
        return self.order_by("position__rank", "person__search_name")
