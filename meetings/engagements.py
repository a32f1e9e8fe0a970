"""What meetings take of people's time (``eoffice.calendar.sources``)."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from eoffice.accounts.models import User
from eoffice.calendar.sources import Engagement
from meetings import parts
from meetings.models import Attendee, Meeting, Substitution

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
    """What meetings take of the time of ``people`` (ids) between ``start`` and ``end``. Two queries.

    Who comes for a part is busy for that part; while somebody else attends for them they are free, and that one is not.
    Meetings called off or put off take nobody's time.
    """
    held = Q(
        meeting__starts_at__lt=end,
        meeting__starts_at__gt=start - LONGEST,  # else all meetings there ever were come into question
        meeting__ends_at__gt=start,
        meeting__state__in=TAKING,
    )
    taken = Attendee.objects.filter(held, person__in=people)
    shown = ("meeting__starts_at", "meeting__ends_at", "meeting__title", "meeting__place", "meeting__state")
    rows = list(taken.order_by().values_list("person", "meeting", "attends_from", "attends_to", "substitute", *shown))
    sent = _sent(people, held)
    for person, meeting, attends_from, attends_to, substitute, *about in rows:
        own = sent.pop((person, meeting), _Sent([], []))
        if substitute is not None and not own.away:
            continue
        attended = (attends_from or about[0], attends_to or about[1])
        spans = own.stands_in if own.only_stands_in else [attended]
        for away in own.away:
            spans = parts.without(spans, away)
        yield from (_engagement(person, meeting, span, about) for span in spans)
    for (person, meeting), own in sent.items():
        yield from (_engagement(person, meeting, span, own.about) for span in own.stands_in)


@dataclass
class _Sent:
    """Of one person in one meeting: when somebody stands for them, when they stand for somebody."""

    away: list[parts.Span]
    stands_in: list[parts.Span]
    only_stands_in: bool = False
    """Their seat, if there is one, is that of whom they stand for."""
    about: Sequence[Any] = ()


def _sent(people: Collection[int], held: Q) -> dict[tuple[int, int], _Sent]:
    concerned = Q(absent__person__in=people) | Q(appointment__person__in=people)
    rows = Substitution.objects.filter(held, concerned, ended_at__isnull=True).order_by("starts_at", "pk")
    shown = ("meeting__starts_at", "meeting__ends_at", "meeting__title", "meeting__place", "meeting__state")
    own = ("absent__person", "appointment__person", "meeting", "starts_at", "ends_at", "began_at", "former_role")
    found: dict[tuple[int, int], _Sent] = {}
    for absent, substitute, meeting, starts_at, ends_at, began_at, former_role, *about in rows.values_list(
        *own, *shown
    ):
        span = (starts_at or about[0], ends_at or about[1])
        found.setdefault((absent, meeting), _Sent([], [])).away.append(span)
        one = found.setdefault((substitute, meeting), _Sent([], []))
        one.stands_in.append(span)
        one.about = about
        one.only_stands_in = one.only_stands_in or (began_at is not None and not former_role)
    wanted = set(people)
    return {key: one for key, one in found.items() if key[0] in wanted}


def _engagement(person: int, meeting: int, span: parts.Span, about: Sequence[Any]) -> Engagement:
    _starts_at, _ends_at, title, place, state = about
    return Engagement(
        person_id=person,
        starts_at=span[0],
        ends_at=span[1],
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
