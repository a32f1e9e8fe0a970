"""What people write to each other in the room."""

import unicodedata
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import UserError
from meetings.models import ChatMessage, MeetingSite
from meetings.protocol.events import ChatSent
from meetings.protocol.parts import ChatEntry
from meetings.realtime import broadcast

MAX_TEXT = 2000


@transaction.atomic
def send(site: MeetingSite, *, sender: User, text: str, key: uuid.UUID) -> ChatMessage:
    """Write ``text`` to everybody. The same ``key`` again changes nothing and tells nobody.

    Raises UserError("empty-message"), UserError("message-too-long").
    """
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise UserError("empty-message", _("Tin nhắn chưa có nội dung."))
    if len(text) > MAX_TEXT:
        raise UserError(
            "message-too-long",
            _("Tin nhắn dài quá %(max)d ký tự.") % {"max": MAX_TEXT},
            hint=_("Hãy tách thành nhiều tin."),
        )
    message, created = ChatMessage.objects.get_or_create(
        meeting_id=site.meeting_id,
        sender=sender,
        key=key,
        defaults={"site": site, "text": text, "sent_at": timezone.now()},
    )
    if created:
        broadcast(site.meeting_id, ChatSent(entry=entry(message)))
    return message


def entry(message: ChatMessage) -> ChatEntry:
    """A message as the room shows it."""
    return ChatEntry(
        id=message.pk,
        key=message.key,
        site=message.site.name,
        sender=message.sender.full_name,
        sender_id=message.sender_id,
        text=message.text,
        at=message.sent_at,
    )
