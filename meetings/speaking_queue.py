"""The speaking queue (đăng ký phát biểu): who asks for the floor, before the meeting or in it, and in which order.

Calling somebody from the queue is ``meetings.floor``.
"""

from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotFound, UserError
from eoffice.organisation.models import Appointment, Unit
from meetings import conduct, speaking_time
from meetings.models import (
    AgendaItem,
    FloorCall,
    FloorTurn,
    LiveState,
    Meeting,
    MeetingSite,
    QuestionRequest,
    SpeechRequest,
)
from meetings.protocol.floor import (
    TOPIC_LIMIT,
    FloorDeclined,
    FloorRequested,
    FloorWithdrawn,
    QueueOrdered,
    SpeechRequestState,
)
from meetings.realtime import broadcast

STATEMENT_LIMIT = 20_000
LONGEST_MINUTES = 60
State, Kind = SpeechRequest.State, SpeechRequest.Kind
LEVELS = {level: rank for rank, level in enumerate(Unit.Level.values)}


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a site says with its request."""

    kind: str = Kind.SPEECH
    item: AgendaItem | None = None
    topic: str = ""
    minutes: int | None = None
    statement: str = ""


# --- reading --------------------------------------------------------------------------------------------


def _waiting(meeting_id: int) -> "QuerySet[SpeechRequest]":
    speaking = FloorTurn.objects.filter(meeting_id=meeting_id, ended_at__isnull=True, request__isnull=False)
    waiting = SpeechRequest.objects.filter(meeting_id=meeting_id, state__in=SpeechRequest.IN_LINE)
    return waiting.exclude(pk__in=speaking.values("request")).order_by("place", "requested_at", "pk")


def in_line(meeting_id: int) -> list[SpeechRequest]:
    """Everybody who waits, in order, whatever item it is for; not who has the floor."""
    return list(_waiting(meeting_id).select_related("site__unit", "item"))


def line_now(meeting_id: int, item_id: int | None) -> list[SpeechRequest]:
    """Those who may be called at an item, in order; before the first item everybody."""
    return [r for r in in_line(meeting_id) if item_id is None or r.item_id in (None, item_id)]


def next_in_line(live: LiveState) -> SpeechRequest | None:
    """Whom to call next at the present item: the first who has not been called in vain, else the first of those."""
    line = line_now(live.meeting_id, live.item_id)
    return next((r for r in line if r.missed_at is None), next(iter(line), None))


def state_of(request: SpeechRequest) -> SpeechRequestState:
    """What the room shows of a request in line; of one for a confidential item not what it is about."""
    return SpeechRequestState(
        id=request.pk,
        site=request.site_id,
        at=request.requested_at,
        kind=request.kind,
        item=request.item_id,
        topic=public_topic(request),
        seconds=speaking_time.wished_s(request),
        state=request.state,
        missed=request.missed_at is not None,
        statement=bool(request.statement),
    )


def public_topic(waiting: SpeechRequest | QuestionRequest | None) -> str:
    """What it is about, as far as everybody may know; "" of a turn that nobody asked for."""
    if waiting is None:
        return ""
    return "" if waiting.item is not None and waiting.item.confidential else waiting.topic


def told(request: SpeechRequest) -> FloorRequested:
    """``floor.requested`` of a request in line, with its place."""
    line = list(_waiting(request.meeting_id).values_list("pk", flat=True))
    after = line[line.index(request.pk) + 1 :]
    return FloorRequested(request=state_of(request), before=after[0] if after else None)


# --- the site -------------------------------------------------------------------------------------------


@transaction.atomic
def request(site: MeetingSite, *, by: User, wish: Wish | None = None) -> SpeechRequest:
    """Put ``site`` into the queue: at the end, or in front with a point of order.

    Asking again for the same item changes what was said with it, keeps the place, and makes ready again a site that
    was called in vain. Raises Conflict("has-floor"), UserError("bad-request") with ``fields``.
    """
    wish = _checked(wish or Wish())
    live = conduct.lock(site.meeting_id)
    if live.floor_site_id == site.pk and wish.item is None and wish.kind == Kind.SPEECH:
        raise Conflict("has-floor", _("Điểm cầu của quý vị đang phát biểu."))
    if wish.item is None and live.item is not None and live.item.confidential:
        wish = replace(wish, item=live.item)  # it stays with those who take part in it
    mine = SpeechRequest.objects.filter(site=site, kind=wish.kind, state__in=SpeechRequest.IN_LINE)
    waiting = (mine if wish.kind == Kind.POINT_OF_ORDER else mine.filter(item=wish.item)).first()
    if waiting:
        return _asked_again(waiting, wish)
    last = _waiting(site.meeting_id).order_by().aggregate(last=Max("place"))["last"]
    made = SpeechRequest.objects.create(
        meeting_id=site.meeting_id,
        site=site,
        by=by,
        kind=wish.kind,
        item=wish.item,
        topic=wish.topic,
        minutes=wish.minutes,
        statement=wish.statement,
        requested_at=timezone.now(),
        place=0 if last is None else last + 1,
    )
    record("meeting.speech_requested", user=by, target=site.meeting, site=site.name, kind=made.kind)
    if made.kind == Kind.POINT_OF_ORDER:
        put(made, sum(r.kind == Kind.POINT_OF_ORDER for r in in_line(site.meeting_id)) - 1)
        broadcast(site.meeting_id, told(made))
    else:  # hundreds may ask at once: nobody who waits is looked at
        broadcast(site.meeting_id, FloorRequested(request=state_of(made), before=None))
    return made


def _asked_again(waiting: SpeechRequest, wish: Wish) -> SpeechRequest:
    before = state_of(waiting)
    waiting.missed_at = None
    waiting.topic = wish.topic or waiting.topic
    waiting.minutes = wish.minutes or waiting.minutes
    waiting.statement = wish.statement or waiting.statement
    waiting.save(update_fields=["missed_at", "topic", "minutes", "statement"])
    if state_of(waiting) != before:
        broadcast(waiting.meeting_id, told(waiting))
    return waiting


def _checked(wish: Wish) -> Wish:
    wrong = {}
    if len(wish.topic) > TOPIC_LIMIT:
        wrong["topic"] = _("Nội dung phát biểu dài quá %(limit)d ký tự.") % {"limit": TOPIC_LIMIT}
    if len(wish.statement) > STATEMENT_LIMIT:
        wrong["statement"] = _("Bài phát biểu dài quá %(limit)d ký tự.") % {"limit": STATEMENT_LIMIT}
    if wish.minutes is not None and not 1 <= wish.minutes <= LONGEST_MINUTES:
        wrong["minutes"] = _("Số phút từ 1 đến %(limit)d.") % {"limit": LONGEST_MINUTES}
    if wrong:
        raise UserError("bad-request", next(iter(wrong.values())), fields=wrong)
    return wish


@transaction.atomic
def withdraw(site: MeetingSite, request_id: int | None = None) -> None:
    """Take a request of ``site`` out of the queue, or all of them; withdrawing twice is harmless."""
    conduct.lock(site.meeting_id)
    for waiting in in_line(site.meeting_id):
        if waiting.site_id == site.pk and request_id in (None, waiting.pk):
            _leave(waiting, State.WITHDRAWN)


# --- the chair ------------------------------------------------------------------------------------------


@transaction.atomic
def refuse(by: Appointment | None, meeting: Meeting, request_id: int, *, reason: str = "") -> None:
    """Take a request out of the queue; the site is told ``reason``. Twice: harmless.

    Raises NotAllowed("not-chair"), NotFound("no-such-request").
    """
    chair = conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    waiting = _find(meeting, request_id)
    if waiting.state in SpeechRequest.IN_LINE:
        _leave(waiting, State.REFUSED, reason)
        record("meeting.speech_refused", by=chair, target=meeting, site=waiting.site.name, reason=reason)


@transaction.atomic
def move(by: Appointment | None, meeting: Meeting, request_id: int, *, before: int | None) -> None:
    """Put a request before another one; None: at the end. What has left the queue meanwhile stays where it is.

    Raises NotAllowed("not-chair"), NotFound("no-such-request").
    """
    chair = conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    moving = _find(meeting, request_id)
    line = in_line(meeting.pk)
    others = [r.pk for r in line if r.pk != moving.pk]
    if len(others) == len(line) or before == moving.pk:
        return
    put(moving, others.index(before) if before in others else len(others))
    record("meeting.queue_moved", by=chair, target=meeting, site=moving.site.name)
    broadcast(meeting.pk, _ordered(meeting.pk))


@transaction.atomic
def sort(by: Appointment | None, meeting: Meeting, key: str) -> None:
    """Sort the queue, points of order in front: ``arrival``, ``level`` of the agency, ``least-heard`` first.

    Raises NotAllowed("not-chair").
    """
    chair = conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    heard = {state.site: state.seconds for state in speaking_time.spoken(meeting.pk)}
    line = in_line(meeting.pk)
    line.sort(key=lambda r: (r.kind != Kind.POINT_OF_ORDER, *_sort_key(r, key, heard), r.requested_at, r.pk))
    _renumber(line)
    record("meeting.queue_sorted", by=chair, target=meeting, key=key)
    broadcast(meeting.pk, _ordered(meeting.pk))


def _sort_key(waiting: SpeechRequest, key: str, heard: dict[int, int]) -> tuple[int | str, ...]:
    match key:
        case "level":
            unit = waiting.site.unit
            return LEVELS[unit.level], unit.path
        case "least-heard":
            return (heard.get(waiting.site_id, 0),)
        case _:
            return ()


def release_item(item: AgendaItem) -> None:
    """``item`` leaves the agenda: who registered for it waits without one, unless they do or speak already."""
    concerned = item.speech_requests.filter(state__in=SpeechRequest.OPEN)
    if not concerned.exists():
        return
    conduct.lock(item.meeting_id)
    line = in_line(item.meeting_id)
    speeches = [r for r in line if r.kind == Kind.SPEECH]
    already = {r.site_id for r in speeches if r.item_id is None}
    speaking = set(concerned.exclude(pk__in=[r.pk for r in line]).values_list("site", flat=True))
    for waiting in speeches:
        if (waiting.item_id is None and waiting.site_id in speaking) or (
            waiting.item_id == item.pk and waiting.site_id in already
        ):
            _leave(waiting, State.WITHDRAWN)
    for waiting in concerned.filter(state__in=SpeechRequest.IN_LINE, pk__in=[r.pk for r in line]):
        waiting.item = None
        waiting.save(update_fields=["item"])
        broadcast(item.meeting_id, told(waiting))


# --- order ----------------------------------------------------------------------------------------------


def put(moving: SpeechRequest, place: int) -> None:
    """Put a request at ``place`` of the line (0 is first) and number it anew."""
    line = [r for r in in_line(moving.meeting_id) if r.pk != moving.pk]
    line.insert(place, moving)
    _renumber(line)


def _renumber(line: list[SpeechRequest]) -> None:
    for place, waiting in enumerate(line):
        waiting.place = place
    SpeechRequest.objects.bulk_update(line, ["place"])


def _ordered(meeting_id: int) -> QueueOrdered:
    return QueueOrdered(order=tuple(r.pk for r in in_line(meeting_id)))


def _leave(waiting: SpeechRequest, state: str, reason: str = "") -> None:
    called = FloorCall.objects.filter(request=waiting).delete()[0]
    waiting.state, waiting.reason, waiting.ended_at = state, reason, timezone.now()
    waiting.save(update_fields=["state", "reason", "ended_at"])
    refused = state == State.REFUSED
    left = FloorWithdrawn(request=waiting.pk, site=waiting.site_id, refused=refused, reason=reason)
    over = FloorDeclined(site=waiting.site_id, why="recalled" if refused else "declined")
    broadcast(waiting.meeting_id, *([over] if called else []), left)


def _find(meeting: Meeting, request_id: int) -> SpeechRequest:
    rows = SpeechRequest.objects.select_related("site__unit")
    found = rows.filter(Q(meeting=meeting), pk=request_id).first()
    if found is None:
        raise NotFound("no-such-request", _("Không có đăng ký phát biểu này."))
    return found
