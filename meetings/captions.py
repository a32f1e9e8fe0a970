"""Captions (phụ đề) typed while people speak, by who leads. What becomes of them is in ``caption_record``."""

from collections.abc import Iterable

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


def latest(lines: Iterable[Caption]) -> tuple[Caption, ...]:
    """Of lines from several meetings the last ones, oldest first."""
    return tuple(sorted(lines, key=lambda line: line.at)[-KEPT:])


def shown_of_host(meeting_id: int) -> tuple[Caption, ...]:
    """The last lines of a host, as its guests show them."""
    live = LiveState.objects.select_related("meeting").filter(meeting=meeting_id).first()
    return tuple(_from(line, live.meeting.title) for line in shown(live)) if live else ()


def of_host(message: CaptionPosted, title: str) -> CaptionPosted:
    """A line of a host called ``title``, as its guests are told of it."""
    return CaptionPosted(caption=_from(message.caption, title))


def _from(caption: Caption, title: str) -> Caption:
    return caption.model_copy(update={"meeting": title})


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
