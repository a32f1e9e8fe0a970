"""Meetings held without issued conclusions, and reminding their secretaries."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest, required
from meetings import unconcluded

PAGE_SIZE = 25


@require_safe
@login_required
def unconcluded_list(request: ActingRequest) -> HttpResponse:
    """Those the reader's office follows, and those they prepared; ``?days=`` working days have passed. A fixed number of queries."""
    days = _days(request.GET.get("days", ""))
    followed = unconcluded.followed_by(request.user)
    related = ("organiser", "secretary__person", "chair__person", "type")
    page = Paginator(unconcluded.since(followed, days).select_related(*related), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "lines": unconcluded.shown(request.user, list(page.object_list)),
        "days": days,
        "choices": unconcluded.CHOICES,
    }
    return render(request, "meetings/unconcluded.html", context)


@require_POST
@login_required
def unconcluded_remind(request: ActingRequest, pk: int) -> HttpResponse:
    """Remind one secretary, and back to the list."""
    meeting = unconcluded.followed_by(request.user).filter(pk=pk).first()
    if meeting is None:
        raise Http404
    if unconcluded.remind(required(request.acting), meeting):
        messages.success(request, _("Đã nhắc thư ký: %(name)s.") % {"name": meeting.secretary.person})
    else:
        messages.info(request, _("Hôm nay đã nhắc thư ký của cuộc họp này."))
    return redirect(f"{reverse('meeting-unconcluded')}?days={_days(request.POST.get('days', ''))}")


def _days(text: str) -> int:
    number = number_of(text, digits=2)
    return number if number in unconcluded.CHOICES else unconcluded.USUAL
