"""Replies to an invitation: a person's own, the chair's word on an absence, the board of all of them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Appointment
from meetings import excusing, parts, permissions, replies, reply_board, reply_chasing, replying, substitutes
from meetings.models import AbsenceRequest, Attendee, Reply
from meetings.reply_forms import AbsenceForm, ReplyForm
from meetings.views.fetching import RELATED, back, back_with, visible_meeting, visible_part

PER_PAGE = 200
_ask = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
@login_required
def reply_accept(request: ActingRequest, pk: int) -> HttpResponse:
    """Attendee ``pk`` comes: one press."""
    attendee = _attendee(request, pk)
    try:
        replying.accept(acting.required(request.acting), attendee)
    except UserError as error:
        return back_with(request, attendee.meeting_id, error, "reply")
    messages.success(request, _told(attendee))
    return _where_from(request, attendee.meeting_id, "reply")


@_ask
@login_required
def reply(request: ActingRequest, pk: int) -> HttpResponse:
    """What attendee ``pk`` says: coming, a part of the time, not."""
    attendee = _attendee(request, pk)
    by = acting.required(request.acting)
    replying.check_may_reply(by, attendee)
    timed = parts.items_of(attendee.meeting, request.user)
    form = ReplyForm(request.POST or None, initial=ReplyForm.showing(attendee), timed=timed)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            attendee = _said(by, attendee, form)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _told(attendee))
            return _where_from(request, attendee.meeting_id, "reply")
    return render(request, "meetings/reply.html", _context(request, attendee, form), status=status)


def _said(by: Appointment, attendee: Attendee, form: ReplyForm) -> Attendee:
    if form.cleaned_data["answer"] == "decline":
        return replying.decline(by, attendee, reason=form.cleaned_data["reason"])
    if form.cleaned_data["answer"] == "part":
        start, end = form.part()
        return replying.attend_part(by, attendee, attends_from=start, attends_to=end)
    return replying.accept(by, attendee)


def _context(request: ActingRequest, attendee: Attendee, form: ReplyForm) -> dict[str, Any]:
    meeting = attendee.meeting
    return {
        "form": form,
        "attendee": attendee,
        "meeting": meeting,
        "due": replies.due(meeting),
        "asks": attendee.role in replies.REQUIRED,
        "clashes": replies.clashing([attendee.person_id], meeting).get(attendee.person_id, []),
        "may_substitute": substitutes.may_send(request.user, attendee),
        "next": request.GET.get("next", ""),
    }


def _told(attendee: Attendee) -> str:
    attendee = Attendee.objects.select_related("person", "meeting").get(pk=attendee.pk)
    if attendee.reply == Reply.DECLINED and not attendee.excused:
        return _("Đã gửi đề nghị vắng mặt của %(person)s đến chủ trì.") % {"person": attendee.person}
    if attendee.reply == Reply.DECLINED:
        return _("Đã báo vắng: %(person)s.") % {"person": attendee.person}
    if attendee.part:
        said = _("Đã ghi: %(person)s %(part)s.") % {"person": attendee.person, "part": attendee.part}
        return said + " " + _("Nếu có người dự thay phần còn lại, cử ở mục Người dự thay.")
    return _("Đã ghi: %(person)s dự họp.") % {"person": attendee.person}


@_ask
@login_required
def absence_decide(request: ActingRequest, pk: int) -> HttpResponse:
    """The chair's word on the request ``pk``."""
    related = [
        *("attendee__person", "attendee__appointment__position", "attendee__appointment__unit", "by__person"),
        *(f"attendee__meeting__{name}" for name in RELATED),
    ]
    asked: AbsenceRequest = visible_part(
        request, AbsenceRequest.objects.select_related(*related), pk, through="attendee__meeting"
    )
    meeting = asked.attendee.meeting
    if not excusing.may_decide(request.user, meeting, asked):
        raise excusing.not_allowed()
    form = AbsenceForm(request.POST or None, initial={"decision": request.GET.get("decision", "grant")})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            excusing.decide(
                acting.required(request.acting), asked, granted=data["decision"] == "grant", word=data["word"]
            )
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _("Đã báo ý kiến cho %(person)s.") % {"person": asked.attendee.person})
            return _where_from(request, meeting.pk, "reply", board=True)
    context = {"form": form, "asked": asked, "meeting": meeting, "next": request.GET.get("next", "")}
    return render(request, "meetings/absence.html", context, status=status)


@require_safe
@login_required
def board(request: ActingRequest, pk: int) -> HttpResponse:
    """Who comes, who does not, who has not said; ``all=1``: on one page, to be printed."""
    meeting = visible_meeting(request, pk)
    if not reply_board.may_see(request.user, meeting):
        raise NotAllowed("may-not-see-replies", _("Chỉ người chuẩn bị cuộc họp và thư ký xem được bảng trả lời."))
    which = request.GET.get("show", "")
    which = which if which in reply_board.LISTS or which == reply_board.UNITS else "all"
    whole = request.GET.get("all") == "1"
    of_units = which == reply_board.UNITS
    rows: Any = reply_board.units_of(meeting) if of_units else reply_board.rows_of(meeting, which)
    context = {
        "meeting": meeting,
        "tabs": reply_board.tabs_of(meeting),
        "which": which,
        "of_units": of_units,
        "below_rank": reply_board.below_rank(meeting) if which in ("all", reply_board.UNITS) else [],
        "page": Paginator(rows, 100_000 if whole else PER_PAGE).get_page(request.GET.get("page")),
        "due": replies.due(meeting),
        "may_decide": permissions.may_admit(request.user, meeting) and meeting.state in permissions.WITH_ROOM,
        "now": timezone.now(),
    }
    return render(request, "meetings/replies.html", context)


@require_POST
@login_required
def nudge(request: ActingRequest, pk: int) -> HttpResponse:
    """Remind those who have not replied, and the units with empty seats."""
    meeting = visible_meeting(request, pk)
    told = reply_chasing.nudge(acting.required(request.acting), meeting)
    if told:
        messages.success(request, ngettext("Đã nhắc %(told)d người.", "Đã nhắc %(told)d người.", told) % {"told": told})
    else:
        messages.info(request, _("Hôm nay đã nhắc rồi, hoặc không còn ai phải nhắc."))
    return _where_from(request, pk, "replies", board=True)


def _attendee(request: ActingRequest, pk: int) -> Attendee:
    related = ("person", "appointment__position", "appointment__unit", "site", "substitute__person")
    rows = Attendee.objects.select_related(*related, "meeting", *(f"meeting__{name}" for name in RELATED))
    found: Attendee = visible_part(request, rows, pk)
    return found


def _where_from(request: ActingRequest, meeting_id: int, anchor: str, *, board: bool = False) -> HttpResponse:
    """Back to the page on which the form stood (``next``: the Today page, the board), else to the meeting's."""
    address = request.POST.get("next", "")
    if address and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
        return redirect(address)
    return redirect("meeting-replies", meeting_id) if board else back(meeting_id, anchor)
