"""The list of meetings, in four tabs."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from eoffice.organisation.acting import ActingRequest
from meetings import permissions, stand_ins
from meetings.forms import FilterForm
from meetings.models import Meeting
from meetings.queries import MeetingQuerySet

PAGE_SIZE = 25
TABS = {"upcoming": _("Sắp tới"), "live": _("Đang họp"), "past": _("Đã qua"), "draft": _("Dự thảo")}


@require_safe
@login_required
def meeting_list(request: ActingRequest) -> HttpResponse:
    """Meetings the reader may know of, narrowed and searched; a fixed number of queries."""
    now = timezone.now()
    form = FilterForm(request.GET)
    meetings = _narrowed(Meeting.objects.visible_to(request.user), form)
    counts = meetings.tab_counts(now)
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = "live" if counts["live"] and not counts["upcoming"] else "upcoming"
    related = ("type", "organiser", "chair__person", "chair__position")
    paginator = Paginator(_of_tab(meetings, tab, now).select_related(*related), PAGE_SIZE)
    paginator.count = counts[tab]  # known already
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "tab": tab,
        "tabs": [(name, label, counts[name]) for name, label in TABS.items()],
        "enterable": permissions.enterable(request.user, page.object_list),
        "notes": stand_ins.notes(request.user, page.object_list),
        "narrowed": any(form.value(name) for name in form.fields),
        "filtered": any(form.value(name) for name in form.fields if name != "q"),
        "may_create": request.acting is not None,
    }
    return render(request, "meetings/list.html", context)


def _of_tab(meetings: MeetingQuerySet, tab: str, now: dt.datetime) -> MeetingQuerySet:
    if tab == "live":
        return meetings.in_session()
    if tab == "past":
        return meetings.past(now)
    if tab == "draft":
        return meetings.drafts()
    return meetings.upcoming(now)


def _narrowed(meetings: MeetingQuerySet, form: FilterForm) -> MeetingQuerySet:
    for name in ("type", "form", "organiser"):
        if form.value(name):
            meetings = meetings.filter(**{name: form.value(name)})
    if form.value("q"):
        meetings = meetings.matching(form.value("q"))
    if form.value("since"):
        meetings = meetings.filter(ends_at__gte=_midnight(form.value("since")))
    if form.value("until"):
        meetings = meetings.filter(starts_at__lt=_midnight(form.value("until") + dt.timedelta(days=1)))
    return meetings


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
