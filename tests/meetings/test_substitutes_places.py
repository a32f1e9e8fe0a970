"""What comes with the place of an absent person: papers, speeches, attendance, and their vote where the type allows it."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from documents.models import Grant
from eoffice.errors import Conflict, NotAllowed
from meetings import (
    recusals,
    roll_call,
    speaking_queue,
    voting,
)
from meetings.models import (
    Attendee,
    Ballot,
    CheckIn,
    Role,
)
from tests.city import City
from tests.factories import (
    AppointmentFactory,
)
from tests.meetings import voters
from tests.meetings.room import Sitting
from tests.meetings.standing_in import lay_out, listed_head, opens, page, room, send, take_back, undo, votes_move

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def head(city: City, sitting: Sitting) -> Attendee:
    """The head of the commune, listed."""
    return listed_head(city, sitting)


# --- papers --------------------------------------------------------------------------------------------------


def test_papers_come_with_the_place_also_later_ones_and_go_with_it(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    before, officer = lay_out(city, sitting), client_as("invited_officer")
    assert not opens(officer, before)
    send(city, head)
    later = lay_out(city, sitting, "Tờ trình bổ sung")
    assert opens(officer, before)
    assert opens(officer, later)
    assert opens(client_as("invited_head"), later)  # who has to brief them
    undo(client_as("secretary"))
    assert not opens(officer, before)
    assert not opens(officer, later)
    assert not Grant.objects.filter(person=city.person("invited_officer")).exists()


@pytest.mark.parametrize("whole_unit", [False, True])
def test_what_the_absent_person_is_kept_out_of_the_substitute_is_too(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole, whole_unit: bool
) -> None:
    """Also where the absent person is excluded through another unit of theirs; and the other way round."""
    paper, officer = lay_out(city, sitting), client_as("invited_officer")
    AppointmentFactory(person=head.person, unit=city.other_commune, position=city["invited_officer"].position)
    whom: dict[str, Any] = {"unit": city.other_commune} if whole_unit else {"person": head.person}
    made = recusals.recuse(city["secretary"], sitting.items[0], reason="Lợi ích", **whom)
    send(city, head)
    assert not opens(officer, paper)
    assert "Quý vị không xem tài liệu của mục này" in page(officer, sitting)
    recusals.lift(city["secretary"], made)
    assert opens(officer, paper)
    recusals.recuse(city["secretary"], sitting.items[0], reason="Lợi ích", person=city.person("invited_officer"))
    assert not opens(officer, paper)
    assert opens(client_as("invited_head"), paper)


def test_registered_speeches_come_along(city: City, sitting: Sitting, head: Attendee, client_as: AsRole) -> None:
    wish = speaking_queue.Wish(topic="Cấp nước", statement="Kính thưa Chủ tọa")
    speech = speaking_queue.request(sitting.commune, by=head.person, wish=wish)
    statement = reverse("speech-statement", args=[speech.pk])
    officer = client_as("invited_officer")
    send(city, head)
    assert "Kính thưa Chủ tọa" in officer.get(statement).content.decode()
    assert officer.post(reverse("speech-withdraw", args=[speech.pk])).status_code == 302
    take_back(city)
    assert officer.get(statement).status_code == 404


# --- attendance ----------------------------------------------------------------------------------------------


def test_attendance_is_the_substitutes_and_says_for_whom(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    send(city, head)
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    with pytest.raises(Conflict, match="has-substitute"):
        roll_call.check_in(sitting.meeting, by=city.person("secretary"), attendee_id=head.pk)
    with pytest.raises(Conflict, match="has-substitute"):
        roll_call.check_in(sitting.meeting, by=head.person)
    roll_call.check_in(sitting.meeting, by=city.person("invited_officer"))
    secretary = client_as("secretary")
    said = secretary.get(reverse("meeting-attendance", args=[sitting.meeting.pk])).content.decode()
    assert "dự thay cho Hoàng Ba Đình" in said
    assert "vắng, Nguyễn Công Chức dự thay" in said
    assert "có mặt 1/1" in said
    sheet = secretary.get(reverse("meeting-attendance-sheet", args=[sitting.meeting.pk])).content.decode()
    assert "(dự thay cho Hoàng Ba Đình)" in sheet
    answer = secretary.get(reverse("meeting-attendance-export", args=[sitting.meeting.pk]))
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].values)
    line = next(row for row in rows if "Nguyễn Công Chức" in row)
    assert "dự thay cho Hoàng Ba Đình" in line
    assert "Có mặt" in line


def test_the_stay_of_a_substitute_stays_on_the_list_and_gives_no_right(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    send(city, head)
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    roll_call.check_in(sitting.meeting, by=city.person("invited_officer"))
    take_back(city)
    stay = CheckIn.objects.get()
    assert stay.left_at is not None
    said = client_as("secretary").get(reverse("meeting-attendance", args=[sitting.meeting.pk])).content.decode()
    assert "đã thôi dự thay" in said
    assert "có mặt 0/1" in said
    assert client_as("invited_officer").get(room(sitting)).status_code == 404
    roll_call.check_in(sitting.meeting, by=head.person)  # who came after all
    with pytest.raises(Conflict, match="checked-in"):
        send(city, head)


# --- votes ---------------------------------------------------------------------------------------------------


def test_a_substitute_votes_on_the_seat_where_the_type_of_meeting_allows_it(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    votes_move(sitting)
    officer = city.person("invited_officer")
    send(city, head)
    poll = voters.put(city, sitting, quorum="none")
    assert poll.members == 2  # the chair and this seat
    with pytest.raises(NotAllowed, match="not-checked-in"):
        voters.cast(poll, officer)
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    roll_call.check_in(sitting.meeting, by=officer)
    key = uuid.uuid4()
    for _twice in range(2):
        voters.cast(poll, officer, key=key)
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(poll, head.person)
    voters.count(city, sitting, poll)
    voting.publish(city["chair"], sitting.meeting, poll.pk)
    poll.refresh_from_db()
    assert (poll.agreed, poll.present) == (1, 1)
    said = client_as("secretary").get(reverse("poll-detail", args=[poll.pk])).content.decode()
    assert "dự thay cho Hoàng Ba Đình" in said
    assert "Trong đó người dự thay bỏ phiếu" in said


def test_where_it_does_not_the_seat_counts_as_absent_and_nobody_votes_on_it(
    city: City, sitting: Sitting, head: Attendee
) -> None:
    send(city, head)
    assert Attendee.objects.get(person=city.person("invited_officer")).role == Role.INVITED
    poll = voters.put(city, sitting, quorum="none")
    assert poll.members == 2
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(poll, city.person("invited_officer"))
    with pytest.raises(Conflict, match="has-substitute"):
        voters.cast(poll, head.person)
    seat = poll.seats.get(person=head.person)
    witness = Attendee.objects.get(person=city.person("chair"))
    from meetings import balloting

    with pytest.raises(Conflict, match="has-substitute"), transaction.atomic():
        balloting.enter(
            city["secretary"],
            sitting.meeting,
            poll.pk,
            seat_id=seat.pk,
            choice="agree",
            text="",
            witness_id=witness.pk,
        )
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_a_seat_moves_during_a_vote_and_never_votes_twice(
    city: City, sitting: Sitting, head: Attendee, kind: str
) -> None:
    votes_move(sitting)
    officer = city.person("invited_officer")
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    poll = voters.put(city, sitting, quorum="none", kind=kind)
    send(city, head)
    roll_call.check_in(sitting.meeting, by=officer)
    voters.cast(poll, officer)
    take_back(city)
    roll_call.check_in(sitting.meeting, by=head.person)
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(poll, head.person)
    poll = voters.count(city, sitting, poll)
    assert (poll.members, poll.cast) == (2, 1)
    assert poll.seats.get(person=officer).stands_for == "Hoàng Ba Đình"
    if kind == "secret":
        assert not Ballot.objects.exists()  # nothing that joins the seat and what was chosen
    following = voters.put(city, sitting, quorum="none", kind=kind)
    voters.cast(following, head.person)
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(following, officer)


def test_a_seat_not_voted_on_comes_back(city: City, sitting: Sitting, head: Attendee) -> None:
    votes_move(sitting)
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    send(city, head)
    roll_call.check_in(sitting.meeting, by=city.person("invited_officer"))
    poll = voters.put(city, sitting, quorum="none")
    take_back(city)
    with pytest.raises(NotAllowed, match="no-vote"):
        voters.cast(poll, city.person("invited_officer"))
    with pytest.raises(NotAllowed, match="not-checked-in"):
        voters.cast(poll, head.person)
    roll_call.check_in(sitting.meeting, by=head.person)
    voters.cast(poll, head.person)
    assert voters.count(city, sitting, poll).agreed == 1
