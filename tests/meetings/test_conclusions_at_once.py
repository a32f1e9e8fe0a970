"""Issuing from two windows, or for two meetings, at the same moment."""

import uuid

import pytest

from eoffice.audit.models import Entry
from eoffice.workflow.models import Task
from meetings import conclusions, notices
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import Conclusion, ConclusionNotice, Meeting
from tests.city import City, build_city
from tests.factories import InvitationLineFactory, MeetingFactory
from tests.meetings.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def parallel_city(transactional_db: None) -> City:
    return build_city()


def confirmed(city: City) -> Meeting:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], state=Meeting.State.ENDED)
    InvitationLineFactory(meeting=meeting, unit=city.commune)
    task = PlannedTask(lead_unit=city.commune)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao phường rà soát.", task=task))
    notices.submit(city["secretary"], meeting)
    notices.confirm(city["chair"], meeting, seen=conclusions.fingerprint(conclusions.of_meeting(meeting)))
    return meeting


def test_two_windows_issue_one_notice_and_one_set_of_tasks(parallel_city: City) -> None:
    meeting = confirmed(parallel_city)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))

    def issue() -> None:
        notices.issue(parallel_city["office_head"], meeting, seen=seen)

    assert at_once(issue, issue, issue) == []
    assert ConclusionNotice.objects.get().number == "01/TB-UBND"
    assert Task.objects.count() == 1
    assert Entry.objects.filter(action="conclusions.issued").count() == 1


def test_two_meetings_never_share_a_number(parallel_city: City) -> None:
    meetings = [confirmed(parallel_city) for _each in range(3)]
    seen = {m.pk: conclusions.fingerprint(conclusions.of_meeting(m)) for m in meetings}
    acts = [lambda m=m: notices.issue(parallel_city["office_head"], m, seen=seen[m.pk]) for m in meetings]
    assert at_once(*acts) == []
    numbers = sorted(ConclusionNotice.objects.values_list("number", flat=True))
    assert numbers == ["01/TB-UBND", "02/TB-UBND", "03/TB-UBND"]


def test_one_form_sent_from_several_threads_is_one_conclusion(parallel_city: City) -> None:
    meeting = MeetingFactory(
        chair=parallel_city["chair"], secretary=parallel_city["secretary"], state=Meeting.State.ENDED
    )
    key, written = uuid.uuid4(), []

    def write() -> None:
        sentence = Sentence(text="Giao phường rà soát.", task=PlannedTask(lead_unit=parallel_city.commune))
        written.append(conclusions.write(parallel_city["secretary"], meeting, sentence, key=key).pk)

    assert at_once(write, write, write) == []
    assert [conclusion.pk for conclusion in Conclusion.objects.all()] == [*set(written)]
    assert Entry.objects.filter(action="conclusion.written").count() == 1
