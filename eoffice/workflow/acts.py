"""The acts on a task as the page offers them: which form, which operation, who may, what is said after."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from eoffice.workflow import (
    coordinating,
    forms,
    permissions,
    recalling,
    reporting,
    request_forms,
    requesting,
    reviewing,
    routing,
    subtasks,
)
from eoffice.workflow.models import Task


class Act(NamedTuple):
    """One act; its URL is named ``task-<code>``."""

    code: str
    heading: Promise
    button: Promise
    form: type[forms.ActForm]
    may: Callable[[User, Task], bool]
    do: Callable[[Appointment, Task, Any], object]
    done: Promise
    asks: bool = False
    """Asks something of the assigner: such acts are folded together."""


def _acknowledge(by: Appointment, task: Task, form: forms.ActForm) -> object:
    return routing.acknowledge(by, task, version=form.version_seen)


def _assign_officer(by: Appointment, task: Task, form: forms.OfficerForm) -> object:
    return routing.assign_officer(by, task, form.chosen, version=form.version_seen)


def _progress(by: Appointment, task: Task, form: forms.KeyedForm) -> object:
    return reporting.report_progress(by, task, form.words(), version=form.version_seen)


def _complete(by: Appointment, task: Task, form: forms.KeyedForm) -> object:
    return reporting.report_completion(by, task, form.words(), version=form.version_seen)


def _review(by: Appointment, task: Task, form: forms.ActForm) -> object:
    return reviewing.approve(by, task, version=form.version_seen, text=form.cleaned_data["text"])


def _send_back(by: Appointment, task: Task, form: forms.ActForm) -> object:
    return reviewing.send_back(by, task, reason=form.cleaned_data["reason"], version=form.version_seen)


def _accept(by: Appointment, task: Task, form: forms.ActForm) -> object:
    return reporting.accept(by, task, version=form.version_seen, text=form.cleaned_data["text"])


def _return(by: Appointment, task: Task, form: forms.ActForm) -> object:
    return reporting.return_result(by, task, reason=form.cleaned_data["reason"], version=form.version_seen)


def _recall(by: Appointment, task: Task, form: forms.RecallForm) -> object:
    seen = form.cleaned_data["touched_subtasks"] or 0
    reason = form.cleaned_data["reason"]
    return recalling.recall(by, task, reason=reason, version=form.version_seen, subtasks_seen=seen)


def _give_subtask(by: Appointment, task: Task, form: forms.SubtaskForm) -> object:
    return subtasks.give(by, task, form.subtask(), version=form.version_seen)


def _note(by: Appointment, task: Task, form: forms.KeyedForm) -> object:
    return reporting.write_note(by, task, form.words())


def _ask(by: Appointment, task: Task, form: request_forms.AskForm) -> object:
    return requesting.ask(by, task, form.wish())


def _answer(by: Appointment, task: Task, form: request_forms.AnswerForm) -> object:
    remark, about = form.cleaned_data["remark"], form.cleaned_data["request"]
    return requesting.answer(by, task, about, grant=form.grants, remark=remark)


def _withdraw(by: Appointment, task: Task, form: request_forms.WithdrawForm) -> object:
    return requesting.withdraw(by, task, form.cleaned_data["request"])


def _contribute(by: Appointment, task: Task, form: forms.PartForm) -> object:
    return coordinating.contribute(by, task, form.words())


def _nudge(by: Appointment, task: Task, form: forms.NudgeForm) -> object:
    data = form.cleaned_data
    return coordinating.nudge(by, task, list(data["parties"]), due_on=data["due_on"])


def _asking(form: type[request_forms.AskForm], button: Promise, done: Promise) -> Act:
    kind = form.kind
    heading = kind.label
    return Act(
        f"ask-{kind}",
        heading,
        button,
        form,
        lambda user, task: permissions.may_ask(user, task, kind),
        _ask,
        done,
        asks=True,
    )


ACTS: dict[str, Act] = {
    act.code: act
    for act in [
        Act(
            "acknowledge",
            _("Tiếp nhận nhiệm vụ"),
            _("Tiếp nhận"),
            forms.ActForm,
            permissions.may_acknowledge,
            _acknowledge,
            _("Đã tiếp nhận nhiệm vụ."),
        ),
        Act(
            "review",
            _("Duyệt trong đơn vị"),
            _("Duyệt và gửi cơ quan giao"),
            forms.AcceptForm,
            permissions.may_review,
            _review,
            _("Đã duyệt và gửi kết quả đến cơ quan giao."),
        ),
        Act(
            "send-back",
            _("Trả lại người thực hiện"),
            _("Trả lại"),
            forms.ReasonForm,
            permissions.may_review,
            _send_back,
            _("Đã trả lại người thực hiện để làm tiếp."),
        ),
        Act(
            "accept",
            _("Duyệt kết quả"),
            _("Chấp nhận kết quả"),
            forms.AcceptForm,
            permissions.may_decide,
            _accept,
            _("Đã chấp nhận kết quả. Nhiệm vụ hoàn thành."),
        ),
        Act(
            "assign-officer",
            _("Giao người thực hiện"),
            _("Giao thực hiện"),
            forms.OfficerForm,
            permissions.may_assign_officer,
            _assign_officer,
            _("Đã giao người thực hiện."),
        ),
        Act(
            "progress",
            _("Báo cáo tiến độ"),
            _("Gửi báo cáo tiến độ"),
            forms.ProgressForm,
            permissions.may_report,
            _progress,
            _("Đã gửi báo cáo tiến độ."),
        ),
        Act(
            "complete",
            _("Báo cáo hoàn thành"),
            _("Gửi duyệt hoàn thành"),
            forms.CompletionForm,
            permissions.may_complete,
            _complete,
            _("Đã gửi báo cáo hoàn thành. Kết quả đang chờ duyệt."),
        ),
        Act(
            "subtask",
            _("Giao nhiệm vụ con"),
            _("Giao nhiệm vụ con"),
            forms.SubtaskForm,
            permissions.may_give_subtask,
            _give_subtask,
            _("Đã giao nhiệm vụ con."),
        ),
        Act(
            "contribute",
            _("Gửi phần phối hợp"),
            _("Gửi phần phối hợp"),
            forms.PartForm,
            permissions.may_contribute,
            _contribute,
            _("Đã gửi phần phối hợp đến đơn vị chủ trì."),
        ),
        Act(
            "nudge",
            _("Nhắc đơn vị phối hợp"),
            _("Gửi nhắc"),
            forms.NudgeForm,
            permissions.may_nudge,
            _nudge,
            _("Đã nhắc các đơn vị chưa gửi."),
        ),
        _asking(request_forms.QuestionForm, _("Gửi câu hỏi"), _("Đã gửi câu hỏi đến cơ quan giao.")),
        _asking(request_forms.ExtensionForm, _("Gửi đề nghị"), _("Đã gửi đề nghị gia hạn.")),
        _asking(request_forms.TransferForm, _("Gửi đề nghị"), _("Đã gửi đề nghị chuyển chủ trì.")),
        _asking(request_forms.CloseForm, _("Gửi đề nghị"), _("Đã gửi đề nghị đóng nhiệm vụ.")),
        Act(
            "answer",
            _("Trả lời đề nghị"),
            _("Gửi trả lời"),
            request_forms.AnswerForm,
            permissions.may_answer,
            _answer,
            _("Đã trả lời đề nghị."),
        ),
        Act(
            "withdraw",
            _("Rút đề nghị"),
            _("Rút đề nghị"),
            request_forms.WithdrawForm,
            permissions.may_withdraw,
            _withdraw,
            _("Đã rút đề nghị."),
        ),
        Act(
            "return",
            _("Trả lại làm tiếp"),
            _("Trả lại"),
            forms.ReasonForm,
            permissions.may_decide,
            _return,
            _("Đã trả lại để làm tiếp."),
        ),
        Act(
            "note",
            _("Trao đổi"),
            _("Gửi trao đổi"),
            forms.NoteForm,
            permissions.may_note,
            _note,
            _("Đã gửi trao đổi."),
        ),
        Act(
            "recall",
            _("Thu hồi nhiệm vụ"),
            _("Thu hồi"),
            forms.RecallForm,
            permissions.may_recall,
            _recall,
            _("Đã thu hồi nhiệm vụ."),
        ),
    ]
}


OTHERWISE = {"review": "send-back", "accept": "return"}
"""The act that is waited for → its contrary, which stands in the same place."""


def offered_to(user: User, task: Task) -> list[Act]:
    """The acts ``user`` may do now, the one that is waited for first."""
    first = next_for(user, task)
    return sorted((act for act in ACTS.values() if act.may(user, task)), key=lambda act: act.code != first)


def next_for(user: User, task: Task) -> str:
    """Code of the one act that is waited for from ``user``; "" when it is somebody else's turn."""
    if permissions.may_answer(user, task):
        return "answer"
    code = _next(user, task)
    return code if code and ACTS[code].may(user, task) else ""


def _next(user: User, task: Task) -> str:
    if task.state in permissions.AT_WORK:
        if _misses_part(user, task):
            return "contribute"
        if task.officer_id is None:
            return "assign-officer"
        if permissions.is_officer(user, task):
            return "complete" if task.state == Task.State.IN_PROGRESS and task.percent else "progress"
        return ""
    return _AWAITED.get(Task.State(task.state), "")


_AWAITED = {Task.State.ASSIGNED: "acknowledge", Task.State.REVIEW: "review", Task.State.SUBMITTED: "accept"}


def _misses_part(user: User, task: Task) -> bool:
    """A unit that ``user`` answers for has still to hand in its part, and they have no part in the lead's work."""
    if permissions.may_report(user, task):
        return False
    own = coordinating.coordinators(task).filter(unit__in=standing_of(user).represents, answer=None)
    return own.exists()
