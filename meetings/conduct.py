"""Leading a meeting that sits: open and end it, move the agenda, free the discussion.

What each site may do follows from four facts (``facts``), which travel with every change.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit.log import record
from eoffice.errors import NotAllowed, NotFound
from eoffice.organisation.models import Appointment
from meetings import hosting, scheduling
from meetings.models import AgendaItem, Connection, LiveState, Meeting, MeetingSite
from meetings.permissions import may_chair
from meetings.protocol.events import DiscussionChanged, ItemOpened, MeetingEnded, MeetingOpened
from meetings.protocol.parts import Rights
from meetings.realtime import Conduct, broadcast, roster_changed

SMALL_MEETING_SITES = 12
"""Up to this many sites everybody may open the microphone from the start."""


@dataclass(frozen=True)
class Place:
    """Where a person sits: what their rights depend on besides the facts of conduct."""

    site: int
    unit: int
    main: bool
    chairs: bool
    carries_media: bool


def lock(meeting_id: int) -> LiveState:
    """The live state of a meeting, locked until the transaction ends; made on first use."""
    rows = LiveState.objects.select_for_update(of=("self",)).select_related(
        "meeting", "item", "version__paper", "presenter"
    )
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
        "floor_site": live.floor_site_id,
        "free_discussion": live.free_discussion,
        "presenter_unit": live.item.presenter_id if live.item else None,
    }


def rights(place: Place, facts: Conduct) -> Rights:
    """What a person at ``place`` may do (the table in docs/domain/meetings.md)."""
    going_on = facts["state"] in (Meeting.State.INVITED, Meeting.State.IN_SESSION)
    has_floor = facts["floor_site"] == place.site
    leads = place.chairs or place.main
    speaks = leads or has_floor or facts["free_discussion"]
    return Rights(
        speak=going_on and place.carries_media and speaks,
        present=going_on and (leads or has_floor or facts["presenter_unit"] == place.unit),
        ask=going_on and not place.main and not has_floor,
        chair=going_on and place.chairs,
    )


def close_microphones_without_right(live: LiveState) -> None:
    """Close every microphone whose site may not speak now: the media node stops forwarding it."""
    if live.free_discussion:
        return
    chair, secretary = live.meeting.chair_id, live.meeting.secretary_id
    losing = Connection.objects.filter(meeting_id=live.meeting_id, left_at__isnull=True, microphone_on=True).exclude(
        Q(site_id=live.floor_site_id)
        | Q(site__kind=MeetingSite.Kind.MAIN)
        | Q(person__appointments__in=[chair, secretary])
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


@transaction.atomic
def end_meeting(by: Appointment | None, meeting: Meeting) -> None:
    """The chair ends the meeting: every connection is closed, the media node forgets the room."""
    chair = check_chair(by, meeting)
    ended = scheduling.end_meeting(chair, meeting)
    live = lock(meeting.pk)
    live.floor_site = None
    live.content_site = None
    live.save(update_fields=["floor_site", "content_site"])
    now = ended.ended_at or timezone.now()
    meeting.floor_turns.filter(ended_at__isnull=True).update(ended_at=now)
    broadcast(meeting.pk, MeetingEnded(at=now), conduct=facts(live))
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

    Raises NotAllowed("not-chair"), NotFound("no-such-item").
    """
    from meetings import presenting

    chair = check_chair(by, meeting)
    item = AgendaItem.objects.filter(meeting=meeting, pk=item_id).first()
    if item is None:
        raise NotFound("no-such-item", _("Chương trình họp không có nội dung này."))
    live = lock(meeting.pk)
    if live.item_id == item.pk:
        return item
    live.item = item
    live.save(update_fields=["item"])
    record("meeting.item_opened", by=chair, target=meeting, item=item.title)
    broadcast(meeting.pk, ItemOpened(item=item.pk, by=chair.person.full_name), conduct=facts(live))
    presenting.lay_out_first_paper(live, item, presenter=chair.person)
    return item


def check_chair(by: Appointment | None, meeting: Meeting) -> Appointment:
    """``by``; raises NotAllowed("not-chair") unless they lead the meeting."""
    if by is None or not may_chair(by.person, meeting):
        raise NotAllowed("not-chair", _("Chỉ chủ trì hoặc thư ký cuộc họp làm được việc này."))
    return by
