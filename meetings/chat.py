"""What people write to each other in the room: in which channel, who reads it, and who may remove it.

Whom a message reaches is decided here and nowhere else: ``Audience`` says it of a message, ``audiences_of`` of a tab.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit.log import record
from eoffice.errors import NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import attendance, conduct, confidential, lobby
from meetings.models import Attendee, ChatMessage, Connection, LiveState, Meeting, MeetingSite, Role
from meetings.protocol.chat import ChatClosed, ChatEntry, ChatSend
from meetings.protocol.parts import Rights
from meetings.realtime import broadcast, chat_changed

MAX_TEXT = 2000
MOST_IN_A_ROW = 10
IN_A_ROW = dt.timedelta(seconds=15)
"""A person writes at most ``MOST_IN_A_ROW`` messages in this time."""
SHOWN = 200
"""The latest so many messages of the room, and as many of all other channels of a person, are shown to who comes in."""
REASON_LIMIT = 500
Channel = ChatMessage.Channel


class Audience(NamedTuple):
    """Who reads a message. ``whose``: the unit, the consultation room, or the person who wrote to a desk; 0: all who read
    the channel."""

    channel: str
    whose: int = 0


# --- writing -------------------------------------------------------------------------------------------


@transaction.atomic
def send(connection: Connection, message: ChatSend) -> ChatMessage:
    """Write into a channel. The same ``key`` again changes nothing and tells nobody.

    Raises UserError("empty-message"), UserError("message-too-long"), UserError("too-many-messages"),
    NotAllowed("chat-closed"), NotAllowed("not-consulting"), NotAllowed("not-your-desk"),
    NotFound("no-such-conversation"), UserError("desk-empty").
    """
    text = _checked_text(message.text)
    written = ChatMessage.objects.filter(meeting=connection.meeting_id, sender=connection.person_id, key=message.key)
    if before := written.first():
        return before
    _check_pace(connection)
    _check_channel(connection, message)
    consulting = attendance.place_of(connection).consulting if message.channel == "consultation" else None
    created = ChatMessage.objects.create(
        meeting_id=connection.meeting_id,
        site=connection.site,
        sender=connection.person,
        key=message.key,
        channel=message.channel,
        asker_id=(message.asker or connection.person_id) if message.channel in ChatMessage.DESKS else None,
        unit_id=connection.site.unit_id if message.channel == "agency" else None,
        consultation_id=consulting,
        during_id=confidential.open_now(connection.meeting_id) if message.channel != "consultation" else None,
        text=text,
        sent_at=timezone.now(),
    )
    _tell(created)
    return created


def _checked_text(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise UserError("empty-message", _("Tin nhắn chưa có nội dung."))
    if len(text) > MAX_TEXT:
        raise UserError(
            "message-too-long",
            _("Tin nhắn dài quá %(max)d ký tự.") % {"max": MAX_TEXT},
            hint=_("Hãy tách thành nhiều tin."),
        )
    return text


def _check_pace(connection: Connection) -> None:
    own = ChatMessage.objects.filter(meeting=connection.meeting_id, sender=connection.person_id)
    if own.filter(sent_at__gt=timezone.now() - IN_A_ROW).count() >= MOST_IN_A_ROW:
        raise UserError(
            "too-many-messages",
            _("Quý vị gửi nhiều tin liền nhau quá."),
            hint=_("Chờ %(seconds)d giây rồi gửi lại; nội dung đang viết được giữ nguyên.")
            % {"seconds": IN_A_ROW.total_seconds()},
        )


def _check_channel(connection: Connection, message: ChatSend) -> None:
    match message.channel:
        case "agency":
            return
        case "room":
            _check_open(connection)
        case "consultation":
            _check_consulting(connection)
        case _ if message.asker is not None or message.channel in _rights(connection).desks:
            _check_answers(connection, message)
        case "technician":
            _check_attended(connection.meeting_id)


def _rights(connection: Connection) -> Rights:
    live = LiveState.objects.select_related("meeting__chair", "item", "presiding").filter(meeting=connection.meeting_id)
    facts = conduct.facts(live.first() or conduct.lock(connection.meeting_id))
    return conduct.rights(attendance.place_of(connection), facts)


def _check_open(connection: Connection) -> None:
    closed = LiveState.objects.filter(meeting=connection.meeting_id, chat_closed=True).exists()
    if closed and not _rights(connection).admit:
        raise NotAllowed(
            "chat-closed",
            _("Chủ trì hoặc thư ký đã đóng trao đổi chung."),
            hint=_("Quý vị vẫn nhắn được cho bàn chủ tọa, bàn thư ký, bàn kỹ thuật và cơ quan mình."),
        )


def _check_consulting(connection: Connection) -> None:
    if attendance.place_of(connection).consulting is None:
        raise NotAllowed("not-consulting", _("Quý vị không còn ở trong phòng hội ý."))


def _check_answers(connection: Connection, message: ChatSend) -> None:
    """A desk answers who wrote to it, and nobody else writes into their conversation."""
    if message.channel not in _rights(connection).desks:
        raise NotAllowed("not-your-desk", _("Chỉ người của bàn này trả lời được."))
    asked = ChatMessage.objects.filter(
        meeting=connection.meeting_id, channel=message.channel, asker=message.asker, asker__isnull=False
    )
    if not asked.exists():
        raise NotFound("no-such-conversation", _("Hãy chọn người cần trả lời."))


def _check_attended(meeting_id: int) -> None:
    helping = Attendee.objects.filter(
        meeting=meeting_id, site__kind=MeetingSite.Kind.MAIN, role__in=(Role.TECHNICIAN, Role.OPERATOR)
    )
    if not helping.exists():
        raise UserError(
            "desk-empty",
            _("Cuộc họp chưa cử người trực bàn kỹ thuật."),
            hint=_("Hãy nhắn bàn thư ký, hoặc gọi số điện thoại hỗ trợ của cuộc họp."),
        )


# --- keeping order -------------------------------------------------------------------------------------


@transaction.atomic
def remove(connection: Connection, by: Appointment | None, message_id: int, *, reason: str = "") -> None:
    """Take back one's own message, or remove that of somebody else: its text is gone, that it was there stays.

    Removing twice is harmless. Raises NotFound("no-such-message"), NotAllowed("may-not-remove"), UserError("reason-too-long").
    """
    if len(reason) > REASON_LIMIT:
        raise UserError("reason-too-long", _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": REASON_LIMIT})
    rights, consulting = _rights(connection), attendance.place_of(connection).consulting
    own = _read_by(connection, rights.desks, consulting)
    readable = ChatMessage.objects.filter(own | Q(channel=Channel.ROOM), meeting=connection.meeting_id, pk=message_id)
    message = readable.select_related("site", "sender", "asker").select_for_update(of=("self",)).first()
    if message is None:
        raise NotFound("no-such-message", _("Không còn tin nhắn này."))
    if message.sender_id != connection.person_id and not rights.admit:
        raise NotAllowed("may-not-remove", _("Chỉ chủ trì hoặc thư ký gỡ được tin của người khác."))
    if message.removed_at is not None:
        return
    message.text, message.removed_at, message.removed_by = "", timezone.now(), connection.person
    message.save(update_fields=["text", "removed_at", "removed_by"])
    detail = {"sender": message.sender.full_name, "channel": message.channel, "sent_at": message.sent_at.isoformat()}
    target = connection.meeting
    record("meeting.chat_removed", by=by, user=connection.person, target=target, reason=reason.strip(), **detail)
    _tell(message)


@transaction.atomic
def set_closed(by: Appointment | None, meeting: Meeting, *, closed: bool) -> None:
    """Let nobody but those who keep the door write to everybody, or let everybody again. Raises NotAllowed("may-not-admit")."""
    by = lobby.check_may_admit(by, meeting)
    live = conduct.lock(meeting.pk)
    if live.chat_closed == closed:
        return
    live.chat_closed = closed
    live.save(update_fields=["chat_closed"])
    record("meeting.chat_closed" if closed else "meeting.chat_opened", by=by, target=meeting)
    broadcast(meeting.pk, ChatClosed(closed=closed, by=by.person.full_name))


def sweep(now: dt.datetime) -> int:
    """Delete messages older than the retention time, but for those of a meeting that sits or is about to; how many."""
    limit = now - dt.timedelta(days=settings.CHAT_RETENTION_DAYS)
    at_work = Q(meeting__state=Meeting.State.IN_SESSION) | Q(
        meeting__state=Meeting.State.INVITED, meeting__ends_at__gte=now
    )
    old = ChatMessage.objects.filter(sent_at__lt=limit).exclude(at_work).order_by().values_list("pk", flat=True)
    deleted = 0
    while batch := list(old[:1000]):
        deleted += ChatMessage.objects.filter(pk__in=batch).delete()[0]
    return deleted


# --- reading -------------------------------------------------------------------------------------------


def recent(meeting_id: int) -> tuple[ChatEntry, ...]:
    """The latest messages to everybody, oldest first. One query."""
    return _latest(Q(meeting=meeting_id, channel=Channel.ROOM))


def recent_for(
    connection: Connection, desks: Iterable[str], consulting: int | None, of_room: tuple[ChatEntry, ...]
) -> tuple[ChatEntry, ...]:
    """``of_room`` with the latest of the other channels that this tab reads, oldest first. One query."""
    own = _latest(_read_by(connection, desks, consulting) & Q(meeting=connection.meeting_id))
    return tuple(sorted((*of_room, *own), key=lambda entry: (entry.at, entry.id)))


def _read_by(connection: Connection, desks: Iterable[str], consulting: int | None) -> Q:
    """Messages of this tab's own channels: those that are not everybody's."""
    agency = Q(channel=Channel.AGENCY, unit=connection.site.unit_id)
    if consulting is not None:
        agency |= Q(consultation=consulting)
    return agency | Q(channel__in=ChatMessage.DESKS, asker=connection.person_id) | Q(channel__in=tuple(desks))


def _latest(wanted: Q) -> tuple[ChatEntry, ...]:
    at_it_now = LiveState.objects.filter(item__isnull=False).order_by().values("item")
    wanted &= Q(during__isnull=True) | Q(during__in=at_it_now, meeting__state=Meeting.State.IN_SESSION)
    newest = ChatMessage.objects.filter(wanted).select_related("site", "sender", "asker", "removed_by")
    return tuple(entry(message) for message in reversed(newest.order_by("-sent_at", "-pk")[:SHOWN]))


def entry(message: ChatMessage) -> ChatEntry:
    """A message as the room shows it."""
    return ChatEntry(
        id=message.pk,
        key=message.key,
        channel=message.channel,
        asker=message.asker_id,
        asker_name=message.asker.full_name if message.asker else "",
        site=message.site.name,
        sender=message.sender.full_name,
        sender_id=message.sender_id,
        text=message.text,
        at=message.sent_at,
        removed_by=message.removed_by.full_name if message.removed_by else "",
    )


def _tell(message: ChatMessage) -> None:
    channel = message.channel
    audiences = [Audience(channel, message.unit_id or message.asker_id or message.consultation_id or 0)]
    if channel in ChatMessage.DESKS:
        audiences.append(Audience(channel))
    chat_changed(message.meeting_id, audiences, entry(message))


def audiences_of(*, person: int, unit: int, desks: Iterable[str], consulting: int | None) -> list[Audience]:
    """All audiences that a tab belongs to; of a desk at which it sits, each message comes once."""
    sits_at = tuple(desks)
    asks = [Audience(desk, person) for desk in ChatMessage.DESKS if desk not in sits_at]
    inside = [Audience(Channel.CONSULTATION, consulting)] if consulting else []
    desks_here = (Audience(desk) for desk in sits_at)
    return [Audience(Channel.ROOM), Audience(Channel.AGENCY, unit), *inside, *asks, *desks_here]
