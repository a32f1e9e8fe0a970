"""Votes and attendance over HTTP: preparing, voting without the room, results, the record, the spreadsheet."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from meetings import attendance, roll_call, voting
from meetings.models import Attendee, CheckIn, MeetingSite, Poll, RollCall
from tests.city import City
from tests.meetings.room import Sitting
from tests.meetings.voters import all_arrive, ask, cast, put, seat_many, seat_members

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


@pytest.fixture
def members(city: City, sitting: Sitting) -> list[Any]:
    people = seat_members(city, sitting)
    all_arrive(city, sitting, people)
    return people


def published(city: City, sitting: Sitting, **rule: Any) -> Poll:
    """A question that the commune's head agreed to and the department's disagreed."""
    poll = put(city, sitting, **rule)
    cast(poll, city.person("invited_head"), "agree")
    cast(poll, city.person("department_head"), "other", "Cần lộ trình")
    voting.close(city["chair"], sitting.meeting, poll.pk)
    return voting.publish(city["chair"], sitting.meeting, poll.pk)


def typed(**changes: Any) -> dict[str, Any]:
    rule = {"kind": "open", "threshold": "majority", "base": "members", "quorum": "majority", "with_other": "on"}
    return {"question": "Thông qua dự toán?", **rule, "key": str(uuid.uuid4()), "version": 1, **changes}


def test_a_question_is_prepared_once_however_often_it_is_sent(client_as: ClientAs, sitting: Sitting) -> None:
    form = typed()
    for _again in range(2):
        answer = client_as("organiser_clerk").post(reverse("poll-create", args=[sitting.meeting.pk]), form)
        assert answer.status_code == 302
    assert Poll.objects.get().question == "Thông qua dự toán?"
    assert "Thông qua dự toán?" in client_as("chair").get(answer["Location"]).text
    assert "Thông qua dự toán?" not in client_as("invited_head").get(answer["Location"]).text


@pytest.mark.parametrize(
    "changes",
    [
        {"question": " "},
        {"question": "x" * 501},
        {"item": "999999999"},
        {"item": "x"},
        {"kind": "secret", "may_change": "on"},
        {"threshold": "some"},
        {"key": "no key"},
        {"version": "-1"},
    ],
)
def test_bad_input_comes_back_with_what_was_typed(
    client_as: ClientAs, sitting: Sitting, changes: dict[str, str]
) -> None:
    answer = client_as("secretary").post(reverse("poll-create", args=[sitting.meeting.pk]), typed(**changes))
    assert answer.status_code == 422
    assert not Poll.objects.exists()


def test_whoever_was_slower_sees_both_texts(client_as: ClientAs, city: City, sitting: Sitting) -> None:
    poll = ask(city, sitting)
    voting.edit(city["chair"], poll, voting.Question("Câu của chủ trì?"), version=poll.version)
    form = typed(question="Câu của thư ký?", version=poll.version)
    answer = client_as("secretary").post(reverse("poll-edit", args=[poll.pk]), form)
    assert answer.status_code == 422
    assert "Câu của chủ trì?" in answer.text
    assert "Câu của thư ký?" in answer.text
    poll.refresh_from_db()
    assert poll.question == "Câu của chủ trì?"


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_voting_without_the_room(client_as: ClientAs, city: City, sitting: Sitting, members: Any, kind: str) -> None:
    poll = put(city, sitting, kind=kind)
    client, address = client_as("invited_head"), reverse("ballot-cast", args=[poll.pk])
    ballot = {"choice": "agree", "key": str(uuid.uuid4())}
    for _again in range(2):
        assert client.post(address, ballot).status_code == 302
    assert client.post(address, {"choice": "disagree", "key": str(uuid.uuid4())}).status_code == 409
    page = client.get(reverse("poll-detail", args=[poll.pk])).text
    assert "Phiếu của quý vị đã được ghi nhận" in page
    assert ("Quý vị đã chọn: Đồng ý" in page) is (kind == "open")
    assert voting.close(city["chair"], sitting.meeting, poll.pk).agreed == 1


@pytest.mark.parametrize(
    "ballot", [{}, {"choice": "maybe", "key": str(uuid.uuid4())}, {"choice": "agree"}, {"choice": "agree", "key": "x"}]
)
def test_what_is_no_ballot(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any, ballot: dict[str, str]
) -> None:
    poll = put(city, sitting)
    assert client_as("invited_head").post(reverse("ballot-cast", args=[poll.pk]), ballot).status_code == 422
    assert not poll.seats.filter(voted=True).exists()


def test_nobody_but_leaders_sees_a_result_before_it_is_published(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    poll = put(city, sitting)
    cast(poll, members[1], "other", "Cần lộ trình")
    voting.close(city["chair"], sitting.meeting, poll.pk)
    address = reverse("poll-detail", args=[poll.pk])
    for role in ("invited_head", "department_head", "organiser_clerk"):
        page = client_as(role).get(address).text
        assert "vote-bars" not in page
    assert "vote-bars" in client_as("secretary").get(address).text
    assert client_as("chair").get(reverse("poll-sheet", args=[poll.pk])).status_code == 404


def test_an_open_vote_names_everybody_a_secret_one_nobody(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    for kind in ("open", "secret"):
        poll = published(city, sitting, kind=kind)
        for name in ("poll-detail", "poll-sheet"):
            page = client_as("invited_head").get(reverse(name, args=[poll.pk])).text
            assert ("Đỗ Giám Đốc" in page) is (kind == "open"), (name, kind)
            assert "Cần lộ trình" in page
            assert "Biên bản kiểm phiếu" in page


def test_the_record_has_what_a_record_must_have(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    page = client_as("secretary").get(reverse("poll-sheet", args=[published(city, sitting).pk])).text
    for words in (
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Độc lập - Tự do - Hạnh phúc",
        "không được thông qua",
        "Cần ít nhất 3 đồng ý trên 4",
        "Trần Văn Chủ",
        "Lê Thị Thư",
    ):
        assert words in page


def test_a_ballot_by_hand_is_marked_on_the_page(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    poll = put(city, sitting)
    seat = poll.seats.get(person=members[3])
    witness = sitting.meeting.attendees.get(person=members[1])
    form = {"seat": seat.pk, "choice": "agree", "witness": witness.pk}
    desk = client_as("secretary").post(reverse("ballot-enter", args=[poll.pk]), form)
    assert desk.status_code == 200
    assert seat.name not in desk.text.split("Người làm chứng")[0]
    voting.close(city["chair"], sitting.meeting, poll.pk)
    voting.publish(city["chair"], sitting.meeting, poll.pk)
    page = client_as("invited_head").get(reverse("poll-detail", args=[poll.pk])).text
    assert "Lê Thị Thư nhập, Hoàng Ba Đình làm chứng" in page


def test_a_wrong_hand_keeps_what_was_typed(client_as: ClientAs, city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting)
    seat = poll.seats.get(person=members[1])
    own = sitting.meeting.attendees.get(person=members[1])
    form = {"seat": seat.pk, "choice": "other", "text": "Ý kiến dở dang", "witness": own.pk}
    desk = client_as("secretary").post(reverse("ballot-enter", args=[poll.pk]), form)
    assert desk.status_code == 422
    assert "Ý kiến dở dang" in desk.text


# --- attendance ---------------------------------------------------------------------------------------


def test_the_commune_marks_its_own_people_and_nobody_elses(client_as: ClientAs, city: City, sitting: Sitting) -> None:
    seat_members(city, sitting)
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    head, department = (
        sitting.meeting.attendees.get(person=city.person(r)) for r in ("invited_head", "department_head")
    )
    clerk = client_as("invited_clerk")
    assert clerk.post(reverse("attendee-mark", args=[head.pk]), {"present": 1}).status_code == 302
    assert CheckIn.objects.get().method == "by_site"
    assert clerk.post(reverse("attendee-mark", args=[department.pk]), {"present": 1}).status_code == 403


def test_who_leaves_and_returns_has_two_stays(client_as: ClientAs, city: City, sitting: Sitting, members: Any) -> None:
    address = reverse("attendee-mark", args=[sitting.meeting.attendees.get(person=members[1]).pk])
    for present in (0, 0, 1, 1):
        client_as("secretary").post(address, {"present": present})
    stays = CheckIn.objects.filter(attendee__person=members[1])
    assert [stay.left_at is None for stay in stays] == [False, True]
    assert stays[1].method == "by_secretary"


def test_the_code_on_the_wall_checks_in(client_as: ClientAs, city: City, sitting: Sitting) -> None:
    seat_members(city, sitting)
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    token = RollCall.objects.get().token
    assert "<svg" in client_as("secretary").get(reverse("meeting-check-in-code", args=[sitting.meeting.pk])).text
    client, address = client_as("invited_head"), reverse("meeting-check-in", args=[sitting.meeting.pk])
    assert token in client.get(f"{address}?t={token}").text
    assert client.post(address, {"t": token}).status_code == 302
    assert CheckIn.objects.get().method == "qr"
    assert "Quý vị đã điểm danh lúc" in client.get(address).text


def test_check_in_that_is_closed_says_so(client_as: ClientAs, city: City, sitting: Sitting) -> None:
    seat_members(city, sitting)
    answer = client_as("invited_head").post(reverse("meeting-check-in", args=[sitting.meeting.pk]))
    assert answer.status_code == 409
    assert not CheckIn.objects.exists()


def test_who_answers_for_a_unit_is_listed_by_checking_in(client_as: ClientAs, city: City, sitting: Sitting) -> None:
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    client_as("invited_head").post(reverse("meeting-check-in", args=[sitting.meeting.pk]))
    assert Attendee.objects.get(person=city.person("invited_head")).site == sitting.commune


def test_the_spreadsheet_has_everybody_and_no_formula(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    members[1].full_name = "=HYPERLINK(1)"
    members[1].save()
    answer = client_as("secretary").get(reverse("meeting-attendance-export", args=[sitting.meeting.pk]))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=5, values_only=True))  # type: ignore[union-attr]
    assert len(rows) == sitting.meeting.attendees.count()
    assert "'=HYPERLINK(1)" in [row[2] for row in rows]
    assert [row[5] for row in rows].count("Có mặt") == 4


def test_the_spreadsheet_has_every_stay_and_a_line_per_site(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    head = Attendee.objects.get(meeting=sitting.meeting, person=members[0])
    for act in (roll_call.check_out, roll_call.check_in):
        act(sitting.meeting, by=city.person("secretary"), attendee_id=head.pk)
    answer = client_as("secretary").get(reverse("meeting-attendance-export", args=[sitting.meeting.pk]))
    book = load_workbook(io.BytesIO(answer.content))
    people = {row[2]: row for row in book.worksheets[0].iter_rows(min_row=5, values_only=True)}
    assert people[members[0].full_name][9].count(";") == 1
    sites = [row[1:5] for row in book.worksheets[1].iter_rows(min_row=5, values_only=True)]
    assert len(sites) == sitting.meeting.sites.count()
    assert sum(row[2] for row in sites) == 4


def test_who_is_checked_in_and_what_is_connected_are_reconciled_by_site(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    attendance.join(sitting.main, person=city.person("chair"), carry_media=True)
    address = reverse("meeting-attendance", args=[sitting.meeting.pk])
    page = client_as("secretary").get(address, {"differing": "1"}).text
    assert "Đã điểm danh nhưng máy chưa kết nối" in page
    assert sitting.commune.name in page
    assert f'id="site-{sitting.main.pk}"' not in page
    for attendee in sitting.main.attendees.all():
        roll_call.check_out(sitting.meeting, by=city.person("secretary"), attendee_id=attendee.pk)
    assert "Máy đã kết nối nhưng chưa ai điểm danh" in client_as("secretary").get(address).text


def test_a_site_says_how_many_sit_in_its_room_and_the_last_word_holds(
    client_as: ClientAs, city: City, sitting: Sitting
) -> None:
    address = reverse("site-headcount", args=[sitting.commune.pk])
    clerk, page = client_as("invited_clerk"), reverse("meeting-attendance", args=[sitting.meeting.pk])
    for number in (12, 17):
        assert clerk.post(address, {"number": number}).status_code == 302
    shown = client_as("secretary").get(page).text
    assert "Báo có 17 người trong phòng" in shown
    assert "1/3 điểm cầu đã báo" in shown
    assert "Số người có mặt tại điểm cầu: 17." in client_as("secretary").get(f"{page}sheet/").text
    for wrong in ("-1", "2001", "mười", ""):
        refused = clerk.post(address, {"number": wrong}, follow=True)
        assert "Nhập một số từ 0 đến 2000." in refused.text
    assert MeetingSite.objects.get(pk=sitting.commune.pk).headcount == 17
    assert clerk.post(reverse("site-headcount", args=[sitting.department.pk]), {"number": 5}).status_code == 403


def test_a_number_reported_in_the_room_comes_back_as_the_panel(client_as: ClientAs, sitting: Sitting) -> None:
    address, asked = reverse("site-headcount", args=[sitting.commune.pk]), {"number": 9, "in_room": 1}
    answer = client_as("invited_head").post(address, asked, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<div id="attendance">')
    assert "Báo có 9 người trong phòng" in answer.text


def test_the_list_to_be_signed_has_all_sites_for_the_secretary_and_ones_own_for_a_site(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    address = reverse("meeting-attendance-sheet", args=[sitting.meeting.pk])
    whole, own = client_as("secretary").get(address).text, client_as("invited_head").get(address).text
    assert sitting.department.name in whole and "Ký tên" in whole
    assert city.person("invited_head").full_name in own
    assert city.person("department_head").full_name not in own


def test_the_meeting_and_attendance_pages_ask_a_constant_number_of_questions(
    client_as: ClientAs, city: City, sitting: Sitting, members: Any
) -> None:
    client = client_as("secretary")
    addresses = [
        reverse(name, args=[sitting.meeting.pk])
        for name in ("meeting-attendance", "meeting-attendance-sheet", "meeting-detail")
    ]
    poll = published(city, sitting)
    addresses.append(reverse("poll-detail", args=[poll.pk]))

    def counted() -> list[int]:
        numbers = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            numbers.append(len(queries))
        return numbers

    counted()
    few = counted()
    all_arrive(city, sitting, seat_many(city, sitting, 12))
    for number in range(4):
        ask(city, sitting, f"Câu hỏi {number}?")
    assert counted() == few
