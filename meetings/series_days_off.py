"""Meetings of series after the calendar of days off was edited: drafts follow, of issued ones the secretary is asked
(docs/domain/meetings.md, "Recurring meetings").
"""

import datetime as dt
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.worktime import recurrence
from eoffice.worktime.effects import Effect
from meetings import repeating, scheduling, series_rooms
from meetings.models import Meeting, MeetingSeries, SeriesOccurrence
from meetings.scheduling import Plan

_MARGIN = dt.timedelta(days=45)
_logger = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Move:
    """A meeting to come whose rule gives another day by the calendar of now."""

    row: SeriesOccurrence
    meeting: Meeting
    why: str
    """What the day is called that is off; empty: the rule's own day is a working day again."""
    plan: Plan | None
    """None: no meeting at that time."""
    roomless: str = ""

    @property
    def issued(self) -> bool:
        """People were invited: it is not moved by itself."""
        return self.meeting.state == Meeting.State.INVITED

    @property
    def day(self) -> dt.date | None:
        """The day that the rule gives now."""
        return timezone.localdate(self.plan.starts_at) if self.plan else None


def moves(series: MeetingSeries) -> list[Move]:
    """Of ``series``, in order. What somebody has changed singly stays where it is; so does what touches a year that is not confirmed."""
    now, rule = timezone.now(), series.rule
    rows = repeating.with_meetings(series).filter(meeting__starts_at__gt=now, meeting__state__in=repeating.CHANGEABLE)
    mine = [row for row in rows if not repeating.changed_singly(row)]
    if not mine or rule.on_day_off == recurrence.OnDayOff.KEEP:
        return []
    span = recurrence.occurrences(rule, mine[0].day - _MARGIN, mine[-1].day + _MARGIN)
    known = {one.nominal: one for one in [*span.held, *span.left_out]}
    outline, found = repeating.outline_of(series), []
    for row in mine:
        one, meeting = known.get(row.day), row.meeting
        if one is None or meeting is None:
            continue
        if one.day is None:
            found.append(Move(row, meeting, one.why, None))
        elif now < one.at(series.start_time) != meeting.starts_at:
            asked = (series.created_by, outline.plan(one), outline.place)
            plan, roomless = series_rooms.fitting(*asked, besides=meeting.booking_id)
            found.append(Move(row, meeting, one.why, plan, roomless))
    return found


def follow(series: MeetingSeries) -> None:
    """Drafts move by themselves; of issued meetings those who prepare them are asked, once for each day. ``series`` is locked."""
    for one in moves(series):
        if one.issued:
            _ask(series, one)
            continue
        try:
            with transaction.atomic():
                _do(series.created_by, series, one)
        except UserError as error:
            _logger.warning("meeting of a series not moved", series=series.pk, code=error.code)


@transaction.atomic
def move(by: Appointment, row: SeriesOccurrence, day: dt.date) -> None:
    """The meeting of ``row`` goes to ``day``, which ``by`` has seen: those invited are told. Again: harmless.

    Raises NotAllowed, Conflict("series-ended", "calendar-moved-on"), and as ``scheduling.edit_meeting``.
    """
    series = repeating.locked_for(by, row.series)
    row = repeating.with_meetings(series).get(pk=row.pk)
    if row.meeting is not None and timezone.localdate(row.meeting.starts_at) == day:
        return
    one = next((one for one in moves(series) if one.row.pk == row.pk), None)
    if one is None or one.day != day:
        raise Conflict(
            "calendar-moved-on",
            _("Theo lịch hiện nay kỳ họp này không còn chuyển sang ngày đó."),
            hint=_("Xem lại lịch họp định kỳ rồi chọn lại."),
        )
    _do(by, series, one)


@transaction.atomic
def keep(by: Appointment, row: SeriesOccurrence) -> None:
    """The meeting stays on its day, and is no more asked about: it counts as changed singly. Again: harmless. Raises NotAllowed."""
    series = repeating.locked_for(by, row.series)
    if series.occurrences.filter(pk=row.pk).exclude(applied="").update(applied=""):
        log.record("series.meeting_kept", by=by, target=series, meeting=row.meeting_id, day=row.day.isoformat())


def effects(user: User) -> list[Effect]:
    """For administrators, who have edited the calendar. A series of which they may not know is named by its organiser."""
    running = MeetingSeries.objects.running().select_related(
        "organiser", "type", "chair__person", "secretary__person", "room"
    )
    known = set(MeetingSeries.objects.visible_to(user).order_by().values_list("pk", flat=True))
    return [
        Effect(
            what=series.title if series.pk in known else _("Họp định kỳ của %(unit)s") % {"unit": series.organiser},
            url=reverse("series-detail", args=[series.pk]) if series.pk in known else "",
            before=_moment(one.meeting.starts_at),
            after=_moment(one.plan.starts_at) if one.plan else _("Không họp"),
            decided=_("Chờ thư ký quyết định") if one.issued else _("Tự chuyển (dự thảo)"),
        )
        for series in running.select_related("created_by__person").order_by("title", "pk")
        for one in moves(series)
    ]


def _do(by: Appointment, series: MeetingSeries, one: Move) -> None:
    if one.plan is None:
        scheduling.cancel_meeting(by, one.meeting, reason=one.why or _("Ngày nghỉ"))
        return
    meeting = scheduling.edit_meeting(by, one.meeting, one.plan, version=one.meeting.version)
    one.row.applied, one.row.asked = repeating.given_to(meeting), ""
    one.row.save(update_fields=["applied", "asked"])
    if one.roomless:
        series_rooms.tell(meeting, series, one.roomless)
    log.record("series.meeting_moved", by=by, target=series, meeting=meeting.pk, day=f"{one.day}")


def _ask(series: MeetingSeries, one: Move) -> None:
    key = f"{one.day}"
    if one.row.asked == key:
        return
    one.row.asked = key
    one.row.save(update_fields=["asked"])
    at = {"before": _moment(one.meeting.starts_at), "after": _moment(one.plan.starts_at) if one.plan else ""}
    told = (
        _("Đang mời: %(before)s. Theo lịch làm việc: %(after)s.")
        if one.plan
        else _("Đang mời: %(before)s, nay là ngày nghỉ.")
    )
    notify.send(
        [series.secretary.person, series.created_by.person],
        kind="series.day_off",
        title=lambda: _("Lịch nghỉ thay đổi, kỳ họp chờ quyết định: %(title)s") % {"title": one.meeting.title},
        body=told % at,
        url=reverse("series-detail", args=[series.pk]) + "#days-off",
        mail=True,
    )


def _moment(at: dt.datetime) -> str:
    return date_format(timezone.localtime(at), "H:i d/m/Y")
