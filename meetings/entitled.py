"""Who may vote in a meeting, who runs its votes, and who may mark whom as present (docs/domain/votes.md)."""

from django.db.models import QuerySet

from eoffice.accounts.models import User
from eoffice.organisation.standing import standing_of
from meetings import roles
from meetings.models import Attendee, Meeting, MeetingSite, Role
from meetings.permissions import OPEN_TO_CHANGE, WITH_ROOM, may_chair, may_lead, may_prepare

VOTING_ROLES = tuple(role for role in Role if roles.grants(role, roles.Right.VOTE))
"""Roles of an attendee that carry a vote: chair, co-chair, member."""


def voting_seats(meeting_id: int) -> "QuerySet[Attendee]":
    """The attendees who may vote, in the order of protocol; a substitute who may vote in the place of whom they stand for."""
    related = ("person", "appointment__position", "appointment__unit", "site", "stands_for__person")
    seats = Attendee.objects.filter(meeting_id=meeting_id, role__in=VOTING_ROLES).select_related(*related)
    seats = seats.exclude(substitute__role__in=VOTING_ROLES)
    return seats.order_by("appointment__position__rank", "person__search_name", "pk")


def may_prepare_polls(user: User, meeting: Meeting) -> bool:
    """Write and change questions that have not been put yet: those who prepare the meeting, and who presides."""
    if meeting.state not in (*OPEN_TO_CHANGE, Meeting.State.IN_SESSION):
        return False
    return may_prepare(user, meeting) or (meeting.state in WITH_ROOM and may_lead(user, meeting))


def may_run_polls(user: User, meeting: Meeting) -> bool:
    """Put questions to the vote, close and publish them, enter ballots by hand: who presides, and a secretary; after
    the meeting its chair and secretary."""
    return may_lead(user, meeting) if meeting.state in WITH_ROOM else may_chair(user, meeting)


def may_keep_attendance(user: User, meeting: Meeting) -> bool:
    """Open and close check-in, mark anybody: who presides, and a secretary, while there is a room."""
    return meeting.state in WITH_ROOM and may_lead(user, meeting)


def sites_kept_by(user: User, meeting: Meeting) -> "QuerySet[MeetingSite]":
    """The sites whose people ``user`` may mark: those of units they answer for (head, deputy, clerk)."""
    represented = standing_of(user).represents
    return MeetingSite.objects.filter(meeting=meeting, person__isnull=True, unit__in=represented)
