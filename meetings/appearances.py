"""Meetings in the weekly schedule of an agency (``eoffice.calendar.weeks.appearances``): those that its leaders attend."""

import datetime as dt
from collections.abc import Collection, Iterator

from eoffice.calendar.weeks.appearances import Appearance
from meetings.models import Attendee, InvitationLine, Meeting

GONE = (Meeting.State.CANCELLED, Meeting.State.POSTPONED)


def appearances(people: Collection[int], start: dt.datetime, end: dt.datetime) -> Iterator[Appearance]:
    """Issued meetings that begin between ``start`` and ``end`` and that ``people`` (ids) chair or attend themselves. Three
    queries."""
    attending: dict[int, list[int]] = {}
    seats = Attendee.objects.filter(
        person__in=people, substitute__isnull=True, meeting__starts_at__gte=start, meeting__starts_at__lt=end
    )
    for meeting, person in seats.order_by("pk").values_list("meeting", "person"):
        attending.setdefault(meeting, []).append(person)
    found = list(
        Meeting.objects.filter(pk__in=attending)
        .exclude(state=Meeting.State.DRAFT)
        .select_related("organiser", "chair__person", "chair__position", "chair__unit")
    )
    invited: dict[int, list[str]] = {}
    lines = InvitationLine.objects.filter(meeting__in=found).select_related("unit", "group", "appointment__person")
    for line in lines.order_by("order", "pk"):
        invited.setdefault(line.meeting_id, []).append(_named(line))
    for one in found:
        yield Appearance(
            source="meeting",
            pk=one.pk,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            title=one.title,
            place=one.place,
            chair=one.chair.person_id,
            attending=tuple(person for person in attending[one.pk] if person != one.chair.person_id),
            chair_name=f"{one.chair.position_title} {one.chair.person.full_name}",
            attendees="; ".join(invited.get(one.pk, [])),
            prepared_by=one.organiser.short_name,
            gone=one.state in GONE,
            reason=one.state_reason if one.state in GONE else "",
        )


def _named(line: InvitationLine) -> str:
    if line.unit is not None:
        return line.unit.short_name
    if line.group is not None:
        return line.group.name
    return line.appointment.person.full_name if line.appointment is not None else ""
