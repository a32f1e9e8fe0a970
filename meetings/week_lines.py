"""The line of a weekly schedule that became a meeting goes with it (``eoffice.calendar.weeks.becoming``)."""

from eoffice.accounts.models import User
from eoffice.calendar.models import WeekLine
from eoffice.calendar.permissions import may_read_week
from eoffice.calendar.weeks import becoming
from eoffice.calendar.weeks.products import Said
from eoffice.organisation.models import Appointment
from meetings.models import Meeting

GONE = (Meeting.State.CANCELLED, Meeting.State.POSTPONED)


def key(meeting: Meeting) -> str:
    """What lines call it: "meeting:7"."""
    return f"meeting:{meeting.pk}"


def hold(meeting: Meeting) -> None:
    """Lock the week of its line, if any, before the meeting itself: the desk does so in that order."""
    becoming.hold(key(meeting))


def follow(by: Appointment, meeting: Meeting) -> None:
    """Time, title, place, chair of ``meeting`` or whether it takes place were changed: its line says the same. After ``hold``."""
    said = Said(
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=meeting.title,
        place=meeting.place,
        chair=meeting.chair,
    )
    gone = meeting.state_reason or meeting.get_state_display() if meeting.state in GONE else ""
    becoming.follow(by, key(meeting), said, gone=gone)


def rows(meeting: Meeting) -> frozenset[tuple[str, int]]:
    """Its line among people's engagements (source, number): no other thing than the meeting. One query."""
    lines = WeekLine.objects.filter(became=key(meeting)).order_by()
    return frozenset(("entry", entry) for entry in lines.values_list("entry", flat=True))


def line_for(user: User, meeting: Meeting) -> WeekLine | None:
    """The line of ``meeting``, where ``user`` reads that week."""
    line = WeekLine.objects.filter(became=key(meeting)).select_related("schedule__unit").first()
    return line if line is not None and may_read_week(user, line.schedule.unit) else None
