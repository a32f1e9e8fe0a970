"""A paper that somebody asked for: submitted by its unit, returned with a reason or approved (docs/domain/papers.md).

Who approves is for the caller to know and to check: the meeting's preparers (``meetings.paper_review``).
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import timing
from documents.intake import not_owner
from documents.models import Paper, PaperVersion
from documents.permissions import may_manage
from documents.publishing import newer_version, unfit
from documents.timing import Plan
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment

REASON_LIMIT = 500


@transaction.atomic
def submit(paper: Paper, *, by: Appointment, version: int) -> Paper:
    """Lay the latest version, which the person saw as number ``version``, before those who approve. Again: harmless.

    A published paper stays as it is for its readers until the new version is approved. Raises
    NotAllowed(not-owner), Conflict(nobody-asked, newer-version, conversion-failed, already-approved).
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if paper.submitted_to_id is None:
        raise Conflict("nobody-asked", _("Tài liệu này không thuộc đề nghị nào nên không cần gửi duyệt."))
    latest = paper.versions.latest("number")
    if paper.submitted_version_id == latest.pk:
        return paper
    if paper.approved_version_id == latest.pk and paper.state in (Paper.State.APPROVED, Paper.State.PUBLISHED):
        raise Conflict("already-approved", _("Bản này đã được duyệt."), hint=_("Có bản sửa thì tải lên rồi gửi duyệt."))
    if latest.number != version:
        raise newer_version(latest)
    if latest.conversion == PaperVersion.Conversion.FAILED:
        raise unfit()
    PaperVersion.objects.filter(pk=latest.pk).update(submitted_at=timezone.now())
    paper.submitted_version, paper.return_reason = latest, ""
    if paper.state != Paper.State.PUBLISHED:
        paper.state = Paper.State.SUBMITTED
    paper.save()
    log.record("paper.submitted", by=by, target=paper, version=latest.number)
    return paper


@transaction.atomic
def send_back(paper: Paper, *, by: Appointment, reason: str) -> Paper:
    """Return what was submitted, or approved and not shown yet, with a reason. Again: harmless.

    The caller has checked the right. Raises UserError(reason-missing, reason-too-long), Conflict(not-submitted).
    """
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if paper.state == Paper.State.RETURNED:
        return paper
    if paper.submitted_version_id is None and paper.state != Paper.State.APPROVED:
        raise not_submitted()
    paper.return_reason = _checked_reason(reason)
    paper.submitted_version = None
    if paper.state != Paper.State.PUBLISHED:
        paper.state = Paper.State.RETURNED
    paper.save()
    log.record("paper.returned", by=by, target=paper, reason=paper.return_reason)
    return paper


@transaction.atomic
def approve(paper: Paper, plan: Plan, *, by: Appointment, version: int) -> Paper:
    """Approve the submitted version, which the person saw as number ``version``; it is shown when ``plan`` says so.

    The caller has checked the right, and shows it at once where that is due. Raises UserError with ``fields``,
    Conflict(not-submitted, newer-version, conversion-unfinished, conversion-failed).
    """
    paper = Paper.objects.select_for_update(of=("self",)).select_related("submitted_version").get(pk=paper.pk)
    submitted = paper.submitted_version
    if submitted is None:
        raise not_submitted()
    if submitted.number != version:
        raise newer_version(submitted)
    if submitted.conversion == PaperVersion.Conversion.FAILED:
        raise unfit()
    if not submitted.is_ready:
        raise Conflict(
            "conversion-unfinished",
            _("Tài liệu đang được chuyển đổi để đọc trên màn hình nên chưa duyệt được."),
            hint=_("Đợi chuyển đổi xong, xem lại rồi duyệt."),
        )
    timing.check(plan)
    timing.apply(paper, plan)
    paper.approved_version, paper.submitted_version, paper.return_reason = submitted, None, ""
    if paper.state != Paper.State.PUBLISHED:
        paper.state = Paper.State.APPROVED
    paper.save()
    log.record("paper.approved", by=by, target=paper, version=submitted.number, release=plan.release)
    return paper


def not_submitted() -> Conflict:
    """There is nothing to approve or return."""
    return Conflict(
        "not-submitted", _("Không có bản nào đang chờ duyệt."), hint=_("Tải lại trang để xem trạng thái mới nhất.")
    )


def _checked_reason(reason: str) -> str:
    reason = normalised(reason)
    if not reason or len(reason) > REASON_LIMIT:
        sentence = (
            _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": REASON_LIMIT}
            if reason
            else _("Ghi rõ điều cần sửa để cơ quan gửi tài liệu biết.")
        )
        raise UserError("reason-too-long" if reason else "reason-missing", sentence, fields={"reason": sentence})
    return reason
