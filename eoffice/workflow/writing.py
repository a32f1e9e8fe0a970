"""What people write about a task: checked, and kept as a report of its timeline with its files."""

import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.files import intake
from eoffice.files.kinds import EVIDENCE
from eoffice.organisation.models import Appointment
from eoffice.workflow import routing
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


def twin_of(by: Appointment, task: Task, words: Words) -> Report | None:
    """The report that the first of two clicks has made."""
    if words.key is None:
        return None
    return Report.objects.filter(task=task, key=words.key, by__person=by.person).first()


def write(by: Appointment, task: Task, kind: Report.Kind, words: Words, percent: int | None = None) -> Report:
    """Keep checked ``words`` as a report, with an audit entry. Raises what ``files.intake`` finds wrong with a file."""
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


def checked(words: Words, *, needs_text: bool = True) -> Words:
    """``words`` in clean form; raises UserError("bad-report") that names what is missing or too long."""
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
