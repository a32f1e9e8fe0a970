"""Every agency's consultation room in one gesture: chair or secretary sends the whole meeting to talk among its own people.

Which agencies there are, the organisation tree says: those right below the one that holds the meeting, each with all that
stands below it. Whoever has nobody to talk with stays in the main room.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Unit
from eoffice.organisation.paths import right_below, superior
from meetings import conduct, consultations, permissions
from meetings.models import Connection, Consultation, Meeting, MeetingSite


@transaction.atomic
def open_rooms(connection: Connection, *, minutes: int, bring: bool) -> list[Consultation]:
    """Open a room for each agency of the meeting that has two sites or more; one whose room is open keeps it.

    Raises NotAllowed("may-not-admit"), NotAllowed("not-going-on"), UserError("no-agency-to-gather"), Conflict("open-already").
    """
    live = conduct.lock(connection.meeting_id)
    if not permissions.may_admit(connection.person, live.meeting):
        raise NotAllowed("may-not-admit", _("Chỉ chủ trì hoặc thư ký cuộc họp làm được việc này."))
    if live.meeting.state != Meeting.State.IN_SESSION:
        raise NotAllowed("not-going-on", _("Chỉ hội ý được khi cuộc họp đang diễn ra."))
    gathered = agencies(connection.meeting_id)
    if not gathered:
        raise UserError(
            "no-agency-to-gather",
            _("Không cơ quan nào có từ hai điểm cầu trở lên."),
            hint=_("Hãy mở phòng hội ý cho các điểm cầu quý vị chọn."),
        )
    openings = _openings(connection.meeting_id, gathered)
    if not openings:
        raise Conflict("open-already", _("Phòng hội ý của các cơ quan đều đang mở."))
    by, now = connection.person, timezone.now()
    return [consultations.establish(live, one, by=by, now=now, minutes=minutes, bring=bring) for one in openings]


def _openings(meeting_id: int, gathered: dict[str, list[MeetingSite]]) -> list[consultations.Opening]:
    """Of agencies that have no room: named after the agency, with a host that has none either."""
    open_now = Consultation.objects.filter(meeting=meeting_id, closed_at__isnull=True)
    hosts = dict(open_now.values_list("host", "kind"))
    names = dict(Unit.objects.filter(path__in=gathered).values_list("path", "name"))
    openings = []
    for path, sites in gathered.items():
        if any(hosts.get(site.pk) == Consultation.Kind.AGENCY for site in sites):
            continue
        if host := next((site for site in sites if site.pk not in hosts), None):
            openings.append(consultations.Opening(Consultation.Kind.AGENCY, names[path][:120], host, tuple(sites)))
    return openings


def agencies(meeting_id: int) -> dict[str, list[MeetingSite]]:
    """The sites of each agency that has more than one, by the path of its unit; in the order of the tree. One query."""
    sites = list(
        MeetingSite.objects.filter(meeting=meeting_id)
        .select_related("unit")
        .only("id", "name", "kind", "meeting", "unit__path")
        .order_by("unit__path", "pk")
    )
    holder = _holder(sites)
    gathered: dict[str, list[MeetingSite]] = {}
    outer = ""
    for site in sites:
        path = site.unit.path
        if site.kind == MeetingSite.Kind.MAIN or path == holder:
            continue
        if path.startswith(holder):
            path = right_below(holder, path)
        else:  # a guest: the highest of its units that sits here
            outer = path = outer if outer and path.startswith(outer) else path
        gathered.setdefault(path, []).append(site)
    return {path: found for path, found in gathered.items() if len(found) > 1}


def _holder(sites: list[MeetingSite]) -> str:
    """Path of the unit that holds the meeting: the main site's, when others sit below it, else the one above (of an office)."""
    path: str = next(site.unit.path for site in sites if site.kind == MeetingSite.Kind.MAIN)
    if any(site.unit.path != path and site.unit.path.startswith(path) for site in sites):
        return path
    return superior(path)
