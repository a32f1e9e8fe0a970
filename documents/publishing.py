"""Showing a paper to those invited to read it, and taking it back."""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.announcing import paper_changed
from documents.intake import not_owner
from documents.models import Paper, PaperVersion
from documents.permissions import may_manage
from documents.sharing import invited_readers
from eoffice.audit import log
from eoffice.errors import Conflict
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment


@transaction.atomic
def publish(paper: Paper, *, by: Appointment, version: int | None = None) -> None:
    """Show the latest version to those invited and tell them; once more for the same version does nothing.

    ``version`` is the number that the person saw as the latest. Raises NotAllowed(not-owner),
    Conflict(newer-version, conversion-failed).
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    latest = paper.versions.latest("number")
    _refuse_unfit(latest, version)
    if paper.state == Paper.State.PUBLISHED and paper.published_version_id == latest.pk:
        return
    is_update = paper.state == Paper.State.PUBLISHED
    _show(paper, latest)
    log.record("paper.published", by=by, target=paper, version=latest.number)
    _tell_readers(paper, by, is_update=is_update)


@transaction.atomic
def publish_tabled(papers: Iterable[Paper]) -> None:
    """Show the draft ones of ``papers`` because their meeting's invitations are issued.

    The invitation tells the readers, so nobody is told here; the caller has checked the right. Withdrawn
    papers stay withdrawn; a version that could not be converted waits for its owner.
    """
    drafts = Paper.objects.select_for_update().filter(pk__in=[paper.pk for paper in papers], state=Paper.State.DRAFT)
    for paper in drafts:
        latest = paper.versions.first()
        if latest is None or latest.conversion != PaperVersion.Conversion.FAILED:
            _show(paper, latest)
            log.record("paper.published", target=paper, version=latest and latest.number, with_meeting=True)


@transaction.atomic
def withdraw(paper: Paper, *, by: Appointment) -> None:
    """Take a published paper back: readers no longer find it. Withdrawing it again does nothing.

    Raises NotAllowed(not-owner), Conflict(not-published).
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    paper = Paper.objects.select_for_update().get(pk=paper.pk)
    if paper.state == Paper.State.WITHDRAWN:
        return
    if paper.state != Paper.State.PUBLISHED:
        raise Conflict("not-published", _("Tài liệu chưa phát hành."), hint=_("Không cần thu hồi bản nháp."))
    paper.state = Paper.State.WITHDRAWN
    paper.save()
    log.record("paper.withdrawn", by=by, target=paper)
    paper_changed(paper.pk)


def _show(paper: Paper, version: PaperVersion | None) -> None:
    now = timezone.now()
    paper.state = Paper.State.PUBLISHED
    paper.published_version = version
    paper.published_at = now
    paper.save()
    if version:
        PaperVersion.objects.filter(pk=version.pk).update(published_at=now)
    paper_changed(paper.pk)


def _refuse_unfit(latest: PaperVersion, seen: int | None) -> None:
    if seen is not None and seen != latest.number:
        raise Conflict(
            "newer-version",
            _("Tài liệu vừa có bản mới hơn (bản %(number)s).") % {"number": latest.number},
            hint=_("Xem lại bản mới rồi phát hành."),
        )
    if latest.conversion == PaperVersion.Conversion.FAILED:
        raise Conflict(
            "conversion-failed",
            _("Bản mới nhất không chuyển đổi được nên người đọc sẽ không xem được."),
            hint=_("Tải lên bản khác, tốt nhất là PDF, rồi phát hành."),
        )


def _tell_readers(paper: Paper, by: Appointment, *, is_update: bool) -> None:
    def said() -> str:
        title = _("Tài liệu có bản mới: %(title)s") if is_update else _("Tài liệu mới: %(title)s")
        return title % {"title": paper.title}

    notify.send(
        invited_readers(paper).exclude(pk=by.person_id),
        kind="paper.published",
        title=said,
        body=by.unit.name,
        url=reverse("paper-read", args=[paper.pk]),
    )
