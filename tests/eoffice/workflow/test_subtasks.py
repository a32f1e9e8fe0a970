"""Parts of a task over levels: who may give them to whom, by when, and what happens to them with their parent."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.workflow import assigning, subtasks
from eoffice.workflow.models import Task
from eoffice.worktime import deadlines, seeding
from tests.city import City
from tests.eoffice.workflow.branch import Branch, build_branch, do, given

SignIn = Callable[[AbstractBaseUser], Client]
As = Callable[[str], Client]


@pytest.fixture
def branch(city: City) -> Branch:
    source = assigning.Source(row=city.office, label="Thông báo 12/TB-UBND", quote="Sở Xây dựng rà soát, báo cáo.")
    return build_branch(city, source=source)


def test_a_task_goes_down_two_levels_and_back_up(branch: Branch, client_as: As, signed_in: SignIn) -> None:
    director, head, officer = (
        client_as("department_head"),
        signed_in(branch.head.person),
        signed_in(branch.officer.person),
    )
    part = given(director, branch.task, f"unit-{branch.division.pk}")
    assert set(part.duties.values_list("person__username", "need")) == {("division.head", "acknowledge")}
    assert do(head, part, "acknowledge").status_code == 302
    piece = given(head, part, f"person-{branch.officer.pk}")
    assert (piece.state, set(piece.duties.values_list("person__username", "need"))) == (
        "acknowledged",
        {("division.officer", "do")},
    )
    page = officer.get(f"/tasks/{piece.pk}/").content.decode()
    assert "Sở Xây dựng rà soát, báo cáo." in page  # the words that it all came from
    assert part.title in page
    do(officer, piece, "complete", text="Đã khảo sát.", reference="3/BC")
    assert do(head, piece, "accept").status_code == 302
    do(head, part, "complete", text="Đã khảo sát.", reference="4/BC")
    assert do(director, part, "accept").status_code == 302
    page = director.get(f"/tasks/{branch.task.pk}/").content.decode()
    assert f'href="/tasks/{part.pk}/"' in page
    assert "Hoàn thành đúng hạn" in page


def test_the_parent_is_named_to_who_may_not_open_it(branch: Branch, client_as: As, signed_in: SignIn) -> None:
    part = given(client_as("department_head"), branch.task, f"unit-{branch.division.pk}")
    head = signed_in(branch.head.person)
    page = head.get(f"/tasks/{part.pk}/").content.decode()
    assert branch.task.title in page
    assert f'href="/tasks/{branch.task.pk}/"' not in page
    assert head.get(f"/tasks/{branch.task.pk}/").status_code == 404
    assert signed_in(branch.beside_head.person).get(f"/tasks/{part.pk}/").status_code == 404


def test_only_head_and_deputy_of_the_lead_give_it_on(branch: Branch, client_as: As) -> None:
    for role, status in [("department_clerk", 403), ("chair", 403), ("department_officer", 404)]:
        answer = do(client_as(role), branch.task, "subtask", title="x", recipient=f"unit-{branch.division.pk}")
        assert answer.status_code in (status, 422), role
    assert not Task.objects.filter(parent=branch.task).exists()


def test_an_officer_holding_it_does_not_stop_the_head(city: City, branch: Branch, client_as: As) -> None:
    director = client_as("department_head")
    do(director, branch.task, "assign-officer", officer=city["department_officer"].pk)
    part = given(director, branch.task, f"unit-{branch.beside.pk}", coordinators=[branch.division.pk])
    assert [party.unit for party in part.parties.all()] == [branch.division]
    assert client_as("department_officer").get(f"/tasks/{part.pk}/").status_code == 200  # who puts the parts together


def test_a_unit_beside_in_the_same_agency_is_in_reach(branch: Branch, client_as: As, signed_in: SignIn) -> None:
    part = given(client_as("department_head"), branch.task, f"unit-{branch.division.pk}")
    head = signed_in(branch.head.person)
    do(head, part, "acknowledge")
    assert given(head, part, f"unit-{branch.beside.pk}").lead_unit == branch.beside


@pytest.mark.parametrize("recipient", ["commune", "committee", "itself", "somebody", "nonsense"])
def test_other_agencies_are_not_in_reach(city: City, branch: Branch, client_as: As, recipient: str) -> None:
    code = {
        "commune": f"unit-{city.commune.pk}",
        "committee": f"unit-{city.committee.pk}",
        "itself": f"unit-{city.department.pk}",
        "somebody": f"person-{city['invited_officer'].pk}",
        "nonsense": "9" * 40,
    }[recipient]
    answer = do(client_as("department_head"), branch.task, "subtask", title="Việc", recipient=code)
    assert answer.status_code == 422
    assert not Task.objects.filter(parent=branch.task).exists()


@pytest.mark.parametrize(("days", "fault"), [(1, "không được sau"), (None, "Chọn thời hạn")])
def test_a_part_is_due_by_the_parents_day(branch: Branch, client_as: As, days: int | None, fault: str) -> None:
    due = f"{branch.task.due_on + dt.timedelta(days=days):%d/%m/%Y}" if days else ""
    body = {"title": "Khảo sát", "recipient": f"unit-{branch.division.pk}", "due_on": due}
    answer = do(client_as("department_head"), branch.task, "subtask", **body)
    page = answer.content.decode()
    assert (answer.status_code, fault in page, "Khảo sát" in page) == (400, True, True)


def test_the_suggested_day_leaves_two_working_days(branch: Branch, city: City) -> None:
    today = timezone.localdate()
    for year in {today.year, branch.task.due_on.year}:
        seeding.seed_year(year, confirmed_by=city.admin)
    suggested = subtasks.suggested_due(branch.task, today)
    assert suggested == deadlines.working_day_before(branch.task.due_on, 2)
    branch.task.due_on = today
    assert subtasks.suggested_due(branch.task, today) == today


def test_of_a_late_task_parts_are_given_without_a_day(branch: Branch, client_as: As) -> None:
    Task.objects.filter(pk=branch.task.pk).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    branch.task.refresh_from_db()
    part = given(client_as("department_head"), branch.task, f"unit-{branch.division.pk}")
    assert (part.due_on, part.due_kind) == (None, "open")


def test_a_double_click_gives_one_part(branch: Branch, client_as: As) -> None:
    key, client = str(uuid.uuid4()), client_as("department_head")
    body = {
        "title": "Khảo sát",
        "recipient": f"unit-{branch.division.pk}",
        "due_on": f"{branch.task.due_on:%d/%m/%Y}",
        "version": branch.task.version,
        "key": key,
    }
    answers = [client.post(f"/tasks/{branch.task.pk}/subtask/", body).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Task.objects.filter(parent=branch.task).count() == 1


def test_with_open_parts_the_result_needs_a_reason(branch: Branch, client_as: As) -> None:
    director = client_as("department_head")
    given(director, branch.task, f"unit-{branch.division.pk}")
    refused = do(director, branch.task, "complete", text="Xong.", reference="5/BC")
    assert (refused.status_code, "Còn 1 nhiệm vụ con chưa xong" in refused.content.decode()) == (400, True)
    why = "Phần còn lại không ảnh hưởng kết quả."
    assert do(director, branch.task, "complete", text="Xong.", reference="5/BC", despite_open=why).status_code == 302
    assert why in client_as("chair").get(f"/tasks/{branch.task.pk}/").content.decode()


def test_recall_shows_what_it_touches_and_takes_the_parts_too(branch: Branch, client_as: As, signed_in: SignIn) -> None:
    director, head, chair = client_as("department_head"), signed_in(branch.head.person), client_as("chair")
    part = given(director, branch.task, f"unit-{branch.division.pk}")
    do(head, part, "acknowledge")
    piece = given(head, part, f"person-{branch.officer.pk}")
    page = chair.get(f"/tasks/{branch.task.pk}/").content.decode()
    # director, clerk of the department; head and officer of the division
    assert "2 nhiệm vụ con bị thu hồi theo" in page
    assert "Sẽ báo cho 4 người." in page
    blind = do(chair, branch.task, "recall", reason="Giao nhầm.", touched_subtasks=1)
    assert (blind.status_code, "Giao nhầm." in blind.content.decode()) == (409, True)
    assert 'name="touched_subtasks" value="2"' in blind.content.decode()
    assert do(chair, branch.task, "recall", reason="Giao nhầm.", touched_subtasks=2).status_code == 302
    states = set(Task.objects.filter(pk__in=[branch.task.pk, part.pk, piece.pk]).values_list("state", "cancel_reason"))
    assert states == {("cancelled", "Giao nhầm.")}
    told = Notification.objects.filter(kind="task.recalled", url=f"/tasks/{piece.pk}/")
    assert "division.officer" in told.values_list("recipient__username", flat=True)


def test_parts_cost_the_page_a_constant_number_of_queries(branch: Branch, client_as: As) -> None:
    director = client_as("department_head")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            director.get(f"/tasks/{branch.task.pk}/")
        return len(queries)

    given(director, branch.task, f"unit-{branch.division.pk}")
    cost()
    one = cost()
    for _more in range(4):
        given(director, branch.task, f"unit-{branch.beside.pk}")
    assert cost() == one


@pytest.mark.parametrize("coordinator", ["9" * 30, "không", "-1"])
def test_units_that_cannot_be_are_refused(branch: Branch, client_as: As, coordinator: str) -> None:
    body = {"title": "Khảo sát", "recipient": f"unit-{branch.division.pk}", "due_on": f"{branch.task.due_on:%d/%m/%Y}"}
    assert do(client_as("department_head"), branch.task, "subtask", coordinators=coordinator, **body).status_code == 422
