"""What is reported about a task, and the assigner's answer (báo cáo, duyệt kết quả)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from eoffice.workflow import announcing, changing, duties, endings, permissions, routing
from eoffice.workflow.models import Report, Task, TaskRequest
from eoffice.workflow.writing import Words, checked, twin_of, write


@transaction.atomic
def report_progress(by: Appointment, task: Task, words: Words, *, version: int) -> Report:
    """How far the work is, in words and per cent. Sent twice with one key: one report."""
    task = changing.locked(task.pk)
    if (twin := twin_of(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_report(by.person, task), task, "report")
    changing.check_version(task, version)
    words = checked(words)
    percent = words.percent if words.percent is not None else task.percent
    if not 0 <= percent <= 99:
        sentence = _("Tiến độ từ 0 đến 99%. Khi đã xong, hãy gửi báo cáo hoàn thành.")
        raise UserError("bad-percent", sentence, fields={"percent": sentence})
    report = write(by, task, Report.Kind.PROGRESS, words, percent=percent)
    task.state, task.percent = Task.State.IN_PROGRESS, percent
    _changed(by, task, report)
    announcing.reported(task, report)
    return report


@transaction.atomic
def report_completion(by: Appointment, task: Task, words: Words, *, version: int) -> Report:
    """Hand the result in with evidence: at least one file, or the number of the document that shows it.

    It goes to the assigner; what an officer hands in, to the head of the lead first (``reviewing``). Raises UserError: "evidence-missing"; "subtasks-open" when some are open and ``words.despite_open`` does not say
    why; and what ``files.intake`` finds wrong with a file.
    """
    task = changing.locked(task.pk)
    if (twin := twin_of(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_complete(by.person, task), task, "complete")
    changing.check_version(task, version)
    words = checked(words)
    if not words.files and not words.reference:
        sentence = _("Kèm ít nhất một tệp minh chứng, hoặc ghi số, ký hiệu văn bản kết quả.")
        raise UserError("evidence-missing", sentence, fields={"evidence": sentence})
    _check_subtasks(task, words)
    report = write(by, task, Report.Kind.COMPLETION, words, percent=100)
    within = permissions.needs_review(by.person, task)
    if within:
        task.state, task.presented_at = Task.State.REVIEW, timezone.now()
    else:
        task.state, task.submitted_at = Task.State.SUBMITTED, timezone.now()
    task.percent = 100
    changing.settle(by, [task], TaskRequest.Kind.TRANSFER, TaskRequest.Kind.CLOSE)
    _changed(by, task, report)
    (announcing.handed_in if within else announcing.submitted)(task, report)
    return report


@transaction.atomic
def accept(by: Appointment, task: Task, *, version: int, text: str = "") -> Task:
    """The assigner accepts the result. Accepting what is accepted is harmless, unless other words go with it: these are not lost
    without a word.
    """
    task = changing.locked(task.pk)
    if task.state == Task.State.COMPLETED and permissions.is_assigner(by.person, task):
        if not text.strip() or _has_said(by, task, Report.Kind.ACCEPTANCE, text.strip()):
            return task
        changing.check_version(task, version)
    changing.require(permissions.may_decide(by.person, task), task, "accept")
    changing.check_version(task, version)
    words = checked(Words(text=text), needs_text=False)
    report = write(by, task, Report.Kind.ACCEPTANCE, words)
    task.state, task.completed_at = Task.State.COMPLETED, timezone.now()
    changing.settle(by, [task])
    _changed(by, task, report)
    announcing.decided(task, report)
    endings.ended(by, task)
    return task


@transaction.atomic
def return_result(by: Appointment, task: Task, *, reason: str, version: int) -> Task:
    """The assigner returns the result with a reason; the work goes on, the due date stays. The same words again: harmless; other
    words, about what is returned already, are refused as of a task that has changed.
    """
    task = changing.locked(task.pk)
    if task.state == Task.State.RETURNED and permissions.is_assigner(by.person, task):
        if _has_said(by, task, Report.Kind.RETURN, routing.checked_reason(reason)):
            return task
        changing.check_version(task, version)
    changing.require(permissions.may_decide(by.person, task), task, "return")
    changing.check_version(task, version)
    report = write(by, task, Report.Kind.RETURN, Words(text=routing.checked_reason(reason)))
    changing.reopen(task)
    _changed(by, task, report)
    announcing.decided(task, report)
    return task


@transaction.atomic
def write_note(by: Appointment, task: Task, words: Words) -> Report:
    """A note of anybody at work on the task: coordinators report their part so. Changes nothing else."""
    task = changing.locked(task.pk)
    if (twin := twin_of(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_note(by.person, task), task, "note")
    report = write(by, task, Report.Kind.NOTE, checked(words))
    announcing.reported(task, report)
    return report


def _has_said(by: Appointment, task: Task, kind: Report.Kind, text: str) -> bool:
    """The last report of ``kind`` is theirs, in these words: a second click."""
    last = task.reports.filter(kind=kind).order_by("-pk").first()
    return last is not None and last.by.person_id == by.person_id and last.text == text


def _check_subtasks(task: Task, words: Words) -> None:
    still = Task.objects.filter(parent=task).open().count()
    if still and not words.despite_open:
        sentence = ngettext(
            "Còn %(count)d nhiệm vụ con chưa xong. Ghi rõ lý do gửi kết quả khi nhiệm vụ con chưa xong.",
            "Còn %(count)d nhiệm vụ con chưa xong. Ghi rõ lý do gửi kết quả khi nhiệm vụ con chưa xong.",
            still,
        ) % {"count": still}
        raise UserError("subtasks-open", sentence, fields={"despite_open": sentence})


def _changed(by: Appointment, task: Task, report: Report) -> None:
    changing.save(task)
    duties.recompute([task])
