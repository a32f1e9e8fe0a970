"""What the lead asks of the assigner (đề nghị): more time, another lead, to close, an answer to a question."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import announcing, changing, duties, permissions, recalling, subtasks
from eoffice.workflow.models import Report, Task, TaskParty, TaskRequest
from eoffice.workflow.routing import checked_reason
from eoffice.workflow.writing import Words, checked, twin_of, write

Kind, State = TaskRequest.Kind, TaskRequest.State


@dataclass(frozen=True)
class Wish:
    """What is asked: the reason, and of an extension the day, of a transfer the unit."""

    kind: TaskRequest.Kind
    words: Words
    wanted_on: dt.date | None = None
    wanted_unit: Unit | None = None


@transaction.atomic
def ask(by: Appointment, task: Task, wish: Wish) -> TaskRequest:
    """Ask the assigner, who is told. Sent twice with one key: one request.

    Raises UserError: "no-extension-left", "too-late-to-ask", "bad-wanted-date", "subtasks-open", "bad-wanted-unit".
    """
    task = changing.locked(task.pk)
    if (twin := twin_of(by, task, wish.words)) is not None:
        return TaskRequest.objects.get(report=twin)
    changing.require(permissions.may_ask(by.person, task, wish.kind), task, f"ask-{wish.kind}")
    words = checked(wish.words)
    _check_wish(task, wish.kind, wish.wanted_on, wish.wanted_unit)
    report = write(by, task, Report.Kind.REQUEST, words)
    request = TaskRequest.objects.create(
        task=task, report=report, kind=wish.kind, wanted_on=wish.wanted_on, wanted_unit=wish.wanted_unit
    )
    log.record("task.request_asked", by=by, target=task, request=request.pk, kind=wish.kind)
    duties.recompute([task])
    announcing.asked(task, request)
    return request


@transaction.atomic
def answer(by: Appointment, task: Task, request: TaskRequest, *, grant: bool, remark: str) -> TaskRequest:
    """The assigner decides; a question is answered, whatever ``grant`` says. The same again is harmless.

    Refusing and answering need words. Raises Conflict("request-decided") when it was decided otherwise meanwhile,
    and what stands in the way of granting it now (see ``ask``).
    """
    task = changing.locked(task.pk)
    request = TaskRequest.objects.select_related("wanted_unit", "report__by__person").get(pk=request.pk, task=task)
    state = State.ANSWERED if request.kind == Kind.QUESTION else State.GRANTED if grant else State.REFUSED
    if request.state == state and permissions.is_assigner(by.person, task):
        return request
    _check_waiting(request)
    changing.require(permissions.may_answer(by.person, task), task, "answer")
    remark = remark.strip() if state == State.GRANTED else checked_reason(remark)
    if state == State.GRANTED:
        _check_wish(task, Kind(request.kind), request.wanted_on, request.wanted_unit)
    _close(by, request, state, remark[:500])
    if state == State.GRANTED:
        _GRANTING[Kind(request.kind)](by, task, request)
    log.record(f"task.request_{state}", by=by, target=task, request=request.pk, kind=request.kind, remark=remark)
    duties.recompute([task])
    announcing.answered(task, request)
    return request


@transaction.atomic
def withdraw(by: Appointment, task: Task, request: TaskRequest) -> TaskRequest:
    """Who asked takes it back while it waits. Again: harmless."""
    task = changing.locked(task.pk)
    request = TaskRequest.objects.select_related("report__by").get(pk=request.pk, task=task)
    own = request.report.by.person_id == by.person_id
    if own and request.state == State.WITHDRAWN:
        return request
    _check_waiting(request)
    changing.require(own, task, "withdraw")
    _close(by, request, State.WITHDRAWN, "")
    log.record("task.request_withdrawn", by=by, target=task, request=request.pk, kind=request.kind)
    duties.recompute([task])
    return request


def extensions_left(task: Task) -> int:
    """How often the due day may still be moved."""
    granted = TaskRequest.objects.filter(task=task, kind=Kind.EXTENSION, state=State.GRANTED).count()
    return max(settings.TASK_EXTENSIONS - granted, 0)


def latest_extension(task: Task) -> dt.date | None:
    """The latest day that may be asked for; None for a task without a date."""
    if task.due_on is None:
        return None
    latest = task.due_on + dt.timedelta(days=settings.TASK_EXTENSION_DAYS)
    above = task.parent.due_on if task.parent is not None else None
    return min(latest, above) if above is not None else latest


def _check_waiting(request: TaskRequest) -> None:
    if request.state != State.WAITING:
        raise Conflict(
            "request-decided",
            _("Đề nghị này đã được giải quyết: %(state)s.") % {"state": request.get_state_display()},
            hint=_("Xem diễn biến mới bên dưới."),
        )


def _check_wish(task: Task, kind: TaskRequest.Kind, wanted_on: dt.date | None, wanted_unit: Unit | None) -> None:
    if kind == Kind.EXTENSION:
        _check_extension(task, wanted_on)
    if kind == Kind.TRANSFER:
        _check_transfer(task, wanted_unit)


def _check_extension(task: Task, wanted: dt.date | None) -> None:
    latest, today = latest_extension(task), timezone.localdate()
    if task.due_on is None or latest is None or not extensions_left(task):
        raise UserError("no-extension-left", _("Nhiệm vụ đã hết số lần được gia hạn."))
    if today > task.due_on + dt.timedelta(days=settings.TASK_EXTENSION_GRACE_DAYS):
        raise UserError(
            "too-late-to-ask",
            _("Đã quá %(days)d ngày sau thời hạn nên không đề nghị gia hạn được nữa.")
            % {"days": settings.TASK_EXTENSION_GRACE_DAYS},
        )
    if wanted is None or not max(task.due_on, today - dt.timedelta(days=1)) < wanted <= latest:
        sentence = _("Chọn ngày sau %(due)s, chậm nhất là %(latest)s.") % {
            "due": f"{task.due_on:%d/%m/%Y}",
            "latest": f"{latest:%d/%m/%Y}",
        }
        raise UserError("bad-wanted-date", sentence, fields={"wanted_on": sentence})


def _check_transfer(task: Task, wanted: Unit | None) -> None:
    if Task.objects.filter(parent=task).open().exists():
        raise UserError(
            "subtasks-open",
            _("Còn nhiệm vụ con chưa xong nên chưa chuyển chủ trì được."),
            hint=_("Chờ nhiệm vụ con hoàn thành hoặc thu hồi nhiệm vụ con trước."),
        )
    ended = wanted is not None and wanted.valid_to is not None and wanted.valid_to < timezone.localdate()
    within = wanted is not None and (
        task.parent is None or subtasks.units_in_reach(task.parent).filter(pk=wanted.pk).exists()
    )
    if wanted is None or wanted.pk == task.lead_unit_id or ended or not within:
        sentence = _("Chọn một đơn vị khác có thể chủ trì nhiệm vụ này.")
        raise UserError("bad-wanted-unit", sentence, fields={"wanted_unit": sentence})


def _close(by: Appointment, request: TaskRequest, state: TaskRequest.State, remark: str) -> None:
    request.state, request.remark = state, remark
    request.decided_by, request.decided_at = by, timezone.now()
    request.save()


def _extend(by: Appointment, task: Task, request: TaskRequest) -> None:
    """The due day moves; sub-tasks keep theirs."""
    request.due_before = task.due_on
    request.save(update_fields=["due_before"])
    task.original_due_on = task.original_due_on or task.due_on
    sentence = f"Gia hạn từ {request.due_before:%d/%m/%Y} đến {request.wanted_on:%d/%m/%Y}."
    task.due_on, task.due_explanation = request.wanted_on, [*task.due_explanation, sentence]
    changing.save(task)


def _transfer(by: Appointment, task: Task, request: TaskRequest) -> None:
    """The new lead has the task to acknowledge; the former one goes on reading it."""
    if request.wanted_unit is None:
        return
    TaskParty.objects.filter(task=task, unit=request.wanted_unit, role__in=["coordinate", "former"]).delete()
    TaskParty.objects.get_or_create(task=task, unit=task.lead_unit, role=TaskParty.Role.FORMER)
    changing.settle(by, [task])
    task.lead_unit, task.officer = request.wanted_unit, None
    task.state, task.acknowledged_at = Task.State.ASSIGNED, None
    changing.save(task)
    announcing.assigned(task, [], [])


def _cancel(by: Appointment, task: Task, request: TaskRequest) -> None:
    """As a recall, with the words of both."""
    reason = _("Đóng theo đề nghị: %(reason)s") % {"reason": request.report.text}
    recalling.cancel(by, [task, *recalling.open_below(task, lock=True)], reason[:500])


_GRANTING: dict[TaskRequest.Kind, Callable[[Appointment, Task, TaskRequest], None]] = {
    Kind.EXTENSION: _extend,
    Kind.TRANSFER: _transfer,
    Kind.CLOSE: _cancel,
}
