"""Giving tasks to units (giao nhiệm vụ)."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import announcing, duties
from eoffice.workflow.models import Task, TaskParty
from eoffice.worktime.deadlines import Deadline

TITLE_LIMIT = 300


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a task comes from: any row, how to name and reach it, and the very words."""

    row: models.Model
    label: str
    url: str = ""
    quote: str = ""

    def columns(self) -> dict[str, Any]:
        """As a task, or one that recurs, keeps it."""
        return {
            "source_type": ContentType.objects.get_for_model(self.row),
            "source_id": self.row.pk,
            "source_label": self.label[:250],
            "source_url": self.url,
            "source_quote": self.quote,
        }


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One task as it is to be given. No ``deadline``: as soon as possible, without a date."""

    title: str
    lead_unit: Unit
    detail: str = ""
    coordinators: Sequence[Unit] = ()
    monitors: Sequence[Unit] = ()
    informed: Sequence[Unit] = ()
    deadline: Deadline | None = None
    urgency: Task.Urgency = Task.Urgency.NORMAL
    source: Source | None = None
    parent: Task | None = None
    officer: Appointment | None = None
    """Somebody of the assigning unit itself, which leads then: there is nothing left to acknowledge."""
    key: uuid.UUID | None = None


@transaction.atomic
def assign(by: Appointment, assignments: Sequence[Assignment], *, unit: Unit) -> list[Task]:
    """Give ``assignments`` in the name of ``unit``; the leads and the units beside them are told on commit.

    The caller has checked that ``by`` may assign for ``unit``, and gives each assignment once. Nothing is
    given when one of them is wrong: UserError("bad-assignment").
    """
    today = timezone.localdate()
    for assignment in assignments:
        check(assignment, today)
    tasks = [_create(by, assignment, unit) for assignment in assignments]
    duties.recompute(tasks)
    return tasks


def _create(by: Appointment, assignment: Assignment, unit: Unit) -> Task:
    deadline, now = assignment.deadline, timezone.now()
    task = Task.objects.create(
        parent=assignment.parent,
        officer=assignment.officer,
        key=assignment.key,
        title=assignment.title,
        detail=assignment.detail,
        urgency=assignment.urgency,
        **_source_columns(assignment),
        assigner=by,
        assigner_unit=unit,
        lead_unit=assignment.lead_unit,
        due_kind=Task.DueKind.FIXED if deadline else Task.DueKind.OPEN,
        due_on=deadline.due_on if deadline else None,
        due_rule=deadline.rule if deadline else "",
        due_explanation=deadline.explanation if deadline else [],
        assigned_at=now,
        state=Task.State.ACKNOWLEDGED if assignment.officer else Task.State.ASSIGNED,
        acknowledged_at=now if assignment.officer else None,
    )
    beside = _beside(task, assignment)
    log.record("task.assigned", by=by, target=task, lead=assignment.lead_unit.name, due=str(task.due_on or ""))
    announcing.assigned(task, beside[TaskParty.Role.COORDINATE], beside[TaskParty.Role.INFORM])
    return task


def _source_columns(assignment: Assignment) -> dict[str, Any]:
    """Without a source of its own a task says where its parent comes from."""
    if assignment.source:
        return assignment.source.columns()
    parent = assignment.parent
    return {"source_label": parent.source_label, "source_quote": parent.source_quote} if parent else {}


def _beside(task: Task, assignment: Assignment) -> dict[TaskParty.Role, list[int]]:
    """Make the rows of the units beside the lead; their ids by role."""
    coordinators = [u.pk for u in assignment.coordinators if u.pk != assignment.lead_unit.pk]
    beside = {
        TaskParty.Role.COORDINATE: coordinators,
        TaskParty.Role.MONITOR: [u.pk for u in assignment.monitors],
        TaskParty.Role.INFORM: [u.pk for u in assignment.informed],
    }
    TaskParty.objects.bulk_create(
        TaskParty(task=task, unit_id=pk, role=role) for role, units in beside.items() for pk in dict.fromkeys(units)
    )
    return beside


def check(assignment: Assignment, today: dt.date) -> None:
    """Raise UserError("bad-assignment") for what cannot be given on ``today``."""
    title = normalised(assignment.title)
    problem = ""
    if not title:
        problem = _("Nhập nội dung nhiệm vụ.")
    elif len(title) > TITLE_LIMIT:
        problem = _("Nội dung nhiệm vụ dài %(length)d ký tự; tối đa là %(limit)d.") % {
            "length": len(title),
            "limit": TITLE_LIMIT,
        }
    elif assignment.lead_unit.valid_to is not None and assignment.lead_unit.valid_to < today:
        problem = _("%(unit)s không còn hoạt động.") % {"unit": assignment.lead_unit.name}
    elif assignment.deadline and assignment.deadline.due_on < today:
        problem = _("Thời hạn %(day)s đã qua.") % {"day": f"{assignment.deadline.due_on:%d/%m/%Y}"}
    if problem:
        raise UserError(
            "bad-assignment", problem, hint=_("Sửa nhiệm vụ “%(title)s” rồi thử lại.") % {"title": title[:80]}
        )
