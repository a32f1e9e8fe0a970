"""Calling somebody to the floor: the site is asked first, since its microphone opens with the floor; no answer in time is
a no (docs/domain/meetings.md, "Speaking"). Two leaders who press at once call once.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit.log import record
from eoffice.errors import Conflict, NotFound
from eoffice.organisation.models import Appointment
from meetings import conduct, floor, speaking_queue
from meetings.floor import Occasion
from meetings.models import Attachment, Connection, FloorCall, FloorTurn, LiveState, Meeting, MeetingSite, SpeechRequest
from meetings.protocol.base import Event
from meetings.protocol.floor import FloorDeclined, MicrophoneAsked
from meetings.realtime import broadcast

ANSWER_S = 20
"""How long a site has to answer when it is asked."""
State = SpeechRequest.State


@transaction.atomic
def grant(by: Appointment | None, meeting: Meeting, site_id: int) -> None:
    """Give the floor to any site of ``meeting``, in line or not: at once where nothing has to be asked.

    Giving it to who has it, or is being asked, is harmless. Raises NotAllowed("not-chair"), NotFound("no-such-site"),
    Conflict("site-away"), Conflict("already-calling").
    """
    chair = conduct.check_chair(by, meeting)
    site = MeetingSite.objects.select_related("unit").filter(meeting=meeting, pk=site_id).first()
    if site is None:
        raise NotFound("no-such-site", _("Cuộc họp không có điểm cầu này."))
    live = conduct.lock(meeting.pk)
    line = [r for r in speaking_queue.in_line(meeting.pk) if r.site_id == site.pk]
    fitting = [r for r in line if r.item_id in (None, live.item_id)]
    call(chair, live, Occasion(site, request=next(iter(fitting), None)))


@transaction.atomic
def call_next(by: Appointment | None, meeting: Meeting, request_id: int | None = None) -> None:
    """Call the request that the chair's button named, or the first in line.

    Two leaders who press the same button call once: a request that is called, or was heard meanwhile, is left alone.
    Raises NotAllowed("not-chair"), Conflict("nobody-waits"), and as ``grant``.
    """
    chair = conduct.check_chair(by, meeting)
    live = conduct.lock(meeting.pk)
    if request_id is None:
        wanted = speaking_queue.next_in_line(live)
        if wanted is None:
            raise Conflict("nobody-waits", _("Chưa có điểm cầu nào chờ phát biểu."))
    else:
        wanted = SpeechRequest.objects.select_related("site__unit").filter(meeting=meeting, pk=request_id).first()
        if wanted is None:
            raise NotFound("no-such-request", _("Không có đăng ký phát biểu này."))
    if any(wanted.pk == waiting.pk for waiting in speaking_queue.in_line(meeting.pk)):
        call(chair, live, Occasion(wanted.site, request=wanted))


def call(chair: Appointment, live: LiveState, occasion: Occasion) -> None:
    """Ask the site, or give it the floor where nothing has to be asked. ``live`` is locked."""
    _expire(live)
    site, turn, pending = occasion.site, floor.current(live.meeting_id), floor.asked(live.meeting_id)
    if turn and _holds_already(turn, occasion):
        return
    if pending and (pending.site_id, pending.part) == (site.pk, occasion.part):
        return
    if pending:
        raise Conflict(
            "already-calling",
            _("Đang mời %(site)s, chưa có trả lời.") % {"site": pending.site.name},
            hint=_("Chờ trả lời, hoặc bấm “Thôi mời” rồi mời điểm cầu khác."),
        )
    if _needs_no_asking(site, live):
        floor.give(chair, live, occasion)
    else:
        _ask(chair, live, occasion)


def _holds_already(turn: FloorTurn, occasion: Occasion) -> bool:
    """Whether the site speaks on this occasion, or on some other one while this names none."""
    if turn.site_id != occasion.site.pk:
        return False
    wanted = occasion.request or occasion.question
    return wanted is None or (wanted in (turn.request, turn.question) and turn.part == occasion.part)


def _needs_no_asking(site: MeetingSite, live: LiveState) -> bool:
    """The main site leads; who has the floor has its microphone; one that free discussion has let open is open already."""
    if site.kind == MeetingSite.Kind.MAIN or live.floor_site_id == site.pk:
        return True
    here = Connection.objects.filter(site=site, left_at__isnull=True, carries_media=True, microphone_on=True)
    here = here.filter(consultation__isnull=True)
    return live.free_discussion and here.exists()


def _ask(chair: Appointment, live: LiveState, occasion: Occasion) -> None:
    site = occasion.site
    if not _is_there(site):
        raise Conflict(
            "site-away",
            _("%(site)s chưa vào phòng họp.") % {"site": site.name},
            hint=_("Mời điểm cầu khác, hoặc gọi điện thoại cho điểm cầu này."),
        )
    now = timezone.now()
    called = FloorCall.objects.create(
        meeting_id=live.meeting_id,
        site=site,
        part=occasion.part,
        request=occasion.request,
        question=occasion.question,
        by=chair,
        at=now,
        answer_by=now + dt.timedelta(seconds=ANSWER_S),
    )
    told: list[Event] = []
    if occasion.request:
        occasion.request.state, occasion.request.missed_at = State.CALLED, None
        occasion.request.save(update_fields=["state", "missed_at"])
        told.append(speaking_queue.told(occasion.request))
    record("meeting.floor_called", by=chair, target=live.meeting, site=site.name)
    broadcast(live.meeting_id, *told, MicrophoneAsked(call=floor.call_state(called)))


def _is_there(site: MeetingSite) -> bool:
    """Somebody is connected, or another meeting is attached as this site: who leads that one answers."""
    here = Connection.objects.filter(site=site, left_at__isnull=True)
    return here.exists() or Attachment.objects.attached().filter(site=site).exists()


@transaction.atomic
def recall(by: Appointment | None, meeting: Meeting) -> None:
    """Ask no longer; the site keeps its place. Nobody is asked: harmless. Raises NotAllowed("not-chair")."""
    conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    asked = floor.asked(meeting.pk)
    if asked:
        _unanswered(asked, "recalled")


# --- the answer -----------------------------------------------------------------------------------------


@transaction.atomic
def accept(site: MeetingSite) -> None:
    """The site that is asked takes the floor; whoever had it loses it. Accepting twice is harmless.

    Raises Conflict("not-asked") when it is not asked, or no longer.
    """
    live = conduct.lock(site.meeting_id)
    _expire(live)
    asked = floor.asked(site.meeting_id)
    if asked is None or asked.site_id != site.pk:
        if live.floor_site_id == site.pk:
            return
        raise Conflict(
            "not-asked",
            _("Lời mời phát biểu không còn nữa."),
            hint=_("Bấm “Xin phát biểu” để được mời lại."),
        )
    occasion = Occasion(asked.site, asked.part, asked.request, asked.question)
    asked.delete()
    floor.give(asked.by, live, occasion)


@transaction.atomic
def decline(site: MeetingSite) -> None:
    """The site that is asked does not speak now; it keeps its place. Declining twice is harmless."""
    conduct.lock(site.meeting_id)
    asked = floor.asked(site.meeting_id)
    if asked and asked.site_id == site.pk:
        _unanswered(asked, "declined")


@transaction.atomic
def expire(meeting_id: int) -> None:
    """Take a call that nobody answered in time for a no. Harmless at any time, from any process."""
    _expire(conduct.lock(meeting_id))


def _expire(live: LiveState) -> None:
    asked = floor.asked(live.meeting_id)
    if asked and asked.answer_by <= timezone.now():
        _unanswered(asked, "silent")


def _unanswered(asked: FloorCall, why: str) -> None:
    told: list[Event] = [FloorDeclined(site=asked.site_id, why=why)]
    waiting = asked.request
    if waiting:
        waiting.state = State.PAUSED if waiting.seconds_left else State.WAITING
        waiting.missed_at = None if why == "recalled" else timezone.now()
        waiting.save(update_fields=["state", "missed_at"])
        told.append(speaking_queue.told(waiting))
    meeting = Meeting.objects.get(pk=asked.meeting_id)
    asked.delete()
    record("meeting.floor_declined", target=meeting, site=asked.site.name, why=why)
    broadcast(meeting.pk, *told)
