"""Conclusions: written by the secretary, in what form, by whom; from a sentence to an accepted task."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.workflow.models import Task, TaskParty
from eoffice.worktime import deadlines
from meetings import conclusions
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import AgendaItem, Conclusion, ConclusionNotice, Meeting
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
)
from tests.meetings.concluding import confirm_calendars, ended_meeting, form

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def calendar(city: City) -> None:
    confirm_calendars(city)


@pytest.fixture
def meeting(city: City) -> Meeting:
    return ended_meeting(city)


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return AgendaItemFactory(meeting=meeting, order=1, title="Trụ sở dôi dư")


@pytest.mark.usefixtures("calendar")
def test_from_a_sentence_to_an_accepted_task(
    city: City, meeting: Meeting, item: AgendaItem, client_as: Callable[[str], Client]
) -> None:
    secretary, chair, office = map(client_as, ("secretary", "chair", "office_head"))
    head, officer = map(client_as, ("invited_head", "invited_officer"))
    text = "Giao UBND phường Ba Đình chủ trì rà soát trụ sở dôi dư, báo cáo sau 5 ngày làm việc."
    body = form(city.commune, item=item.pk, text=text, coordinators=[city.department.pk], due="days", due_days=5)
    assert secretary.post(f"/meetings/{meeting.pk}/conclusions/new/", body).status_code == 302
    assert secretary.post(f"/meetings/{meeting.pk}/conclusions/submit/").status_code == 302
    assert not Task.objects.exists()
    assert head.get(f"/meetings/{meeting.pk}/notice/").status_code == 404

    for signer, act, state in ((chair, "confirm", "confirmed"), (office, "issue", "issued")):
        assert f"/meetings/{meeting.pk}/conclusions/" in signer.get("/").content.decode()
        page = signer.get(f"/meetings/{meeting.pk}/conclusions/").content.decode()
        shown = re.search(r'name="seen" value="(\w+)"', page)
        assert shown
        assert not Task.objects.exists()
        assert signer.post(f"/meetings/{meeting.pk}/conclusions/{act}/", {"seen": shown[1]}).status_code == 302
        assert ConclusionNotice.objects.get().state == state

    meeting.refresh_from_db()
    notice = meeting.notices.get()
    assert meeting.state == Meeting.State.CONCLUDED
    assert notice.number == "01/TB-UBND"
    assert (notice.issuer, notice.confirmed_by, notice.signed_by) == (city.office, city["chair"], city["office_head"])
    task = Task.objects.get()
    assert task.assigner == city["chair"]
    assert (task.lead_unit, task.source_quote, task.state) == (city.commune, text, "assigned")
    assert task.due_on == deadlines.working_days_after(timezone.localdate(), 5).due_on
    assert task.due_explanation[0].startswith("5 ngày làm việc")
    roles = set(task.parties.values_list("unit", "role"))
    assert (city.department.pk, TaskParty.Role.COORDINATE) in roles
    assert set(task.duties.values_list("person__username", "need")) == {
        ("invited.head", "acknowledge"),
        ("invited.clerk", "acknowledge"),
    }

    page = head.get(f"/tasks/{task.pk}/").content.decode()
    assert text in page
    assert f"/meetings/{meeting.pk}/notice/1/#conclusion-" in page
    shown = head.get(f"/meetings/{meeting.pk}/notice/").content.decode()
    assert "Đơn vị của bạn" in shown

    def do(client: Client, act: str, **data: object) -> None:
        task.refresh_from_db()
        fields = {"version": task.version, "key": str(uuid.uuid4()), **data}
        assert client.post(f"/tasks/{task.pk}/{act}/", fields).status_code == 302

    do(head, "acknowledge")
    do(head, "assign-officer", officer=city["invited_officer"].pk)
    helping = {("department.head", "contribute"), ("department.clerk", "contribute")}
    assert set(task.duties.values_list("person__username", "need")) == {("invited.officer", "do")} | helping
    do(officer, "progress", text="Đã rà soát một nửa.", percent=50)
    do(officer, "complete", text="Xong.", reference="20/BC-UBND")
    do(head, "review")
    do(chair, "return", reason="Bổ sung danh mục.")
    do(officer, "complete", text="Đã bổ sung.", reference="21/BC-UBND")
    do(head, "review")
    assert set(task.duties.values_list("person__username", "need")) == {("chair", "approve")}
    do(chair, "accept")
    task.refresh_from_db()
    assert (task.state, task.duties.count()) == ("completed", 0)


def test_who_saves_second_is_told_and_sees_both_texts(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    conclusion = conclusions.write(city["secretary"], meeting, Sentence(text="Bản gốc."))
    client_as("chair").post(f"/meetings/conclusions/{conclusion.pk}/edit/", form(text="Bản của chủ trì.", version=1))
    late = client_as("secretary").post(
        f"/meetings/conclusions/{conclusion.pk}/edit/", form(text="Bản của thư ký.", version=1), **HTMX
    )
    page = late.content.decode()
    assert late.status_code == 422
    assert "Bản của chủ trì." in page
    assert "Bản của thư ký." in page
    conclusion.refresh_from_db()
    assert conclusion.text == "Bản của chủ trì."
    assert 'name="version" value="2"' in page


def test_a_double_click_writes_one_conclusion(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    body = form()
    for _click in range(2):
        assert client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", body).status_code == 302
    assert Conclusion.objects.count() == 1


@pytest.mark.parametrize("key", ["", "không phải mã"])
def test_a_form_without_its_key_is_not_taken(
    city: City, meeting: Meeting, client_as: Callable[[str], Client], key: str
) -> None:
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", form(key=key), **HTMX)
    assert answer.status_code == 422
    assert "Tải lại trang rồi gửi lại." in answer.content.decode()
    assert not Conclusion.objects.exists()


def test_in_the_room_each_answer_is_only_the_part_that_changed(
    city: City, meeting: Meeting, item: AgendaItem, client_as: Callable[[str], Client]
) -> None:
    secretary = client_as("secretary")
    panel = secretary.get(f"/meetings/{meeting.pk}/conclusions/panel/").content.decode()
    assert "<html" not in panel
    assert f'id="conclusions-of-{item.pk}"' in panel
    added = secretary.post(f"/meetings/{meeting.pk}/conclusions/new/", form(item=item.pk), **HTMX)
    assert f'hx-swap-oob="beforeend:#conclusions-of-{item.pk}"' in added.content.decode()
    made = Conclusion.objects.get()
    edited = secretary.post(f"/meetings/conclusions/{made.pk}/edit/", form(text="Đã sửa.", version=1), **HTMX)
    assert edited.content.decode().strip().startswith(f'<li id="conclusion-{made.pk}"') or "Đã sửa." in (
        edited.content.decode()
    )
    deleted = secretary.post(f"/meetings/conclusions/{made.pk}/delete/", **HTMX)
    again = secretary.post(f"/meetings/conclusions/{made.pk}/delete/", **HTMX)
    assert (deleted.status_code, deleted.content, again.status_code) == (200, b"", 200)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": ""}, "bắt buộc"),
        ({"text": "ă" * 10_000}, "4000"),
        ({"is_task": "on", "lead_unit": ""}, "Chọn cơ quan chủ trì."),
        ({"is_task": "on", "lead_unit": "9" * 30}, "không còn hoạt động"),
        ({"is_task": "on", "due": "fixed", "due_on": ""}, "Nhập thời hạn"),
        ({"is_task": "on", "due": "fixed", "due_on": "31/02/2027"}, "Ngày không đúng"),
        ({"is_task": "on", "due": "fixed", "due_on": "01/01/2020"}, "đã qua"),
        ({"is_task": "on", "due": "days", "due_days": "-3"}, "từ 1 trở lên"),
        ({"item": "999999"}, "không"),
    ],
)
def test_bad_input_keeps_what_was_typed(
    city: City, meeting: Meeting, client_as: Callable[[str], Client], data: dict[str, str], said: str
) -> None:
    body = {**form(title="Tên đã gõ"), "lead_unit": city.commune.pk, **data}
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Tên đã gõ" in page
    assert not Conclusion.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [("secretary", 200), ("chair", 200), ("office_head", 200), ("invited_head", 403), ("outsider", 404)],
)
def test_who_reads_the_draft(
    city: City, meeting: Meeting, client_as: Callable[[str], Client], role: str, status: int
) -> None:
    meeting.organiser = city.office
    meeting.save()
    assert client_as(role).get(f"/meetings/{meeting.pk}/conclusions/").status_code == status


def test_only_chair_and_secretary_write(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    answer = client_as("organiser_clerk").post(f"/meetings/{meeting.pk}/conclusions/new/", form())
    assert answer.status_code == 403
    assert not Conclusion.objects.exists()


def test_the_desk_costs_a_constant_number_of_queries(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    client, costs = client_as("secretary"), []
    for size in (2, 10):
        while meeting.conclusions.count() < size:
            task = PlannedTask(lead_unit=city.commune, coordinators=[city.department])
            conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
        client.get(f"/meetings/{meeting.pk}/conclusions/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/meetings/{meeting.pk}/conclusions/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
