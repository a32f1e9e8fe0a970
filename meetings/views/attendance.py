"""Check-in over HTTP: the list by site, marking people, the code on the wall, the spreadsheet."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.accounts.models import User
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import attendance_sheet, headcount, poll_state, roll_call
from meetings.entitled import may_keep_attendance
from meetings.models import Attendee, CheckIn, Meeting
from meetings.permissions import OPEN_TO_CHANGE, WITH_ROOM, may_prepare
from meetings.views import codes
from meetings.views.downloads import spreadsheet
from meetings.views.fetching import visible_meeting, visible_part, visible_site

PAGE_SIZE = 50


@require_safe
@login_required
def attendance(request: ActingRequest, pk: int) -> HttpResponse:
    """Everybody listed, by site, with who is there."""
    return render(request, "meetings/attendance.html", _context(request, visible_meeting(request, pk)))


@require_safe
@login_required
def panel(request: ActingRequest, pk: int) -> HttpResponse:
    """The same as a part of the room."""
    return render(request, "meetings/_attendance.html", _context(request, visible_meeting(request, pk), in_room=True))


@require_POST
@login_required
def roll_call_set(request: ActingRequest, pk: int) -> HttpResponse:
    """Open check-in, or close it."""
    meeting = visible_meeting(request, pk)
    act = roll_call.open_roll_call if request.POST.get("open") == "1" else roll_call.close_roll_call
    act(acting.required(request.acting), meeting)
    return redirect("meeting-attendance", pk)


@require_POST
@login_required
def mark(request: ActingRequest, pk: int) -> HttpResponse:
    """Attendee ``pk`` is here, or has left."""
    attendee: Attendee = visible_part(
        request, Attendee.objects.select_related("meeting__chair", "meeting__secretary"), pk
    )
    act = roll_call.check_in if request.POST.get("present") == "1" else roll_call.check_out
    in_room = request.POST.get("in_room") == "1"
    try:
        act(attendee.meeting, by=request.user, attendee_id=attendee.pk)
    except Conflict as error:
        messages.error(request, f"{error.message} {error.hint}")
    if in_room:
        meeting = visible_meeting(request, attendee.meeting_id)
        return render(request, "meetings/_attendance.html", _context(request, meeting, in_room=True))
    return redirect(f"{reverse('meeting-attendance', args=[attendee.meeting_id])}#attendee-{attendee.pk}")


@require_POST
@login_required
def headcount_report(request: ActingRequest, pk: int) -> HttpResponse:
    """So many people are in the room of site ``pk``."""
    site, in_room = visible_site(request, pk), request.POST.get("in_room") == "1"
    try:
        headcount.report(site, number_of(request.POST.get("number", "").strip()), by=request.user)
    except UserError as error:
        if in_room or isinstance(error, NotAllowed):
            raise
        messages.error(request, f"{error.message} {error.hint}")
    if in_room:
        meeting = visible_meeting(request, site.meeting_id)
        return render(request, "meetings/_attendance.html", _context(request, meeting, in_room=True))
    return redirect(f"{reverse('meeting-attendance', args=[site.meeting_id])}#site-{site.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def check_in(request: ActingRequest, pk: int) -> HttpResponse:
    """Where the code on the wall leads: one button. The token says that the person saw the code."""
    meeting = visible_meeting(request, pk)
    token = (request.POST.get("t") or request.GET.get("t") or "")[:40]
    error: UserError | None = None
    if request.method == "POST":
        try:
            roll_call.check_in(meeting, by=request.user, token=token)
        except NotAllowed:
            raise
        except UserError as refused:
            error = refused
        else:
            return redirect("meeting-check-in", pk)
    here = CheckIn.objects.filter(attendee__meeting=meeting, attendee__person=request.user, left_at__isnull=True)
    context = {"meeting": meeting, "token": token, "stay": here.first(), "open": roll_call.is_open(pk), "error": error}
    return render(request, "meetings/check_in.html", context, status=error.status if error else 200)


@require_safe
@login_required
def code(request: ActingRequest, pk: int) -> HttpResponse:
    """The code for the wall, as large as the screen."""
    meeting = visible_meeting(request, pk)
    if not may_keep_attendance(request.user, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký cuộc họp làm được việc này."))
    roll = roll_call.of(pk)
    if roll is None:
        messages.info(request, _("Hãy mở điểm danh trước."))
        return redirect("meeting-attendance", pk)
    drawn = mark_safe(codes.svg(codes.address(request, roll)))  # noqa: S308
    context = {"meeting": meeting, "code": drawn, "open": roll.closed_at is None}
    return render(request, "meetings/check_in_code.html", context)


@require_safe
@login_required
def export(request: ActingRequest, pk: int) -> HttpResponse:
    """The list as a spreadsheet, for those who prepare or lead the meeting."""
    meeting = visible_meeting(request, pk)
    if not _sees_all(request.user, meeting):
        raise NotAllowed("may-not-export", _("Chỉ người chuẩn bị hoặc điều hành cuộc họp tải được danh sách này."))
    return spreadsheet(request, attendance_sheet.workbook(meeting, request.user), "diem-danh", meeting)


@require_safe
@login_required
def sheet(request: ActingRequest, pk: int) -> HttpResponse:
    """The list as it is printed and signed: every site for those who prepare or lead, else the sites one answers for."""
    meeting = visible_meeting(request, pk)
    sites = sites_to_sign(request.user, meeting)
    context = {
        "meeting": meeting,
        "sites": sites,
        "listed": sum(site.listed for site in sites),
        "attended": sum(bool(person.stays) for site in sites for person in site.people),
        "over": is_over(meeting),
        "now": timezone.localtime(),
        "place": settings.PLACE_NAME,
    }
    return render(request, "meetings/attendance_sheet.html", context)


def sites_to_sign(user: User, meeting: Meeting) -> list[attendance_sheet.Site]:
    """Whose people are on the list that ``user`` may print. Raises NotAllowed("may-not-export") where there are none."""
    sites = attendance_sheet.sites_of(meeting, user)
    if not _sees_all(user, meeting):
        sites = [site for site in sites if site.kept]
    if not sites:
        raise NotAllowed("may-not-export", _("Quý vị không phụ trách điểm cầu nào của cuộc họp này."))
    return sites


def is_over(meeting: Meeting) -> bool:
    """Who is not checked in has not come."""
    return meeting.state not in (*OPEN_TO_CHANGE, *WITH_ROOM)


def _sees_all(user: User, meeting: Meeting) -> bool:
    return may_prepare(user, meeting) or may_keep_attendance(user, meeting)


def _context(request: ActingRequest, meeting: Meeting, *, in_room: bool = False) -> dict[str, object]:
    every = attendance_sheet.sites_of(meeting, request.user)
    only = next((name for name in ("missing", "differing") if request.GET.get(name) == "1"), "")
    roll = roll_call.of(meeting.pk)
    return {
        "meeting": meeting,
        "page": Paginator(_chosen(every, only), PAGE_SIZE).get_page(request.GET.get("page")),
        "numbers": poll_state.attendance_counts(meeting.pk),
        "totals": attendance_sheet.totals(every),
        "only": only,
        "signs": _sees_all(request.user, meeting) or any(site.kept for site in every),
        "roll": roll,
        "open": roll is not None and roll.closed_at is None,
        "with_room": meeting.state in WITH_ROOM,
        "keeps": may_keep_attendance(request.user, meeting),
        "prepares": may_prepare(request.user, meeting),
        "in_room": in_room,
    }


def _chosen(sites: list[attendance_sheet.Site], only: str) -> list[attendance_sheet.Site]:
    match only:
        case "missing":
            return [site for site in sites if site.is_missing]
        case "differing":
            return [site for site in sites if site.gap]
        case _:
            return sites
