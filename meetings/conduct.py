"""Leading a meeting that sits: open and end it, move the agenda, free the discussion.

What each person may do follows from their role and from five facts (``facts``), which travel with every change.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from eoffice.audit.log import record
from eoffice.errors import NotAllowed, NotFound
from eoffice.organisation.models import Appointment
from meetings import hosting, roles, scheduling
from meetings.models import AgendaItem, Attendee, Connection, LiveState, Meeting, MeetingSite, Role
from meetings.permissions import may_lead
from meetings.protocol.base import RoleName
from meetings.protocol.events import DiscussionChanged, ItemOpened, MeetingEnded, MeetingOpened
from meetings.protocol.parts import Rights
from meetings.realtime import Conduct, broadcast, door_changed, roster_changed
from meetings.roles import Right

SMALL_MEETING_SITES = 12
"""Up to this many sites everybody may open the microphone from the start."""


@dataclass(frozen=True)
class Place:
    """Who sits where, as what: what a person's rights depend on besides the facts of conduct."""

    person: int
    role: str
    site: int
    unit: int
    main: bool
    carries_media: bool
    consulting: int | None = None
    """The consultation room in which the tab is."""


def lock(meeting_id: int) -> LiveState:
    """The live state of a meeting with what is shown in it, locked until the transaction ends; made on first use."""
    return _locked(meeting_id, "meeting__chair", "item", "version__paper", "presenter", "presiding")


def hold(meeting_id: int) -> LiveState:
    """``lock`` for those who only come and go, hundreds at a time: a quarter of the cost. With the item."""
    return _locked(meeting_id, "item")


def _locked(meeting_id: int, *related: str) -> LiveState:
    rows = LiveState.objects.select_for_update(of=("self",)).select_related(*related)
    live = rows.filter(meeting_id=meeting_id).first()
    if live is None:
        small = MeetingSite.objects.filter(meeting_id=meeting_id).count() <= SMALL_MEETING_SITES
        LiveState.objects.get_or_create(meeting_id=meeting_id, defaults={"free_discussion": small})
        live = rows.get(meeting_id=meeting_id)
    return live


def facts(live: LiveState) -> Conduct:
    """The facts on which rights depend."""
    return {
        "state": live.meeting.state,
        "presiding": presiding_person(live),
        "floor_site": live.floor_site_id,
        "free_discussion": live.free_discussion,
        "presenter_unit": live.item.presenter_id if live.item else None,
    }


def presiding_person(live: LiveState) -> int:
    """Id of who has floor control: one person at a time, the meeting's chair unless they handed it over."""
    return live.presiding.person_id if live.presiding else live.meeting.chair.person_id


def rights(place: Place, facts: Conduct) -> Rights:
    """What a person at ``place`` may do (the tables in docs/domain/meetings.md)."""
    going_on = facts["state"] in (Meeting.State.INVITED, Meeting.State.IN_SESSION)
    presides = facts["presiding"] == place.person
    has_floor = facts["floor_site"] == place.site

    def may(right: Right) -> bool:
        return going_on and (roles.grants(place.role, right) or (presides and roles.while_presiding(place.role, right)))

    leads, sends = may(Right.LEAD), may(Right.UPLINK)
    at_front = leads or place.main or has_floor
    return Rights(
        role=_role_name(place.role),
        presides=going_on and presides,
        uplink=sends,
        speak=sends and place.carries_media and (at_front or facts["free_discussion"] or place.consulting is not None),
        present=sends and place.consulting is None and (at_front or facts["presenter_unit"] == place.unit),
        ask=may(Right.ASK) and not place.main and not has_floor,
        chair=leads,
        consult=may(Right.ASK),
        chat=may(Right.CHAT),
        desks=roles.desks(place.role, main=place.main, presides=presides) if going_on else (),
        vote=may(Right.VOTE),
        admit=may(Right.ADMIT),
        direct=may(Right.DIRECT),
        wide=going_on and (may(Right.DIRECT) or place.main),
    )


def _role_name(role: str) -> RoleName:
    return TypeAdapter(RoleName).validate_python(role)


def close_microphones_without_right(live: LiveState, *, all_others: bool = False) -> None:
    """Close every microphone whose site may not speak now: the media node stops forwarding it.

    ``all_others``: somebody is given the floor, so close the others in free discussion, too; they may open them again.
    """
    if live.free_discussion and not all_others:
        return
    secretaries = Attendee.objects.filter(meeting_id=live.meeting_id, role=Role.SECRETARY).values("person")
    here = Connection.objects.filter(meeting_id=live.meeting_id, left_at__isnull=True, consultation__isnull=True)
    losing = here.filter(microphone_on=True).exclude(
        Q(site_id=live.floor_site_id)
        | Q(site__kind=MeetingSite.Kind.MAIN)
        | Q(person=presiding_person(live))
        | Q(person__in=secretaries)
    )
    sites = list(losing.values_list("site_id", flat=True))
    if sites:
        Connection.objects.filter(pk__in=list(losing.values_list("pk", flat=True))).update(microphone_on=False)
        roster_changed(live.meeting_id, sites)


@transaction.atomic
def open_meeting(by: Appointment | None, meeting: Meeting) -> None:
    """The chair opens the meeting. Opening an open meeting is harmless."""
    chair = check_chair(by, meeting)
    opened = scheduling.open_meeting(chair, meeting)
    live = lock(meeting.pk)
    broadcast(meeting.pk, MeetingOpened(at=opened.opened_at or timezone.now()), conduct=facts(live))
    door_changed(meeting.pk)


@transaction.atomic
def end_meeting(by: Appointment | None, meeting: Meeting) -> None:
    """The chair ends the meeting: every connection is closed, the media node forgets the room."""
    from meetings import attachments, consultations, direction, floor, recording, roll_call, voting

    chair = check_chair(by, meeting)
    ended = scheduling.end_meeting(chair, meeting)
    live = lock(meeting.pk)
    live.floor_site = None
    live.content_site = None
    live.save(update_fields=["floor_site", "content_site"])
    now = ended.ended_at or timezone.now()
    floor.close(meeting, at=now)
    direction.end(meeting)
    consultations.end_all(live)
    attachments.end_all(live)
    broadcast(meeting.pk, MeetingEnded(at=now), conduct=facts(live))
    door_changed(meeting.pk)
    recording.stop_at_end(meeting, at=now)
    voting.close_at_end(meeting)
    roll_call.end(meeting)
    hosting.close_on_commit(meeting.pk)


@transaction.atomic
def set_discussion(by: Appointment | None, meeting: Meeting, *, free: bool) -> None:
    """Let every site open its microphone, or only the holder of the floor."""
    chair = check_chair(by, meeting)
    live = lock(meeting.pk)
    if live.free_discussion == free:
        return
    live.free_discussion = free
    live.save(update_fields=["free_discussion"])
    record("meeting.discussion_set", by=chair, target=meeting, free=free)
    close_microphones_without_right(live)
    broadcast(meeting.pk, DiscussionChanged(free=free), conduct=facts(live))
    hosting.direct_on_commit(meeting.pk)


@transaction.atomic
def open_item(by: Appointment | None, meeting: Meeting, item_id: int) -> AgendaItem:
    """Move the meeting to an agenda item; its first readable paper opens for everybody.

    Raises NotAllowed("not-chair"), NotFound("no-such-item"), and as ``closed_session.check``.
    """
    from meetings import closed_session, paper_review, presenting

    chair = check_chair(by, meeting)
    item = AgendaItem.objects.filter(meeting=meeting, pk=item_id).first()
    if item is None:
        raise NotFound("no-such-item", _("Chương trình họp không có nội dung này."))
    live = lock(meeting.pk)
    if live.item_id == item.pk:
        return item
    closed_session.check(chair, live, item)
    was_closed = live.item is not None and live.item.confidential
    live.item = item
    live.save(update_fields=["item"])
    AgendaItem.objects.filter(pk=item.pk, opened_at__isnull=True).update(opened_at=timezone.now())
    record("meeting.item_opened", by=chair, target=meeting, item=item.public_title)
    broadcast(meeting.pk, ItemOpened(item=item.pk, by=chair.person.full_name), conduct=facts(live))
    paper_review.item_opened(item)
    presenting.lay_out_first_paper(live, item, presenter=chair.person)
    if item.confidential:
        closed_session.begin(chair, live)
    elif was_closed:
        closed_session.end(chair, live)
    return item


def check_chair(by: Appointment | None, meeting: Meeting) -> Appointment:
    """``by``; raises NotAllowed("not-chair") unless they have floor control, or act for who has."""
    if by is None or not may_lead(by.person, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký cuộc họp làm được việc này."))
    return by
