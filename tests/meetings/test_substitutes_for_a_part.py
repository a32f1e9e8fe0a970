"""Who comes for a part of a meeting, and who stands for them during another: one place, and one holder of it at every moment."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from eoffice.calendar import sources
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.feeds.models import FeedToken
from eoffice.feeds.sources import Window, meeting_events
from eoffice.feeds.subjects import Subject
from eoffice.notifications.models import Notification
from meetings import roll_call, scheduling, substitutes
from meetings.models import Attendee, Ballot, Meeting, Role, Substitution
from meetings.tasks import hand_over_places
from tests.city import City
from tests.factories import AppointmentFactory, AttendeeFactory
from tests.meetings import voters
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.standing_in import lay_out, listed_head, opens, page, room, votes_move

As = Callable[[str], Client]
pytestmark = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 12, 3, hour, minute, tzinfo=HANOI)


@pytest.fixture
def clock() -> Any:
    """Half past seven; the meeting is from nine to half past eleven."""
    with time_machine.travel(at(7, 30), tick=False) as traveller:
        yield traveller


@pytest.fixture
def sitting(city: City, clock: time_machine.Traveller) -> Sitting:
    """Two items: from nine to half past ten, then to eleven. Substitutes may vote."""
    made = build_sitting(city, starts_at=at(9), ends_at=at(11, 30))
    for item, minutes in zip(made.items, (90, 30), strict=True):
        item.minutes = minutes
        item.save()
    votes_move(made)
    return made


@pytest.fixture
def head(city: City, sitting: Sitting) -> Attendee:
    return listed_head(city, sitting)


def busy(city: City, role: str) -> list[tuple[str, str]]:
    """When meetings take the time of somebody that day."""
    found = sources.engagements([city[role].person_id], at(0), at(23))
    local = [(one.starts_at.astimezone(HANOI), one.ends_at.astimezone(HANOI)) for one in found]
    return [(f"{start:%H:%M}", f"{end:%H:%M}") for start, end in sorted(local)]


def in_calendar(city: City, role: str) -> Any:
    """The one event in the calendar to which somebody has subscribed."""
    person = city.person(role)
    [event] = meeting_events(person, Subject(FeedToken.Kind.PERSON), Window(at(7), at(0), at(23)))
    return event


def test_a_part_for_each_of_two_from_the_reply_to_the_attendance_sheet(
    city: City, sitting: Sitting, head: Attendee, client_as: As, clock: time_machine.Traveller
) -> None:
    mine, officer = client_as("invited_head"), client_as("invited_officer")
    paper = lay_out(city, sitting)
    # The head comes for the first item, and somebody else for the second.
    said = mine.post(reverse("reply", args=[head.pk]), {"answer": "part", "items": [sitting.items[0].pk]})
    assert said.status_code == 302
    assert "Cử người dự phần còn lại" in page(mine, sitting)
    address = reverse("substitute-send", args=[head.pk])
    assert 'value="10:30"' in mine.get(address).content.decode()
    typed = {"appointment": city["invited_officer"].pk, "reason": "Tiếp dân", "scope": "part"}
    apart = mine.post(address, typed | {"items": [sitting.items[1].pk, 10**9]})
    assert apart.status_code == 422 and "Tiếp dân" in apart.content.decode()
    assert mine.post(address, typed | {"items": [sitting.items[1].pk]}).status_code == 302
    assert mine.post(address, typed | {"items": [sitting.items[1].pk]}).status_code == 302  # a double click
    assert Substitution.objects.count() == 1
    told = page(mine, sitting)
    assert "dự thay từ 10:30 đến 11:00" in told and "Chưa đến giờ" in told

    # Until then the place is the head's alone.
    invitation = Notification.objects.get(kind="meeting.substitute").calendar
    assert "DTSTART;TZID=Asia/Ho_Chi_Minh:20261203T103000" in invitation and "METHOD:REQUEST" in invitation
    assert "Quý vị dự thay cho Hoàng Ba Đình từ 10:30 đến 11:00." in page(officer, sitting)
    assert officer.get(room(sitting)).status_code == 302
    assert not opens(officer, paper) and opens(mine, paper)
    assert (busy(city, "invited_head"), busy(city, "invited_officer")) == ([("09:00", "10:30")], [("10:30", "11:00")])
    event = in_calendar(city, "invited_head")
    assert (event.start, event.end, event["TRANSP"]) == (at(9), at(10, 30), "OPAQUE")
    assert "dự đến 10:30" in event["SUMMARY"] and "09:00–11:30" in event["DESCRIPTION"]
    assert in_calendar(city, "invited_officer").start == at(10, 30)
    board = client_as("secretary").get(reverse("meeting-replies", args=[sitting.meeting.pk])).content.decode()
    assert "Nguyễn Công Chức dự thay từ 10:30 đến 11:00" in board

    # The moment itself: no sweep has run, the vote asks.
    clock.move_to(at(9, 5))
    people = [city.person("chair"), city.person("invited_head")]
    voters.all_arrive(city, sitting, people)
    first = voters.put(city, sitting, quorum="none", may_change=True)
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(first, city.person("invited_officer"))
    voters.cast(first, city.person("invited_head"))
    second_sees = page(officer, sitting)
    clock.move_to(at(10, 30))
    with pytest.raises(UserError, match=r"no-vote|has-substitute"):
        voters.cast(first, city.person("invited_head"), choice="disagree")  # cast is cast: the seat has voted
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(first, city.person("invited_officer"))
    voters.count(city, sitting, first)
    roll_call.check_in(sitting.meeting, by=city.person("invited_officer"))
    assert officer.get(room(sitting)).status_code == 200 and opens(officer, paper)
    assert mine.get(room(sitting)).status_code == 302
    assert "Chưa đến giờ" not in page(mine, sitting) and second_sees != page(officer, sitting)
    second = voters.put(city, sitting, quorum="none", may_change=True)
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(second, city.person("invited_head"))
    voters.cast(second, city.person("invited_officer"))

    # And back, by the sweep: what was cast stays, and is nobody's to change.
    clock.move_to(at(11, 1))
    assert (hand_over_places(), hand_over_places()) == (1, 0)
    for role in ("invited_officer", "invited_head"):
        with pytest.raises(NotAllowed, match="no-vote"):
            voters.cast(second, city.person(role), choice="disagree")
    voters.count(city, sitting, second)
    assert Ballot.objects.filter(seat__poll__in=[first, second]).count() == 2
    assert officer.get(room(sitting)).status_code == 404 and not opens(officer, paper)
    assert mine.get(room(sitting)).status_code == 200
    sheet = client_as("secretary").get(reverse("meeting-attendance-sheet", args=[sitting.meeting.pk])).content.decode()
    assert "(dự đến 10:30; Nguyễn Công Chức dự thay từ 10:30 đến 11:00)" in sheet
    assert "(dự thay cho Hoàng Ba Đình từ 10:30 đến 11:00)" in sheet
    assert "09:05 – 10:30" in sheet and "10:30 – 11:01" in sheet


def test_parts_do_not_overlap_and_follow_what_happens_to_the_meeting(
    city: City, sitting: Sitting, head: Attendee, clock: time_machine.Traveller, client_as: As
) -> None:
    def send(to: str, start: dt.datetime | None, end: dt.datetime | None, who: Attendee = head) -> Substitution:
        attendee = Attendee.objects.get(pk=who.pk)
        return substitutes.send(city["invited_head"], attendee, city[to], reason="Đi họp", starts_at=start, ends_at=end)

    Meeting.objects.update(state=Meeting.State.INVITED)
    send("invited_officer", at(10), at(10, 30))
    other = AttendeeFactory(site=sitting.commune, appointment=AppointmentFactory(unit=city.commune), role=Role.INVITED)
    for refused, code in (
        (lambda: send("invited_clerk", at(10, 15), None), "has-substitute"),
        (lambda: send("invited_officer", at(10, 15), at(11), other), "has-seat"),
        (lambda: send("invited_clerk", None, None), "has-substitute"),
    ):
        with pytest.raises(Conflict, match=code):
            refused()
    send("invited_officer", None, at(9, 30))  # at both ends of what the head attends
    send("invited_clerk", at(10, 30), None)
    head.refresh_from_db()
    assert busy(city, "invited_head") == [("09:30", "10:00")]
    assert busy(city, "invited_officer") == [("09:00", "09:30"), ("10:00", "10:30")]
    event = in_calendar(city, "invited_officer")
    assert (event.start, event.end) == (at(9), at(10, 30))  # one UID, one event; its words say which parts
    # Who comes to a seat of their own meanwhile does not take the other; those concerned are told.
    AttendeeFactory(site=sitting.main, appointment=city["invited_clerk"], role=Role.MEMBER)
    clock.move_to(at(10, 31))
    hand_over_places()
    assert Attendee.objects.get(pk=head.pk).substitute is None
    assert Notification.objects.filter(kind="meeting.substitute_taken_back", recipient=head.person).count() == 1
    # Another time: what was said of parts of the old one holds no longer.
    send("invited_officer", at(11), None)
    clock.move_to(at(8))
    meeting = Meeting.objects.get()
    scheduling.reschedule(city["secretary"], meeting, starts_at=at(14), ends_at=at(16), version=meeting.version)
    assert not Substitution.objects.filter(ended_at__isnull=True).exists()
    assert "METHOD:CANCEL" in Notification.objects.filter(kind="meeting.substitute_ended").latest("pk").calendar
    assert client_as("invited_officer").get(reverse("meeting-detail", args=[meeting.pk])).status_code == 404
