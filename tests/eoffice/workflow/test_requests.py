"""What the lead asks of the assigner: more time, another lead, to close, an answer."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.workflow.models import Task, TaskRequest
from tests import papers
from tests.city import City
from tests.eoffice.workflow.branch import Branch, build_branch, do, given

As = Callable[[str], Client]
SignIn = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def branch(city: City) -> Branch:
    return build_branch(city)


def later(task: Task, days: int) -> str:
    return f"{task.due_on + dt.timedelta(days=days):%d/%m/%Y}"


def the_request(task: Task) -> TaskRequest:
    return TaskRequest.objects.filter(task=task).latest("pk")


def answer(client: Client, task: Task, **data: object) -> int:
    return do(client, task, "answer", request=the_request(task).pk, **data).status_code


def duties(task: Task) -> set[tuple[str, str]]:
    return set(task.duties.values_list("person__username", "need"))


def test_more_time_is_asked_granted_and_remembered(branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    first = task.due_on
    proof = SimpleUploadedFile("công văn.pdf", papers.pdf(), "application/pdf")
    asked = do(director, task, "ask-extension", wanted_on=later(task, 10), text="Mưa kéo dài.", evidence=[proof])
    assert asked.status_code == 302
    assert ("chair", "answer") in duties(task)
    page = chair.get(f"/tasks/{task.pk}/").content.decode()
    assert all(words in page for words in ("Mưa kéo dài.", "công văn.pdf", "Trả lời đề nghị"))
    assert "Trả lời đề nghị" in chair.get("/").content.decode()
    assert answer(chair, task, decision="grant") == 302
    task.refresh_from_db()
    assert (task.due_on, task.original_due_on) == (first + dt.timedelta(days=10), first)
    assert the_request(task).due_before == first
    assert duties(task) == {("department.head", "assign")}
    do(director, task, "complete", text="Xong.", reference="1/BC")
    do(chair, task, "accept")
    assert "Hoàn thành đúng hạn (đã gia hạn)" in director.get(f"/tasks/{task.pk}/").content.decode()
    recorded = set(Entry.objects.filter(target_id=task.pk).values_list("action", flat=True))
    assert {"task.request_asked", "task.request_granted"} <= recorded


def test_the_day_is_moved_twice_at_most(branch: Branch, client_as: As) -> None:
    director, chair = client_as("department_head"), client_as("chair")
    for _each in range(2):
        do(director, branch.task, "ask-extension", wanted_on=later(branch.task, 3), text="Chờ số liệu.")
        assert answer(chair, branch.task, decision="grant") == 302
        branch.task.refresh_from_db()
    refused = do(director, branch.task, "ask-extension", wanted_on=later(branch.task, 3), text="Chờ số liệu.")
    assert (refused.status_code, "hết số lần" in refused.content.decode()) == (400, True)


@pytest.mark.parametrize("days", [0, -1, 31])
def test_not_back_not_too_far(branch: Branch, client_as: As, days: int) -> None:
    wanted = later(branch.task, days)
    refused = do(client_as("department_head"), branch.task, "ask-extension", wanted_on=wanted, text="Chờ số liệu.")
    assert (refused.status_code, "Chờ số liệu." in refused.content.decode()) == (400, True)
    assert not TaskRequest.objects.exists()


def test_not_long_after_the_day(branch: Branch, client_as: As, settings: LazySettings) -> None:
    settings.TASK_EXTENSION_GRACE_DAYS = 3
    Task.objects.filter(pk=branch.task.pk).update(due_on=timezone.localdate() - dt.timedelta(days=4))
    branch.task.refresh_from_db()
    refused = do(client_as("department_head"), branch.task, "ask-extension", wanted_on=later(branch.task, 9), text="x")
    assert (refused.status_code, "Đã quá 3 ngày" in refused.content.decode()) == (400, True)


def test_a_part_is_extended_within_its_parent_only(branch: Branch, client_as: As, signed_in: SignIn) -> None:
    director, head = client_as("department_head"), signed_in(branch.head.person)
    part = given(director, branch.task, f"unit-{branch.division.pk}")  # due five days before its parent
    do(head, part, "acknowledge")
    assert do(head, part, "ask-extension", wanted_on=later(part, 6), text="x").status_code == 400
    assert do(head, part, "ask-extension", wanted_on=later(part, 5), text="x").status_code == 302
    assert answer(director, part, decision="grant") == 302


def test_refusing_needs_words_and_changes_nothing(branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    do(director, task, "ask-extension", wanted_on=later(task, 3), text="Chờ số liệu.")
    assert answer(chair, task, decision="refuse") == 400
    assert answer(chair, task, decision="refuse", remark="Việc gấp.") == 302
    before = task.due_on
    task.refresh_from_db()
    assert (task.due_on, the_request(task).state) == (before, "refused")
    assert "Việc gấp." in director.get(f"/tasks/{task.pk}/").content.decode()
    told = Notification.objects.filter(kind="task.refused").values_list("recipient__username", flat=True)
    assert "department.head" in told


def test_another_lead_takes_over_and_the_former_goes_on_reading(city: City, branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    asked = do(director, task, "ask-transfer", wanted_unit=city.commune.pk, text="Thuộc địa bàn phường.")
    assert asked.status_code == 302
    assert answer(chair, task, decision="grant", remark="Nhất trí.") == 302
    task.refresh_from_db()
    assert (task.lead_unit, task.state, task.officer) == (city.commune, "assigned", None)
    assert duties(task) == {("invited.head", "acknowledge"), ("invited.clerk", "acknowledge")}
    assert "Chủ trì trước đây" in director.get(f"/tasks/{task.pk}/").content.decode()
    assert do(director, task, "progress", text="x", percent=3).status_code == 403
    assert do(client_as("invited_head"), task, "acknowledge").status_code == 302


def test_with_open_parts_the_lead_stays(city: City, branch: Branch, client_as: As) -> None:
    director = client_as("department_head")
    given(director, branch.task, f"unit-{branch.division.pk}")
    refused = do(director, branch.task, "ask-transfer", wanted_unit=city.commune.pk, text="x")
    assert (refused.status_code, "Còn nhiệm vụ con" in refused.content.decode()) == (400, True)


def test_closing_takes_the_parts_along(branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    part = given(director, task, f"unit-{branch.division.pk}")
    do(director, task, "ask-close", text="Dự án đã dừng.")
    assert answer(chair, task, decision="grant") == 302
    for one in (task, part):
        one.refresh_from_db()
        assert (one.state, one.cancel_reason) == ("cancelled", "Đóng theo đề nghị: Dự án đã dừng.")
        assert duties(one) == set()


def test_a_question_is_answered_before_it_is_acknowledged(city: City, branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    Task.objects.filter(pk=task.pk).update(state="assigned", acknowledged_at=None)
    assert do(director, task, "ask-question", text="Báo cáo theo mẫu nào?").status_code == 302
    assert answer(chair, task, remark="") == 400
    assert answer(chair, task, remark="Theo mẫu số 3.") == 302
    assert the_request(task).state == "answered"
    assert "Theo mẫu số 3." in director.get(f"/tasks/{task.pk}/").content.decode()


def test_what_was_asked_is_taken_back_by_who_asked(branch: Branch, client_as: As) -> None:
    director, task = client_as("department_head"), branch.task
    do(director, task, "ask-close", text="Trùng việc.")
    pk = the_request(task).pk
    assert do(client_as("department_clerk"), task, "withdraw", request=pk).status_code == 403
    assert do(director, task, "withdraw", request=pk).status_code == 302
    assert ("chair", "answer") not in duties(task)
    assert answer(client_as("chair"), task, decision="grant") == 409


def test_a_double_click_asks_and_answers_once(branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    key = str(uuid.uuid4())
    body = {"key": key, "wanted_on": later(task, 3), "text": "Chờ số liệu."}
    assert [do(director, task, "ask-extension", **body).status_code for _ in range(2)] == [302, 302]
    before = task.due_on
    assert [answer(chair, task, decision="grant") for _ in range(2)] == [302, 302]
    task.refresh_from_db()
    assert (task.due_on, TaskRequest.objects.count()) == (before + dt.timedelta(days=3), 1)


def test_more_time_asked_before_may_be_granted_after_the_result_came(branch: Branch, client_as: As) -> None:
    director, chair, task = client_as("department_head"), client_as("chair"), branch.task
    do(director, task, "ask-extension", wanted_on=later(task, 3), text="Chờ số liệu.")
    do(director, task, "ask-close", text="Trùng việc.")
    do(director, task, "complete", text="Xong.", reference="1/BC")
    states = dict(TaskRequest.objects.filter(task=task).values_list("kind", "state"))
    assert states == {"extension": "waiting", "close": "withdrawn"}
    do(chair, task, "accept")
    assert TaskRequest.objects.get(task=task, kind="extension").state == "withdrawn"
    assert duties(task) == set()


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("ask-extension", {"wanted_on": "31/02/2027", "text": "x"}),
        ("ask-extension", {"wanted_on": "", "text": "x"}),
        ("ask-transfer", {"wanted_unit": "9" * 30, "text": "x"}),
        ("ask-transfer", {"wanted_unit": "không", "text": "x"}),
        ("ask-question", {"text": ""}),
        ("withdraw", {"request": "9" * 30}),
        ("withdraw", {"request": "không"}),
    ],
)
def test_bad_input_asks_nothing(branch: Branch, client_as: As, act: str, data: dict[str, object]) -> None:
    assert do(client_as("department_head"), branch.task, act, **data).status_code in (400, 422)
    assert not TaskRequest.objects.exists()
