"""Marks in the text of a conclusion: each part that gives a task, with the very words, also after the text was edited."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from eoffice.organisation.models import Unit
from eoffice.workflow.models import Task
from meetings import conclusions, notices
from meetings.conclusions import Sentence
from meetings.models import Conclusion, ConclusionTask, Meeting
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingFactory, MeetingSiteFactory

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
FIRST = "Giao Sở Xây dựng rà soát trụ sở dôi dư, báo cáo trước ngày 31/12/2030"
SECOND = "UBND phường Ba Đình niêm yết công khai danh sách"
TEXT = f"Thống nhất chủ trương.\n{FIRST}; {SECOND}. Các đơn vị liên quan phối hợp."
DAY = "31/12/2030"


@pytest.fixture
def meeting(city: City) -> Meeting:
    meeting: Meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind="main")
    return meeting


@pytest.fixture
def conclusion(city: City, meeting: Meeting) -> Conclusion:
    return conclusions.write(city["secretary"], meeting, Sentence(text=TEXT))


def mark(client: Client, conclusion: Conclusion, quote: str, lead: Unit, **changed: Any) -> Any:
    conclusion.refresh_from_db()
    body = {"version": conclusion.version, "quote": quote, "lead_unit": lead.pk, "due": "fixed", "due_on": DAY}
    return client.post(f"/meetings/conclusions/{conclusion.pk}/mark/", {**body, **changed}, HTTP_HX_REQUEST="true")


def edited(client: Client, conclusion: Conclusion, text: str, **changed: Any) -> Any:
    conclusion.refresh_from_db()
    body = {"version": conclusion.version, "text": text, "item": "", "due": "fixed", **changed}
    return client.post(f"/meetings/conclusions/{conclusion.pk}/edit/", body, HTTP_HX_REQUEST="true")


def quotes() -> list[str]:
    return list(ConclusionTask.objects.order_by("pk").values_list("quote", flat=True))


def test_two_parts_of_one_conclusion_give_two_tasks_with_their_very_words(
    city: City, conclusion: Conclusion, client_as: As
) -> None:
    secretary = client_as("secretary")
    asked = secretary.get(f"/meetings/conclusions/{conclusion.pk}/mark/", {"quote": FIRST}).content.decode()
    assert FIRST in asked
    assert "Sở Xây dựng" in asked, "what the words say is filled in"
    assert DAY in asked
    selected = FIRST.replace("trụ sở", "trụ\n  sở")  # as a browser may give it
    assert mark(secretary, conclusion, selected, city.department).status_code == 200
    assert mark(secretary, conclusion, FIRST, city.department).status_code == 200, "a second click"
    shown = mark(secretary, conclusion, SECOND, city.commune, title="Niêm yết").content.decode()
    assert re.findall(r"<mark[^>]*>([^<]*)</mark>", shown) == [FIRST, SECOND]
    assert quotes() == [FIRST, SECOND]
    seen = conclusions.fingerprint(conclusions.of_meeting(conclusion.meeting))
    notices.submit(city["secretary"], conclusion.meeting)
    notices.confirm(city["chair"], conclusion.meeting, seen=seen)
    notices.issue(city["office_head"], conclusion.meeting, seen=seen)
    tasks = Task.objects.order_by("pk")
    assert [(task.title, task.source_quote, task.lead_unit) for task in tasks] == [
        (FIRST, FIRST, city.department),
        ("Niêm yết", SECOND, city.commune),
    ]
    notice = client_as("department_head").get(f"/meetings/{conclusion.meeting_id}/notice/").content.decode()
    assert notice.count('data-label="Chủ trì"') == 2


def test_marks_go_along_with_the_words_when_the_text_is_edited(
    city: City, conclusion: Conclusion, client_as: As
) -> None:
    secretary = client_as("secretary")
    mark(secretary, conclusion, FIRST, city.department)
    mark(secretary, conclusion, SECOND, city.commune)
    reworded = FIRST.replace("rà soát", "chủ trì rà soát, thống kê")
    assert edited(secretary, conclusion, f"Sau thảo luận: {SECOND}. {FIRST}").status_code == 200
    assert quotes() == [FIRST, SECOND], "moved about"
    assert edited(secretary, conclusion, f"{SECOND}. Về trụ sở: {reworded}.").status_code == 200
    assert quotes() == [reworded, SECOND], "changed within"
    before = Conclusion.objects.get().text
    lost = edited(secretary, conclusion, "Thống nhất chủ trương.")
    assert lost.status_code == 422
    assert "không còn trong câu chữ" in lost.content.decode()
    assert Conclusion.objects.get().text == before
    assert edited(secretary, conclusion, before, is_task="on", lead_unit=city.commune.pk, due_on=DAY).status_code == 422
    second = ConclusionTask.objects.get(quote=SECOND)
    for _click in (1, 2):
        secretary.post(f"/meetings/conclusions/marks/{second.pk}/delete/", HTTP_HX_REQUEST="true")
    assert edited(secretary, conclusion, f"{reworded}.").status_code == 200
    assert quotes() == [reworded]


def test_words_that_cannot_be_marked_are_said(city: City, conclusion: Conclusion, client_as: As) -> None:
    secretary = client_as("secretary")
    mark(secretary, conclusion, FIRST, city.department)
    row = ConclusionTask.objects.get()
    twice = "đơn vị"
    edited(secretary, conclusion, f"{TEXT} Mỗi đơn vị một báo cáo.")
    for quote, words in (
        ("", "Bôi đen một đoạn"),
        ("Sở Tài chính rà soát", "Không tìm thấy đoạn này"),
        (twice, "nhiều lần"),
        ("rà soát trụ sở", "trùng với đoạn đã giao nhiệm vụ"),
    ):
        answer = mark(secretary, conclusion, quote, city.commune)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    old = mark(secretary, conclusion, SECOND, city.commune, version=1)
    assert old.status_code == 422
    assert "Có người khác vừa sửa" in old.content.decode()
    assert SECOND in old.content.decode()
    change = f"/meetings/conclusions/marks/{row.pk}/edit/"
    assert "Sở Xây dựng" in secretary.get(change).content.decode()
    conclusion.refresh_from_db()
    body = {"version": conclusion.version, "lead_unit": city.commune.pk, "due": "open", "title": "Rà soát"}
    assert secretary.post(change, body).status_code == 302
    row = ConclusionTask.objects.get()
    assert (row.quote, row.lead_unit, row.due_on, row.title) == (FIRST, city.commune, None, "Rà soát")
    body["version"], body["due_on"] = str(conclusion.version + 1), "hôm nào"
    assert secretary.post(change, {**body, "due": "fixed"}).status_code == 422


def test_a_confidential_item_gives_none(city: City, meeting: Meeting, client_as: As) -> None:
    item = AgendaItemFactory(meeting=meeting, confidential=True)
    item.participants.create(person=city.person("secretary"))
    hidden = conclusions.write(city["secretary"], meeting, Sentence(text=TEXT, item=item))
    answer = mark(client_as("secretary"), hidden, FIRST, city.department)
    assert answer.status_code == 422
    assert "mục kín" in answer.content.decode()
    assert not ConclusionTask.objects.exists()
