"""The Today page: what a person must do, one click away, and nothing of others."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import Grant, Paper, Reading
from eoffice.workflow.models import Duty
from meetings.models import Attendee, Meeting, TabledPaper
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
    NotificationFactory,
    PaperFactory,
    PaperVersionFactory,
    TaskFactory,
)


@pytest.fixture
def noon(time_machine):
    """Monday 23 November 2026, 12:00 in Hà Nội."""
    time_machine.move_to(dt.datetime(2026, 11, 23, 5, 0, tzinfo=dt.UTC), tick=False)
    return timezone.now()


def invite(city, role="invited_head", **facts):
    """An issued meeting with a site for the unit of ``role`` and that person on it."""
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], **{"state": Meeting.State.INVITED, **facts}
    )
    site = MeetingSiteFactory(meeting=meeting, unit=city[role].unit)
    AttendeeFactory(site=site, appointment=city[role], role=Attendee.Role.INVITED)
    return meeting


def page(client):
    response = client.get("/")
    assert response.status_code == 200
    return response.content.decode()


def publish(version):
    Paper.objects.filter(pk=version.paper_id).update(published_version=version)


def table_paper(city, meeting, title="Tờ trình về quy hoạch"):
    paper = PaperFactory(title=title, state=Paper.State.PUBLISHED, owner_unit=city["secretary"].unit)
    version = PaperVersionFactory(paper=paper)
    publish(version)
    Grant.objects.create(paper=paper, unit=city["invited_head"].unit, reason=f"meeting:{meeting.pk}")
    TabledPaper.objects.create(item=AgendaItemFactory(meeting=meeting), paper=paper)
    return version


@pytest.mark.parametrize(
    ("starts_in_minutes", "state", "form", "may_join"),
    [
        (30, "invited", "hybrid", True),
        (240, "invited", "hybrid", False),  # the door opens an hour before
        (-30, "in_session", "online", True),
        (30, "invited", "in_person", False),  # there is no room
        (30, "cancelled", "hybrid", False),
    ],
)
def test_join_stands_beside_a_meeting_that_may_be_entered(
    city, client_as, noon, starts_in_minutes, state, form, may_join
):
    starts = noon + dt.timedelta(minutes=starts_in_minutes)
    meeting = invite(city, starts_at=starts, ends_at=starts + dt.timedelta(hours=2), state=state, form=form)
    shown = page(client_as("invited_head"))
    assert meeting.title in shown
    assert (f"/meetings/{meeting.pk}/room/" in shown) is may_join


def test_a_meeting_of_others_is_not_shown(city, client_as, noon):
    meeting = invite(city, starts_at=noon + dt.timedelta(minutes=30))
    assert meeting.title not in page(client_as("outsider"))


def test_a_cancelled_meeting_stays_with_its_reason(city, client_as, noon):
    invite(city, starts_at=noon, state="cancelled", state_reason="Bão số 12")
    shown = page(client_as("invited_head"))
    assert "Đã hủy" in shown
    assert "Bão số 12" in shown


def test_a_paper_waits_until_its_published_version_is_opened(city, client_as, noon):
    version = table_paper(city, invite(city, starts_at=noon + dt.timedelta(days=1)))
    assert version.paper.title in page(client_as("invited_head"))
    Reading.objects.create(version=version, person=city.person("invited_head"))
    assert version.paper.title not in page(client_as("invited_head"))
    publish(PaperVersionFactory(paper=version.paper, number=2))
    assert version.paper.title in page(client_as("invited_head"))


def test_each_need_of_a_task_has_its_own_list_and_late_ones_say_so(city, client_as, noon):
    late = TaskFactory(
        title="Báo cáo giải ngân",
        lead_unit=city["invited_head"].unit,
        assigner=city["chair"],
        due_on=dt.date(2026, 11, 20),
    )
    Duty.objects.create(task=late, person=city.person("invited_head"), need=Duty.Need.ACKNOWLEDGE)
    shown = page(client_as("invited_head"))
    assert "Báo cáo giải ngân" in shown
    assert "Tiếp nhận" in shown
    assert "Quá hạn 3 ngày" in shown


def test_an_empty_day_says_so(city, client_as, noon):
    shown = page(client_as("invited_officer"))
    assert "Hôm nay bạn không có cuộc họp nào." in shown
    assert "Không có nhiệm vụ nào đang chờ bạn." in shown


def test_somebody_without_a_post_sees_a_page(city, client_as):
    assert "Hôm nay" in page(client_as("admin"))


def test_nobody_signed_in_is_sent_to_sign_in(client_as, city):
    assert client_as("anonymous").get("/").status_code == 302


def test_htmx_gets_only_the_sections(city, client_as):
    response = client_as("chair").get("/", headers={"HX-Request": "true"})
    assert b"<html" not in response.content
    assert b'id="today"' in response.content


def queries_of(client):
    with CaptureQueriesContext(connection) as queries:
        page(client)
    return len(queries)


def test_the_number_of_queries_does_not_grow(city, client_as, noon):
    def fill(count):
        for _ in range(count):
            meeting = invite(city, starts_at=noon + dt.timedelta(hours=1))
            table_paper(city, meeting)
            task = TaskFactory(lead_unit=city["invited_head"].unit, assigner=city["chair"])
            for need in Duty.Need.values:
                Duty.objects.create(task=task, person=city.person("invited_head"), need=need)
            NotificationFactory(recipient=city.person("invited_head"))

    client = client_as("invited_head")
    page(client)
    fill(1)
    small = queries_of(client)
    fill(6)
    assert queries_of(client) == small
    assert small <= 29
