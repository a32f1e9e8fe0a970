"""Acting for an absent leader: for a time, confirmed by the leader, written on every act, over at once when it is revoked."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.organisation import appointing
from eoffice.organisation.models import Appointment, Delegation, Position
from eoffice.organisation.signing import capacity, signs_for
from eoffice.organisation.standing import standing_of
from eoffice.workflow.models import Task
from tests.city import City
from tests.eoffice.workflow.branch import Branch, build_branch, do

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
PAGE = "/tasks/delegations/"


def today(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ask(client: Client, giver: Appointment, to: Appointment, **typed: Any) -> HttpResponse:
    """Send the form of the page: from today for three days."""
    days = {"valid_from": f"{today():%d/%m/%Y}", "valid_to": f"{today(3):%d/%m/%Y}"}
    body = {
        "giver": giver.pk,
        "to": to.pk,
        "scope": "Chỉ đạo, giải quyết công việc thường xuyên của Sở.",
        **days,
        **typed,
    }
    return client.post(PAGE, body)


@pytest.fixture
def branch(city: City) -> Branch:
    return build_branch(city)


def duties(task: Task) -> dict[str, str]:
    return dict(task.duties.values_list("person__username", "need"))


def test_an_officer_acts_for_the_absent_director_until_it_is_revoked(city: City, branch: Branch, client_as: As) -> None:
    officer, director = client_as("department_officer"), client_as("department_head")
    address = f"/tasks/{branch.task.pk}/"
    assert officer.get(address).status_code == 404
    assert ask(director, city["department_head"], city["department_officer"]).status_code == 302
    assert ask(director, city["department_head"], city["department_officer"]).status_code == 302, "a second click"
    made = Delegation.objects.get()
    assert duties(branch.task) == {"department.head": "assign", "department.officer": "assign"}

    assert do(officer, branch.task, "progress", text="Đã giao các phòng.", percent=20).status_code == 302
    words = f"thay Giám đốc Đỗ Giám Đốc, theo ủy quyền đến ngày {today(3):%d/%m/%Y} – Sở Xây dựng"
    report = branch.task.reports.latest("pk")
    assert (report.by.person, report.by.title) == (city.person("department_officer"), words)
    assert words in director.get(address).content.decode()
    history = director.get(f"{address}history/").content.decode()
    assert words in history
    assert "báo cáo tiến độ" in history

    assert director.post(f"{PAGE}{made.pk}/end/").status_code == 302
    assert officer.get(address).status_code == 404
    assert duties(branch.task) == {"department.head": "assign"}
    assert Notification.objects.filter(recipient=city.person("department_officer"), kind="delegation.revoked").exists()
    assert ask(director, city["department_head"], city["department_officer"]).status_code == 302, "given anew that day"


def test_it_begins_and_ends_by_itself(city: City, branch: Branch, client_as: As) -> None:
    officer, director = client_as("department_officer"), client_as("department_head")
    address = f"/tasks/{branch.task.pk}/"
    ask(director, city["department_head"], city["department_officer"], valid_from=f"{today(1):%d/%m/%Y}")
    assert officer.get(address).status_code == 404
    held = Appointment.objects.filter(kind="delegated")
    held.update(valid_from=today(-3), valid_to=today())
    assert officer.get(address).status_code == 200
    held.update(valid_to=today(-1))
    assert officer.get(address).status_code == 404
    held.update(valid_to=today(3))
    appointing.end_appointment(city["department_head"], last_day=today(-1))
    assert officer.get(address).status_code == 404, "nobody acts for somebody who has left"


def test_what_the_office_registers_counts_when_the_leader_confirms(city: City, branch: Branch, client_as: As) -> None:
    """The chair assigned the task; while they are away the head of the office accepts its result in their place."""
    clerk, chair, delegate = client_as("organiser_clerk"), client_as("chair"), client_as("office_head")
    assert ask(clerk, city["chair"], city["office_head"]).status_code == 302
    made = Delegation.objects.get()
    assert Notification.objects.filter(recipient=city.person("chair"), kind="delegation.proposed").exists()
    assert not standing_of(city.person("office_head")).in_place_of
    assert clerk.post(f"{PAGE}{made.pk}/confirm/").status_code == 403
    assert client_as("outsider").post(f"{PAGE}{made.pk}/confirm/").status_code == 404
    assert "Xác nhận" in chair.get(PAGE).content.decode()
    assert chair.post(f"{PAGE}{made.pk}/confirm/").status_code == 302

    do(client_as("department_head"), branch.task, "progress", text="Xong phần đầu.", percent=50)
    do(client_as("department_head"), branch.task, "complete", text="Đã rà soát.", reference="15/BC-SXD")
    assert duties(branch.task) == {"chair": "approve", "office.head": "approve"}
    assert do(delegate, branch.task, "accept").status_code == 302
    by = branch.task.reports.latest("pk").by
    assert (by.in_place_of, by.person) == (city["chair"], city.person("office_head"))
    signer = signs_for(city.person("office_head"), city.committee)
    assert signer is not None
    assert capacity(signer) == (f"TUQ. {city['chair'].position.name}", city["office_head"].position.name)


def test_who_has_a_right_of_their_own_acts_under_their_own_appointment(
    city: City, branch: Branch, client_as: As
) -> None:
    deputy = appointing.appoint(
        city.person("department_officer"),
        Position.objects.get(code="pho-giam-doc"),
        city.department,
        valid_from=today(-9),
    )
    ask(client_as("department_head"), city["department_head"], deputy)
    do(client_as("department_officer"), branch.task, "progress", text="Đang làm.", percent=5)
    by = branch.task.reports.latest("pk").by
    assert (by.person, by.is_delegated) == (deputy.person, False)


@pytest.mark.parametrize(
    ("to", "typed", "status", "words"),
    [
        ("department_head", {}, 422, "Không ủy quyền cho chính mình."),
        ("outsider", {}, 422, "Chọn người cùng cơ quan hoặc đơn vị trực thuộc."),
        ("department_officer", {"valid_to": "01/01/2020"}, 422, "Ngày kết thúc"),
        ("department_officer", {"valid_to": "hôm nào"}, 422, "hôm nào"),
        ("department_officer", {"scope": ""}, 422, "Chỉ đạo hộ"),
        ("department_clerk", {"basis": "Trùng thời gian"}, 409, "đã ủy quyền cho Bùi Chuyên Viên"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(
    to: str, typed: dict[str, str], status: int, words: str, city: City, client_as: As
) -> None:
    director = client_as("department_head")
    if status == 409:
        ask(director, city["department_head"], city["department_officer"])
    before = Delegation.objects.count()
    answer = ask(director, city["department_head"], city[to], **({"basis": "Chỉ đạo hộ"} | typed))
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert Delegation.objects.count() == before


def test_a_delegate_gives_nothing_on_and_is_picked_for_nothing(city: City, client_as: As) -> None:
    """One hop; and a seat, hence a vote, is never had by a delegation."""
    ask(client_as("department_head"), city["department_head"], city["department_officer"])
    lent = Appointment.objects.get(kind="delegated")
    officer = client_as("department_officer")
    assert ask(officer, lent, city["department_clerk"]).status_code == 422
    assert ask(officer, city["department_head"], city["department_clerk"]).status_code == 422
    offered = officer.get("/units/pick/people/", {"q": "Bùi Chuyên Viên"}).json()["results"]
    assert [one["id"] for one in offered] == [str(city["department_officer"].pk)]
    assert officer.get("/").status_code == 200
