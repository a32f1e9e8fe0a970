"""A substitute takes an attendee's place, papers, speech and, where the type of meeting allows it, their vote."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from documents.models import Grant, Paper
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment
from meetings import (
    casting,
    conduct,
    invitations,
    permissions,
    recusals,
    roll_call,
    scheduling,
    speaking_queue,
    substitutes,
    tabling,
    voting,
)
from meetings.models import (
    Attendee,
    Ballot,
    CheckIn,
    Meeting,
    MeetingSite,
    Nomination,
    Role,
    Substitution,
    TabledPaper,
)
from tests.city import City
from tests.factories import (
    AppointmentFactory,
    AttendeeFactory,
    MeetingSiteFactory,
    PaperFactory,
    PaperVersionFactory,
    StoredFileFactory,
)
from tests.meetings import voters
from tests.meetings.room import Browser, Sitting
from tests.papers import pdf

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def head(city: City, sitting: Sitting) -> Attendee:
    """The head of the commune is a member with a vote, at the commune's site."""
    attendee: Attendee = AttendeeFactory(site=sitting.commune, appointment=city["invited_head"], role=Role.MEMBER)
    return attendee


def votes_move(sitting: Sitting) -> None:
    sitting.meeting.type.substitutes_vote = True
    sitting.meeting.type.save()


def send(city: City, head: Attendee, to: str = "invited_officer", by: str = "invited_head") -> Substitution:
    attendee = Attendee.objects.get(pk=head.pk)
    return substitutes.send(city[by], attendee, city[to], reason="Đi tiếp dân")


def take_back(city: City, by: str = "invited_head") -> None:
    substitutes.take_back(city[by], Substitution.objects.latest("pk"))


def post(client: Client, attendee: Attendee, appointment: Appointment, reason: str = "Đi công tác") -> Any:
    address = reverse("substitute-send", args=[attendee.pk])
    return client.post(address, {"appointment": appointment.pk, "reason": reason})


def undo(client: Client) -> Any:
    return client.post(reverse("substitute-end", args=[Substitution.objects.latest("pk").pk]))


def lay_out(city: City, sitting: Sitting, title: str = "Giá đất") -> Paper:
    paper: Paper = PaperFactory(created_by=city["organiser_clerk"], title=title, state="published")
    PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=StoredFileFactory(content__data=pdf()))
    TabledPaper.objects.create(item=sitting.items[0], paper=paper)
    tabling.share(sitting.meeting)
    return paper


def opens(client: Client, paper: Paper) -> bool:
    address = reverse("paper-file", args=[paper.versions.get().pk])
    return client.get(address).status_code == 200


def room(sitting: Sitting) -> str:
    return reverse("meeting-room", args=[sitting.meeting.pk])


def page(client: Client, sitting: Sitting) -> str:
    return client.get(reverse("meeting-detail", args=[sitting.meeting.pk])).content.decode()


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


# --- the room, the lists -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_tabs_close_when_the_place_moves(
    city: City, sitting: Sitting, visitor: Callable[[str], Browser], rooms_close: None
) -> None:
    from asgiref.sync import sync_to_async

    head = await sync_to_async(AttendeeFactory)(
        site=sitting.commune, appointment=city["invited_head"], role=Role.MEMBER
    )
    async with visitor("invited_head") as absent:
        await absent.enter(site=sitting.commune.pk)
        await sync_to_async(send)(city, head)
        bye = await absent.hear("bye")
        assert "Nguyễn Công Chức dự thay" in bye["reason"]
    async with visitor("invited_officer") as substitute:
        state = await substitute.enter(site=sitting.commune.pk)
        assert state["rights"]["role"] == Role.INVITED
        await sync_to_async(take_back)(city)
        bye = await substitute.hear("bye")
        assert "thôi dự thay cho Hoàng Ba Đình" in bye["reason"]
    assert not await visitor("invited_officer").connect()


def test_ones_own_desk_bears_the_name_of_who_sits_at_it(city: City, sitting: Sitting) -> None:
    desk = MeetingSiteFactory(
        meeting=sitting.meeting,
        kind=MeetingSite.Kind.INDIVIDUAL,
        unit=city.department,
        person=city.person("department_head"),
        name="Đỗ Giám Đốc",
    )
    attendee = AttendeeFactory(site=desk, appointment=city["department_head"])
    substitutes.send(city["department_head"], attendee, city["department_officer"], reason="Ốm")
    assert permissions.sites_of(city.person("department_officer"), sitting.meeting) == [desk]
    desk.refresh_from_db()
    assert desk.name == "Bùi Chuyên Viên"
    take_back(city, by="department_head")
    desk.refresh_from_db()
    assert desk.name == "Đỗ Giám Đốc"


def test_the_people_of_a_site_say_who_stands_for_whom(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    send(city, head)
    answer = client_as("secretary").get(reverse("site-people", args=[sitting.commune.pk])).json()
    notes = {seat["name"]: seat["note"] for seat in answer["people"]}
    assert notes == {
        "Hoàng Ba Đình": "vắng, Nguyễn Công Chức dự thay",
        "Nguyễn Công Chức": "dự thay cho Hoàng Ba Đình",
    }
    assert [seat["name"] for seat in answer["people"] if seat["stands_in"]] == ["Nguyễn Công Chức"]


@pytest.mark.parametrize("name", ["today", "meeting-list", "schedule"])
def test_lists_say_for_whom_one_attends(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole, name: str
) -> None:
    send(city, head)
    said = client_as("invited_officer").get(reverse(name)).content.decode()
    assert "Dự thay cho Hoàng Ba Đình" in said
    said = client_as("invited_head").get(reverse(name)).content.decode()
    assert "Vắng, Nguyễn Công Chức dự thay" in said


@pytest.mark.parametrize("name", ["meeting-detail", "meeting-sites", "meeting-attendance", "site-people"])
def test_pages_ask_as_much_with_many_substitutes_as_with_one(
    city: City, sitting: Sitting, client_as: AsRole, name: str
) -> None:
    def one_more() -> None:
        absent = AttendeeFactory(site=sitting.commune, appointment=AppointmentFactory(unit=city.commune))
        substitutes.send(city["invited_head"], absent, AppointmentFactory(unit=city.commune), reason="Ốm")

    client = client_as("secretary")
    address = reverse(name, args=[sitting.commune.pk if name == "site-people" else sitting.meeting.pk])

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    one_more()
    few = asked()
    for _more in range(3):
        one_more()
    assert asked() == few


def test_the_history_tells_it_in_words(city: City, sitting: Sitting, head: Attendee, client_as: AsRole) -> None:
    send(city, head)
    take_back(city)
    said = page(client_as("secretary"), sitting)
    assert "cử Nguyễn Công Chức dự thay Hoàng Ba Đình: Đi tiếp dân" in said
    assert "thôi cử Nguyễn Công Chức dự thay Hoàng Ba Đình" in said
