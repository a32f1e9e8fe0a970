"""The answer to a request: handed in and submitted by the unit, returned or approved by those who prepare the meeting."""

import datetime as dt

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import intake, publishing, reviewing, timing
from documents.models import Paper
from documents.timing import Plan
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment
from meetings import permissions, tabling
from meetings.models import AgendaItem, LiveState, Meeting, PaperRequest, TabledPaper
from meetings.paper_requests import RELATED, tell_office, tell_unit
from meetings.realtime import agenda_changed
from meetings.scheduling import locked, refusal


def hand_in(by: Appointment, request: PaperRequest, upload: "UploadedFile[bytes] | None") -> Paper:
    """Take in the file that was asked for: a new paper of the unit, or a newer version of it.

    Nobody else sees it before ``submit``. Raises NotAllowed(not-asked), Conflict(request-over), and as
    ``documents.intake``.
    """
    by = _for_unit(by, request)
    _check_open(request)
    if request.paper is not None:
        intake.add_version(request.paper, upload, by=by)
        return request.paper
    # in a transaction of its own: a refusal of the file stays on record
    paper = intake.create_paper(upload, by=by, title=request.title, submitted_to=request.item.meeting.organiser)
    with transaction.atomic():
        request = _locked(request)
        if request.paper_id in (None, paper.pk):
            request.paper = paper
            request.save(update_fields=["paper"])
            return paper
        paper.delete()
    raise Conflict(
        "file-came", _("Người khác vừa tải tệp cho đề nghị này."), hint=_("Tải lại trang, xem tệp đó rồi làm tiếp.")
    )


@transaction.atomic
def submit(by: Appointment, request: PaperRequest, *, version: int) -> None:
    """Lay the version that the person saw before those who prepare the meeting, who are told. Again: harmless.

    Raises NotAllowed(not-asked), Conflict(request-over, nothing-to-submit), and as ``documents.reviewing.submit``.
    """
    by = _for_unit(by, request)
    request = _locked(request)
    _check_open(request)
    if request.paper is None:
        raise Conflict("nothing-to-submit", _("Chưa có tệp nào để gửi duyệt."), hint=_("Tải tệp lên trước."))
    before = request.paper.submitted_version_id
    paper = reviewing.submit(request.paper, by=by, version=version)
    if paper.submitted_version_id == before:
        return
    tabling.let_review(request)
    if request.submitted_at is None:
        request.submitted_at = timezone.now()
        request.save(update_fields=["submitted_at"])
    late = gettext_lazy("Tài liệu gửi muộn, chờ duyệt: %(title)s")
    tell_office(
        request,
        late if request.is_late else gettext_lazy("Tài liệu chờ duyệt: %(title)s"),
        kind="paper_request.submitted",
    )


@transaction.atomic
def send_back(by: Appointment, request: PaperRequest, *, reason: str) -> None:
    """Return the paper with a reason; the unit is told. Again: harmless.

    Raises NotAllowed, and as ``documents.reviewing.send_back``.
    """
    meeting = _for_office(by, request)
    request = _locked(request)
    paper = reviewing.send_back(_paper_of(request), by=by, reason=reason)
    log.record("paper_request.returned", by=by, target=meeting, paper=request.public_title)
    title = gettext_lazy("Tài liệu bị trả lại: %(title)s")
    tell_unit(request, title, kind="paper_request.returned", body=paper.return_reason)


@transaction.atomic
def approve(by: Appointment, request: PaperRequest, plan: Plan, *, version: int) -> None:
    """Approve the version that the person saw, and put it on the table of its item; it is shown when ``plan`` says so.

    Before the invitations are issued nothing is shown. Raises NotAllowed, and as ``documents.reviewing.approve``.
    """
    meeting = _for_office(by, request)
    request = _locked(request)
    paper = reviewing.approve(_paper_of(request), plan, by=by, version=version)
    item = request.item
    TabledPaper.objects.get_or_create(item=item, paper=paper, defaults={"order": item.tabled.count() + 1})
    if meeting.state in permissions.WITH_ROOM and is_due(paper, item, timezone.now()):
        tabling.share(meeting, publish=False)
        publishing.publish_due(paper, by=by, late=request.is_late)
    else:
        tabling.share(meeting)
    agenda_changed(meeting.pk)
    log.record("paper_request.approved", by=by, target=meeting, paper=request.public_title)
    tell_unit(request, gettext_lazy("Tài liệu đã được duyệt: %(title)s"), kind="paper_request.approved")


@transaction.atomic
def plan_tabled(by: Appointment, tabled: TabledPaper, plan: Plan) -> None:
    """Say when readers are shown a paper on the table and when it is taken back; it is shown at once where that is due.

    Raises NotAllowed, and as ``documents.timing.set_plan``.
    """
    meeting = locked(tabled.item.meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise refusal(meeting, "plan-papers")
    timing.set_plan(tabled.paper, plan, by=by)
    show_due(tabled, by=by)
    agenda_changed(meeting.pk)


def show_due(tabled: TabledPaper, *, by: Appointment) -> None:
    """Show a paper on the table of an issued meeting if its time has come."""
    paper = Paper.objects.get(pk=tabled.paper_id)
    if tabled.item.meeting.state in permissions.WITH_ROOM and is_due(paper, tabled.item, timezone.now()):
        publishing.publish_due(paper, by=by)


def is_due(paper: Paper, item: AgendaItem, now: dt.datetime) -> bool:
    """The time of a paper of an issued meeting, approved or such that nobody approves it, has come."""
    match paper.release:
        case Paper.Release.AT:
            return paper.release_at is not None and paper.release_at <= now
        case Paper.Release.ITEM:
            return LiveState.objects.filter(meeting=item.meeting_id, item__order__gte=item.order).exists()
        case Paper.Release.HOLD:
            return False
        case _:
            return True


def sweep(now: dt.datetime) -> int:
    """Show the papers whose time has come; may run at any moment, also twice. Returns how many.

    What lies on tables waits until the invitations of one of them are issued.
    """
    tabled = TabledPaper.objects.filter(paper=OuterRef("pk"))
    issued = tabled.filter(item__meeting__state__in=[*permissions.WITH_ROOM, Meeting.State.ENDED])
    of_no_meeting = Q(submitted_to__isnull=True) & ~Exists(tabled)
    due = timing.waiting_for(Paper.Release.AT).filter(release_at__lte=now)
    return _show(due.filter(Exists(issued) | of_no_meeting))


def item_opened(item: AgendaItem) -> int:
    """Show the papers that waited for ``item`` to be opened. The room shows it: nobody is told besides.

    Returns how many.
    """
    here = TabledPaper.objects.filter(item=item).values("paper")
    return _show(timing.waiting_for(Paper.Release.ITEM).filter(pk__in=here), tell=False)


def _show(due: QuerySet[Paper], *, tell: bool = True) -> int:
    papers = list(due.select_related("request"))
    for paper in papers:
        request = getattr(paper, "request", None)
        publishing.publish_due(paper, late=bool(request and request.is_late), tell=tell)
    return len(papers)


def meeting_ended(meeting: Meeting) -> int:
    """Withdraw the papers on its table that were to be withdrawn with it. Returns how many."""
    return publishing.take_back(_of_this_meeting_only(meeting).filter(expires_with_meeting=True), why="meeting ended")


@transaction.atomic
def take_back(by: Appointment, meeting: Meeting, *, at: dt.datetime | None = None) -> int:
    """Withdraw the papers of a meeting that is over: now, or by themselves ``at`` a time. Returns how many.

    Those that another coming meeting needs stay. Raises NotAllowed, UserError(bad-time).
    """
    meeting = locked(meeting)
    if not permissions.may_take_papers_back(by.person, meeting):
        raise refusal(meeting, "take-papers-back")
    papers = _of_this_meeting_only(meeting)
    if at is None:
        count = publishing.take_back(papers, by=by, why="after the meeting")
    else:
        count = publishing.set_expiry(papers, at)
    log.record("meeting.papers_taken_back", by=by, target=meeting, count=count, at=at.isoformat() if at else "")
    return count


def _of_this_meeting_only(meeting: Meeting) -> QuerySet[Paper]:
    coming = [*permissions.OPEN_TO_CHANGE, Meeting.State.IN_SESSION]
    others = TabledPaper.objects.filter(item__meeting__state__in=coming).exclude(item__meeting=meeting)
    here = TabledPaper.objects.filter(item__meeting=meeting)
    return Paper.objects.filter(pk__in=here.values("paper"), state=Paper.State.PUBLISHED).exclude(
        pk__in=others.values("paper")
    )


def _for_unit(by: Appointment, request: PaperRequest) -> Appointment:
    """The appointment under which ``by``'s holder answers for the unit that was asked."""
    held = Appointment.objects.held_by(by.person).representing().filter(unit=request.unit)
    found = held.select_related("unit", "person", "position").first()
    if found is None:
        raise NotAllowed(
            "not-asked",
            _("Chỉ lãnh đạo hoặc văn thư của %(unit)s gửi được tài liệu này.") % {"unit": request.unit.name},
        )
    return found


def _for_office(by: Appointment, request: PaperRequest) -> Meeting:
    meeting = locked(request.item.meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise refusal(meeting, "approve-papers")
    return meeting


def _locked(request: PaperRequest) -> PaperRequest:
    related = (*RELATED, "item__meeting__organiser", "item__meeting__chair__person", "item__meeting__created_by__unit")
    return PaperRequest.objects.select_for_update(of=("self",)).select_related(*related).get(pk=request.pk)


def _check_open(request: PaperRequest) -> None:
    live = (*permissions.OPEN_TO_CHANGE, Meeting.State.IN_SESSION)
    if request.cancelled_at is not None or request.item.meeting.state not in live:
        raise Conflict(
            "request-over",
            _("Đề nghị này đã khép lại: không cần gửi nữa, hoặc cuộc họp đã xong."),
            hint=_("Cần gửi thêm thì liên hệ thư ký cuộc họp."),
        )


def _paper_of(request: PaperRequest) -> Paper:
    if request.paper is None:
        raise reviewing.not_submitted()
    return request.paper
