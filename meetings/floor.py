"""The floor (quyền phát biểu): who is asked to take it, who has it, until when. One holder at a time, or nobody: then
the chair's site is what everybody sees (docs/domain/meetings.md, "Speaking").

A site is asked before it gets the floor, since its microphone opens with it; no answer in time is a no. Who waits, and
in which order, is ``meetings.speaking_queue``.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit.log import record
from eoffice.errors import Conflict
from eoffice.organisation.models import Appointment
from meetings import conduct, consultations, hosting, speaking_queue, speaking_time
from meetings.models import (
    FloorCall,
    FloorTurn,
    LiveState,
    Meeting,
    MeetingSite,
    QuestionRequest,
    SpeechRequest,
)
from meetings.protocol.base import Event
from meetings.protocol.floor import (
    CallState,
    FloorEnded,
    FloorExtended,
    FloorGranted,
    FloorPaused,
    FloorResumed,
    FloorState,
    QuestionAsked,
    QuestionClosed,
    QuestionState,
    SpeechRequestState,
    SpokenState,
)
from meetings.realtime import broadcast

Part, State, Kind = FloorCall.Part, SpeechRequest.State, SpeechRequest.Kind


@dataclass(frozen=True)
class Occasion:
    """Who is to have the floor, and what for."""

    site: MeetingSite
    part: str = Part.SPEECH
    request: SpeechRequest | None = None
    question: QuestionRequest | None = None


# --- holding --------------------------------------------------------------------------------------------


def give(chair: Appointment, live: LiveState, occasion: Occasion) -> None:
    """Give the floor; whoever had it loses it. Consent is ``calling``'s business; ``live`` is locked."""
    site, now = occasion.site, timezone.now()
    former = current(live.meeting_id)
    told: list[Event] = _over(former, now, yields_to=occasion) if former else []
    seconds = speaking_time.allotted_s(site, live.item, occasion.request)
    turn = FloorTurn.objects.create(
        meeting_id=live.meeting_id,
        site=site,
        item_id=live.item_id,
        part=occasion.part,
        request=occasion.request,
        question=occasion.question,
        granted_by=chair,
        granted_at=now,
        seconds=seconds,
        deadline=now + dt.timedelta(seconds=seconds),
    )
    told += _begun(occasion)
    live.floor_site = site
    live.save(update_fields=["floor_site"])
    consultations.bring_back(live, site.pk)
    record("meeting.floor_granted", by=chair, target=live.meeting, site=site.name, seconds=seconds, part=turn.part)
    conduct.close_microphones_without_right(live, all_others=True)
    spoken = speaking_time.spoken_by(former.site) if former else None
    granted = FloorGranted(site=site.pk, floor=floor_state(turn), former=spoken)
    broadcast(live.meeting_id, *told, granted, conduct=conduct.facts(live))
    hosting.direct_on_commit(live.meeting_id)


def _begun(occasion: Occasion) -> list[Event]:
    if occasion.request:
        occasion.request.state, occasion.request.missed_at = State.SPEAKING, None
        occasion.request.save(update_fields=["state", "missed_at"])
    question = occasion.question
    if question is None:
        return []
    answers = occasion.part == Part.ANSWER
    question.state = QuestionRequest.State.ANSWERING if answers else QuestionRequest.State.ASKING
    question.save(update_fields=["state"])
    return [QuestionAsked(question=question_state(question))]


def _over(turn: FloorTurn, now: dt.datetime, *, yields_to: Occasion | None = None) -> list[Event]:
    """End a turn; what else the room is told. A point of order only interrupts a speech: it goes on afterwards."""
    left = max(0, round((turn.deadline or now).timestamp() - (turn.paused_at or now).timestamp()))
    if turn.paused_at:
        turn.paused_s += round((now - turn.paused_at).total_seconds())
    turn.ended_at, turn.paused_at = now, None
    turn.save(update_fields=["ended_at", "paused_at", "paused_s"])
    request, interrupting = turn.request, yields_to.request if yields_to else None
    if interrupting and interrupting.kind == Kind.POINT_OF_ORDER and turn.part == Part.SPEECH and left:
        return [_interrupted(turn, left)]
    if request:
        request.state, request.ended_at, request.seconds_left = State.DONE, now, None
        request.save(update_fields=["state", "ended_at", "seconds_left"])
    if turn.question and turn.part == Part.ANSWER:
        return [close_question(turn.question, "done")]
    return []


def _interrupted(turn: FloorTurn, left: int) -> Event:
    line = speaking_queue.in_line(turn.meeting_id)
    request = turn.request or next((r for r in line if r.site_id == turn.site_id and r.item_id is None), None)
    request = request or SpeechRequest(
        meeting_id=turn.meeting_id, site=turn.site, by=turn.granted_by.person, requested_at=turn.granted_at
    )
    request.state, request.seconds_left = State.PAUSED, left
    request.save()
    speaking_queue.put(request, sum(r.kind == Kind.POINT_OF_ORDER for r in line))
    return speaking_queue.told(request)


@transaction.atomic
def extend(by: Appointment | None, meeting: Meeting, seconds: int) -> None:
    """Give the speaker more time, from now on if the time is over already.

    Raises NotAllowed("not-chair"), Conflict("nobody-speaks").
    """
    chair = conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    turn = _speaking(meeting.pk)
    at = turn.paused_at or timezone.now()
    turn.deadline = max(turn.deadline or at, at) + dt.timedelta(seconds=seconds)
    turn.seconds += seconds
    turn.save(update_fields=["deadline", "seconds"])
    record("meeting.floor_extended", by=chair, target=meeting, site=turn.site.name, seconds=seconds)
    broadcast(meeting.pk, FloorExtended(site=turn.site_id, seconds=turn.seconds, deadline=turn.deadline))


@transaction.atomic
def pause(by: Appointment | None, meeting: Meeting, *, on: bool) -> None:
    """Stop the speaker's clock, or let it go on; microphone and picture stay. Twice: harmless.

    Raises NotAllowed("not-chair"), Conflict("nobody-speaks").
    """
    chair = conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    turn = _speaking(meeting.pk)
    if on == (turn.paused_at is not None):
        return
    now = timezone.now()
    if turn.paused_at is None:
        turn.paused_at = now
        told: Event = FloorPaused(site=turn.site_id, at=now)
    else:
        stood = now - turn.paused_at
        turn.deadline = (turn.deadline or now) + stood
        turn.paused_s += round(stood.total_seconds())
        turn.paused_at = None
        told = FloorResumed(site=turn.site_id, deadline=turn.deadline)
    turn.save(update_fields=["paused_at", "paused_s", "deadline"])
    if turn.request:
        turn.request.state = State.PAUSED if on else State.SPEAKING
        turn.request.save(update_fields=["state"])
    record("meeting.floor_paused", by=chair, target=meeting, site=turn.site.name, on=on)
    broadcast(meeting.pk, told)


@transaction.atomic
def end(by: Appointment | None, meeting: Meeting, *, site: MeetingSite) -> None:
    """Take the floor back (the chair), or give it back (``site`` has it). Ending twice is harmless.

    Raises NotAllowed("not-chair") for anybody else.
    """
    live = conduct.lock(meeting.pk)
    turn = current(meeting.pk)
    if turn is None:
        return
    if turn.site_id != site.pk:
        conduct.check_chair(by, meeting)
    told = _over(turn, timezone.now())
    live.floor_site = None
    live.save(update_fields=["floor_site"])
    record("meeting.floor_ended", by=by, target=meeting, site=turn.site.name, seconds=turn.spoken_s)
    conduct.close_microphones_without_right(live)
    ended = FloorEnded(site=turn.site_id, spoken=speaking_time.spoken_by(turn.site))
    broadcast(meeting.pk, *told, ended, conduct=conduct.facts(live))
    hosting.direct_on_commit(meeting.pk)


def close(meeting: Meeting, *, at: dt.datetime) -> None:
    """The meeting ends: nobody has the floor, is asked or waits any more. The room is told of the end alone."""
    turn = current(meeting.pk)
    if turn:
        _over(turn, at)
    FloorCall.objects.filter(meeting=meeting).delete()
    SpeechRequest.objects.filter(meeting=meeting, state=State.CALLED).update(state=State.WAITING)


# --- what the room shows --------------------------------------------------------------------------------


def call_state(asked: FloorCall) -> CallState:
    """A call as the room shows it."""
    return CallState(
        site=asked.site_id,
        part=asked.part,
        request=asked.request_id,
        question=asked.question_id,
        by=asked.by.person.full_name,
        at=asked.at,
        answer_by=asked.answer_by,
    )


def floor_state(turn: FloorTurn) -> FloorState:
    """A turn as the room shows it."""
    return FloorState(
        site=turn.site_id,
        at=turn.granted_at,
        by=turn.granted_by.person.full_name,
        part=turn.part,
        request=turn.request_id,
        question=turn.question_id,
        topic=speaking_queue.public_topic(turn.question or turn.request),
        seconds=turn.seconds,
        deadline=turn.deadline or turn.granted_at,
        paused_at=turn.paused_at,
    )


def question_state(question: QuestionRequest) -> QuestionState:
    """A question as the room shows it."""
    return QuestionState(
        id=question.pk,
        site=question.site_id,
        target=question.target_id,
        at=question.requested_at,
        item=question.item_id,
        topic=speaking_queue.public_topic(question),
        state=question.state,
    )


@dataclass(frozen=True)
class Shown:
    """The floor's part of a room's full copy."""

    floor: FloorState | None
    call: CallState | None
    queue: tuple[SpeechRequestState, ...]
    questions: tuple[QuestionState, ...]
    spoken: tuple[SpokenState, ...]


def shown(meeting_id: int) -> Shown:
    """See ``Shown``. Five queries."""
    turn, call = current(meeting_id), asked(meeting_id)
    open_ones = QuestionRequest.objects.filter(meeting_id=meeting_id, state__in=QuestionRequest.OPEN)
    questions = open_ones.select_related("item")
    return Shown(
        floor=floor_state(turn) if turn else None,
        call=call_state(call) if call else None,
        queue=tuple(speaking_queue.state_of(waiting) for waiting in speaking_queue.in_line(meeting_id)),
        questions=tuple(question_state(question) for question in questions.order_by("requested_at", "pk")),
        spoken=speaking_time.spoken(meeting_id),
    )


def close_question(question: QuestionRequest, why: str, reason: str = "") -> QuestionClosed:
    """Take a question out of its queue; what the room is told."""
    question.state, question.ended_at, question.reason = why, timezone.now(), reason
    question.save(update_fields=["state", "ended_at", "reason"])
    return QuestionClosed(question=question.pk, site=question.site_id, why=why, reason=reason)


# --- rows -----------------------------------------------------------------------------------------------


def current(meeting_id: int) -> FloorTurn | None:
    related = ("site__unit", "request__item", "question__item", "granted_by__person")
    turns = FloorTurn.objects.select_related(*related)
    return turns.filter(meeting_id=meeting_id, ended_at__isnull=True).first()


def _speaking(meeting_id: int) -> FloorTurn:
    turn = current(meeting_id)
    if turn is None:
        raise Conflict("nobody-speaks", _("Không có điểm cầu nào đang phát biểu."))
    return turn


def asked(meeting_id: int) -> FloorCall | None:
    related = ("site__unit", "request__site__unit", "question", "by__person")
    return FloorCall.objects.select_related(*related).filter(meeting_id=meeting_id).first()
