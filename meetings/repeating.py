"""Recurring meetings: begun, their meetings made ahead, single times left out, ended (docs/domain/meetings.md, "Recurring meetings").

Each time is a meeting of its own, made by a sweep some weeks ahead. The row of the series is the lock and a day has one
``SeriesOccurrence``: however many sweeps run, and wherever one dies, no meeting is made twice.
"""

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.models import Resource
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit, UnitGroup
from eoffice.worktime import recurrence
from eoffice.worktime.recurrence import Expansion, Occurrence, Rule
from meetings import invitations, permissions, scheduling, series_rooms
from meetings.models import Meeting, MeetingSeries, MeetingType, Role, SeriesLine, SeriesOccurrence
from meetings.scheduling import Plan

AHEAD = dt.timedelta(weeks=8)
"""So far ahead meetings are made, and the next one in any case."""
MOST_AHEAD = 10
LONGEST_MINUTES = 24 * 60
_logger = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outline:
    """What a person fills in about a series."""

    rule: Rule
    start_time: dt.time
    minutes: int
    title: str
    type: MeetingType
    form: str
    place: str = ""
    note: str = ""
    organiser: Unit
    chair: Appointment
    secretary: Appointment
    lobby_minutes: int = 30
    late_entry: str = Meeting.LateEntry.FREE
    room: Resource | None = None
    """Of the catalogue, for all of them."""

    def plan(self, one: Occurrence) -> Plan:
        """The meeting held at ``one``."""
        names = Plan.__dataclass_fields__.keys() - {"starts_at", "ends_at", "reply_by"}
        starts_at = one.at(self.start_time)
        ends_at = starts_at + dt.timedelta(minutes=self.minutes)
        return Plan(starts_at=starts_at, ends_at=ends_at, **{name: getattr(self, name) for name in names})


def outline_of(series: MeetingSeries) -> Outline:
    """The series as it stands."""
    names = Outline.__dataclass_fields__.keys() - {"rule"}
    return Outline(rule=series.rule, **{name: getattr(series, name) for name in names})


@transaction.atomic
def begin(by: Appointment, outline: Outline, *, key: uuid.UUID, like: Meeting | None = None) -> MeetingSeries:
    """Begin a series and make its next meetings. The same ``key`` begins nothing anew.

    ``like``: a meeting whose invitees each time has; it becomes the time of its own day, where the rule names that.
    Raises NotAllowed, UserError with ``fields``.
    """
    if known := begun(by, key):
        return known
    scheduling.check_organiser(by, outline.organiser)
    series_rooms.check_lent(by, outline.room)
    outline = checked(outline)
    try:
        with transaction.atomic():
            series = MeetingSeries.objects.create(key=key, created_by=by, **columns(outline))
    except IntegrityError:  # the twin of a double click committed in between
        return MeetingSeries.objects.get(key=key, created_by__person=by.person)
    if like is not None:
        _begin_with(series, like)
    log.record("series.begun", by=by, target=series, rule=series.rrule)
    make_ahead(series)
    return series


def begun(by: Appointment, key: uuid.UUID) -> MeetingSeries | None:
    """The series that the form with ``key`` has begun already."""
    return MeetingSeries.objects.filter(key=key, created_by__person=by.person).first()


def sweep() -> int:
    """Make what is to be made ahead; how many meetings that were. A series whose meetings cannot be made now waits, says
    why, and does not hold up the others."""
    return sum(
        _sweep_one(pk) for pk in list(MeetingSeries.objects.running().order_by("pk").values_list("pk", flat=True))
    )


@transaction.atomic
def _sweep_one(pk: int) -> int:
    from meetings import series_days_off

    series = locked(pk)
    if series.ended_at is not None:
        return 0
    series_days_off.follow(series)
    return len(make_ahead(series))


def make_ahead(series: MeetingSeries) -> list[Meeting]:
    """Make the meetings of the next weeks that are not made; ``series`` is locked.

    A year that is not confirmed, and a meeting that cannot be planned so any more (its chair has left the position), end
    them: ``problem`` says so, and those who prepare are told once.
    """
    found = wanted(series, timezone.now())
    known = set(series.occurrences.values_list("day", flat=True))
    outline = outline_of(series)
    problem = _unconfirmed(found.unconfirmed) if found.unconfirmed else ""
    made: list[Meeting] = []
    for one in found.held:
        if one.nominal in known:
            continue
        try:
            with transaction.atomic():
                made.append(_make(series, outline, one))
        except UserError as error:
            _logger.warning("meeting of a series not made", series=series.pk, code=error.code)
            problem = " ".join(str(part) for part in (error.message, error.hint) if part)
            break
    _say(series, problem)
    return made


def wanted(series: MeetingSeries, now: dt.datetime) -> Expansion:
    """The times that are to have a meeting now; those left out count as well."""
    today, rule = timezone.localdate(now), series.rule
    found = recurrence.occurrences(rule, today, today + AHEAD)
    found.held = [one for one in found.held if one.at(series.start_time) > now]
    if len(found.held) >= MOST_AHEAD:
        found.held, found.unconfirmed = found.held[:MOST_AHEAD], None
    elif not found.held and not found.unconfirmed:
        found = recurrence.coming(rule, today, 2)
        found.held = [one for one in found.held if one.at(series.start_time) > now][:1]
        if found.unconfirmed and dt.date(found.unconfirmed, 1, 1) > today + AHEAD:
            found.unconfirmed = None  # there is time
    return found


def _make(series: MeetingSeries, outline: Outline, one: Occurrence) -> Meeting:
    from meetings import standard_agenda

    plan = outline.plan(one)
    meeting = series_rooms.create(series, plan, outline.place)
    before = series.meetings().filter(starts_at__lt=plan.starts_at).exclude(state=Meeting.State.CANCELLED)
    meeting.previous = before.order_by("-starts_at", "-pk").first()
    meeting.save(update_fields=["previous"])
    SeriesOccurrence.objects.create(series=series, day=one.nominal, meeting=meeting, applied=given_to(meeting))
    standard_agenda.copy_into(series, meeting)
    for line in series.lines.select_related("appointment", "unit", "group"):
        invitations.add_lines(series.created_by, meeting, [line.invitee], role=line.role)
    log.record(
        "series.meeting_made", by=series.created_by, target=series, meeting=meeting.pk, day=one.nominal.isoformat()
    )
    return meeting


@transaction.atomic
def leave_out(by: Appointment, series: MeetingSeries, day: dt.date, *, reason: str) -> None:
    """Hold no meeting at the time that the rule names on ``day``, before one was made (EXDATE). Again: harmless.

    Raises NotAllowed, UserError("no-such-time", "reason-missing"), Conflict("meeting-made").
    """
    series = locked_for(by, series)
    row = series.occurrences.filter(day=day).first()
    if row is not None and row.meeting_id is None:
        return
    if row is not None:
        raise Conflict(
            "meeting-made",
            _("Kỳ họp này đã có cuộc họp."),
            hint=_("Mở cuộc họp đó và hủy: người được mời sẽ được báo."),
        )
    if not any(one.nominal == day for one in recurrence.occurrences(series.rule, day - AHEAD, day + AHEAD).held):
        raise UserError("no-such-time", _("Lịch họp định kỳ không có kỳ này."))
    reason = scheduling.checked_reason(reason)
    SeriesOccurrence.objects.create(series=series, day=day, reason=reason)
    log.record("series.left_out", by=by, target=series, day=day.isoformat(), reason=reason)


@transaction.atomic
def take_in(by: Appointment, series: MeetingSeries, day: dt.date) -> None:
    """Hold the time after all that was left out. Again: harmless. Raises NotAllowed."""
    series = locked_for(by, series)
    deleted, _rows = series.occurrences.filter(day=day, meeting__isnull=True).delete()
    if deleted:
        log.record("series.taken_in", by=by, target=series, day=day.isoformat())
        make_ahead(series)


@transaction.atomic
def end(by: Appointment, series: MeetingSeries, *, reason: str, cancel: bool) -> MeetingSeries:
    """Make no more meetings; with ``cancel`` those that were made and not changed singly are cancelled, those invited are
    told why. What was held stays. Again: harmless. Raises NotAllowed, UserError("reason-missing")."""
    series = _locked(by, series)
    if series.ended_at is not None:
        return series
    series.end_reason = scheduling.checked_reason(reason)
    series.ended_at, series.ended_by, series.problem = timezone.now(), by, ""
    series.version += 1
    series.save()
    log.record("series.ended", by=by, target=series, reason=series.end_reason)
    for row in untouched(series) if cancel else []:
        assert row.meeting is not None
        scheduling.cancel_meeting(by, row.meeting, reason=series.end_reason)
    return series


def untouched(series: MeetingSeries) -> list[SeriesOccurrence]:
    """The times to come whose meeting stands as the series gave it."""
    rows = with_meetings(series).filter(meeting__starts_at__gt=timezone.now(), meeting__state__in=CHANGEABLE)
    return [row for row in rows if not changed_singly(row)]


@transaction.atomic
def add_lines(
    by: Appointment, series: MeetingSeries, invitees: list[Unit | UnitGroup | Appointment], *, role: str = Role.INVITED
) -> None:
    """Invite each time, from the meetings on that are made from now on. Twice is harmless. Raises NotAllowed."""
    series = locked_for(by, series)
    for invitee in invitees:
        name = {Unit: "unit", UnitGroup: "group"}.get(type(invitee), "appointment")
        _line, new = SeriesLine.objects.get_or_create(series=series, **{name: invitee}, defaults={"role": role})
        if new:
            log.record("series.line_added", by=by, target=series, line=str(invitee))


@transaction.atomic
def remove_line(by: Appointment, line: SeriesLine) -> None:
    """Invite no more, in meetings that are made from now on. Again: harmless. Raises NotAllowed."""
    series = locked_for(by, line.series)
    label = str(line)
    deleted, _rows = SeriesLine.objects.filter(pk=line.pk).delete()
    if deleted:
        log.record("series.line_removed", by=by, target=series, line=label)


CHANGEABLE = (Meeting.State.DRAFT, Meeting.State.INVITED)
"""Meetings in other states are never touched by a change of their series."""


def changed_singly(row: SeriesOccurrence) -> bool:
    """Somebody has given the meeting another plan than the series did."""
    return row.meeting is not None and given_to(row.meeting) != row.applied


def fingerprint(plan: Plan) -> str:
    """Says whether two plans are the same."""
    values = []
    for name in sorted(Plan.__dataclass_fields__):
        value = getattr(plan, name)
        values.append(
            str(value.astimezone(dt.UTC)) if isinstance(value, dt.datetime) else str(getattr(value, "pk", value))
        )
    return hashlib.sha256("\0".join(values).encode()).hexdigest()


def given_to(meeting: Meeting) -> str:
    """Fingerprint of the plan that ``meeting`` has now."""
    return fingerprint(scheduling.plan_of(meeting))


def with_meetings(series: MeetingSeries) -> QuerySet[SeriesOccurrence]:
    """Its times in order, with what a plan is made of."""
    parts = ("type", "organiser", "chair__person", "secretary__person", "created_by", "booking__resource")
    related = ["meeting", *(f"meeting__{part}" for part in parts)]
    return series.occurrences.select_related(*related).order_by("day")


def checked(outline: Outline) -> Outline:
    """``outline``, or UserError whose ``fields`` say what is wrong where."""
    if not 1 <= outline.minutes <= LONGEST_MINUTES:
        sentence = _("Giờ kết thúc phải sau giờ bắt đầu.")
        raise UserError("bad-plan", sentence, fields={"ends_at": sentence})
    now = timezone.localdate()
    since = max(now, outline.rule.first)
    found = recurrence.coming(outline.rule, since - dt.timedelta(days=7), 1)
    if not found.held and not found.unconfirmed:
        sentence = _("Quy tắc này không cho ngày nào. Xem lại ngày kết thúc và cách xử lý ngày nghỉ.")
        raise UserError("bad-recurrence", sentence, fields={"repeat_every": sentence})
    scheduling.checked_plan(outline.plan(found.held[0] if found.held else Occurrence(since, since)))
    return outline


def columns(outline: Outline) -> dict[str, object]:
    """What the row of a series is given."""
    rule = outline.rule
    names = Outline.__dataclass_fields__.keys() - {"rule", "title", "place", "note"}
    return {
        "rrule": rule.text,
        "starts_on": rule.starts_on,
        "on_day_off": rule.on_day_off,
        "title": normalised(outline.title),
        "place": normalised(outline.place),
        "note": outline.note.strip(),
        **{name: getattr(outline, name) for name in names},
    }


def locked(pk: int) -> MeetingSeries:
    """The row as it is now, locked until the transaction ends."""
    related = (
        "organiser",
        "type",
        "chair__person",
        "secretary__person",
        "created_by__person",
        "created_by__unit",
        "room",
    )
    return MeetingSeries.objects.select_for_update(of=("self",)).select_related(*related).get(pk=pk)


def _begin_with(series: MeetingSeries, meeting: Meeting) -> None:
    from meetings import standard_agenda

    standard_agenda.take_from(series, meeting)
    for line in meeting.invitation_lines.all():
        SeriesLine.objects.create(
            series=series, appointment=line.appointment, unit=line.unit, group=line.group, role=line.role
        )
    day = timezone.localdate(meeting.starts_at)
    if SeriesOccurrence.objects.filter(meeting=meeting).exists():
        return
    named = recurrence.occurrences(series.rule, day, day + dt.timedelta(days=1)).held
    for one in named[:1]:
        given = fingerprint(scheduling.checked_plan(outline_of(series).plan(one)))
        SeriesOccurrence.objects.create(series=series, day=one.nominal, meeting=meeting, applied=given)


def _locked(by: Appointment, series: MeetingSeries) -> MeetingSeries:
    found = locked(series.pk)
    check_may_change(by.person, found)
    return found


def check_may_change(user: User, series: MeetingSeries) -> None:
    """Raise NotAllowed unless ``user`` is of those who prepare it."""
    if not permissions.may_prepare(user, series):
        raise NotAllowed(
            "may-not-change-series",
            _("Bạn không sửa, dừng được lịch họp định kỳ này."),
            hint=_("Liên hệ chủ trì, thư ký hoặc cơ quan tổ chức cuộc họp."),
        )


def locked_for(by: Appointment, series: MeetingSeries) -> MeetingSeries:
    """For a change of what is to come. Raises NotAllowed, Conflict("series-ended")."""
    found = _locked(by, series)
    if found.ended_at is not None:
        raise Conflict("series-ended", _("Lịch họp định kỳ này đã dừng."))
    return found


def _say(series: MeetingSeries, problem: str) -> None:
    """Keep why nothing more can be made, and tell those who prepare, once."""
    if series.problem == problem:
        return
    series.problem = problem[:500]
    series.save(update_fields=["problem"])
    if problem:
        people: list[User] = [series.secretary.person, series.created_by.person]
        notify.send(
            people,
            kind="series.waiting",
            title=lambda: _("Chưa tạo được kỳ họp tiếp theo: %(title)s") % {"title": series.title},
            body=problem,
            url=reverse("series-detail", args=[series.pk]),
            mail=True,
        )


def _unconfirmed(year: int) -> str:
    return _(
        "Lịch làm việc năm %(year)d chưa được xác nhận nên chưa tạo được các kỳ họp từ năm đó. "
        "Đề nghị quản trị viên mở mục Lịch năm trong trang quản trị, kiểm tra ngày nghỉ và xác nhận."
    ) % {"year": year}
