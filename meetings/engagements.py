"""What meetings take of people's time (``eoffice.calendar.sources``)."""

import datetime as dt
from collections.abc import Collection, Iterator

from django.db.models import Q
from django.urls import reverse

from eoffice.accounts.models import User
from eoffice.calendar.sources import Engagement
from meetings.models import Attendee, Meeting

TAKING = (
    Meeting.State.DRAFT,
    Meeting.State.INVITED,
    Meeting.State.IN_SESSION,
    Meeting.State.ENDED,
    Meeting.State.CONCLUDED,
)
SOURCE = "meeting"
LONGEST = dt.timedelta(days=7)
"""No meeting takes longer (``meetings.scheduling``)."""


def engagements(people: Collection[int], start: dt.datetime, end: dt.datetime) -> Iterator[Engagement]:
    """What meetings take of the time of ``people`` (ids) between ``start`` and ``end``. One query.

    Those for whom somebody else attends are free; meetings called off or put off take nobody's time.
    """
    held = Q(
        meeting__starts_at__lt=end,
        meeting__starts_at__gt=start - LONGEST,  # else all meetings there ever were come into question
        meeting__ends_at__gt=start,
        meeting__state__in=TAKING,
    )
    taken = Attendee.objects.filter(held, person__in=people, substitute__isnull=True)
    rows = taken.order_by().values_list(
        "person",
        "meeting",
        "meeting__starts_at",
        "meeting__ends_at",
        "meeting__title",
        "meeting__place",
        "meeting__state",
    )
    for person, meeting, starts_at, ends_at, title, place, state in rows:
        yield Engagement(
            person_id=person,
            starts_at=starts_at,
            ends_at=ends_at,
            source=SOURCE,
            pk=meeting,
            title=title,
            place=place,
            url=reverse("meeting-detail", args=[meeting]),
            firm=state != Meeting.State.DRAFT,
        )


def known(user: User, meetings: Collection[int]) -> set[int]:
    """Of ``meetings`` (ids), those of which ``user`` may know. One query."""
    return set(Meeting.objects.visible_to(user).filter(pk__in=meetings).order_by().values_list("pk", flat=True))
