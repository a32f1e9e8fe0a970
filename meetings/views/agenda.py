"""Changing the agenda and what lies on its table."""

import uuid
from collections.abc import Collection

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents import secrecy
from documents.models import Paper
from documents.views.times import times_form, times_page
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.http import number_of, wants_json
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Appointment
from meetings import agenda, paper_review, permissions, scheduling
from meetings.forms import ItemForm
from meetings.models import AgendaItem
from meetings.views.fetching import back, back_with, unless_barred, visible_item, visible_meeting, visible_tabling

form_page = require_http_methods(["GET", "HEAD", "POST"])
ANCHOR = "agenda"


@form_page
@login_required
def item_create(request: ActingRequest, pk: int) -> HttpResponse:
    """Add an item to the agenda of meeting ``pk``."""
    meeting = visible_meeting(request, pk)
    by = acting.required(request.acting)
    if not permissions.may_edit_agenda(request.user, meeting):
        raise scheduling.refusal(meeting, "edit-agenda")
    form = ItemForm(request.POST or None, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            agenda.add_item(by, meeting, form.point(), key=form.cleaned_data["key"])
        except UserError as error:
            form.blame(error)
        else:
            return back(pk, ANCHOR)
    return render(
        request, "meetings/item.html", {"form": form, "meeting": meeting}, status=422 if form.is_bound else 200
    )


@form_page
@login_required
def item_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """Change an item; when somebody else was faster both texts are shown and nothing is written."""
    item = visible_item(request, pk)
    meeting = visible_meeting(request, item.meeting_id)
    by = acting.required(request.acting)
    if not permissions.may_edit_agenda(request.user, meeting):
        raise scheduling.refusal(meeting, "edit-agenda")
    point = agenda.point_of(item)
    initial = {
        "title": point.title,
        "minutes": point.minutes,
        "speech_minutes": point.speech_minutes,
        "presenter": item.presenter_id,
        "confidential": point.confidential,
        "units": sorted(point.units),
        "people": _posts_of(point.people),
        "version": item.version,
    }
    form = ItemForm(request.POST or None, initial=initial)
    context = {"form": form, "meeting": meeting, "item": item}
    if form.is_valid():
        try:
            agenda.edit_item(by, item, form.point(), version=form.cleaned_data["version"] or 0)
        except Conflict as error:
            return _both_texts(request, context, error)
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
        else:
            return back(meeting.pk, ANCHOR)
    return render(request, "meetings/item.html", context, status=422 if form.is_bound else 200)


def _posts_of(people: Collection[int]) -> list[int]:
    """A post of each, for the picker."""
    held = Appointment.objects.current().own().filter(person__in=people).in_protocol_order()
    posts: dict[int, int] = {}
    for post, person in held.values_list("pk", "person"):
        posts.setdefault(person, post)
    return sorted(posts.values())


@require_POST
@login_required
def item_move(request: ActingRequest, pk: int) -> HttpResponse:
    """Put an item at place ``to``."""
    item = visible_item(request, pk)
    place = number_of(request.POST.get("to", ""), digits=4)
    try:
        agenda.move_item(acting.required(request.acting), item, to=item.order if place is None else place)
    except UserError as error:
        return back_with(request, item.meeting_id, error, ANCHOR)
    return back(item.meeting_id, ANCHOR)


@require_POST
@login_required
def item_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda."""
    item = visible_item(request, pk)
    agenda.remove_item(acting.required(request.acting), item)
    messages.success(request, _("Đã bỏ nội dung “%(title)s”.") % {"title": item.title})
    return back(item.meeting_id, ANCHOR)


@require_POST
@login_required
def paper_table(request: ActingRequest, pk: int) -> HttpResponse:
    """Put a paper on the table at an item."""
    item = visible_item(request, pk)
    known = Paper.objects.visible_to(request.user)
    paper = get_object_or_404(known, pk=number_of(request.POST.get("paper", "")) or 0)
    agenda.table_paper(acting.required(request.acting), item, paper)
    return back(item.meeting_id, ANCHOR)


@require_POST
@login_required
def paper_upload(request: ActingRequest, pk: int) -> HttpResponse:
    """Hand in a file for an item: 201 with JSON for scripts, the meeting's page otherwise."""
    item = visible_item(request, pk)
    by = acting.required(request.acting)
    try:
        secrecy.refuse_declared(request.POST.get("secrecy", ""), by=by)
        tabled = agenda.hand_in(by, item, request.FILES.get("file"), release=request.POST.get("release", ""))
    except UserError as error:
        if wants_json(request):
            raise
        return back_with(request, item.meeting_id, error, ANCHOR)
    if wants_json(request):
        url = reverse("paper-detail", args=[tabled.paper_id])
        return JsonResponse({"id": tabled.paper_id, "title": tabled.paper.title, "url": url}, status=201)
    messages.success(request, _("Đã nhận tài liệu. Hệ thống đang chuyển đổi để đọc trên màn hình."))
    return back(item.meeting_id, ANCHOR)


@require_POST
@login_required
def paper_untable(request: ActingRequest, pk: int) -> HttpResponse:
    """Take a paper off the table."""
    tabled = visible_tabling(request, pk)
    agenda.untable_paper(acting.required(request.acting), tabled)
    messages.success(request, _("Đã bỏ tài liệu khỏi nội dung họp."))
    return back(tabled.item.meeting_id, ANCHOR)


@form_page
@login_required
def paper_times(request: ActingRequest, pk: int) -> HttpResponse:
    """When readers are shown a paper on the table, and when it is taken back from them."""
    tabled = visible_tabling(request, pk)
    meeting = tabled.item.meeting
    get_object_or_404(Paper.objects.visible_to(request.user), pk=tabled.paper_id)
    if not permissions.may_edit_agenda(request.user, meeting):
        raise scheduling.refusal(meeting, "plan-papers")
    issued = meeting.state in permissions.WITH_ROOM
    form = times_form(request, tabled.paper, now=_("Ngay bây giờ") if issued else _("Cùng giấy mời"))
    if form.is_valid():
        try:
            paper_review.plan_tabled(acting.required(request.acting), tabled, form.plan())
        except UserError as error:
            form.blame(unless_barred(error))
        else:
            messages.success(request, _("Đã lưu giờ phát hành, thu hồi."))
            return back(meeting.pk, ANCHOR)
    there = f"{reverse('meeting-detail', args=[meeting.pk])}#{ANCHOR}"
    return times_page(request, tabled.paper, form, back=there, title=meeting.title)


def _both_texts(request: ActingRequest, context: dict[str, object], error: Conflict) -> HttpResponse:
    """The form with what was typed, above it what is saved now; saving again is on the new version."""
    form = context["form"]
    assert isinstance(form, ItemForm)
    item = context["item"]
    assert isinstance(item, AgendaItem)
    current = visible_item(request, item.pk)
    data = request.POST.copy()
    data["version"] = str(current.version)
    form.data = data
    return render(request, "meetings/item.html", {**context, "item": current, "conflict": error}, status=409)
