"""A meeting follows another: what that concluded and what is not done stands before the first item."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from eoffice.audit.models import Entry
from eoffice.organisation.models import Unit
from eoffice.workflow.models import Task
from meetings import conclusions, notices
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import Meeting, MeetingSeries, SeriesOccurrence
from tests.city import City
from tests.factories import AttendeeFactory, InvitationLineFactory, MeetingFactory, MeetingSiteFactory

As = Callable[[str], Client]


@pytest.fixture
def following(city: City) -> Meeting:
    """Next week's; the department was invited."""
    starts = timezone.now() + dt.timedelta(days=7)
    meeting = MeetingFactory(
        title="Giao ban tuần sau", chair=city["chair"], secretary=city["secretary"], organiser=city.committee,
        starts_at=starts, ends_at=starts + dt.timedelta(hours=2), state=Meeting.State.INVITED,
    )  # fmt: skip
    site = MeetingSiteFactory(meeting=meeting, unit=city.department)
    AttendeeFactory(site=site, appointment=city["department_head"])
    InvitationLineFactory(meeting=meeting, unit=city.department)
    return meeting


def concluded(city: City, title: str, tasks: dict[str, Unit], *, weeks: int) -> Meeting:
    """Held so many weeks ago; its notice is issued, and each of ``tasks`` given to its lead."""
    starts = timezone.now() - dt.timedelta(weeks=weeks)
    meeting = MeetingFactory(
        title=title, chair=city["chair"], secretary=city["secretary"], organiser=city.committee,
        starts_at=starts, ends_at=starts + dt.timedelta(hours=2), state=Meeting.State.ENDED,
    )  # fmt: skip
    InvitationLineFactory(meeting=meeting, unit=city.commune)
    secretary = city["secretary"]
    conclusions.write(secretary, meeting, Sentence(text="Ghi nhận báo cáo."))
    for text, lead in tasks.items():
        conclusions.write(secretary, meeting, Sentence(text=text, task=PlannedTask(lead_unit=lead)))
    notices.submit(secretary, meeting)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)
    return meeting


def a_series(city: City, *meetings: Meeting) -> MeetingSeries:
    """What these are the times of."""
    like = meetings[0]
    day = timezone.localdate(like.starts_at)
    made = MeetingSeries.objects.create(
        title="Giao ban", type=like.type, organiser=like.organiser, chair=like.chair, secretary=like.secretary,
        created_by=like.secretary, rrule="FREQ=DAILY", starts_on=day, on_day_off="keep", start_time=dt.time(8), minutes=60,
    )  # fmt: skip
    for one in meetings:
        SeriesOccurrence.objects.create(series=made, day=timezone.localdate(one.starts_at), meeting=one)
    return made


def carried_on(client: Client, meeting: Meeting) -> str:
    """The card on the meeting's page; "" without one."""
    page = client.get(f"/meetings/{meeting.pk}/").content.decode()
    return page.partition('aria-labelledby="carried"')[2].partition("</section>")[0]


def test_open_tasks_of_the_series_stand_before_the_first_item(city: City, following: Meeting, client_as: As) -> None:
    oldest = concluded(city, "Giao ban tháng trước", {"Nạo vét cống": city.commune}, weeks=4)
    last = concluded(
        city, "Giao ban tuần trước", {"Rà soát trụ sở": city.commune, "Lập dự toán": city.department}, weeks=1
    )
    secretary, invited = client_as("secretary"), client_as("department_head")
    assert carried_on(invited, following) == ""
    assert f'value="{last.pk}" selected' in carried_on(secretary, following)  # suggested: the latest of its type

    assert client_as("secretary").post(f"/meetings/{last.pk}/follow/", {"previous": oldest.pk}).status_code == 403
    Meeting.objects.filter(pk=last.pk).update(previous=oldest)
    for _click in range(2):
        assert secretary.post(f"/meetings/{following.pk}/follow/", {"previous": last.pk}).status_code == 302
    assert Entry.objects.filter(action="meeting.follows").count() == 1
    Task.objects.filter(title__startswith="Lập").update(state="completed", completed_at=timezone.now())
    card = carried_on(secretary, following)
    assert all(words in card for words in ("Giao ban tuần trước", "Đã xong 1 trên 2", "Nạo vét cống", "Rà soát trụ sở"))
    assert "Lập dự toán" not in card
    assert f"/meetings/{last.pk}/notice/" in card

    # as on the page of the recurring meeting, where it is one
    series = a_series(city, oldest, last, following)
    page = secretary.get(f"/meetings/series/{series.pk}/").content.decode()
    assert all(words in page for words in ("Đã xong 1 trên 2", "Nạo vét cống", "Rà soát trụ sở"))
    for one in (oldest, last):
        assert f"/meetings/{one.pk}/notice/" in page

    # who was not there knows of their own tasks alone
    Task.objects.filter(title__startswith="Lập").update(state="in_progress", completed_at=None)
    card = carried_on(invited, following)
    assert "Lập dự toán" in card
    assert "Rà soát trụ sở" not in card
    assert "Nạo vét cống" not in card
    page = invited.get(f"/meetings/series/{series.pk}/").content.decode()
    assert f"/meetings/{following.pk}/" in page
    assert f"/meetings/{last.pk}/notice/" not in page
    assert "Rà soát trụ sở" not in page

    secretary.post(f"/meetings/{following.pk}/follow/", {"previous": ""})
    assert carried_on(invited, following) == ""


@pytest.mark.parametrize("wrong", ["later", "elsewhere", "itself", "không", "9" * 30])
def test_only_an_earlier_meeting_of_the_same_office_can_be_followed(
    city: City, following: Meeting, client_as: As, wrong: str
) -> None:
    last = concluded(city, "Giao ban", {}, weeks=1)
    if wrong == "later":
        Meeting.objects.filter(pk=last.pk).update(
            starts_at=following.starts_at + dt.timedelta(days=1), ends_at=following.ends_at + dt.timedelta(days=1)
        )
    if wrong == "elsewhere":
        Meeting.objects.filter(pk=last.pk).update(organiser=city.department)
    chosen = {"later": last.pk, "elsewhere": last.pk, "itself": following.pk}.get(wrong, wrong)
    answer = client_as("secretary").post(f"/meetings/{following.pk}/follow/", {"previous": chosen}, follow=True)
    assert answer.status_code == 200
    assert "Chọn một cuộc họp" in answer.content.decode()
    following.refresh_from_db()
    assert following.previous is None
