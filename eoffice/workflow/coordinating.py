"""Coordinators' parts of a task (phối hợp): each unit hands in its own, the lead sees who is missing and asks for it."""

import datetime as dt
from collections.abc import Sequence

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from eoffice.workflow import announcing, changing, duties, permissions
from eoffice.workflow.models import Report, Task, TaskParty
from eoffice.workflow.writing import Words, checked, twin_of, write


@transaction.atomic
def contribute(by: Appointment, task: Task, words: Words) -> Report:
    """A coordinating unit hands its part in; handed in anew, the last one is read, and the first one in time counts.

    Twice with one key: one report.
    """
    task = changing.locked(task.pk)
    if (twin := twin_of(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_contribute(by.person, task), task, "contribute")
    report = write(by, task, Report.Kind.PART, checked(words))
    own = coordinators(task).filter(unit__in=standing_of(by.person).represents)
    acting = own.filter(unit=by.unit_id)
    handed_in = acting if acting.exists() else own
    handed_in.filter(answered_at=None).update(answered_at=report.at)
    handed_in.update(answer=report)
    duties.recompute([task])
    announcing.contributed(task, report)
    return report


@transaction.atomic
def nudge(by: Appointment, task: Task, parties: Sequence[TaskParty], *, due_on: dt.date | None) -> list[TaskParty]:
    """Ask units whose part is missing, with their own day when one is given. Each is told once a day at most.

    Returns who was told. Raises UserError("bad-part-due"), Conflict("nudged-today") when all of them were told today.
    """
    task = changing.locked(task.pk)
    changing.require(permissions.may_nudge(by.person, task), task, "nudge")
    today = timezone.localdate()
    _check_due(task, due_on, today)
    missing = coordinators(task).filter(pk__in=[party.pk for party in parties], answer=None)
    if due_on is not None:
        missing.update(due_on=due_on)
    told = [party for party in missing.select_related("unit") if party.nudged_on != today]
    if not told and due_on is None:
        raise Conflict(
            "nudged-today",
            _("Các đơn vị này đã được nhắc hôm nay."),
            hint=_("Mỗi đơn vị được nhắc nhiều nhất một lần một ngày. Thử lại vào ngày mai, hoặc gọi điện."),
        )
    TaskParty.objects.filter(pk__in=[party.pk for party in told]).update(nudged_on=today)
    log.record("task.nudged", by=by, target=task, units=[party.unit.name for party in told], due=str(due_on or ""))
    announcing.nudged(task, told)
    return told


def coordinators(task: Task) -> models.QuerySet[TaskParty]:
    """The lines of the coordinating units."""
    return TaskParty.objects.filter(task=task, role=TaskParty.Role.COORDINATE).order_by("unit__path")


def _check_due(task: Task, due_on: dt.date | None, today: dt.date) -> None:
    if due_on is None or (due_on >= today and (task.due_on is None or due_on <= task.due_on)):
        return
    sentence = _("Chọn ngày từ hôm nay.")
    if task.due_on is not None:
        sentence = _("Chọn ngày từ hôm nay, chậm nhất là %(day)s.") % {"day": f"{task.due_on:%d/%m/%Y}"}
    raise UserError("bad-part-due", sentence, fields={"due_on": sentence})
