"""Queries on tasks: who sees them, which are open, late first."""

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eoffice.organisation.models import Unit

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.workflow.models import Task


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks."""

    def visible_to(self, user: "User") -> "TaskQuerySet":
        """Tasks that ``user`` may know about.

        The officer; whoever answers for a unit that leads, takes part in or assigned the task, or for
        a unit above the leading one; the assigner in person.
        """
        authority = Unit.objects.under_authority_of(user)
        represented = Unit.objects.represented_by(user)
        mine = Q(officer__person=user) | Q(assigner__person=user)
        led = Q(lead_unit__in=authority)
        assigned = Q(assigner_unit__in=represented)
        partner = Q(pk__in=self.model.objects.filter(parties__unit__in=represented).values("pk"))
        return self.filter(mine | led | assigned | partner)

    def open(self) -> "TaskQuerySet":
        """Not completed and not recalled."""
        return self.filter(state__in=self.model.OPEN_STATES)

    def late(self, today: dt.date) -> "TaskQuerySet":
        """Open, and the due day is over."""
        return self.open().filter(due_on__lt=today)
