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

from eoffice.audit import log
from eoffice.errors import Conflict
from eoffice.organisation.models import Appointment
from eoffice.worktime import recurrence
from eoffice.worktime.recurrence import Cycle, Occurrence
from meetings import repeating, scheduling
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

    @property
    def moved(self) -> bool:
        """Held at another time than now."""
        return self.plan is not None and self.plan.starts_at != self.meeting.starts_at

    @property
    def told(self) -> bool:
        """Those invited are told."""
        return self.meeting.state == Meeting.State.INVITED and self.effect in (Effect.CHANGED, Effect.CANCELLED)


@dataclass
class Preview:
    """What a change would do."""

    changes: list[Change] = field(default_factory=list)
    renamed: list[tuple[SeriesOccurrence, Occurrence]] = field(default_factory=list)
    """Times without a meeting to change (left out, called off) that stand for a time of the new rule."""
    new: list[Plan] = field(default_factory=list)
    """Further meetings that are made at once."""
    unconfirmed: int | None = None

    @property
    def fingerprint(self) -> str:
        """Says whether what was shown is what would be done."""
        parts = [
            f"{c.meeting.pk} {c.meeting.version} {c.effect} {c.plan and repeating.fingerprint(c.plan)}"
            for c in self.changes
        ]
        return hashlib.sha256("\n".join([*parts, *map(repeating.fingerprint, self.new)]).encode()).hexdigest()


def preview(series: MeetingSeries, outline: Outline, since: dt.date) -> Preview:
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
            shown.changes.append(_change(row, row.meeting, outline, one, now))
        elif one is not None:
            shown.renamed.append((row, one))
    shown.new = list(_new(series, outline, since, {one.nominal for one in taken.values()}))
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
    shown = preview(series, outline, since)
    if version != series.version or seen != shown.fingerprint:
        raise outdated()
    for name, value in repeating.columns(outline).items():
        setattr(series, name, value)
    series.version += 1
    series.save()
    _hold_other_days(series, shown)
    for one in shown.changes:
        _do(by, one)
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
    row: SeriesOccurrence, meeting: Meeting, outline: Outline, one: Occurrence | None, now: dt.datetime
) -> Change:
    if meeting.state not in CHANGEABLE or meeting.starts_at <= now or repeating.changed_singly(row):
        return Change(row, meeting, Effect.KEPT, one)
    if one is None:
        return Change(row, meeting, Effect.CANCELLED)
    plan = scheduling.checked_plan(outline.plan(one))
    same = plan == scheduling.plan_of(meeting)
    return Change(row, meeting, Effect.SAME if same else Effect.CHANGED, one, plan)


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


def _new(series: MeetingSeries, outline: Outline, since: dt.date, taken: set[dt.date]) -> Iterator[Plan]:
    planned = MeetingSeries(**repeating.columns(outline))
    known = set(series.occurrences.filter(day__lt=since).values_list("day", flat=True))
    for one in repeating.wanted(planned, timezone.now()).held:
        if one.nominal not in taken and one.nominal not in known:
            yield outline.plan(one)


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


def _do(by: Appointment, one: Change) -> None:
    if one.effect == Effect.CANCELLED:
        scheduling.cancel_meeting(by, one.meeting, reason=_("Đổi lịch họp định kỳ."))
    elif one.effect == Effect.CHANGED and one.plan is not None:
        scheduling.edit_meeting(by, one.meeting, one.plan, version=one.meeting.version)
