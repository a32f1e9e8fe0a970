"""What was issued: who has opened and received it, and the four ways of taking it back."""

import io
from collections.abc import Callable

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from documents.models import NumberAllocation
from eoffice.notifications.models import Notification
from eoffice.workflow.models import Task
from meetings import conclusions, dispatching, invitations, notices, receipts, scheduling
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import Delivery, Dispatch, Meeting, MeetingSite
from tests.city import City
from tests.factories import (
    AttendeeFactory,
    InvitationLineFactory,
    MeetingFactory,
    MeetingSiteFactory,
    UnitFactory,
)

Clients = Callable[[str], Client]


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Ended; the commune was invited; of the notice a task goes to the department, which was not."""
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind=MeetingSite.Kind.MAIN)
    AttendeeFactory(site=MeetingSiteFactory(meeting=meeting, unit=city.commune), appointment=city["invited_head"])
    InvitationLineFactory(meeting=meeting, unit=city.commune)
    for unit in (city.commune, city.department):
        sentence = Sentence(text=f"Giao {unit.name} rà soát.", task=PlannedTask(lead_unit=unit))
        conclusions.write(city["secretary"], meeting, sentence)
    return meeting


@pytest.fixture
def notice(city: City, meeting: Meeting) -> Dispatch:
    """Issued by the office."""
    notices.submit(city["secretary"], meeting)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)
    return Dispatch.objects.get()


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_the_sender_sees_who_opened_and_received_it_and_asks_the_others(
    city: City, notice: Dispatch, client_as: Clients
) -> None:
    page, board = f"/meetings/{notice.meeting_id}/notice/", f"/meetings/dispatches/{notice.pk}/"
    assert set(notice.deliveries.values_list("unit", flat=True)) == {city.commune.pk, city.department.pk}
    secretary, commune = client_as("secretary"), client_as("invited_clerk")
    shown = text(secretary, f"{board}?list=unopened")
    assert city.commune.name in shown
    assert "Nhắc 2 nơi nhận này" in shown

    assert "Xác nhận đã tiếp nhận" in text(commune, page)
    line = notice.deliveries.get(unit=city.commune)
    assert (line.opened_by, line.acknowledged_at) == (city.person("invited_clerk"), None)
    text(client_as("invited_head"), page)
    line.refresh_from_db()
    assert line.opened_by == city.person("invited_clerk"), "who opened it first"
    for _click in range(2):
        assert commune.post(f"{board}acknowledge/").status_code == 302
    assert "Đã tiếp nhận: Vũ Văn Phường" in text(client_as("invited_head"), page)

    for _click in range(2):
        assert secretary.post(f"{board}nudge/", {"list": "unopened"}).status_code == 302
    told = Notification.objects.filter(kind="dispatch.nudged.unopened").values_list("recipient__username", flat=True)
    assert sorted(told) == ["department.clerk", "department.head"], "only who is missing, once a day"
    assert city.commune.name not in text(secretary, f"{board}?list=unopened")
    sheet = load_workbook(io.BytesIO(secretary.get(f"{board}export/?list=acknowledged").content)).active
    assert [row[0].value for row in sheet.iter_rows(min_row=5)] == [city.commune.name]
    assert commune.get(board).status_code == 404, "the board is the sender's"
    assert client_as("outsider_head").post(f"{board}acknowledge/").status_code == 404


def test_a_recalled_notice_is_marked_everywhere_and_its_open_tasks_go_with_it(
    city: City, notice: Dispatch, client_as: Clients
) -> None:
    page, board = f"/meetings/{notice.meeting_id}/notice/", f"/meetings/dispatches/{notice.pk}/"
    Task.objects.filter(lead_unit=city.department).update(state=Task.State.COMPLETED)
    commune, head = client_as("invited_head"), client_as("office_head")
    text(commune, page)
    assert client_as("secretary").get(f"{board}recall/").status_code == 403, "who signs for the issuer recalls"
    assert "Thu hồi 1 nhiệm vụ đang thực hiện" in text(head, f"{board}recall/")
    assert head.post(f"{board}cancel-number/", {"reason": "Sai."}).status_code == 409, "it is in force"
    assert head.post(f"{board}recall/", {"seen": "1", "reason": " "}).status_code == 422
    changed = head.post(f"{board}recall/", {"seen": "0", "reason": "Sai căn cứ."})
    assert changed.status_code == 409
    assert "Sai căn cứ." in changed.content.decode()
    for _click in range(2):
        head.post(f"{board}recall/", {"seen": "1", "reason": "Sai căn cứ."})

    states = dict(Task.objects.values_list("lead_unit", "state"))
    assert states == {city.commune.pk: Task.State.CANCELLED, city.department.pk: Task.State.COMPLETED}
    told = Notification.objects.filter(kind="dispatch.recall").values_list("recipient__username", flat=True)
    assert sorted(told) == ["department.clerk", "department.head", "invited.clerk", "invited.head"]
    assert Notification.objects.filter(kind="task.recalled", recipient=city.person("invited_head")).count() == 1
    shown = text(commune, page)
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" in shown
    assert "Sai căn cứ." in shown
    word = docx.Document(io.BytesIO(commune.get(f"{page}word/").content))
    for header in (word.sections[0].first_page_header, word.sections[0].header):
        assert "Văn bản đã bị thu hồi ngày" in "\n".join(paragraph.text for paragraph in header.paragraphs)
    number = NumberAllocation.objects.get()
    assert (number.state, number.reason) == (NumberAllocation.State.RECALLED, "Sai căn cứ.")
    assert "Đã thu hồi" in text(client_as("organiser_clerk"), f"/papers/register/?unit={city.office.pk}")

    assert commune.post(f"{board}acknowledge/").status_code == 409
    assert commune.post(f"{board}stop-using/").status_code == 302
    assert city.commune.name not in text(head, f"{board}?list=unstopped")
    assert city.department.name in text(head, f"{board}?list=unstopped")
    assert head.post(f"{board}cancel-number/", {"reason": "Hủy theo thu hồi."}).status_code == 302
    number.refresh_from_db()
    assert number.state == NumberAllocation.State.VOID


def test_taken_back_from_one_recipient_and_shown_to_nobody_are_other_things(
    city: City, notice: Dispatch, client_as: Clients
) -> None:
    page, board = f"/meetings/{notice.meeting_id}/notice/", f"/meetings/dispatches/{notice.pk}/"
    Task.objects.filter(lead_unit=city.commune).update(lead_unit=city.other_commune)
    line = notice.deliveries.get(unit=city.commune)
    commune, head = client_as("invited_head"), client_as("office_head")
    assert commune.get(page).status_code == 200
    withdraw = f"/meetings/deliveries/{line.pk}/withdraw/"
    assert "Đã có người xem" in text(client_as("secretary"), withdraw)
    for _click in range(2):
        assert client_as("secretary").post(withdraw, {"reason": "Gửi nhầm."}).status_code == 302
    assert commune.get(page).status_code == 404
    assert "Gửi nhầm." in text(head, f"{board}?list=withdrawn")
    department = client_as("department_head")
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" not in text(department, page), "in force for the others"

    assert head.post(f"{board}remove-access/", {"reason": "Có thông tin cá nhân."}).status_code == 302
    shown = text(department, page)
    assert "Có thông tin cá nhân." in shown
    assert "rà soát" not in shown
    assert department.get(f"{page}word/").status_code == 403
    assert department.get(f"{page}pdf/").status_code == 403
    assert "rà soát" in text(head, page), "the issuer keeps it"
    assert set(Task.objects.values_list("state", flat=True)) == {Task.State.ASSIGNED}


def test_an_invitation_is_followed_too_and_is_recalled_when_the_meeting_is_put_off(
    city: City, client_as: Clients
) -> None:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state="draft")
    invitations.add_lines(city["secretary"], meeting, [city.department])
    meeting = invitations.issue(city["secretary"], meeting)
    letter = Dispatch.objects.get()
    added = invitations.add_line(city["secretary"], meeting, city.commune)
    assert letter.deliveries.count() == 2
    invitations.remove_line(city["secretary"], added)
    assert letter.deliveries.get(withdrawal__isnull=True).unit == city.department
    head = client_as("department_head")
    assert "Xác nhận đã tiếp nhận" in text(head, f"/meetings/{meeting.pk}/")
    assert letter.deliveries.get(unit=city.department).opened_by == city.person("department_head")
    head.post(f"/meetings/dispatches/{letter.pk}/acknowledge/")
    assert "đã tiếp nhận 1/1" in text(client_as("secretary"), f"/meetings/{meeting.pk}/")

    scheduling.postpone_meeting(city["secretary"], meeting, reason="Bão.")
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" in text(head, f"/meetings/{meeting.pk}/")
    assert NumberAllocation.objects.get().state == NumberAllocation.State.RECALLED
    meeting.refresh_from_db()
    invitations.issue(city["secretary"], meeting)
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" not in text(head, f"/meetings/{meeting.pk}/"), "another letter"


def test_the_board_costs_the_same_for_632_recipients(city: City, notice: Dispatch, client_as: Clients) -> None:
    client, costs = client_as("secretary"), []
    for size in (3, 5, 632):  # the first one fills what is kept
        units = [UnitFactory(parent=city.committee) for _n in range(size - notice.deliveries.count())]
        Delivery.objects.bulk_create(Delivery(dispatch=notice, unit=unit) for unit in units)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/meetings/dispatches/{notice.pk}/?all=1").status_code == 200
            receipts.nudge(city["secretary"], notice, "unopened")
            dispatching.people_of(notice.deliveries.all())
        costs.append(len(queries))
        notice.deliveries.update(nudged_on=None)
    assert costs[1] == costs[2]
