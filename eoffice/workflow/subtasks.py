"""Parts of a task that its lead gives on (nhiệm vụ con): to a unit below or beside, or to a person of its own."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation import paths
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import assigning, changing, permissions
from eoffice.workflow.models import Task, TaskParty
from eoffice.worktime import deadlines

RESERVE_DAYS = 2
"""Working days that the suggestion leaves the lead for putting the parts together."""


@dataclass(frozen=True, kw_only=True)
class Subtask:
    """One sub-task as it is to be given: to a unit, or to an officer of the parent's lead unit."""

    title: str
    lead_unit: Unit | None = None
    officer: Appointment | None = None
    detail: str = ""
    coordinators: Sequence[Unit] = ()
    due_on: dt.date | None = None
    key: uuid.UUID | None = None


@transaction.atomic
def give(by: Appointment, parent: Task, subtask: Subtask, *, version: int) -> Task:
    """Give a part of ``parent`` on in the name of its lead unit. Sent twice with one key: one sub-task.

    Raises UserError: "not-in-reach", "due-after-parent", "due-missing", and as ``assigning.assign``.
    """
    parent = changing.locked(parent.pk)
    if subtask.key and (twin := Task.objects.filter(parent=parent, key=subtask.key).first()):
        return twin
    changing.require(permissions.may_give_subtask(by.person, parent), parent, "give-subtask")
    changing.check_version(parent, version)
    lead = _checked_lead(parent, subtask)
    _check_coordinators(parent, subtask.coordinators)
    check_due(parent, subtask.due_on, today=timezone.localdate())
    assignment = assigning.Assignment(
        title=subtask.title,
        detail=subtask.detail,
        lead_unit=lead,
        officer=subtask.officer,
        coordinators=subtask.coordinators,
        deadline=deadlines.on_day(subtask.due_on) if subtask.due_on else None,
        urgency=Task.Urgency(parent.urgency),
        parent=parent,
        key=subtask.key,
    )
    [task] = assigning.assign(by, [assignment], unit=parent.lead_unit)
    changing.save(parent)
    log.record("task.subtask_given", by=by, target=parent, subtask=task.pk, lead=lead.name)
    return task


def units_in_reach(parent: Task) -> QuerySet[Unit]:
    """Units to which the lead of ``parent`` may give a part: those below it, and those beside it in the same agency."""
    lead = parent.lead_unit
    reach = Q(path__startswith=lead.path)
    if lead.legal_body_id is not None:
        reach |= Q(path__startswith=paths.superior(lead.path), depth=lead.depth, legal_body=lead.legal_body_id)
    return Unit.objects.valid_on(timezone.localdate()).filter(reach).exclude(pk=lead.pk)


def coordinators_in_reach(parent: Task) -> QuerySet[Unit]:
    """Units that may be asked to help: those in reach, and those that help with ``parent`` already."""
    helping = parent.parties.filter(role=TaskParty.Role.COORDINATE).values("unit")
    known = units_in_reach(parent).order_by().values("pk")
    return Unit.objects.filter(Q(pk__in=known) | Q(pk__in=helping))


def own_people(parent: Task) -> list[Appointment]:
    """Who holds a position in the lead unit itself today."""
    return [one for one in permissions.candidates(parent) if one.unit_id == parent.lead_unit_id]


def suggested_due(parent: Task, today: dt.date) -> dt.date | None:
    """Two working days before the parent's day, where that is still to come; None when the parent leaves no day."""
    if parent.due_on is None or parent.due_on < today:
        return None
    try:
        day = deadlines.working_day_before(parent.due_on, RESERVE_DAYS)
    except UserError:  # nobody has confirmed the year: the whole time, rather than a guess
        day = parent.due_on
    return max(day, today)


def check_due(parent: Task, due_on: dt.date | None, *, today: dt.date) -> None:
    """A part is due by the parent's day; without a date only when the parent has none, or its day is over.

    Raises UserError: "due-after-parent", "due-missing".
    """
    if parent.due_on is None:
        return
    until = f"{parent.due_on:%d/%m/%Y}"
    if due_on is not None and due_on > parent.due_on:
        sentence = _("Thời hạn của nhiệm vụ con không được sau %(day)s.") % {"day": until}
        raise UserError("due-after-parent", sentence, fields={"due_on": sentence})
    if due_on is None and parent.due_on >= today:
        sentence = _("Chọn thời hạn, chậm nhất là %(day)s.") % {"day": until}
        raise UserError("due-missing", sentence, fields={"due_on": sentence})


def _checked_lead(parent: Task, subtask: Subtask) -> Unit:
    if subtask.officer is not None:
        if subtask.officer.pk in {one.pk for one in own_people(parent)}:
            return parent.lead_unit
    elif subtask.lead_unit is not None and units_in_reach(parent).filter(pk=subtask.lead_unit.pk).exists():
        return subtask.lead_unit
    sentence = _("Chỉ giao được cho đơn vị trực thuộc, đơn vị cùng cơ quan, hoặc người của đơn vị chủ trì.")
    raise UserError("not-in-reach", sentence, fields={"recipient": sentence})


def _check_coordinators(parent: Task, coordinators: Sequence[Unit]) -> None:
    wanted = {unit.pk for unit in coordinators}
    if wanted - set(coordinators_in_reach(parent).filter(pk__in=wanted).values_list("pk", flat=True)):
        sentence = _("Đơn vị phối hợp phải thuộc cơ quan mình, hoặc đang phối hợp nhiệm vụ này.")
        raise UserError("not-in-reach", sentence, fields={"coordinators": sentence})
