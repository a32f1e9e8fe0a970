"""What the page of a meeting shows, gathered in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Paper, PaperVersion
from eoffice.accounts.models import User
from eoffice.audit.models import Entry
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment, Unit
from meetings import permissions
from meetings.models import AgendaItem, Attendee, InvitationLine, Meeting, MeetingSite, Nomination, TabledPaper

HISTORY = 30
SHOWN_ATTENDEES = 40


@dataclass(frozen=True)
class Line:
    """One line of the invitation, and how many units it stands for (1 for a person)."""

    line: InvitationLine
    count: int


@dataclass(frozen=True)
class Panel:
    """A site for which the reader may name people: who is named, and who could be."""

    site: MeetingSite
    nominations: list[Nomination]
    candidates: list[Appointment]


def abilities(user: User, meeting: Meeting) -> dict[str, bool]:
    """What ``user`` may do with ``meeting`` now: the page offers exactly this."""
    prepares = permissions.may_prepare(user, meeting)
    changing = prepares and meeting.state in permissions.OPEN_TO_CHANGE
    return {
        "prepare": prepares,
        "edit": changing,
        "cancel": changing,
        "issue": prepares and meeting.state in (Meeting.State.DRAFT, Meeting.State.POSTPONED),
        "postpone": prepares and meeting.state == Meeting.State.INVITED,
        "agenda": prepares and meeting.state in (*permissions.OPEN_TO_CHANGE, Meeting.State.IN_SESSION),
    }


def agenda_of(meeting: Meeting, user: User) -> list[AgendaItem]:
    """Items in order, each with the papers on its table that ``user`` may open."""
    readable = Paper.objects.visible_to(user).values("pk")
    tabled = TabledPaper.objects.filter(paper__in=readable).select_related("paper")
    tabled = tabled.prefetch_related(Prefetch("paper__versions", PaperVersion.objects.order_by("-number")))
    return list(meeting.items.select_related("presenter").prefetch_related(Prefetch("tabled", queryset=tabled)))


def open_tables(items: list[AgendaItem], meeting: Meeting, user: User) -> set[int]:
    """Ids of the items at which ``user`` may put papers on the table."""
    if permissions.may_edit_agenda(user, meeting):
        return {item.pk for item in items}
    if meeting.state not in permissions.WITH_ROOM:
        return set()
    presenting = set(Unit.objects.represented_by(user).values_list("pk", flat=True))
    return {item.pk for item in items if item.presenter_id in presenting}


def lines_of(meeting: Meeting) -> list[Line]:
    """The invitation, line by line."""
    lines = meeting.invitation_lines.select_related(
        "unit", "group__below", "appointment__person", "appointment__position", "appointment__unit"
    )
    day = timezone.localdate(meeting.starts_at)
    return [Line(line, units_of(line.group, day).count() if line.group else 1) for line in lines]


def site_counts(meeting: Meeting) -> dict[str, int]:
    """How many sites of each kind, and ``all``."""
    counted = dict(meeting.sites.order_by().values_list("kind").annotate(count=Count("pk")))
    return {**{kind.value: counted.get(kind.value, 0) for kind in MeetingSite.Kind}, "all": sum(counted.values())}


def attendees_of(meeting: Meeting) -> "QuerySet[Attendee]":
    """Everybody listed, in protocol order."""
    related = ("person", "appointment__position", "appointment__unit", "site")
    return meeting.attendees.select_related(*related).order_by("appointment__position__rank", "person__search_name")


def panels_for(user: User, meeting: Meeting) -> list[Panel]:
    """The sites for which ``user`` names people; there is rarely more than one."""
    if meeting.state not in permissions.WITH_ROOM:
        return []
    sites = meeting.sites.exclude(kind=MeetingSite.Kind.INDIVIDUAL).select_related("unit")
    mine = sites.filter(unit__in=Unit.objects.represented_by(user))
    return [_panel(site, meeting) for site in mine]


def _panel(site: MeetingSite, meeting: Meeting) -> Panel:
    related = ("appointment__person", "appointment__position", "appointment__unit", "by__person")
    nominations = list(site.nominations.select_related(*related))
    day = timezone.localdate(meeting.starts_at)
    below = Appointment.objects.current(day).filter(unit__path__startswith=site.unit.path, person__is_active=True)
    free = below.exclude(person__in=meeting.attendees.values("person"))
    return Panel(site, nominations, list(free.select_related("person", "position", "unit").in_protocol_order()[:200]))


def history_of(meeting: Meeting) -> list[dict[str, Any]]:
    """The last acts on the meeting in words, latest first."""
    kind = ContentType.objects.get_for_model(Meeting)
    entries = Entry.objects.filter(target_type=kind, target_id=meeting.pk).select_related(
        "actor", "appointment__position", "appointment__unit"
    )
    return [{"entry": entry, "deed": _deed(entry)} for entry in entries[:HISTORY]]


def _deed(entry: Entry) -> str:
    sentences = {
        "meeting.created": _("soạn cuộc họp"),
        "meeting.edited": _("sửa thông tin cuộc họp"),
        "meeting.issued": _("gửi giấy mời"),
        "meeting.cancelled": _("hủy cuộc họp: %(reason)s"),
        "meeting.postponed": _("hoãn cuộc họp: %(reason)s"),
        "meeting.opened": _("khai mạc cuộc họp"),
        "meeting.ended": _("kết thúc cuộc họp"),
        "meeting.lines_added": _("mời: %(lines)s"),
        "meeting.line_removed": _("bỏ khỏi thành phần mời: %(line)s"),
        "meeting.nominated": _("phân công %(person)s dự họp tại %(site)s"),
        "meeting.nomination_withdrawn": _("thôi phân công %(person)s dự họp tại %(site)s"),
        "agenda.item_added": _("thêm nội dung “%(item)s”"),
        "agenda.item_edited": _("sửa nội dung “%(item)s”"),
        "agenda.item_moved": _("đổi thứ tự nội dung “%(item)s”"),
        "agenda.item_removed": _("bỏ nội dung “%(item)s”"),
        "agenda.paper_tabled": _("đưa tài liệu “%(paper)s” vào cuộc họp"),
        "agenda.paper_untabled": _("bỏ tài liệu “%(paper)s” khỏi cuộc họp"),
    }
    detail = {name: "; ".join(value) if isinstance(value, list) else value for name, value in entry.detail.items()}
    try:
        return sentences.get(entry.action, _("cập nhật cuộc họp")) % detail
    except KeyError:
        return sentences[entry.action].split(":")[0].split(" %")[0]
