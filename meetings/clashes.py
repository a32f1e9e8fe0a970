"""What stands in the way of a meeting (``eoffice.calendar.conflicts``): whom and what it takes, and what meetings know of others' time."""

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.calendar import accepting, conflicts, occupancy, slots
from eoffice.calendar.accepting import Answer
from eoffice.calendar.conflicts import Conflict, Finding, Question, Severity
from eoffice.calendar.models import Resource
from eoffice.calendar.occupancy import Times
from eoffice.calendar.slots import Slot
from eoffice.organisation.models import Appointment, Position
from meetings import week_lines
from meetings.engagements import LONGEST, SOURCE
from meetings.models import Meeting, MeetingSite

SUGGESTED_DAYS = 14


def question(meeting: Meeting) -> Question:
    """What to ask about ``meeting`` as it stands in memory, saved or not: chair and secretary lead it; who attends, and the heads of
    invited units that have not named anybody, take part. Seven queries at most, none for one that was never saved.
    """
    leading = frozenset((meeting.chair.person_id, meeting.secretary.person_id))
    asked = Question(starts_at=meeting.starts_at, ends_at=meeting.ends_at, leading=leading, place=meeting.place)
    if meeting._state.adding:
        return asked
    people, units = _invited(meeting)
    return Question(
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        leading=leading,
        people=people - leading,
        place=meeting.place,
        units=units if meeting.form != Meeting.Form.IN_PERSON else frozenset(),
        itself=frozenset({(SOURCE, meeting.pk)}) | week_lines.rows(meeting),
    )


def _invited(meeting: Meeting) -> tuple[frozenset[int], frozenset[int]]:
    """People who attend, and units with a site of their own, by id."""
    from meetings import invitations

    listed = set(meeting.attendees.filter(substitute__isnull=True).order_by().values_list("person", "site__unit"))
    people = {person for person, _unit in listed}
    if meeting.state == Meeting.State.DRAFT:
        invited = invitations.invitees(meeting)
        units = {unit.pk for unit in invited.units}
        people |= {appointment.person_id for appointment in invited.people}
    else:
        sites = meeting.sites.filter(kind=MeetingSite.Kind.BRANCH).order_by()
        units = set(sites.values_list("unit", flat=True))
    silent = units - {unit for _person, unit in listed}
    return frozenset(people | _heads(silent, timezone.localdate(meeting.starts_at))), frozenset(units)


def _heads(units: set[int], day: dt.date) -> set[int]:
    if not units:
        return set()
    heads = Appointment.objects.current(day).own().filter(unit__in=units, position__duty=Position.Duty.HEAD)
    return set(heads.order_by().values_list("person", flat=True))


def of(meeting: Meeting, viewer: User) -> list[Conflict]:
    """Conflicts of ``meeting`` as it stands in memory, in words for ``viewer``, with what was accepted of them."""
    return conflicts.marked(conflicts.found(question(meeting), viewer), SOURCE, meeting.pk)


def settle(by: Appointment, meeting: Meeting, answer: Answer | None) -> None:
    """Inside the transaction that saves ``meeting``: refuse what nobody accepted, keep what ``answer`` accepts. None: nobody was asked.

    Raises UserError("conflicts-open"), as ``accepting.settle``.
    """
    if answer is not None:
        accepting.settle(by, meeting, SOURCE, question(meeting), answer)


def suggestions(meeting: Meeting, room: Resource | None = None, *, limit: int = 4) -> list[Slot]:
    """Other times for ``meeting`` within two weeks from its day, at which chair and secretary are free, and ``room``; the best first."""
    asked = question(meeting)
    first = max(timezone.localdate(meeting.starts_at), timezone.localdate())
    diary = slots.read(asked.everybody, first, SUGGESTED_DAYS, itself=asked.itself)
    if room is not None:
        whole = Times(slots.step_time(first, 0), slots.step_time(first + dt.timedelta(days=SUGGESTED_DAYS), 0))
        taken = occupancy.busy_times(room, whole, besides=meeting.booking_id)
        slots.bar(diary, ((one.starts_at, one.ends_at) for one in taken))
    duration = meeting.ends_at - meeting.starts_at
    return slots.free(diary, asked.leading, duration, since=timezone.now(), limit=limit)


def wide_meetings(asked: Question) -> Iterator[Finding]:
    """Issued meetings with so many sites that it is the whole city's time. One query."""
    wide = (
        Meeting.objects.filter(
            starts_at__lt=asked.ends_at, starts_at__gt=asked.starts_at - LONGEST, ends_at__gt=asked.starts_at,
            state__in=(Meeting.State.INVITED, Meeting.State.IN_SESSION),
        )
        .annotate(count=Count("sites"))
        .filter(count__gte=settings.CALENDAR_WIDE_SITES)
        .order_by("starts_at", "pk")
        .values("pk", "title", "starts_at", "ends_at", "count", "organiser__short_name")
    )  # fmt: skip
    for one in wide:
        yield Finding(
            code="wide-meeting", severity=Severity.NOTICE, starts_at=one["starts_at"], ends_at=one["ends_at"],
            subject=f"meeting:{one['pk']}", who=one["organiser__short_name"],
            text=_("Họp với %(count)d điểm cầu") % {"count": one["count"]},
            source=SOURCE, pk=one["pk"], title=one["title"],
        )  # fmt: skip


def busy_sites(asked: Question) -> Iterator[Finding]:
    """Units whose site another online meeting has at that time. One query, none where no unit has a site."""
    if not asked.units:
        return
    taken = MeetingSite.objects.filter(
        unit__in=asked.units, kind=MeetingSite.Kind.BRANCH,
        meeting__starts_at__lt=asked.ends_at, meeting__starts_at__gt=asked.starts_at - LONGEST,
        meeting__ends_at__gt=asked.starts_at,
        meeting__state__in=(Meeting.State.INVITED, Meeting.State.IN_SESSION),
    ).exclude(meeting__form=Meeting.Form.IN_PERSON)  # fmt: skip
    rows = taken.order_by("unit__path", "meeting__starts_at").values(
        "unit", "unit__short_name", starts=F("meeting__starts_at"), ends=F("meeting__ends_at"),
        row=F("meeting"), title=F("meeting__title"),
    )  # fmt: skip
    for one in rows:
        yield Finding(
            code="site-busy", severity=Severity.NOTICE, starts_at=one["starts"], ends_at=one["ends"],
            subject=f"unit:{one['unit']}", who=one["unit__short_name"], text=_("Điểm cầu đã có cuộc họp khác"),
            source=SOURCE, pk=one["row"], title=one["title"],
        )  # fmt: skip
