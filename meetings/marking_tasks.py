"""Marking parts of a conclusion as tasks (docs/domain/conclusions.md, "Marks")."""

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from meetings import conclusions, marks
from meetings.conclusions import PlannedTask
from meetings.models import Conclusion, ConclusionTask


@transaction.atomic
def mark(by: Appointment, conclusion: Conclusion, quote: str, task: PlannedTask, *, version: int) -> ConclusionTask:
    """Let the words ``quote`` of a conclusion that was opened at ``version`` give ``task``. The same words again: harmless.

    Raises NotAllowed, Conflict("notice-issued", "conclusion-changed"), UserError("bad-mark", "bad-conclusion") with ``fields``.
    """
    meeting, _notice = conclusions.for_writing(by, conclusion.meeting)
    stored = conclusions.current(conclusion)
    words = _checked_words(stored, quote)
    twin = stored.planned_tasks.filter(quote=words).first()
    if twin is not None:  # a second click
        return twin
    conclusions.check_version(stored, version)
    _check_beside(stored, words)
    row = _planned(stored, words, task)
    log.record("conclusion.marked", by=by, target=meeting, conclusion=stored.pk)
    return row


@transaction.atomic
def change(by: Appointment, row: ConclusionTask, task: PlannedTask, *, version: int) -> ConclusionTask:
    """Plan the task of marked words anew. Raises as ``mark``."""
    meeting, _notice = conclusions.for_writing(by, row.conclusion.meeting)
    stored = conclusions.current(row.conclusion)
    conclusions.check_version(stored, version)
    changed = _planned(stored, stored.planned_tasks.get(pk=row.pk).quote, task)
    log.record("conclusion.mark_changed", by=by, target=meeting, conclusion=stored.pk)
    return changed


@transaction.atomic
def unmark(by: Appointment, row: ConclusionTask) -> None:
    """Take the task away; the words stay. Again: harmless. Raises NotAllowed, Conflict("notice-issued")."""
    meeting, _notice = conclusions.for_writing(by, row.conclusion.meeting)
    stored = conclusions.current(row.conclusion)
    if stored.planned_tasks.filter(pk=row.pk).exists():
        conclusions.plan(stored, None, quote=row.quote)
        _next_version(stored)
        log.record("conclusion.unmarked", by=by, target=meeting, conclusion=stored.pk)


def _planned(stored: Conclusion, words: str, task: PlannedTask) -> ConclusionTask:
    task = conclusions.titled(task, words)
    if wrong := conclusions.wrong_task(task, conclusions.agreed_days(stored)):
        raise UserError("bad-conclusion", next(iter(wrong.values())), fields=wrong)
    conclusions.plan(stored, task, quote=words)
    _next_version(stored)
    return stored.planned_tasks.get(quote=words)


def _next_version(stored: Conclusion) -> None:
    stored.version += 1
    stored.save()


def _checked_words(stored: Conclusion, quote: str) -> str:
    found = marks.found_in(stored.text, quote)
    wrong = ""
    if stored.item is not None and stored.item.confidential:
        wrong = _("Kết luận của mục kín không giao nhiệm vụ trên hệ thống: nhiệm vụ còn nhiều người khác xem.")
    elif not quote.strip():
        wrong = _("Bôi đen một đoạn của kết luận, hoặc chép đoạn đó vào đây.")
    elif not found:
        wrong = _("Không tìm thấy đoạn này trong kết luận. Chép đúng câu chữ.")
    elif len(found) > 1:
        wrong = _("Đoạn này có nhiều lần trong kết luận. Chọn dài hơn để chỉ rõ một chỗ.")
    if wrong:
        raise UserError("bad-mark", wrong, fields={"quote": wrong})
    return found[0]


def _check_beside(stored: Conclusion, words: str) -> None:
    """Words give one task: those of another mark, or of a conclusion that is one task, give no second one."""
    wrong = ""
    begins = stored.text.find(words)
    for other in stored.tasks:
        if not other.quote:
            wrong = _("Cả kết luận đã là một nhiệm vụ. Bỏ nhiệm vụ đó trước khi giao từng đoạn.")
            break
        place = stored.text.find(other.quote)
        if begins < place + len(other.quote) and place < begins + len(words):
            wrong = _("Đoạn này trùng với đoạn đã giao nhiệm vụ “%(title)s”.") % {"title": other.title[:80]}
    if wrong:
        raise UserError("bad-mark", wrong, fields={"quote": wrong})
