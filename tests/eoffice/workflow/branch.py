"""A department with two divisions, and a task that it leads: the ground of tests over several levels."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.workflow import assigning, routing
from eoffice.workflow.models import Task
from eoffice.worktime.deadlines import on_day
from tests.city import City
from tests.factories import AppointmentFactory, UnitFactory, UserFactory

DAYS = 30
"""Until the department's task is due."""


@dataclass
class Branch:
    """Division A has a head and an officer, division B a head; ``task`` is the department's, acknowledged."""

    division: Unit
    beside: Unit
    head: Appointment
    officer: Appointment
    beside_head: Appointment
    task: Task


def build_branch(city: City, **assigned: object) -> Branch:
    """Two divisions below the department, and a task of the city's that the department has acknowledged."""
    agency = city.department.legal_body
    division, beside = (
        UnitFactory(parent=city.department, name=f"Phòng {name}", kind=Unit.Kind.DIVISION, legal_body=agency)
        for name in ("Hạ tầng", "Quy hoạch")
    )
    posts = {one.code: one for one in Position.objects.all()}
    people = [
        AppointmentFactory(person=UserFactory(username=name), unit=unit, position=posts[post])
        for name, unit, post in (
            ("division.head", division, "truong-phong"),
            ("division.officer", division, "chuyen-vien"),
            ("beside.head", beside, "truong-phong"),
        )
    ]
    assignment = assigning.Assignment(
        title="Rà soát hạ tầng kỹ thuật",
        lead_unit=city.department,
        deadline=on_day(timezone.localdate() + dt.timedelta(days=DAYS)),
        **assigned,
    )
    [task] = assigning.assign(city["chair"], [assignment], unit=city.committee)
    task = routing.acknowledge(city["department_head"], task, version=task.version)
    return Branch(division, beside, *people, task)


def do(client: Client, task: Task, act: str, **data: object) -> HttpResponse:
    """Send one form of the page as it is now."""
    task.refresh_from_db()
    return client.post(f"/tasks/{task.pk}/{act}/", {"version": task.version, "key": str(uuid.uuid4()), **data})


def given(client: Client, parent: Task, recipient: str, **data: object) -> Task:
    """The sub-task that ``client`` gives through the page; due five days before its parent."""
    due = parent.due_on - dt.timedelta(days=5)
    body = {"title": "Khảo sát tuyến phố", "due_on": f"{due:%d/%m/%Y}", **data}
    answer = do(client, parent, "subtask", recipient=recipient, **body)
    assert answer.status_code == 302, answer.content.decode()
    return Task.objects.filter(parent=parent).latest("pk")
