"""People with a vote in a sitting meeting, and what they do, for the tests of votes."""

import uuid
from typing import Any

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from meetings import balloting, roll_call, voting
from meetings.models import Attendee, Poll, PollSeat
from tests.city import City
from tests.factories import AppointmentFactory, AttendeeFactory, UserFactory
from tests.meetings.room import Sitting

MEMBERS = ("invited_head", "department_head", "office_head")
"""With the chair, four seats that vote; the secretary has none."""


def seat_members(city: City, sitting: Sitting) -> list[User]:
    """The chair and three members with a vote at their sites."""
    sites = {"invited_head": sitting.commune, "department_head": sitting.department, "office_head": sitting.main}
    for role in MEMBERS:
        AttendeeFactory(site=sites[role], appointment=city[role], role=Attendee.Role.MEMBER)
    return [city.person("chair"), *(city.person(role) for role in MEMBERS)]


def seat_many(city: City, sitting: Sitting, number: int) -> list[User]:
    """``number`` more members with a vote, at the commune's site."""
    people = []
    for index in range(number):
        appointment: Appointment = AppointmentFactory(
            person=UserFactory(username=f"thanh.vien.{index}", full_name=f"Thành viên {index:03}"), unit=city.commune
        )
        AttendeeFactory(site=sitting.commune, appointment=appointment, role=Attendee.Role.MEMBER)
        people.append(appointment.person)
    return people


def all_arrive(city: City, sitting: Sitting, people: list[User]) -> None:
    """The secretary opens check-in; everybody says that they are there."""
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    for person in people:
        roll_call.check_in(sitting.meeting, by=person)


def ask(city: City, sitting: Sitting, question: str = "Thông qua chương trình công tác?", **rule: Any) -> Poll:
    """A prepared question."""
    asked = voting.Question(question=question, **rule)
    return voting.prepare(city["secretary"], sitting.meeting, asked, key=uuid.uuid4())


def put(city: City, sitting: Sitting, **rule: Any) -> Poll:
    """A question that is being voted on."""
    return voting.open_poll(city["chair"], sitting.meeting, ask(city, sitting, **rule).pk)


def cast(poll: Poll, person: User, choice: str = "agree", text: str = "", key: uuid.UUID | None = None) -> PollSeat:
    """``person`` votes."""
    return balloting.cast(poll.meeting_id, poll.pk, person=person, choice=choice, text=text, key=key or uuid.uuid4())


def count(city: City, sitting: Sitting, poll: Poll) -> Poll:
    """Close, and the poll as it is then."""
    return voting.close(city["chair"], sitting.meeting, poll.pk)
