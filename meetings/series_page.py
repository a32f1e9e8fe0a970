"""What the pages of recurring meetings show, for whoever may know of them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.workflow.timeliness import Clock
from eoffice.worktime import recurrence
from eoffice.worktime.recurrence import Occurrence
from meetings import carrying, notices, permissions, repeating, series_days_off
from meetings.models import ConclusionNotice, Meeting, MeetingSeries, SeriesOccurrence

COMING = 10
PAST = 8


@dataclass(frozen=True)
class Time:
    """One time to come: its meeting, or that it is not made yet, left out by hand, or falls on a day off."""

    day: dt.date
    """The day that the rule names."""
    at: dt.datetime | None
    """When it begins; None: it is not held, for it falls on a day off."""
    ends_at: dt.datetime | None = None
    meeting: Meeting | None = None
    row: SeriesOccurrence | None = None
    one: Occurrence | None = None
    changed_singly: bool = False

    @property
    def instead_of(self) -> dt.date | None:
        """The day that the rule names, where another one was taken because it is a day off."""
        moved = self.at is not None and timezone.localdate(self.at) != self.day
        return self.day if moved and not self.changed_singly else None


@dataclass(frozen=True)
class Held:
    """A meeting that is over, and whether the reader may open its notice of conclusions."""

    meeting: Meeting
    concluded: bool


def listed(user: User, now: dt.datetime) -> QuerySet[MeetingSeries]:
    """Those that the reader may know of, with ``next_at``; what comes first, first, and what has ended, last."""
    coming = Q(occurrences__meeting__starts_at__gte=now) & ~Q(occurrences__meeting__state=Meeting.State.CANCELLED)
    found = MeetingSeries.objects.visible_to(user).select_related("organiser", "chair__person", "chair__position")
    ordered = (F("ended_at").asc(nulls_first=True), F("next_at").asc(nulls_last=True), "pk")
    return found.annotate(next_at=Min("occurrences__meeting__starts_at", filter=coming)).order_by(*ordered)


def of_page(user: User, series: MeetingSeries) -> dict[str, Any]:
    """The page of a series: times to come, times that are over, what the last ones hand on."""
    now = timezone.now()
    prepares = permissions.may_prepare(user, series)
    rows = list(repeating.with_meetings(series))
    visible = Meeting.objects.visible_to(user).filter(occurrence__series=series).order_by()
    known = set(visible.values_list("pk", flat=True))
    mine = [row for row in rows if row.meeting_id in known]
    over = sorted((row.meeting for row in mine if row.meeting and _is_over(row.meeting, now)), key=_start, reverse=True)
    times, unconfirmed = _coming(series, rows if prepares else mine, now, all_times=prepares)
    return {
        "series": series,
        "can_change": prepares and series.ended_at is None,
        "prepares": prepares,
        "off_days": [one for one in series_days_off.moves(series) if one.issued]
        if prepares and not series.ended_at
        else [],
        "times": times,
        "unconfirmed": unconfirmed,
        "held": _held(user, over),
        "more_held": max(len(over) - PAST, 0),
        "carried": carrying.of_meetings(user, [one for one in over if one.state in carrying.HELD], Clock.at(now)),
        "items": list(series.items.select_related("presenter")) if prepares else [],
        "lines": series.lines.select_related("appointment__person", "appointment__position", "unit", "group__below")
        if prepares
        else [],
    }


def _start(meeting: Meeting) -> dt.datetime:
    return meeting.starts_at


def _is_over(meeting: Meeting, now: dt.datetime) -> bool:
    return meeting.state in carrying.HELD or (meeting.ends_at < now and meeting.state != Meeting.State.IN_SESSION)


def _coming(
    series: MeetingSeries, rows: list[SeriesOccurrence], now: dt.datetime, *, all_times: bool
) -> tuple[list[Time], int | None]:
    """Times to come in order; those without a meeting only for who prepares. And the year that is not confirmed."""
    times = [
        Time(
            row.day,
            row.meeting.starts_at,
            row.meeting.ends_at,
            row.meeting,
            row,
            changed_singly=repeating.changed_singly(row),
        )
        for row in rows
        if row.meeting and not _is_over(row.meeting, now)
    ]
    today = timezone.localdate(now)
    if not all_times or series.ended_at is not None:
        return sorted(times, key=_moment)[:COMING], None
    known = {row.day: row for row in rows}
    found = recurrence.coming(series.rule, today, COMING)
    length = dt.timedelta(minutes=series.minutes)
    for one in found.held:
        row, at = known.get(one.nominal), one.at(series.start_time)
        if at > now and (row is None or row.meeting is None):
            times.append(Time(one.nominal, at, at + length, row=row, one=one))
    times += [Time(one.nominal, None, one=one) for one in found.left_out if one.nominal not in known]
    return sorted(times, key=_moment)[: COMING + len(found.left_out)], found.unconfirmed


def _moment(time: Time) -> tuple[dt.date, dt.datetime]:
    moment = time.at or timezone.make_aware(dt.datetime.combine(time.day, dt.time()))
    return timezone.localdate(moment), moment


def _held(user: User, over: list[Meeting]) -> list[Held]:
    shown = over[:PAST]
    issued = ConclusionNotice.objects.filter(meeting__in=shown, state=ConclusionNotice.State.ISSUED)
    with_notice = set(issued.values_list("meeting", flat=True))
    return [Held(one, one.pk in with_notice and notices.seen_by(user, one)) for one in shown]


def of_meeting(meeting: Meeting) -> SeriesOccurrence | None:
    """The time of a series that ``meeting`` is; whoever knows of the meeting may know of it. One query."""
    return SeriesOccurrence.objects.filter(meeting=meeting).select_related("series").first()
