"""Changing a recurring meeting for all times to come or from one on: first shown, then done (docs/domain/meetings.md, "Recurring meetings").

What was held, is off or was changed singly stays as it is. The other meetings move to the times of the new rule: each to the one of
its own day, else to the first free one of its week (of its month, for rules that count in months).
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.calendar import conflicts
from eoffice.calendar.conflicts import Conflict as Clash
from eoffice.calendar.conflicts import Question, Severity
from eoffice.errors import Conflict
from eoffice.organisation.models import Appointment
from eoffice.worktime import recurrence
from eoffice.worktime.recurrence import Cycle, Occurrence
from meetings import repeating, scheduling, series_rooms
from meetings.engagements import SOURCE
from meetings.models import Meeting, MeetingSeries, SeriesOccurrence
from meetings.repeating import CHANGEABLE, Outline
from meetings.scheduling import Plan

_MARGIN = dt.timedelta(days=45)


class Effect(StrEnum):
    """What becomes of a meeting."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    KEPT = "kept"
    """Changed singly, put off, or sitting."""
    SAME = "same"


@dataclass(frozen=True)
class Change:
    """One meeting, what becomes of it, and when it is held then."""

    row: SeriesOccurrence
    meeting: Meeting
    effect: Effect
    one: Occurrence | None = None
    """The time it takes, of the new rule; None: none."""
    plan: Plan | None = None
    roomless: str = ""
    """Why it has no room then, though the series has one."""
    conflicts: list[Clash] = field(default_factory=list)
    """Of chair and secretary at its new time; filled in by ``warn``."""

    @property
    def moved(self) -> bool:
        """Held at another time than now."""
        return self.plan is not None and self.plan.starts_at != self.meeting.starts_at

    @property
    def told(self) -> bool:
        """Those invited are told."""
        return self.meeting.state == Meeting.State.INVITED and self.effect in (Effect.CHANGED, Effect.CANCELLED)


@dataclass(frozen=True)
class New:
    """A meeting that is made."""

    plan: Plan
    roomless: str = ""
    conflicts: list[Clash] = field(default_factory=list)


@dataclass
class Preview:
    """What a change would do."""

    changes: list[Change] = field(default_factory=list)
    renamed: list[tuple[SeriesOccurrence, Occurrence]] = field(default_factory=list)
    """Times without a meeting to change (left out, called off) that stand for a time of the new rule."""
    new: list[New] = field(default_factory=list)
    """Further meetings that are made at once."""
    unconfirmed: int | None = None

    @property
    def fingerprint(self) -> str:
        """Says whether what was shown is what would be done."""
        parts = [
            f"{c.meeting.pk} {c.meeting.version} {c.effect} {c.plan and repeating.fingerprint(c.plan)}"
            for c in self.changes
        ]
        parts += [repeating.fingerprint(one.plan) for one in self.new]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def hindered(self) -> bool:
        """A meeting that is made has no room, or its chair or secretary is not free: somebody should see it first."""
        return any(one.roomless or one.conflicts for one in self.new)


def preview_of_new(by: Appointment, outline: Outline, like: Meeting | None) -> Preview:
    """The meetings that a new series begins with, but for ``like``, which there is. Raises UserError with ``fields``."""
    series_rooms.check_lent(by, outline.room)
    outline = repeating.checked(outline)
    found = repeating.wanted(MeetingSeries(**repeating.columns(outline)), timezone.now())
    known = {timezone.localdate(like.starts_at)} if like else set()
    return warn(
        Preview(
            new=[_made(by, outline, one) for one in found.held if one.nominal not in known],
            unconfirmed=found.unconfirmed,
        ),
        by.person,
    )


def warn(shown: Preview, viewer: User) -> Preview:
    """Name the meetings at whose time chair or secretary cannot: a few queries for each that is made or moved."""
    for one in shown.changes:
        if one.effect == Effect.CHANGED and one.plan is not None:
            one.conflicts.extend(_serious(one.plan, viewer, {(SOURCE, one.meeting.pk)}))
    for new in shown.new:
        new.conflicts.extend(_serious(new.plan, viewer, set()))
    return shown


def _serious(plan: Plan, viewer: User, itself: set[tuple[str, int]]) -> list[Clash]:
    leading = frozenset((plan.chair.person_id, plan.secretary.person_id))
    asked = Question(starts_at=plan.starts_at, ends_at=plan.ends_at, leading=leading, itself=frozenset(itself))
    return [one for one in conflicts.found(asked, viewer) if one.severity == Severity.SERIOUS]


def preview(by: Appointment, series: MeetingSeries, outline: Outline, since: dt.date) -> Preview:
    """What becomes of the meetings whose day by the rule is ``since`` or later. Raises UserError with ``fields``."""
    outline = repeating.checked(outline)
    now = timezone.now()
    rows = [row for row in repeating.with_meetings(series) if row.day >= since]
    last = max([timezone.localdate(now) + repeating.AHEAD, *[row.day + _MARGIN for row in rows]])
    found = recurrence.occurrences(outline.rule, since - _MARGIN, last)
    times = [one for one in found.held if one.nominal >= since]
    taken = _paired(rows, times, weekly=outline.rule.every in (Cycle.DAY, Cycle.WEEK))
    shown = Preview(unconfirmed=found.unconfirmed)
    for row in rows:
        one = taken.get(row.pk)
        if row.meeting is not None and row.meeting.state != Meeting.State.CANCELLED:
            shown.changes.append(_change(by, row, row.meeting, outline, one, now))
        elif one is not None:
            shown.renamed.append((row, one))
    shown.new = list(_new(by, series, outline, since, {one.nominal for one in taken.values()}))
    return shown


@transaction.atomic
def change(
    by: Appointment, series: MeetingSeries, outline: Outline, *, since: dt.date, version: int, seen: str
) -> MeetingSeries:
    """Do what ``preview`` showed: ``seen`` is its fingerprint, ``version`` that of the series then.

    Raises NotAllowed, UserError with ``fields``, Conflict("series-changed"): nothing is written then.
    """
    series = repeating.locked_for(by, series)
    if outline.organiser != series.organiser:
        scheduling.check_organiser(by, outline.organiser)
        scheduling.check_organiser(series.created_by, outline.organiser)
    if outline.room != series.room:
        series_rooms.check_lent(by, outline.room)
        series_rooms.check_lent(series.created_by, outline.room)
    shown = preview(by, series, outline, since)
    if version != series.version or seen != shown.fingerprint:
        raise outdated()
    for name, value in repeating.columns(outline).items():
        setattr(series, name, value)
    series.version += 1
    series.save()
    _hold_other_days(series, shown)
    for one in shown.changes:
        _do(by, series, one)
    log.record("series.changed", by=by, target=series, rule=series.rrule, since=since.isoformat())
    repeating.make_ahead(series)
    return series


def outdated() -> Conflict:
    """Somebody else was faster, or what is shown is not what would be done any more."""
    return Conflict(
        "series-changed",
        _("Lịch họp định kỳ hoặc cuộc họp của lịch vừa thay đổi. Nội dung của bạn chưa được lưu."),
        hint=_("Xem lại danh sách bên dưới rồi xác nhận lần nữa."),
    )


def remaining(series: MeetingSeries, since: dt.date) -> int | None:
    """Of a rule with a count: as many as it gives from ``since`` on."""
    rule = series.rule
    if rule.count is None:
        return None
    before = recurrence.named_between(rule, rule.first, since)
    return max(rule.count - sum(1 for _day in before), 1)


def _change(
    by: Appointment, row: SeriesOccurrence, meeting: Meeting, outline: Outline, one: Occurrence | None, now: dt.datetime
) -> Change:
    if meeting.state not in CHANGEABLE or meeting.starts_at <= now or repeating.changed_singly(row):
        return Change(row, meeting, Effect.KEPT, one)
    if one is None:
        return Change(row, meeting, Effect.CANCELLED)
    plan, why = series_rooms.fitting(by, outline.plan(one), outline.place, besides=meeting.booking_id)
    same = plan == scheduling.plan_of(meeting)
    return Change(row, meeting, Effect.SAME if same else Effect.CHANGED, one, plan, why)


def _paired(rows: list[SeriesOccurrence], times: list[Occurrence], *, weekly: bool) -> dict[int, Occurrence]:
    """Which time each row takes."""
    free = {one.nominal: one for one in times}
    taken = {row.pk: free.pop(row.day) for row in rows if row.day in free}
    for row in rows:
        near = [day for day in free if _span(day, weekly=weekly) == _span(row.day, weekly=weekly)]
        if row.pk not in taken and near:
            taken[row.pk] = free.pop(min(near))
    return taken


def _span(day: dt.date, *, weekly: bool) -> tuple[int, int]:
    return day.isocalendar()[:2] if weekly else (day.year, day.month)


def _new(
    by: Appointment, series: MeetingSeries, outline: Outline, since: dt.date, taken: set[dt.date]
) -> Iterator[New]:
    planned = MeetingSeries(**repeating.columns(outline))
    known = set(series.occurrences.filter(day__lt=since).values_list("day", flat=True))
    for one in repeating.wanted(planned, timezone.now()).held:
        if one.nominal not in taken and one.nominal not in known:
            yield _made(by, outline, one)


def _made(by: Appointment, outline: Outline, one: Occurrence) -> New:
    return New(*series_rooms.fitting(by, outline.plan(one), outline.place))


def _hold_other_days(series: MeetingSeries, shown: Preview) -> None:
    """Each row stands for the day of its time; of what is cancelled there is none any more."""
    rows = [(one.row, one.one, one.plan) for one in shown.changes if one.one or one.effect == Effect.CANCELLED]
    rows += [(row, one, None) for row, one in shown.renamed]
    SeriesOccurrence.objects.filter(pk__in=[row.pk for row, _one, _plan in rows]).delete()
    taken = set(series.occurrences.values_list("day", flat=True))
    again = []
    for row, one, plan in rows:
        if one is None or one.nominal in taken:
            continue
        applied = repeating.fingerprint(plan) if plan else row.applied
        again.append(
            SeriesOccurrence(series=series, day=one.nominal, meeting=row.meeting, applied=applied, reason=row.reason)
        )
    SeriesOccurrence.objects.bulk_create(again)


def _do(by: Appointment, series: MeetingSeries, one: Change) -> None:
    if one.effect == Effect.CANCELLED:
        scheduling.cancel_meeting(by, one.meeting, reason=_("Đổi lịch họp định kỳ."))
    elif one.effect == Effect.CHANGED and one.plan is not None:
        meeting = scheduling.edit_meeting(by, one.meeting, one.plan, version=one.meeting.version)
        if one.roomless:
            series_rooms.tell(meeting, series, one.roomless)
