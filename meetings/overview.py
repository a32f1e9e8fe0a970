"""What the page of a meeting shows, gathered in a fixed number of queries."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils import timezone

from documents.models import Paper, PaperVersion
from eoffice.accounts.models import User
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from meetings import allotting, confidential, permissions, recusals, replies
from meetings.models import (
    AgendaItem,
    Attendee,
    InvitationLine,
    Meeting,
    MeetingSite,
    Nomination,
    PaperRequest,
    Recording,
    TabledPaper,
)
from meetings.paper_desk import requests_at, with_lateness

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
    filled: int
    """How many of its seats are taken, ``wanted`` of how many."""
    wanted: int
    busy: dict[int, list[Meeting]]
    """Person → their other meetings at that time, of which the reader may know; others stand there with no title."""


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
        "number_minutes": permissions.may_number_minutes(user, meeting),
        "recuse": permissions.may_recuse(user, meeting),
        "take_back": prepares and meeting.state in (Meeting.State.ENDED, Meeting.State.CONCLUDED),
    }


def agenda_of(meeting: Meeting, user: User) -> list[Any]:
    """Items in order, each with the papers on its table that ``user`` may open, and the versions they may know;
    ``asked``: what was asked for at it, as far as they may know of it; ``barred``: they are kept out of its papers;
    ``hidden``: it is confidential and not for them, they see its place and its minutes."""
    hidden = confidential.hidden_items(user, meeting.pk)
    readable = Paper.objects.visible_to(user).values("pk")
    tabled = with_lateness(
        TabledPaper.objects.filter(paper__in=readable).exclude(item__in=hidden).select_related("paper")
    )
    versions = PaperVersion.objects.visible_to(user).order_by("-number")
    tabled = tabled.prefetch_related(Prefetch("paper__versions", versions))
    items: list[Any] = list(
        meeting.items.select_related("presenter")
        .prefetch_related(Prefetch("tabled", queryset=tabled), "participants__unit", "participants__person")
        .annotate(recused=Count("recusals", filter=Q(recusals__lifted_at__isnull=True)))
    )
    asked = requests_at(meeting, user)
    barred = recusals.barred_items(user, meeting)
    confidential.shown(items, hidden)
    for item in items:
        item.hidden = item.pk in hidden
        item.barred = item.pk in barred and not item.hidden
        item.asked = asked.get(item.pk, [])
    return items


def open_tables(items: list[AgendaItem], meeting: Meeting, user: User) -> set[int]:
    """Ids of the items at which ``user`` may put papers on the table."""
    items = [item for item in items if not getattr(item, "hidden", False)]
    if permissions.may_edit_agenda(user, meeting):
        return {item.pk for item in items}
    if meeting.state not in permissions.WITH_ROOM:
        return set()
    presenting = standing_of(user).represents
    asked = set(
        PaperRequest.objects.filter(item__in=items, unit=F("item__presenter"), cancelled_at__isnull=True)
        .order_by()
        .values_list("item", flat=True)
    )
    return {item.pk for item in items if item.presenter_id in presenting and item.pk not in asked}


def lines_of(meeting: Meeting) -> list[Line]:
    """The invitation, line by line."""
    lines = meeting.invitation_lines.select_related(
        "unit", "group__below", "lowest", "appointment__person", "appointment__position", "appointment__unit"
    )
    day = timezone.localdate(meeting.starts_at)
    return [Line(line, units_of(line.group, day).count() if line.group else 1) for line in lines]


def site_counts(meeting: Meeting) -> dict[str, int]:
    """How many sites of each kind, and ``all``."""
    counted = dict(meeting.sites.order_by().values_list("kind").annotate(count=Count("pk")))
    return {**{kind.value: counted.get(kind.value, 0) for kind in MeetingSite.Kind}, "all": sum(counted.values())}


def attendees_of(meeting: Meeting) -> "QuerySet[Attendee]":
    """Everybody listed, in protocol order."""
    related = (
        "person",
        "appointment__position",
        "appointment__unit",
        "site",
        "substitute__person",
        "stands_for__person",
    )
    return meeting.attendees.select_related(*related).order_by("appointment__position__rank", "person__search_name")


def panels_for(user: User, meeting: Meeting) -> list[Panel]:
    """The sites for which ``user`` names people; there is rarely more than one."""
    if meeting.state not in permissions.WITH_ROOM:
        return []
    sites = meeting.sites.exclude(kind=MeetingSite.Kind.INDIVIDUAL)
    sites = sites.select_related("unit", "lowest", "chair__person", "technician__person")
    mine = allotting.counted(sites.filter(unit__in=standing_of(user).represents))
    return [_panel(user, site, meeting) for site in mine]


def _panel(user: User, site: Any, meeting: Meeting) -> Panel:
    related = ("appointment__person", "appointment__position", "appointment__unit", "by__person")
    nominations = list(site.nominations.select_related(*related))
    day = timezone.localdate(meeting.starts_at)
    below = Appointment.objects.current(day).own().filter(unit__path__startswith=site.unit.path, person__is_active=True)
    free = below.exclude(person__in=meeting.attendees.values("person"))
    candidates = list(free.select_related("person", "position", "unit").in_protocol_order()[:200])
    replied = {one.person_id: one for one in site.attendees.all()}
    for nomination in nominations:
        nomination.attendee = replied.get(nomination.appointment.person_id)
    people = [one.person_id for one in candidates] + [one.appointment.person_id for one in nominations]
    return Panel(site, nominations, candidates, site.filled, site.wanted, _busy(user, people, meeting))


def _busy(user: User, people: list[int], meeting: Meeting) -> dict[int, list[Meeting]]:
    """Their other meetings at that time. Two queries."""
    found = replies.clashing(people, meeting)
    known = {
        one.pk for one in Meeting.objects.visible_to(user).filter(pk__in=[m.pk for ms in found.values() for m in ms])
    }
    for one in (one for others in found.values() for one in others):
        one.known = one.pk in known  # type: ignore[attr-defined]
    return found


def recordings_of(meeting: Meeting) -> list[Recording]:
    """Its recordings, first one first; deleted ones stay listed."""
    return list(meeting.recordings.select_related("started_by__person", "deleted_by__person"))
