"""What every change of a task shares: the locked row, the version it was opened on, the refusal."""

from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment
from eoffice.workflow.models import Task, TaskRequest


def locked(task_id: int) -> Task:
    """The row as it is now, locked until the transaction ends.

    Read once it is locked: PostgreSQL gives who had to wait the new row beside what was joined to the old one, which after a transfer or
    another officer is no row at all, or nobody.
    """
    Task.objects.select_for_update().only("pk").get(pk=task_id)
    return Task.objects.select_related("assigner__person", "assigner_unit", "lead_unit", "officer__person").get(
        pk=task_id
    )


def check_version(task: Task, version: int) -> None:
    """Raises Conflict("task-changed") unless ``task`` is still as the person saw it."""
    if task.version != version:
        raise Conflict(
            "task-changed",
            _("Nhiệm vụ này vừa có thay đổi. Nội dung của bạn chưa được gửi."),
            hint=_("Xem diễn biến mới bên dưới, chỉnh lại nếu cần rồi gửi lần nữa."),
        )


def require(allowed: bool, task: Task, verb: str) -> None:  # noqa: FBT001
    """Raises NotAllowed whose sentence names the state."""
    if not allowed:
        raise NotAllowed(
            f"may-not-{verb}",
            _("Bạn không thực hiện được việc này với nhiệm vụ ở trạng thái “%(state)s”.")
            % {"state": task.get_state_display()},
            hint=_("Liên hệ người đứng đầu đơn vị chủ trì hoặc cơ quan giao nhiệm vụ."),
        )


def save(task: Task) -> None:
    """Write ``task`` as its next version."""
    task.version += 1
    task.save()


def reopen(task: Task) -> None:
    """What was handed in was not enough: ``task`` is to be gone on with. The caller saves it."""
    task.state, task.percent = Task.State.RETURNED, min(task.percent, 99)
    task.presented_at = task.submitted_at = None


def settle(by: Appointment, tasks: list[Task], *kinds: TaskRequest.Kind) -> None:
    """What waits about locked ``tasks`` (of ``kinds``, or all of it) is over: the task has moved on."""
    waiting = TaskRequest.objects.filter(task__in=[task.pk for task in tasks], state=TaskRequest.State.WAITING)
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    waiting.update(state=TaskRequest.State.WITHDRAWN, decided_by=by, decided_at=timezone.now())
