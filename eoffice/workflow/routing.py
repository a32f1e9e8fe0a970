"""Where a task goes: acknowledged by the lead, given to an officer (recalling.py: taken back)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from eoffice.workflow import announcing, changing, duties, permissions
from eoffice.workflow.models import Task

REASON_LIMIT = 500


@transaction.atomic
def acknowledge(by: Appointment, task: Task, *, version: int) -> Task:
    """The lead unit accepts the task (tiếp nhận). Again, or by a colleague a moment later: harmless."""
    task = changing.locked(task.pk)
    if task.acknowledged_at and task.state in permissions.AT_WORK and _answers(by, task):
        return task
    changing.require(permissions.may_acknowledge(by.person, task), task, "acknowledge")
    changing.check_version(task, version)
    task.state, task.acknowledged_at = Task.State.ACKNOWLEDGED, timezone.now()
    changing.save(task)
    log.record("task.acknowledged", by=by, target=task)
    duties.recompute([task])
    announcing.acknowledged(task)
    return task


@transaction.atomic
def assign_officer(by: Appointment, task: Task, officer: Appointment, *, version: int) -> Task:
    """The head gives the work to a person of the unit, or of a unit below it.

    Giving it to who has it already is harmless. Raises UserError("not-of-the-unit").
    """
    task = changing.locked(task.pk)
    changing.require(permissions.may_assign_officer(by.person, task), task, "assign-officer")
    if task.officer_id == officer.pk:
        return task
    changing.check_version(task, version)
    if officer.pk not in {candidate.pk for candidate in permissions.candidates(task)}:
        sentence = _("Người được chọn không thuộc đơn vị chủ trì.")
        raise UserError("not-of-the-unit", sentence, fields={"officer": sentence})
    task.officer = officer
    changing.save(task)
    log.record("task.officer_assigned", by=by, target=task, officer=str(officer))
    duties.recompute([task])
    announcing.given(task)
    return task


def checked_reason(reason: str) -> str:
    """``reason`` in clean form; raises UserError with ``fields`` when it is empty or too long."""
    reason = normalised(reason)
    if not reason:
        sentence = _("Ghi rõ lý do để đơn vị thực hiện biết.")
        raise UserError("reason-missing", sentence, fields={"reason": sentence})
    if len(reason) > REASON_LIMIT:
        sentence = _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": REASON_LIMIT}
        raise UserError("reason-too-long", sentence, fields={"reason": sentence})
    return reason


def _answers(by: Appointment, task: Task) -> bool:
    return permissions.answers_for(by.person, task.lead_unit_id)
