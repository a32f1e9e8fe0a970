"""A meeting that the department holds while the city's sits, to be attached to it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from meetings.models import Attachment, Attendee, Meeting, MeetingSite
from tests.city import City
from tests.factories import AttendeeFactory, MeetingFactory, MeetingSiteFactory, UnitFactory, UserFactory
from tests.meetings.room import Sitting


@dataclass
class Guest:
    """The department's head presides at its main site, its clerk is the secretary, an officer sits at the site of a unit below."""

    meeting: Meeting
    main: MeetingSite
    below: MeetingSite

    @property
    def path(self) -> str:
        """Address of its socket."""
        return f"/ws/meetings/{self.meeting.pk}/"


def build_guest(city: City) -> Guest:
    """In session."""
    chair, secretary = city["department_head"], city["department_clerk"]
    meeting = MeetingFactory(
        title="Giao ban Sở Xây dựng",
        chair=chair,
        secretary=secretary,
        organiser=city.department,
        state=Meeting.State.IN_SESSION,
        starts_at=timezone.now() + dt.timedelta(minutes=10),
    )
    main = MeetingSiteFactory(meeting=meeting, kind=MeetingSite.Kind.MAIN, unit=city.department, name="Sở: phòng họp")
    for role, appointment in ((Attendee.Role.CHAIR, chair), (Attendee.Role.SECRETARY, secretary)):
        AttendeeFactory(site=main, appointment=appointment, role=role)
    below = MeetingSiteFactory(meeting=meeting, unit=UnitFactory(parent=city.department), name="Ban Quản lý")
    AttendeeFactory(site=below, appointment=city["department_officer"], role=Attendee.Role.INVITED)
    return Guest(meeting, main, below)


def attach(guest: Guest, sitting: Sitting) -> Attachment:
    """As if it had been asked and accepted before anybody came."""
    now = timezone.now()
    return Attachment.objects.create(
        site=sitting.department,
        guest=guest.meeting,
        asked_by_side="guest",
        asked_by=UserFactory(),
        asked_at=now,
        attached_at=now,
    )
