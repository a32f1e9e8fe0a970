"""What is reported about a task, and the assigner's answer (báo cáo, duyệt kết quả)."""

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.files import intake
from eoffice.files.kinds import EVIDENCE
from eoffice.organisation.models import Appointment
from eoffice.workflow import announcing, changing, duties, permissions, routing
from eoffice.workflow.models import Evidence, Report, Task

TEXT_LIMIT = 4000
REFERENCE_LIMIT = 120
FILES_LIMIT = 10


@dataclass(frozen=True, kw_only=True)
class Words:
    """What a person writes in a report. ``key`` comes with the form: the same key is the same report."""

    text: str = ""
    percent: int | None = None
    reference: str = ""
    files: "Sequence[UploadedFile[bytes]]" = ()
    despite_open: str = ""
    key: uuid.UUID | None = None


@transaction.atomic
def report_progress(by: Appointment, task: Task, words: Words, *, version: int) -> Report:
    """How far the work is, in words and per cent. Sent twice with one key: one report."""
    task = changing.locked(task.pk)
    if (twin := _twin(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_report(by.person, task), task, "report")
    changing.check_version(task, version)
    words = _checked(words)
    percent = words.percent if words.percent is not None else task.percent
    if not 0 <= percent <= 99:
        sentence = _("Tiến độ từ 0 đến 99%. Khi đã xong, hãy gửi báo cáo hoàn thành.")
        raise UserError("bad-percent", sentence, fields={"percent": sentence})
    report = _write(by, task, Report.Kind.PROGRESS, words, percent=percent)
    task.state, task.percent = Task.State.IN_PROGRESS, percent
    _changed(by, task, report)
    announcing.reported(task, report)
    return report


@transaction.atomic
def report_completion(by: Appointment, task: Task, words: Words, *, version: int) -> Report:
    """Hand the result in with evidence: at least one file, or the number of the document that shows it.

    Raises UserError: "evidence-missing"; "subtasks-open" when some are open and ``words.despite_open`` does not say
    why; and what ``files.intake`` finds wrong with a file.
    """
    task = changing.locked(task.pk)
    if (twin := _twin(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_complete(by.person, task), task, "complete")
    changing.check_version(task, version)
    words = _checked(words)
    if not words.files and not words.reference:
        sentence = _("Kèm ít nhất một tệp minh chứng, hoặc ghi số, ký hiệu văn bản kết quả.")
        raise UserError("evidence-missing", sentence, fields={"evidence": sentence})
    _check_subtasks(task, words)
    report = _write(by, task, Report.Kind.COMPLETION, words, percent=100)
    task.state, task.percent, task.submitted_at = Task.State.SUBMITTED, 100, timezone.now()
    _changed(by, task, report)
    announcing.submitted(task, report)
    return report


@transaction.atomic
def accept(by: Appointment, task: Task, *, version: int, text: str = "") -> Task:
    """The assigner accepts the result. Accepting what is accepted is harmless."""
    task = changing.locked(task.pk)
    if task.state == Task.State.COMPLETED and permissions.is_assigner(by.person, task):
        return task
    changing.require(permissions.may_decide(by.person, task), task, "accept")
    changing.check_version(task, version)
    words = _checked(Words(text=text), needs_text=False)
    report = _write(by, task, Report.Kind.ACCEPTANCE, words)
    task.state, task.completed_at = Task.State.COMPLETED, timezone.now()
    _changed(by, task, report)
    announcing.decided(task, report)
    return task


@transaction.atomic
def return_result(by: Appointment, task: Task, *, reason: str, version: int) -> Task:
    """The assigner returns the result with a reason; the work goes on, the due date stays."""
    task = changing.locked(task.pk)
    if task.state == Task.State.RETURNED and permissions.is_assigner(by.person, task):
        return task
    changing.require(permissions.may_decide(by.person, task), task, "return")
    changing.check_version(task, version)
    report = _write(by, task, Report.Kind.RETURN, Words(text=routing.checked_reason(reason)))
    task.state, task.submitted_at, task.percent = Task.State.RETURNED, None, min(task.percent, 99)
    _changed(by, task, report)
    announcing.decided(task, report)
    return task


@transaction.atomic
def write_note(by: Appointment, task: Task, words: Words) -> Report:
    """A note of anybody at work on the task: coordinators report their part so. Changes nothing else."""
    task = changing.locked(task.pk)
    if (twin := _twin(by, task, words)) is not None:
        return twin
    changing.require(permissions.may_note(by.person, task), task, "note")
    report = _write(by, task, Report.Kind.NOTE, _checked(words))
    announcing.reported(task, report)
    return report


def _twin(by: Appointment, task: Task, words: Words) -> Report | None:
    """The report that the first of two clicks has made."""
    if words.key is None:
        return None
    return Report.objects.filter(task=task, key=words.key, by__person=by.person).first()


def _write(by: Appointment, task: Task, kind: Report.Kind, words: Words, percent: int | None = None) -> Report:
    report = Report.objects.create(
        task=task,
        kind=kind,
        by=by,
        text=words.text,
        percent=percent,
        reference=words.reference,
        despite_open=words.despite_open,
        key=words.key,
    )
    for upload in words.files:
        stored = intake.accept(upload, by=by.person, allowed=EVIDENCE)
        Evidence.objects.create(report=report, file=stored, name=intake.shown_name(upload.name))
    log.record(f"task.{kind}", by=by, target=task, report=report.pk)
    return report


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


def _checked(words: Words, *, needs_text: bool = True) -> Words:
    text = unicodedata.normalize("NFC", words.text).strip()
    reference = " ".join(unicodedata.normalize("NFC", words.reference).split())
    wrong = {}
    if needs_text and not text:
        wrong["text"] = _("Nhập nội dung báo cáo.")
    elif len(text) > TEXT_LIMIT:
        wrong["text"] = _("Nội dung dài %(length)d ký tự; tối đa là %(limit)d.") % {
            "length": len(text),
            "limit": TEXT_LIMIT,
        }
    if len(reference) > REFERENCE_LIMIT:
        wrong["reference"] = _("Số, ký hiệu dài quá %(limit)d ký tự.") % {"limit": REFERENCE_LIMIT}
    if len(words.files) > FILES_LIMIT:
        wrong["evidence"] = _("Mỗi lần gửi kèm tối đa %(limit)d tệp.") % {"limit": FILES_LIMIT}
    if wrong:
        raise UserError("bad-report", next(iter(wrong.values())), fields=wrong)
    despite = normalised(words.despite_open)[: routing.REASON_LIMIT]
    return replace(words, text=text, reference=reference, despite_open=despite)
