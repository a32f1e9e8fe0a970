"""Agencies named in a draft say what they think of their paragraphs before the notice is issued."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.notifications.models import Notification
from meetings import conclusions, notices
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import Conclusion, Meeting, MeetingSite, Opinion
from tests.city import City
from tests.factories import InvitationLineFactory, MeetingFactory, MeetingSiteFactory

Clients = Callable[[str], Client]


@pytest.fixture
def meeting(city: City) -> Meeting:
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind=MeetingSite.Kind.MAIN)
    InvitationLineFactory(meeting=meeting, unit=city.commune)
    return meeting


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_an_agency_proposes_other_words_another_stays_silent_and_the_notice_is_issued(
    city: City, meeting: Meeting, client_as: Clients
) -> None:
    words = "Giao UBND phường Ba Đình rà soát, phối hợp với Sở Xây dựng."
    task = PlannedTask(lead_unit=city.commune, coordinators=[city.department])
    paragraph = conclusions.write(city["secretary"], meeting, Sentence(text=words, task=task))
    conclusions.write(city["secretary"], meeting, Sentence(text="Việc khác, không liên quan."))
    secretary, commune = client_as("secretary"), client_as("invited_clerk")
    desk, page = f"/meetings/{meeting.pk}/conclusions/opinions/", f"/meetings/{meeting.pk}/opinions/"
    assert commune.get(page).status_code == 404, "nobody has asked"
    offered = text(secretary, desk)
    assert f'value="{paragraph.pk}:{city.commune.pk}"' in offered
    assert f'value="{paragraph.pk}:{city.department.pk}"' in offered
    body = {
        "ask": [f"{paragraph.pk}:{city.commune.pk}", f"{paragraph.pk}:{city.department.pk}"],
        "due_on": f"{timezone.localdate():%d/%m/%Y}",
    }
    for _click in range(2):
        assert secretary.post(desk, body).status_code == 302
    assert Opinion.objects.count() == 2

    assert page in text(commune, "/")
    shown = text(commune, page)
    assert words in shown
    assert "Việc khác" not in shown
    assert client_as("outsider_head").get(page).status_code == 404
    opinion = Opinion.objects.get(unit=city.commune)
    answer = f"/meetings/opinions/{opinion.pk}/answer/"
    better = "Giao UBND phường Ba Đình chủ trì rà soát trong quý I."
    kept = commune.post(answer, {"answer": "proposes", "wording": better, "reason": ""})
    assert kept.status_code == 422
    assert better in kept.content.decode()
    assert (
        commune.post(answer, {"answer": "proposes", "wording": better, "reason": "Cần thời gian."}).status_code == 302
    )

    beside = text(secretary, desk)
    assert better in beside
    assert "Cần thời gian." in beside
    decide = f"/meetings/opinions/{opinion.pk}/decide/"
    assert secretary.post(decide, {"decision": "declined", "remark": " "}).status_code == 422
    assert secretary.post(decide, {"decision": "taken", "version": paragraph.version + 7}).status_code == 409
    for _click in range(2):
        assert secretary.post(decide, {"decision": "taken", "version": paragraph.version}).status_code == 302
    paragraph = Conclusion.objects.get(pk=paragraph.pk)
    assert (paragraph.text, paragraph.tasks[0].lead_unit) == (better, city.commune)
    assert Notification.objects.filter(kind="opinion.taken", recipient=city.person("invited_clerk")).exists()
    assert commune.post(answer, {"answer": "agrees"}).status_code == 409, "it is decided"

    Opinion.objects.filter(unit=city.department).update(due_on=timezone.localdate() - dt.timedelta(days=1))
    notices.submit(city["secretary"], meeting)
    confirming = text(client_as("chair"), f"/meetings/{meeting.pk}/conclusions/")
    assert "Không trả lời trong thời hạn" in confirming
    assert city.department.name in confirming
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)
    late = Opinion.objects.get(unit=city.department)
    answered = client_as("department_head").post(f"/meetings/opinions/{late.pk}/answer/", {"answer": "agrees"})
    assert answered.status_code == 409


def test_the_desk_costs_the_same_for_many_answers(city: City, meeting: Meeting, client_as: Clients) -> None:
    client, costs = client_as("secretary"), []
    text(client, f"/meetings/{meeting.pk}/conclusions/opinions/")
    for size in (1, 8):
        while meeting.conclusions.count() < size:
            task = PlannedTask(lead_unit=city.commune, coordinators=[city.department])
            one = conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
            asked = {"asked_by": city["secretary"], "asked_at": timezone.now(), "due_on": timezone.localdate()}
            Opinion.objects.create(conclusion=one, unit=city.commune, asked_text=one.text, asked_version=1, **asked)
        with CaptureQueriesContext(connection) as queries:
            text(client, f"/meetings/{meeting.pk}/conclusions/opinions/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
