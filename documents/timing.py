"""When readers are shown a paper, and when it is taken back from them: said beforehand (docs/domain/papers.md, "When").

Who may say so is for the caller to know and to check.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Paper
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When readers are shown a paper, when it is taken back from them, and what they may do with it meanwhile."""

    release: str = Paper.Release.NOW
    release_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    expires_with_meeting: bool = False
    circulation: str = ""
    """``Paper.Circulation``; empty: as it is."""


def takes_plan(paper: Paper) -> bool:
    """It may be said now: of a draft that nobody else approves, of an approved paper, and how long a published one stays."""
    own_draft = paper.state == Paper.State.DRAFT and paper.submitted_to_id is None
    return own_draft or paper.state in (Paper.State.APPROVED, Paper.State.PUBLISHED)


@transaction.atomic
def set_plan(paper: Paper, plan: Plan, *, by: Appointment) -> Paper:
    """Have ``paper`` shown and taken back as ``plan`` says; when a published one is shown does not change. Again: harmless.

    The caller has checked the right, and shows it at once where that is due. Raises UserError with ``fields``,
    Conflict(no-plan-now).
    """
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if not takes_plan(paper):
        raise Conflict(
            "no-plan-now",
            _("Tài liệu đang ở trạng thái “%(state)s” nên chưa đặt giờ phát hành, thu hồi được.")
            % {"state": paper.get_state_display()},
            hint=_("Tài liệu gửi theo đề nghị: đặt giờ khi duyệt. Tài liệu đã thu hồi: phát hành lại trước."),
        )
    shown = paper.state == Paper.State.PUBLISHED
    check(plan, shown=shown)
    apply(paper, plan, shown=shown)
    paper.save()
    log.record("paper.planned", by=by, target=paper, release=paper.release, at=_text(paper.release_at), circulation=paper.circulation,
               until="meeting" if paper.expires_with_meeting else _text(paper.expires_at))  # fmt: skip
    return paper


def apply(paper: Paper, plan: Plan, *, shown: bool = False) -> None:
    """Write ``plan`` into ``paper``, which the caller saves; ``shown``: all but when it is shown."""
    if not shown:
        paper.release = plan.release
        paper.release_at = plan.release_at if plan.release == Paper.Release.AT else None
    paper.expires_at, paper.expires_with_meeting = plan.expires_at, plan.expires_with_meeting
    paper.circulation = plan.circulation or paper.circulation


def check(plan: Plan, *, shown: bool = False) -> None:
    """Raise UserError(bad-plan) with ``fields`` when it makes no sense now; ``shown``: readers have the paper already."""
    now, wrong = timezone.now(), {}
    at = plan.release_at if plan.release == Paper.Release.AT and not shown else None
    if not shown and plan.release not in Paper.Release.values:
        wrong["release"] = _("Chọn một mục trong danh sách.")
    if not shown and plan.release == Paper.Release.AT and (at is None or at <= now):
        wrong["release_at"] = _("Nhập ngày giờ phát hành, sau lúc này.")
    if plan.circulation not in ("", *Paper.Circulation.values):
        wrong["circulation"] = _("Chọn một mục trong danh sách.")
    if plan.expires_at is not None and plan.expires_at <= (at or now):
        wrong["expires_at"] = _("Giờ thu hồi phải sau lúc này.") if shown else _("Giờ thu hồi phải sau giờ phát hành.")
    if wrong:
        raise UserError("bad-plan", next(iter(wrong.values())), fields=wrong)


def waiting_for(release: str) -> QuerySet[Paper]:
    """Approved papers, newer approved versions, and drafts that nobody approves, that are shown when ``release`` says."""
    drafts = Q(state=Paper.State.DRAFT, submitted_to__isnull=True)
    newer = Q(state=Paper.State.PUBLISHED, approved_version__isnull=False) & ~Q(approved_version=F("published_version"))
    return Paper.objects.filter(drafts | Q(state=Paper.State.APPROVED) | newer, release=release)


def _text(at: dt.datetime | None) -> str:
    return at.isoformat() if at else ""
