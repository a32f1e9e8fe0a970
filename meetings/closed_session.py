"""The room while the meeting is at a confidential item: whoever was not chosen waits at the door, and nothing is recorded."""

import logging

from django.utils.translation import gettext as _

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings import attendance, conduct, confidential, floor, recording
from meetings.models import AgendaItem, Attachment, Connection, FloorCall, LiveState, Poll
from meetings.realtime import door_changed

logger = logging.getLogger(__name__)
GOING_ON = (Poll.State.READY, Poll.State.OPEN, Poll.State.PAUSED)


def check(by: Appointment, live: LiveState, item: AgendaItem) -> None:
    """The meeting may go from ``live.item`` to ``item``.

    Raises NotAllowed("not-chosen"), Conflict("presiding-not-chosen"), Conflict("attached"), Conflict("poll-going-on").
    """
    if live.item is not None and live.item.confidential:
        _check_votes_over(live)
    if not item.confidential:
        return
    if confidential.is_hidden(by.person, item):
        raise NotAllowed(
            "not-chosen",
            _("Quý vị không được chọn dự mục kín này nên không chuyển đến được."),
            hint=_("Đề nghị chủ trì hoặc thư ký chuyển."),
        )
    if conduct.presiding_person(live) not in confidential.those_who_know(live.meeting_id)[item.pk]:
        raise Conflict(
            "presiding-not-chosen",
            _("Người đang điều hành không được chọn dự mục kín này."),
            hint=_("Chủ trì nhận lại quyền điều hành, hoặc chọn thêm người đó, rồi chuyển mục."),
        )
    check_alone(live.meeting_id)


def check_alone(meeting_id: int) -> None:
    """No other meeting sees and hears this one. Raises Conflict("attached")."""
    open_ones = Attachment.objects.open()
    if open_ones.filter(guest=meeting_id).exists() or open_ones.filter(site__meeting=meeting_id).exists():
        raise Conflict(
            "attached",
            _("Cuộc họp đang nối cầu, hoặc đang chờ trả lời nối cầu, nên chưa vào mục kín được."),
            hint=_("Tách cầu trước, rồi chuyển đến mục kín."),
        )


def _check_votes_over(live: LiveState) -> None:
    if Poll.objects.filter(meeting=live.meeting_id, item=live.item_id, state__in=GOING_ON).exists():
        raise Conflict(
            "poll-going-on",
            _("Mục kín này đang biểu quyết."),
            hint=_("Kết thúc hoặc hủy biểu quyết trước khi chuyển mục."),
        )


def begin(by: Appointment, live: LiveState) -> None:
    """The meeting came to a confidential item: the recording ends, nobody speaks, all others wait at the door."""
    if recording.hold(by, live.meeting):
        live.recording_held = True
    live.captions = []
    live.save(update_fields=["recording_held", "captions"])
    FloorCall.objects.filter(meeting=live.meeting_id).delete()
    if (turn := floor.current(live.meeting_id)) is not None:
        floor.end(by, live.meeting, site=turn.site)
    clear(live)


def end(by: Appointment, live: LiveState) -> None:
    """It goes on with everybody: who waits at the door comes in, and what was recorded before is recorded again."""
    held, live.recording_held, live.captions = live.recording_held, False, []
    live.save(update_fields=["recording_held", "captions"])
    if (turn := floor.current(live.meeting_id)) is not None:
        floor.end(by, live.meeting, site=turn.site)
    door_changed(live.meeting_id)
    if held:
        _record_again(by, live)


def _record_again(by: Appointment, live: LiveState) -> None:
    try:
        recording.start(by, live.meeting)
    except UserError as error:  # the meeting goes on; the mark in the header says that nothing is recorded
        logger.warning("meeting %s is not recorded again: %s", live.meeting_id, error.code)


def clear(live: LiveState) -> None:
    """Send to the door whoever is inside and does not take part in the present item."""
    known = confidential.those_who_know(live.meeting_id).get(live.item_id or 0, frozenset())
    here = Connection.objects.filter(meeting=live.meeting_id, left_at__isnull=True)
    attendance.send_to_the_door(live, here.exclude(person__in=known), _("Đang bàn mục kín."))
