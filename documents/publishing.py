"""Showing a paper to those invited to read it, and taking it back."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.announcing import paper_changed, paper_withdrawn, version_published
from documents.intake import not_owner
from documents.models import Paper, PaperVersion
from documents.permissions import may_manage
from documents.sharing import invited_readers
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit


@transaction.atomic
def publish(paper: Paper, *, by: Appointment, version: int | None = None) -> None:
    """Show the latest version to those invited and tell them; once more for the same version does nothing.

    ``version`` is the number that the person saw as the latest. Raises NotAllowed(not-owner),
    Conflict(newer-version, conversion-failed, others-publish).
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    paper = Paper.objects.select_for_update(of=("self",)).select_related("submitted_to").get(pk=paper.pk)
    if paper.submitted_to is not None:
        raise others_publish(paper.submitted_to)
    latest = paper.versions.latest("number")
    if version is not None and version != latest.number:
        raise newer_version(latest)
    if latest.conversion == PaperVersion.Conversion.FAILED:
        raise unfit()
    if paper.state == Paper.State.PUBLISHED and paper.published_version_id == latest.pk:
        return
    is_update = paper.state == Paper.State.PUBLISHED
    if paper.expires_at is not None and paper.expires_at <= timezone.now():
        paper.expires_at = None  # said before, for an earlier time; whoever publishes now wants it read
    _show(paper, latest)
    log.record("paper.published", by=by, target=paper, version=latest.number)
    _tell_readers(
        paper,
        by,
        gettext_lazy("Tài liệu có bản mới: %(title)s") if is_update else gettext_lazy("Tài liệu mới: %(title)s"),
    )


@transaction.atomic
def publish_due(paper: Paper, *, by: Appointment | None = None, late: bool = False, tell: bool = True) -> None:
    """Show a paper whose time has come to those invited and ``tell`` them; again, or once it is no longer due: nothing.

    Of what somebody approved that is the approved version, of the others the latest. ``by`` is who had it shown at once,
    None when its time has come. The caller has checked that it has.
    """
    paper = Paper.objects.select_for_update(of=("self",)).select_related("approved_version").get(pk=paper.pk)
    version = _due_version(paper)
    if version is None:
        return
    is_update = paper.state == Paper.State.PUBLISHED
    _show(paper, version)
    log.record("paper.published", by=by, target=paper, version=version.number)
    if not tell:
        return
    first = gettext_lazy("Tài liệu gửi muộn: %(title)s") if late else gettext_lazy("Tài liệu mới: %(title)s")
    _tell_readers(paper, by, gettext_lazy("Tài liệu có bản mới: %(title)s") if is_update else first)


@transaction.atomic
def publish_tabled(papers: Iterable[Paper]) -> None:
    """Show those of ``papers`` that wait for nothing else, because their meeting's invitations are issued.

    The invitation tells the readers, so nobody is told here; the caller has checked the right. Withdrawn
    papers stay withdrawn; a version that could not be converted waits for its owner, one that somebody must
    approve for that, and every one for the time that was said.
    """
    drafts = Q(state=Paper.State.DRAFT, submitted_to__isnull=True)
    waiting = Paper.objects.select_for_update(of=("self",)).filter(
        drafts | Q(state=Paper.State.APPROVED), release=Paper.Release.NOW
    )
    for paper in waiting.select_related("approved_version").filter(pk__in=[paper.pk for paper in papers]):
        shown = paper.approved_version or paper.versions.first()
        if shown is None or shown.conversion != PaperVersion.Conversion.FAILED:
            _show(paper, shown)
            log.record("paper.published", target=paper, version=shown and shown.number, with_meeting=True)


@transaction.atomic
def withdraw(paper: Paper, *, by: Appointment) -> None:
    """Take a published paper back: readers no longer find it. Withdrawing it again does nothing.

    Raises NotAllowed(not-owner), Conflict(not-published).
    """
    if not may_manage(by.person, paper):
        raise not_owner()
    if paper.state not in (Paper.State.PUBLISHED, Paper.State.WITHDRAWN):
        raise Conflict("not-published", _("Tài liệu chưa phát hành."), hint=_("Không cần thu hồi bản nháp."))
    take_back(Paper.objects.filter(pk=paper.pk), by=by)


@transaction.atomic
def take_back(papers: QuerySet[Paper], *, by: Appointment | None = None, why: str = "") -> int:
    """Withdraw those of ``papers`` that are published; everybody who has one open sees a banner. Again: harmless.

    ``by`` is None when their time has come. The caller has checked the right. Returns how many there were.
    """
    shown = list(papers.select_for_update().filter(state=Paper.State.PUBLISHED).order_by("pk"))
    for paper in shown:
        paper.state, paper.expires_at, paper.expires_with_meeting = Paper.State.WITHDRAWN, None, False
        paper.save()
        log.record("paper.withdrawn", by=by, target=paper, **({"why": why} if why else {}))
        paper_withdrawn(paper)
    return len(shown)


def set_expiry(papers: QuerySet[Paper], at: dt.datetime) -> int:
    """Have those of ``papers`` that are published withdraw themselves ``at`` a time. The caller has checked the right.

    Raises UserError(bad-time). Returns how many there were.
    """
    if at <= timezone.now():
        sentence = _("Giờ thu hồi phải sau lúc này.")
        raise UserError("bad-time", sentence, fields={"at": sentence})
    return papers.filter(state=Paper.State.PUBLISHED).update(expires_at=at)


def expire(now: dt.datetime) -> int:
    """Withdraw the papers whose time is over; may run at any moment, also twice. Returns how many there were."""
    return take_back(Paper.objects.filter(expires_at__lte=now), why="expired")


def newer_version(latest: PaperVersion) -> Conflict:
    """Somebody acts on a version that is not the latest any more."""
    return Conflict(
        "newer-version",
        _("Tài liệu vừa có bản mới hơn (bản %(number)s).") % {"number": latest.number},
        hint=_("Xem lại bản mới rồi làm tiếp."),
    )


def others_publish(unit: Unit) -> Conflict:
    """Its own people do what ``unit`` does, which asked for it."""
    return Conflict(
        "others-publish",
        _("Tài liệu này do %(unit)s duyệt và phát hành.") % {"unit": unit.name},
        hint=_("Gửi duyệt; khi được duyệt, tài liệu sẽ phát hành."),
    )


def unfit() -> Conflict:
    """The latest version has no reading copy."""
    return Conflict(
        "conversion-failed",
        _("Bản mới nhất không chuyển đổi được nên người đọc sẽ không xem được."),
        hint=_("Tải lên bản khác, tốt nhất là PDF, rồi phát hành."),
    )


def _due_version(paper: Paper) -> PaperVersion | None:
    if paper.state == Paper.State.DRAFT and paper.submitted_to_id is None:
        latest = paper.versions.first()
        return latest if latest and latest.conversion != PaperVersion.Conversion.FAILED else None
    if paper.state not in (Paper.State.APPROVED, Paper.State.PUBLISHED):
        return None
    return paper.approved_version if paper.approved_version_id != paper.published_version_id else None


def _show(paper: Paper, version: PaperVersion | None) -> None:
    now = timezone.now()
    paper.state = Paper.State.PUBLISHED
    paper.published_version = version
    paper.published_at = now
    paper.save()
    if version:
        PaperVersion.objects.filter(pk=version.pk).update(published_at=now)
        version_published(paper, version)
    paper_changed(paper.pk)


def _tell_readers(paper: Paper, by: Appointment | None, title: Promise) -> None:
    notify.send(
        invited_readers(paper).exclude(pk=by.person_id if by else 0),
        kind="paper.published",
        title=lambda: str(title) % {"title": paper.title},
        body=paper.owner_unit.name,
        url=reverse("paper-read", args=[paper.pk]),
    )
