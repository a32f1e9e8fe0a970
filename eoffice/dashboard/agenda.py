"""What lies before a person: meetings with their door, papers to read, duties. A fixed number of queries each."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from documents.circulation import delivering
from documents.circulation.listing import waiting_lines
from documents.models import Paper, Reading, Routing
from documents.permissions import keeps_registers
from eoffice.accounts.models import User
from eoffice.notifications.models import Notification
from eoffice.organisation.standing import standing_of
from eoffice.workflow import drafting
from eoffice.workflow.models import Draft, Duty, Task
from meetings import allotting, opinions, paper_desk, replies, stand_ins
from meetings.models import (
    AbsenceRequest,
    Attendee,
    ConclusionNotice,
    Meeting,
    MeetingSite,
    PaperRequest,
    TabledPaper,
)
from meetings.notices import waiting_for
from meetings.permissions import WITH_ROOM, sites_open_to

DOOR_OPENS_BEFORE = dt.timedelta(minutes=60)
"""So long before the beginning the Join button stands beside a meeting."""
MEETINGS_SHOWN = 12
PAPERS_SHOWN = 20
DUTIES_SHOWN = 8
INCOMING_SHOWN = 10
NOTICES_SHOWN = 5
DRAFTS_SHOWN = 5
INVITATIONS_SHOWN = 12
DAYS_AHEAD = 7


@dataclass(frozen=True)
class MeetingEntry:
    """A meeting in a list: ``joinable`` when the person has a site and the room may be entered now."""

    meeting: Meeting
    joinable: bool
    note: str = ""
    """For whom the person is there, or who is there for them."""

    @property
    def gone(self) -> bool:
        """Cancelled or postponed: it stays in the list, struck through."""
        return self.meeting.state in (Meeting.State.CANCELLED, Meeting.State.POSTPONED)


@dataclass(frozen=True)
class DutyGroup:
    """Tasks that need the same thing of the person; ``count`` is of all, ``duties`` the most urgent."""

    need: str
    label: str
    count: int
    duties: list[Duty]


@dataclass(frozen=True)
class Today:
    """Everything on the Today page."""

    today: dt.date
    meetings_today: list[MeetingEntry]
    meetings_next: list[MeetingEntry]
    invitations: list[Attendee]
    """To which they have not replied; ``due``: until when they are to."""
    naming: list[MeetingSite]
    """Sites for which a unit of theirs has not named everybody; ``wanted``, ``filled``, ``due``."""
    absences: list[AbsenceRequest]
    """About which the chair is asked."""
    papers: list[TabledPaper]
    to_send: list[PaperRequest]
    to_approve: list[PaperRequest]
    conclusions: list[ConclusionNotice]
    """To be confirmed as chair, or signed."""
    opinions: list[Meeting]
    """About whose draft an agency of theirs is asked."""
    duties: list[DutyGroup]
    late: int
    notices: list[Notification]
    incoming: list[Routing]
    """Lines of incoming documents that wait for them."""
    drafts: list[Draft]
    """What assistants have drafted and the person is to confirm."""
    assists: bool
    """They help a leader."""
    deliveries: int
    """Documents of other agencies that wait to be registered by them."""

    @property
    def duty_count(self) -> int:
        return sum(group.count for group in self.duties)


def today_of(user: User, now: dt.datetime) -> Today:
    """The Today page of ``user`` at ``now``."""
    today = timezone.localdate(now)
    entries = meeting_entries(user, now, today, today + dt.timedelta(days=DAYS_AHEAD), limit=3 * MEETINGS_SHOWN)
    tonight = start_of(today + dt.timedelta(days=1))
    return Today(
        today=today,
        meetings_today=[entry for entry in entries if entry.meeting.starts_at < tonight],
        meetings_next=[entry for entry in entries if entry.meeting.starts_at >= tonight][:MEETINGS_SHOWN],
        invitations=invitations_of(user, now),
        naming=naming_of(user, now),
        absences=list(replies.absences_waiting_for(user, now)[:INVITATIONS_SHOWN]),
        papers=papers_to_read(user, now),
        to_send=paper_desk.to_send(user, PAPERS_SHOWN),
        to_approve=paper_desk.to_approve(user, PAPERS_SHOWN),
        conclusions=list(waiting_for(user)[:PAPERS_SHOWN]),
        opinions=list(opinions.waiting_for(user)[:PAPERS_SHOWN]),
        duties=duty_groups(user),
        late=Duty.objects.of(user).filter(Q(day__lt=today)).values("task").distinct().count(),
        notices=list(Notification.objects.filter(recipient=user, read_at__isnull=True)[:NOTICES_SHOWN]),
        drafts=list(drafting.waiting_for(user)[:DRAFTS_SHOWN]),
        assists=bool(standing_of(user).assists),
        incoming=waiting_lines(user, INCOMING_SHOWN),
        deliveries=delivering.waiting_for(user).count() if keeps_registers(user) else 0,
    )


def invitations_of(user: User, now: dt.datetime) -> list[Attendee]:
    """Invitations to which ``user`` has not replied; ``due``: until when they are to. One query."""
    found = list(replies.waiting_for(user, now)[:INVITATIONS_SHOWN])
    for one in found:
        one.due = replies.due(one.meeting)  # type: ignore[attr-defined]
    return found


def naming_of(user: User, now: dt.datetime) -> list[MeetingSite]:
    """Sites for which a unit that ``user`` answers for has not named everybody; ``due``: until when. One query."""
    sites = MeetingSite.objects.filter(unit__in=standing_of(user).represents, meeting__ends_at__gt=now)
    sites = allotting.unfilled(sites.filter(meeting__state=Meeting.State.INVITED))
    related = ("meeting__type", "meeting__chair__person", "unit", "lowest")
    found = list(sites.select_related(*related).order_by("meeting__starts_at", "pk")[:INVITATIONS_SHOWN])
    for site in found:
        site.due = replies.due(site.meeting)  # type: ignore[attr-defined]
    return found


def meeting_entries(
    user: User, now: dt.datetime, first: dt.date, last: dt.date, *, limit: int | None = None
) -> list[MeetingEntry]:
    """Meetings that ``user`` may know of, from the day ``first`` to the day before ``last``, in order of time."""
    meetings = list(
        Meeting.objects.visible_to(user)
        .between(start_of(first), start_of(last))
        .select_related("organiser", "chair__person", "chair__position", "chair__unit")
        .order_by("starts_at", "pk")[:limit]
    )
    with_site = set(sites_open_to(user).filter(meeting__in=meetings).values_list("meeting", flat=True))
    notes = stand_ins.notes(user, meetings)
    return [
        MeetingEntry(one, joinable=one.pk in with_site and door_is_open(one, now), note=notes.get(one.pk, ""))
        for one in meetings
    ]


def door_is_open(meeting: Meeting, now: dt.datetime) -> bool:
    """The room may be entered: the meeting sits, or begins within the hour."""
    if meeting.form == Meeting.Form.IN_PERSON or meeting.state not in WITH_ROOM:
        return False
    sitting = meeting.state == Meeting.State.IN_SESSION
    return sitting or meeting.starts_at - DOOR_OPENS_BEFORE <= now <= meeting.ends_at


def papers_to_read(user: User, now: dt.datetime) -> list[TabledPaper]:
    """Published papers of coming meetings with a site for ``user``, whose published version they have not opened."""
    opened = Reading.objects.filter(person=user, version=OuterRef("paper__published_version"))
    coming = Meeting.objects.filter(ends_at__gte=now, state__in=WITH_ROOM, sites__in=sites_open_to(user))
    return list(
        TabledPaper.objects.filter(
            item__meeting__in=coming.values("pk"), paper__in=Paper.objects.visible_to(user), paper__state="published"
        )
        .exclude(Exists(opened))
        .select_related("paper", "item__meeting")
        .order_by("item__meeting__starts_at", "item__order", "order", "pk")[:PAPERS_SHOWN]
    )


def duty_groups(user: User) -> list[DutyGroup]:
    """What tasks need of ``user``, in the order of work: acknowledge, answer, assign, approve, do, contribute."""
    mine = Duty.objects.of(user)
    counts = dict(mine.order_by().values_list("need").annotate(Count("pk")))
    needs = [Duty.Need.ACKNOWLEDGE, Duty.Need.ANSWER, Duty.Need.ASSIGN, Duty.Need.REVIEW, Duty.Need.APPROVE]
    needs += [Duty.Need.DO, Duty.Need.CONTRIBUTE]
    shown = mine.select_related("task__lead_unit", "task__assigner__person", "task__officer__person")
    groups = []
    for need in needs:
        if counts.get(need):
            urgent = shown.filter(need=need).order_by(F("day").asc(nulls_last=True), "pk")[:DUTIES_SHOWN]
            groups.append(DutyGroup(need, str(need.label), counts[need], list(urgent)))
    return groups


def deadlines(user: User, first: dt.date, last: dt.date) -> list[Task]:
    """Open tasks due from ``first`` to the day before ``last`` that ``user`` does or answers for."""
    mine = Q(officer__person=user) | Q(lead_unit__in=standing_of(user).represents) | Q(duties__person=user)
    own = Task.objects.open().filter(mine, due_on__gte=first, due_on__lt=last).values("pk")
    return list(Task.objects.filter(pk__in=own).select_related("lead_unit").order_by("due_on", "pk"))


def start_of(day: dt.date) -> dt.datetime:
    """Midnight at the beginning of ``day`` in the site's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
