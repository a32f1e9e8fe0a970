"""A conclusion that names a group: each of its units gets a task of its own, in one act."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.notifications.models import Notification
from eoffice.organisation.groups import ensure_group
from eoffice.organisation.models import Unit, UnitGroup
from eoffice.workflow import batching
from eoffice.workflow.assigning import Assignment
from eoffice.workflow.models import Duty, Task, TaskBatch, TaskParty
from eoffice.worktime import seeding
from meetings import conclusions, notices, suggestions
from meetings.models import Dispatch, Meeting, MeetingSite
from tests.city import City
from tests.factories import InvitationLineFactory, MeetingFactory, MeetingSiteFactory, UnitFactory

Clients = Callable[[str], Client]


@pytest.fixture
def communes(city: City) -> UnitGroup:
    return ensure_group("126 phường, xã", below=city.committee, kind=Unit.Kind.COMMUNE)


@pytest.fixture
def meeting(city: City) -> Meeting:
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        seeding.seed_year(year, confirmed_by=city.admin)
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind=MeetingSite.Kind.MAIN)
    InvitationLineFactory(meeting=meeting, unit=city.department)
    return meeting


@pytest.mark.parametrize(
    "words",
    ["Giao UBND các xã, phường", "Yêu cầu UBND các phường, xã", "Các xã, phường"],
)
def test_a_sentence_that_names_a_group_is_read_as_such(city: City, communes: UnitGroup, words: str) -> None:
    reading = suggestions.of_sentence(f"{words} rà soát trụ sở, phối hợp với Sở Xây dựng, trong 5 ngày làm việc.")
    assert (reading.lead, reading.group, reading.coordinators) == (None, communes.pk, (city.department.pk,))


def test_each_of_the_group_gets_a_task_of_its_own(
    city: City, communes: UnitGroup, meeting: Meeting, client_as: Clients
) -> None:
    body = {
        "key": str(uuid.uuid4()),
        "text": "Giao UBND các xã, phường rà soát trụ sở.",
        "is_task": "on",
        "lead_group": communes.pk,
        "coordinators": [city.department.pk],
        "due": "days",
        "due_days": 5,
    }
    secretary = client_as("secretary")
    new = f"/meetings/{meeting.pk}/conclusions/new/"
    both = secretary.post(new, body | {"lead_unit": city.commune.pk})
    assert both.status_code == 422
    assert "không chọn cả hai" in both.content.decode()
    assert secretary.post(new, body).status_code == 302
    notices.submit(city["secretary"], meeting)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)

    batch = TaskBatch.objects.get()
    assert set(batch.tasks.values_list("lead_unit", flat=True)) == {city.commune.pk, city.other_commune.pk}
    mine = batch.tasks.get(lead_unit=city.commune)
    assert mine.due_explanation[0].startswith("5 ngày làm việc")
    assert set(mine.duties.values_list("person__username", flat=True)) == {"invited.head", "invited.clerk"}
    told = Notification.objects.get(recipient=city.person("outsider_head"), kind="task.assigned")
    assert told.url == f"/tasks/{batch.tasks.get(lead_unit=city.other_commune).pk}/"
    assert not Duty.objects.filter(person=city.person("department_head")).exists(), "no part is asked for each of them"
    assert Dispatch.objects.get().deliveries.filter(unit=city.other_commune).exists(), "it gets the notice too"

    page = f"/tasks/each/{batch.pk}/"
    chair = client_as("chair")
    assert page in chair.get(f"/meetings/{meeting.pk}/notice/").content.decode()
    assert page in chair.get("/tasks/?scope=assigned").content.decode()
    shown = chair.get(page).content.decode()
    assert city.commune.name in shown
    assert city.other_commune.name in shown
    assert city.other_commune.name in client_as("department_head").get(page).content.decode(), (
        "who coordinates sees all"
    )
    own = client_as("invited_head").get(page).content.decode()
    assert city.commune.name in own
    assert city.other_commune.name not in own
    assert client_as("organiser_clerk").get(f"{page}?state=late").status_code == 200
    assert client_as("outsider").get(page).status_code == 404


def test_126_tasks_cost_hardly_more_than_two_and_the_same_key_gives_none(city: City) -> None:
    costs, key = {}, uuid.uuid4()
    task = Assignment(title="Rà soát trụ sở.", lead_unit=city.committee, coordinators=[city.department])
    for size in (2, 126):
        units = [UnitFactory(parent=city.committee, kind=Unit.Kind.COMMUNE) for _n in range(size)]
        key = uuid.uuid4()
        with CaptureQueriesContext(connection) as queries:
            given = batching.give_each(city["chair"], task, units, unit=city.committee, recipients="Phường", key=key)
        costs[size] = [query["sql"] for query in queries if not query["sql"].startswith("INSERT")]
        assert given.tasks.count() == size
    assert len(costs[2]) == len(costs[126])
    again = batching.give_each(city["chair"], task, units, unit=city.committee, recipients="Phường", key=key)
    assert again == given
    assert Task.objects.count() == 128
    assert TaskParty.objects.filter(role=TaskParty.Role.INFORM).count() == 128
