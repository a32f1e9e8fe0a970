"""The offline pack of a meeting: its agenda, and the published papers on its table."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents.offline import Outline, Section, pack
from eoffice.http import NO_STORE
from eoffice.organisation.acting import ActingRequest
from meetings import overview
from meetings.models import AgendaItem, Meeting
from meetings.views.fetching import visible_meeting


@require_safe
@login_required
def meeting_offline(request: ActingRequest, pk: int) -> HttpResponse:
    """The pack, with keys for the reader (``documents.offline``)."""
    meeting = visible_meeting(request, pk)
    items = overview.agenda_of(meeting, request.user)
    outline = Outline(
        name=f"meeting-{meeting.pk}",
        title=meeting.title,
        address=reverse("meeting-offline", args=[meeting.pk]),
        page=reverse("meeting-detail", args=[meeting.pk]),
        facts=_facts(meeting),
        sections=[
            Section(f"{place}. {item.title}", [tabled.paper_id for tabled in item.tabled.all()], _note(item))
            for place, item in enumerate(items, start=1)
        ],
    )
    content = pack(outline, user=request.user, now=timezone.now())
    return JsonResponse(content, headers={"Cache-Control": NO_STORE})


def _facts(meeting: Meeting) -> list[tuple[str, str]]:
    starts, ends = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    last = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{ends:%H:%M, %d/%m/%Y}"
    facts = [
        (_("Thời gian"), f"{starts:%H:%M, %d/%m/%Y} – {last}"),
        (_("Hình thức"), meeting.get_form_display()),
        (_("Địa điểm"), meeting.place),
        (_("Chủ trì"), f"{meeting.chair.person}, {meeting.chair.title}"),
        (_("Cơ quan tổ chức"), str(meeting.organiser)),
        (_("Yêu cầu chuẩn bị"), meeting.note),
    ]
    return [(name, value) for name, value in facts if value]


def _note(item: AgendaItem) -> str:
    minutes = _("%(minutes)s phút") % {"minutes": item.minutes}
    barred = _("Quý vị không xem tài liệu của mục này") if getattr(item, "barred", False) else ""
    return " · ".join(part for part in (minutes, str(item.presenter or ""), barred) if part)
