"""A substitute takes an attendee's place, papers, speech and, where the type of meeting allows it, their vote."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications.models import Notification
from meetings import (
    casting,
    conduct,
    invitations,
    permissions,
    roll_call,
    scheduling,
    substitutes,
)
from meetings.models import (
    Attendee,
    Meeting,
    Nomination,
    Role,
    Substitution,
)
from tests.city import City
from tests.factories import (
    AttendeeFactory,
)
from tests.meetings.room import Sitting
from tests.meetings.standing_in import listed_head, page, post, room, send, take_back, undo, votes_move

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def head(city: City, sitting: Sitting) -> Attendee:
    """The head of the commune, listed."""
    return listed_head(city, sitting)


# --- one act, and back ---------------------------------------------------------------------------------------


def test_one_act_sends_a_substitute_and_tells_everybody_concerned(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    officer = client_as("invited_officer")
    assert officer.get(room(sitting)).status_code == 404
    client = client_as("invited_head")
    answer = post(client, head, city["invited_officer"])
    assert answer.status_code == 302
    said = page(client, sitting)
    assert "Đã cử Nguyễn Công Chức dự thay Hoàng Ba Đình. Đã báo cho:" in said
    assert "Quý vị vắng, Nguyễn Công Chức dự thay." in said
    assert "Quý vị dự thay cho Hoàng Ba Đình." in page(officer, sitting)
    assert officer.get(room(sitting)).status_code == 200
    told = {row.recipient.username: row for row in Notification.objects.filter(kind__startswith="meeting.substitute")}
    assert set(told) == {"invited.officer", "chair", "secretary"}
    assert "METHOD:REQUEST" in told["invited.officer"].calendar
    assert "Đi công tác" in told["chair"].body
    assert all(row.mail_state == Notification.MailState.WAITING for row in told.values() if row.recipient.email)


def test_the_absent_person_does_not_enter_meanwhile_and_does_after_one_click(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    """Although as head of the commune they answer for its site, too."""
    client = client_as("invited_head")
    assert client.get(room(sitting)).status_code == 200
    send(city, head)
    assert client.get(room(sitting)).status_code == 302  # to the meeting's page, which says why
    assert undo(client).status_code == 302
    assert client.get(room(sitting)).status_code == 200
    officer = client_as("invited_officer")
    assert officer.get(room(sitting)).status_code == 404
    assert officer.get(reverse("meeting-detail", args=[sitting.meeting.pk])).status_code == 404
    last = Notification.objects.filter(kind="meeting.substitute_ended").get()
    assert last.recipient == city.person("invited_officer")
    assert "METHOD:CANCEL" in last.calendar


@pytest.mark.parametrize("by", ["invited_clerk", "secretary", "chair"])
def test_the_unit_the_chair_and_the_secretary_take_it_back(
    city: City, head: Attendee, client_as: AsRole, by: str
) -> None:
    send(city, head)
    assert undo(client_as(by)).status_code == 302
    assert permissions.sites_of(city.person("invited_officer"), head.meeting) == []
    told = Notification.objects.filter(kind="meeting.substitute_taken_back")
    assert "invited.head" in {row.recipient.username for row in told}


def test_others_neither_send_nor_take_back(city: City, sitting: Sitting, head: Attendee, client_as: AsRole) -> None:
    for role in ("secretary", "chair", "department_head"):
        assert post(client_as(role), head, city["invited_officer"]).status_code == 403
    assert post(client_as("outsider"), head, city["invited_officer"]).status_code == 404
    send(city, head)
    for role in ("department_head", "invited_officer", "organiser_clerk"):
        assert undo(client_as(role)).status_code == 403
    assert undo(client_as("outsider")).status_code == 404
    assert Attendee.objects.get(pk=head.pk).substitute is not None


def test_a_double_click_sends_one_and_takes_back_one(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    answers = [post(client, head, city["invited_officer"]).status_code for _twice in range(2)]
    assert answers == [302, 302]
    assert Substitution.objects.count() == 1
    assert post(client, head, city["invited_clerk"]).status_code == 409
    assert [undo(client).status_code for _twice in range(2)] == [302, 302]
    assert Notification.objects.filter(kind="meeting.substitute_ended").count() == 1
    older = Substitution.objects.get()
    send(city, head, to="invited_clerk")
    client.post(reverse("substitute-end", args=[older.pk]))  # from a page that knew the older one only
    standing = Attendee.objects.get(pk=head.pk).substitute
    assert standing is not None
    assert standing.person == city.person("invited_clerk")


def test_after_the_meeting_nothing_changes_any_more(city: City, sitting: Sitting, head: Attendee) -> None:
    send(city, head)
    scheduling.end_meeting(city["chair"], sitting.meeting)
    with pytest.raises(NotAllowed):
        take_back(city)
    with pytest.raises(NotAllowed):
        send(city, head, to="invited_clerk")


# --- who for whom --------------------------------------------------------------------------------------------


def test_never_oneself_never_a_stranger_never_without_a_reason(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    for role in ("invited_head", "outsider", "department_officer"):
        assert post(client, head, city[role]).status_code == 422
        with pytest.raises(UserError, match="bad-substitution"):
            send(city, head, to=role)
    assert post(client, head, city["invited_officer"], reason=" ").status_code == 422
    assert not Substitution.objects.exists()


def test_one_hop_only(city: City, head: Attendee, client_as: AsRole) -> None:
    send(city, head)
    substitute = Attendee.objects.get(person=city.person("invited_officer"))
    assert post(client_as("invited_officer"), substitute, city["invited_clerk"]).status_code == 409
    with pytest.raises(Conflict, match="stands-in"):
        substitutes.send(city["invited_head"], substitute, city["invited_clerk"], reason="Ốm")


def test_one_person_one_seat(city: City, sitting: Sitting, head: Attendee) -> None:
    """Who has a vote, or sits elsewhere, or stands for somebody already, carries no second seat."""
    clerk = AttendeeFactory(site=sitting.commune, appointment=city["invited_clerk"], role=Role.MEMBER)
    with pytest.raises(Conflict, match="has-seat"):
        send(city, head, to="invited_clerk")
    send(city, head)
    with pytest.raises(Conflict, match="has-seat"):
        substitutes.send(city["invited_head"], Attendee.objects.get(pk=clerk.pk), city["invited_officer"], reason="Ốm")


def test_who_comes_along_anyway_may_stand_in_and_is_a_guest_again_afterwards(
    city: City, sitting: Sitting, head: Attendee
) -> None:
    votes_move(sitting)
    along = AttendeeFactory(site=sitting.commune, appointment=city["invited_officer"], role=Role.INVITED)
    send(city, head)
    assert Attendee.objects.get(pk=along.pk).role == Role.MEMBER
    take_back(city)
    assert Attendee.objects.get(pk=along.pk).role == Role.INVITED
    assert Notification.objects.get(kind="meeting.substitute_ended").calendar == ""


@pytest.mark.parametrize("role", ["chair", "secretary", "operator", "technician"])
def test_who_runs_the_meeting_sends_nobody(city: City, sitting: Sitting, role: str) -> None:
    if role in ("chair", "secretary"):
        attendee = sitting.meeting.attendees.get(role=role)
        by = city[role]
    else:
        attendee = AttendeeFactory(site=sitting.commune, appointment=city["invited_head"], role=role)
        by = city["invited_head"]
    with pytest.raises(Conflict, match="runs-meeting"):
        substitutes.send(by, attendee, city["invited_officer"], reason="Ốm")


def test_the_powers_to_preside_do_not_move(city: City, sitting: Sitting, head: Attendee) -> None:
    votes_move(sitting)
    Attendee.objects.filter(pk=head.pk).update(role=Role.CO_CHAIR)
    send(city, head)
    assert Attendee.objects.get(person=city.person("invited_officer")).role == Role.MEMBER
    with pytest.raises(NotAllowed, match="may-not-preside"):
        casting.take_chair(city["invited_officer"], sitting.meeting)
    with pytest.raises(Conflict, match="has-substitute"):
        casting.hand_chair(city["chair"], sitting.meeting, person_id=head.person_id)


def test_a_handed_chair_goes_back_when_the_substitution_ends(city: City, sitting: Sitting, head: Attendee) -> None:
    send(city, head)
    casting.hand_chair(city["chair"], sitting.meeting, person_id=city.person("invited_officer").pk)
    take_back(city)
    assert conduct.presiding_person(conduct.lock(sitting.meeting.pk)) == city.person("chair").pk


def test_roles_follow_the_absent_person(city: City, sitting: Sitting, head: Attendee) -> None:
    votes_move(sitting)
    send(city, head)
    officer = Attendee.objects.get(person=city.person("invited_officer"))
    with pytest.raises(Conflict, match="stands-in"):
        casting.set_role(city["secretary"], sitting.meeting, person_id=officer.person_id, role=Role.OBSERVER)
    casting.set_role(city["secretary"], sitting.meeting, person_id=head.person_id, role=Role.OBSERVER)
    assert Attendee.objects.get(pk=officer.pk).role == Role.OBSERVER
    casting.set_site_role(city["secretary"], sitting.commune, Role.MEMBER)
    assert Attendee.objects.get(pk=officer.pk).role == Role.MEMBER


def test_who_was_there_already_sends_nobody(city: City, sitting: Sitting, head: Attendee) -> None:
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    roll_call.check_in(sitting.meeting, by=head.person)
    roll_call.check_out(sitting.meeting, by=head.person)
    with pytest.raises(Conflict, match="checked-in"):
        send(city, head)


def test_who_is_taken_off_the_list_takes_their_substitute_along(city: City, sitting: Sitting) -> None:
    invitations.nominate(city["invited_head"], sitting.commune, city["invited_clerk"])
    clerk = Attendee.objects.get(person=city.person("invited_clerk"))
    substitutes.send(city["invited_head"], clerk, city["invited_officer"], reason="Ốm")
    invitations.withdraw_nomination(city["invited_head"], Nomination.objects.get())
    assert not Attendee.every.filter(site=sitting.commune).exists()
    assert not Meeting.objects.visible_to(city.person("invited_officer")).exists()
