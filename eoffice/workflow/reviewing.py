"""The first level of approval (duyệt trong đơn vị): the head of the lead looks at what an officer handed in, before the assigner does."""

from django.db import transaction
from django.utils import timezone

from eoffice.organisation.models import Appointment
from eoffice.workflow import announcing, changing, duties, permissions, routing
from eoffice.workflow.models import Report, Task
from eoffice.workflow.writing import Words, checked, write


@transaction.atomic
def approve(by: Appointment, task: Task, *, version: int, text: str = "") -> Task:
    """The head approves the result and passes it on: now the unit has handed it in. Again: harmless."""
    task = changing.locked(task.pk)
    if task.state == Task.State.SUBMITTED and task.presented_at and permissions.reviews(by.person, task):
        return task
    changing.require(permissions.may_review(by.person, task), task, "review")
    changing.check_version(task, version)
    review = write(by, task, Report.Kind.REVIEWED, checked(Words(text=text), needs_text=False))
    task.state, task.submitted_at = Task.State.SUBMITTED, timezone.now()
    changing.save(task)
    duties.recompute([task])
    report = handed_in(task)
    announcing.reviewed(task, report, review)
    announcing.submitted(task, report)
    return task


@transaction.atomic
def send_back(by: Appointment, task: Task, *, reason: str, version: int) -> Task:
    """The head sends the result back to the officer with a reason; the due date stays. The same again: harmless."""
    task = changing.locked(task.pk)
    reason = routing.checked_reason(reason)
    if task.state == Task.State.RETURNED and _sent_back(by, task, reason):
        return task
    changing.require(permissions.may_review(by.person, task), task, "send-back")
    changing.check_version(task, version)
    report = handed_in(task)
    review = write(by, task, Report.Kind.SENT_BACK, Words(text=reason))
    changing.reopen(task)
    changing.save(task)
    duties.recompute([task])
    announcing.reviewed(task, report, review)
    return task


def handed_in(task: Task) -> Report:
    """The result as it was last handed in."""
    return Report.objects.select_related("by__person").filter(task=task, kind=Report.Kind.COMPLETION).latest("pk")


def _sent_back(by: Appointment, task: Task, reason: str) -> bool:
    """The latest return was this one."""
    last = Report.objects.filter(task=task, kind__in=[Report.Kind.SENT_BACK, Report.Kind.RETURN]).last()
    return last is not None and (last.kind, last.by.person_id, last.text) == ("sent_back", by.person_id, reason)
