"""Captions (phụ đề) typed while people speak, by who leads. What becomes of them is in ``caption_record``."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from meetings import conduct
from meetings.models import CaptionLine, LiveState, Meeting
from meetings.protocol.captions import Caption, CaptionPosted
from meetings.realtime import broadcast

KEPT = 3
"""Lines that are in the room's state: what a screen has room for."""
LINE = 200
"""Characters of a line, as ``CaptionLine.text`` has: two rows on a television."""


def shown(live: LiveState) -> tuple[Caption, ...]:
    """The last lines, oldest first."""
    return tuple(Caption.model_validate(line) for line in live.captions)


@transaction.atomic
def post(by: Appointment | None, meeting: Meeting, text: str) -> None:
    """Show a line to everybody, and keep it. Raises NotAllowed("not-chair"), UserError("empty-caption"), UserError("caption-too-long")."""
    author = conduct.check_chair(by, meeting)
    text = normalised(text)
    if not text:
        raise UserError("empty-caption", _("Dòng phụ đề chưa có nội dung."))
    if len(text) > LINE:
        raise UserError(
            "caption-too-long",
            _("Dòng phụ đề dài quá %(max)d ký tự.") % {"max": LINE},
            hint=_("Hãy tách thành nhiều dòng ngắn để mọi người kịp đọc."),
        )
    live = conduct.lock(meeting.pk)
    caption = Caption(text=text, at=timezone.now())
    CaptionLine.objects.create(meeting=meeting, item_id=live.item_id, by=author, text=text, at=caption.at)
    live.captions = [*live.captions, caption.model_dump(mode="json")][-KEPT:]
    live.save(update_fields=["captions"])
    broadcast(meeting.pk, CaptionPosted(caption=caption))
