"""The second screen (màn hình thứ hai): item, speaker, clock, vote, check-in, for a television in the hall.

It is nobody in the room: it takes no seat, counts for no attendance, sends and receives no media.
"""

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from meetings import entitled, entry, floor, poll_state, recording, roll_call, speaking_queue
from meetings.models import AgendaItem, Attendee, LiveState, Meeting, MeetingSite, Poll, Role
from meetings.permissions import sites_of
from meetings.protocol.display import DisplayAttendance, DisplayItem, DisplayShown
from meetings.protocol.voting import PollState

WAITING_SHOWN = 3
RESULT_SHOWN = dt.timedelta(minutes=10)
"""So long at least is the result of a vote shown."""
GOING_ON = (Poll.State.READY, Poll.State.OPEN, Poll.State.PAUSED, Poll.State.CLOSED)


def why_not(user: User, meeting: Meeting) -> str | None:
    """Why ``user`` may not open the meeting's second screen, in words; None: they may, as into the room itself."""
    sites = sites_of(user, meeting)
    if not sites:
        return _("Quý vị không có trong thành phần dự họp.")
    verdict = entry.verdict(user, sites[0])
    if verdict.out == "over":
        return _("Cuộc họp đã kết thúc.")
    if verdict.out:
        return _("Quý vị không được vào phòng họp này.")
    if verdict.waits in ("locked", "late"):
        return _("Phòng họp đang khóa. Chờ chủ trì hoặc thư ký cho vào.")
    return None


def may_show_code(user: User, meeting: Meeting) -> bool:
    """Put the check-in code on a screen: who keeps the attendance of the meeting or of a site, technicians, operators."""
    if entitled.may_keep_attendance(user, meeting) or entitled.sites_kept_by(user, meeting).exists():
        return True
    runs_a_screen = Q(role=Role.TECHNICIAN) | Q(role=Role.OPERATOR)
    return Attendee.objects.filter(runs_a_screen, meeting=meeting, person=user).exists()


def shown(meeting_id: int) -> DisplayShown:
    """What the second screen of a meeting shows now; of a confidential item that it is one. A constant number of queries."""
    live = LiveState.objects.select_related("meeting", "item").filter(meeting_id=meeting_id).first()
    meeting = live.meeting if live else Meeting.objects.get(pk=meeting_id)
    turn = floor.current(meeting_id)
    line = speaking_queue.line_now(meeting_id, live.item_id if live else None)
    if live and live.item and live.item.confidential and meeting.state == Meeting.State.IN_SESSION:
        turn, line = None, []  # whoever passes by sees this screen
    main = MeetingSite.objects.filter(meeting=meeting, kind=MeetingSite.Kind.MAIN)
    numbers = poll_state.attendance_counts(meeting_id)
    return DisplayShown(
        server_time=timezone.now(),
        title=meeting.title,
        meeting_state=meeting.state,
        starts_at=meeting.starts_at,
        opened_at=meeting.opened_at,
        chair=main.values_list("name", flat=True).first() or "",
        item=_item(live),
        floor=floor.floor_state(turn) if turn else None,
        speaker=turn.site.name if turn else "",
        waiting=tuple(waiting.site.name for waiting in line[:WAITING_SHOWN]),
        queue=len(line),
        free_discussion=bool(live and live.free_discussion),
        poll=_poll(meeting_id, live),
        attendance=DisplayAttendance(
            open=roll_call.is_open(meeting_id), listed=numbers["listed"], present=numbers["present"]
        ),
        recording=recording.running(meeting_id) is not None,
    )


def _item(live: LiveState | None) -> DisplayItem | None:
    if live is None or live.item_id is None:
        return None
    items = AgendaItem.objects.filter(meeting_id=live.meeting_id).select_related("presenter").order_by("order", "pk")
    for number, item in enumerate(items, start=1):
        if item.pk == live.item_id:
            presenter = item.presenter.name if item.presenter and not item.confidential else ""
            return DisplayItem(
                number=number,
                count=len(items),
                title=item.public_title,
                presenter=presenter,
                confidential=item.confidential,
            )
    return None


def _poll(meeting_id: int, live: LiveState | None) -> PollState | None:
    """The vote that is going on; else the result of the last one at this item, or that was published just now."""
    polls = Poll.objects.filter(meeting_id=meeting_id).exclude(item__confidential=True).order_by("-pk")
    poll = polls.filter(state__in=GOING_ON).first()
    if poll is None:
        recent = Q(published_at__gte=timezone.now() - RESULT_SHOWN) | Q(item__isnull=False, item=live and live.item_id)
        poll = polls.filter(recent, state=Poll.State.PUBLISHED).first()
    return poll_state.state_of(poll) if poll else None
