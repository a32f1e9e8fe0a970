"""Conclusions of a meeting that has ended: their form, confirmed and issued."""

import uuid

from django.utils import timezone

from eoffice.organisation.models import Unit
from eoffice.worktime import seeding
from meetings import conclusions, notices
from meetings.models import ConclusionNotice, Meeting, MeetingSite
from tests.city import City
from tests.factories import (
    AttendeeFactory,
    InvitationLineFactory,
    MeetingFactory,
    MeetingSiteFactory,
)


def confirm_calendars(city: City) -> None:
    """Of this year and the next."""
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        seeding.seed_year(year, confirmed_by=city.admin)


def ended_meeting(city: City) -> Meeting:
    """Ended; the commune was invited."""
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind=MeetingSite.Kind.MAIN)
    site = MeetingSiteFactory(meeting=meeting, unit=city.commune)
    AttendeeFactory(site=site, appointment=city["invited_head"])
    InvitationLineFactory(meeting=meeting, unit=city.commune)
    return meeting


def form(unit: Unit | None = None, **data: object) -> dict[str, object]:
    body: dict[str, object] = {
        "key": str(uuid.uuid4()),
        "item": "",
        "text": "Giao rà soát trụ sở dôi dư.",
        "due": "open",
    }
    if unit is not None:
        body |= {"is_task": "on", "lead_unit": unit.pk}
    return body | data


def seen(meeting: Meeting) -> str:
    return conclusions.fingerprint(conclusions.of_meeting(meeting))


def confirm(city: City, meeting: Meeting) -> ConclusionNotice:
    notices.submit(city["secretary"], meeting)
    return notices.confirm(city["chair"], meeting, seen=seen(meeting))


def issue(city: City, meeting: Meeting) -> ConclusionNotice:
    """The head of the office, which issues what its secretary wrote, signs."""
    confirm(city, meeting)
    return notices.issue(city["office_head"], meeting, seen=seen(meeting))
