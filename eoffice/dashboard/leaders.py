"""What lies before the leaders whom a person helps: their incoming documents, and the tasks that need their hand."""

from dataclasses import dataclass

from django.db.models import F

from documents.circulation import drafts
from documents.circulation.listing import lines_before
from documents.models import Routing
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import Assisted, standing_of
from eoffice.workflow.models import Draft, Task

SHOWN = 50


@dataclass(frozen=True)
class Desk:
    """Of one leader."""

    leader: Appointment
    documents: bool
    tasks: bool
    lines: list[Routing]
    before: list[Task]
    drafted: frozenset[int]
    """Ids of the lines of which a draft waits."""


def desks_of(user: User) -> list[Desk]:
    """A fixed number of queries for each leader."""
    helped = standing_of(user).assists
    people = Appointment.objects.select_related("person", "position", "unit").in_bulk([one.leader for one in helped])
    return [_desk(one, people[one.leader]) for one in helped]


def _desk(one: Assisted, leader: Appointment) -> Desk:
    lines = lines_before(one, SHOWN) if one.documents else []
    before = (
        Task.objects.before_leader(one).select_related("lead_unit").order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    waiting = Draft.objects.filter(kind=drafts.DIRECTIVE, leader=leader, state=Draft.State.WAITING)
    return Desk(
        leader=leader,
        documents=one.documents,
        tasks=one.tasks,
        lines=lines,
        before=list(before[:SHOWN]) if one.tasks else [],
        drafted=frozenset(waiting.values_list("target_id", flat=True)) if lines else frozenset(),
    )
