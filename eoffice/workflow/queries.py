"""Queries on tasks: who sees them, which are open, late first."""

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When

from eoffice.organisation.models import Unit
from eoffice.organisation.standing import Assisted, standing_of, units_over

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.workflow.models import Task


EVERY = Q()
"""No condition."""
FEW_UNITS = 20
"""Who answers for so many units, with all below them, sees a small part of all tasks."""


class TaskQuerySet(models.QuerySet["Task"]):
    """Tasks."""

    def visible_to(self, user: "User") -> "TaskQuerySet":
        """Tasks that ``user`` may know about.

        The officer; whoever answers for a unit that leads, takes part in or assigned the task, or for
        a unit above the leading one; the assigner in person; of a sub-task also the lead and the officer of its parent. A leader's
        assistant: what needs the leader's hand, and of what they have drafted something.
        """
        seen = Q(pk__in=[])
        for way in self._ways(user):
            seen |= way
        return self.filter(seen)

    def listed_to(self, user: "User", among: Q = EVERY) -> "TaskQuerySet":
        """As ``visible_to``, for lists: each way of seeing a task is asked of its own index, as long as ``user`` answers
        for few units. Whoever sees most tasks is quicker asked task by task.
        """
        below = units_over(user)
        led, *others = self._ways(user)
        ways = [Q(lead_unit__in=below) if below else led, *others]
        if len(below) <= FEW_UNITS:
            return self._any_of(ways, among)
        seen = Q(pk__in=[])
        for way in ways:
            seen |= way
        return self.filter(seen, among)

    def _ways(self, user: "User") -> list[Q]:
        standing = standing_of(user)
        parents = self.model._default_manager.filter(
            Q(lead_unit__in=standing.represents) | Q(officer__in=standing.ever)
        )
        ways = [
            Q(lead_unit__in=Unit.objects.filter(standing.over()).order_by().values("pk")),
            Q(assigner_unit__in=standing.represents),
            Q(officer__in=standing.ever) | Q(assigner__in=standing.ever),
            Q(parent__in=parents.order_by().values("pk")),
            self._with_party(standing.represents),
        ]
        helped = [one for one in standing.assists if one.tasks]
        return [*ways, self._before_leaders(helped), self._drafted_by(standing.ever)] if helped else ways

    def before_leader(self, leader: Assisted) -> "TaskQuerySet":
        """Tasks that need the hand of ``leader`` by the appointment in which they are helped."""
        return self.filter(self._before_leaders([leader]))

    def _before_leaders(self, leaders: Collection[Assisted]) -> Q:
        duties = self.model._meta.get_field("duties").related_model
        mine = Q(pk__in=[])
        for one in leaders:
            of_the_unit = Q(task__lead_unit=one.unit) | Q(task__assigner_unit=one.unit) | Q(task__officer=one.leader)
            mine |= Q(person=one.person) & of_the_unit
        return Q(pk__in=duties._default_manager.filter(mine).order_by().values("task"))

    def _drafted_by(self, appointments: Collection[int]) -> Q:
        """Tasks of which an assistant has drafted something: they see what became of it."""
        from eoffice.workflow.models import Draft

        own = Draft.objects.filter(by__in=appointments, target_type=ContentType.objects.get_for_model(self.model))
        return Q(pk__in=own.order_by().values("target_id"))

    def _any_of(self, ways: list[Q], among: Q) -> "TaskQuerySet":
        """Tasks ``among`` those of any of ``ways``: a union, because a condition with OR over several tables reads every task.
        Each way is asked for no more than is wanted: a unit's open tasks are few, all it ever had are many.
        """
        first, *others = (self.model._default_manager.filter(among, way).order_by().values("pk") for way in ways)
        return self.filter(among, pk__in=first.union(*others))

    def done_by(self, user: "User") -> "TaskQuerySet":
        """Tasks whose officer is ``user``."""
        return self.filter(officer__in=standing_of(user).ever)

    def of_units_of(self, user: "User", among: Q = EVERY) -> "TaskQuerySet":
        """Tasks ``among`` those that a unit which ``user`` answers for leads or coordinates."""
        represented = standing_of(user).represents
        return self._any_of([Q(lead_unit__in=represented), self._with_party(represented, role="coordinate")], among)

    def coordinated_by(self, user: "User") -> "TaskQuerySet":
        """Tasks in which a unit that ``user`` answers for helps the lead (phối hợp)."""
        return self.filter(self._with_party(standing_of(user).represents, role="coordinate"))

    def monitored_by(self, user: "User") -> "TaskQuerySet":
        """Tasks that a unit which ``user`` answers for watches for the assigner (theo dõi)."""
        return self.filter(self._with_party(standing_of(user).represents, role="monitor"))

    def under_authority_of(self, user: "User") -> "TaskQuerySet":
        """Tasks led by a unit that ``user`` answers for, or by one below it."""
        return self.filter(lead_unit__in=units_over(user))

    def assigned_by(self, user: "User") -> "TaskQuerySet":
        """Tasks that ``user``, or a unit they answer for, assigned."""
        standing = standing_of(user)
        return self.filter(Q(assigner_unit__in=standing.represents) | Q(assigner__in=standing.ever))

    def _with_party(self, units: Collection[int], **role: str) -> Q:
        """Tasks in which one of ``units`` takes part beside the lead."""
        parties = self.model._meta.get_field("parties").related_model
        return Q(pk__in=parties._default_manager.filter(unit__in=units, **role).values("task"))

    def with_people(self) -> "TaskQuerySet":
        """With their lead, and with who assigned and who does them, as a page of one task names them."""
        holders = [f"{role}__{part}" for role in ("assigner", "officer") for part in ("person", "position", "unit")]
        return self.select_related("lead_unit", "assigner_unit", *holders)

    def open(self) -> "TaskQuerySet":
        """Not completed and not recalled."""
        return self.filter(state__in=self.model.OPEN_STATES)

    def late(self, today: dt.date) -> "TaskQuerySet":
        """Open, and the due day is over; what waits for the assigner's decision was handed in and is not late."""
        return self.open().exclude(state="submitted").filter(due_on__lt=today)

    def late_first(self, today: dt.date) -> "TaskQuerySet":
        """Late ones, then open ones by due date (without a date last), then what is over, newest first."""
        waiting = [state for state in self.model.OPEN_STATES if state != "submitted"]
        group = Case(
            When(state__in=waiting, due_on__lt=today, then=Value(0)),
            When(state__in=self.model.OPEN_STATES, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by(group, F("due_on").asc(nulls_last=True), "-pk")
