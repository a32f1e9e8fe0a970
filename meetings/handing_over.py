"""Places that change hands at a set time: of a person to their substitute for a part of the meeting, and back (ADR 0143).

The time alone gives nobody a right: whoever holds the place is written in ``Attendee.substitute``, and one transaction changes
that, with the votes of the meeting held. Whatever asks who has the place (a vote that is opened, a ballot, a check-in, the
door of the room) has what is due done first; a sweep does it for everybody else.
"""

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from eoffice.audit import log
from eoffice.errors import Conflict
from meetings import permissions, substitute_checks, substitute_notices, substitutes
from meetings.models import Meeting, Substitution
from meetings.scheduling import locked

RELATED = ("appointment__person", "by__person", "ended_by", "absent__person")


def due(now: dt.datetime) -> "QuerySet[Substitution]":
    """Parts that should have begun, or should be over, of meetings that are to come or sit."""
    begins = Q(began_at__isnull=True, starts_at__lte=now)
    ends = Q(ends_at__lte=now)
    return Substitution.objects.filter(begins | ends, ended_at__isnull=True, meeting__state__in=permissions.WITH_ROOM)


def settle(meeting_id: int) -> None:
    """Do what is due in a meeting. Before anything of it is locked; one query when nothing is."""
    if due(timezone.now()).filter(meeting=meeting_id).exists():
        _settle(meeting_id)


def sweep(now: dt.datetime) -> int:
    """Do what is due in all meetings; in how many. May run twice at once."""
    meetings = sorted(set(due(now).order_by().values_list("meeting", flat=True)))
    for meeting_id in meetings:
        _settle(meeting_id)
    return len(meetings)


@transaction.atomic
def _settle(meeting_id: int) -> None:
    meeting = locked(Meeting(pk=meeting_id))
    rows = due(timezone.now()).filter(meeting=meeting_id).select_related(*RELATED)
    # Who leaves goes first, so that two parts that touch never hold one place.
    for one in sorted(rows, key=lambda row: (row.began_at is None, row.starts_at or meeting.starts_at, row.pk)):
        _hand_over(one, meeting)


def _hand_over(one: Substitution, meeting: Meeting) -> None:
    absent = substitutes.locked_seat(one.absent, meeting)
    one.absent, one.meeting = absent, meeting
    over = one.ends_at is not None and one.ends_at <= timezone.now()
    if one.began_at is not None or over:
        substitutes.give_back(one, absent)
        _record("meeting.substitute_part_over", one)
        return
    try:
        substitute_checks.check_absent(absent, checked_in=True)
        substitute_checks.check_free(absent, one.appointment)
    except Conflict:  # since it was sent, one of them has come to lead the meeting, or to a seat of their own
        substitutes.give_back(one, absent)
        substitute_notices.taken_back(one)
        return
    substitutes.begin(one, absent)
    _record("meeting.substitute_part_begun", one)


def _record(action: str, one: Substitution) -> None:
    names = {"person": one.absent.person.full_name, "substitute": one.appointment.person.full_name}
    log.record(action, by=one.by, target=one.meeting, **names)
