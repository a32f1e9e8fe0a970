"""Meetings held without issued conclusions: listed for the office, their secretaries reminded once a day."""

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.notifications.models import Notification
from meetings.models import Meeting
from tests.factories import MeetingFactory

PAGE = "/meetings/without-conclusions/"


def held(city, days, **other):
    at = timezone.now() - dt.timedelta(days=days)
    leading = {"chair": city["chair"], "secretary": city["secretary"], "organiser": city.committee, "state": "ended"}
    return MeetingFactory(**{**leading, "starts_at": at - dt.timedelta(hours=1), "ends_at": at, **other})


def test_the_office_sees_what_is_over_without_conclusions_for_so_many_days_and_reminds_its_secretary(city, client_as):
    old = held(city, 20, title="Giao ban tháng trước")
    held(city, 0, title="Giao ban hôm nay", ends_at=timezone.now() - dt.timedelta(minutes=1))
    held(city, 20, title="Qua giờ, chưa mở phiên", state="invited")
    for state in ("concluded", "cancelled", "draft"):
        held(city, 20, title=f"Không kể {state}", state=state)
    held(
        city,
        20,
        title="Của sở",
        organiser=city.department,
        chair=city["department_head"],
        secretary=city["department_clerk"],
    )
    desk = client_as("organiser_clerk")
    every = desk.get(PAGE, {"days": 0}).content.decode()
    assert all(title in every for title in ("Giao ban tháng trước", "Giao ban hôm nay", "Qua giờ, chưa mở phiên"))
    assert "Không kể" not in every and "Của sở" not in every
    late = desk.get(PAGE).content.decode()
    assert "Giao ban tháng trước" in late and "Giao ban hôm nay" not in late and "Chưa soạn kết luận" in late
    assert "Của sở" in client_as("department_head").get(PAGE).content.decode()
    assert "Không có cuộc họp nào chờ kết luận" in client_as("outsider").get(PAGE).content.decode()
    assert (
        PAGE in desk.get("/meetings/?tab=past").content.decode()
        and PAGE in desk.get("/schedule/weeks/").content.decode()
    )

    press = f"/meetings/{old.pk}/without-conclusions/remind/"
    assert client_as("outsider").post(press).status_code == 404
    for _again in range(2):
        assert desk.post(press, {"days": 5}).url == f"{PAGE}?days=5"
    told = Notification.objects.get(kind="meeting.conclusions_missing")
    assert (told.recipient, told.url) == (city.person("secretary"), f"/meetings/{old.pk}/conclusions/")
    assert "Hôm nay đã nhắc" in desk.get(PAGE).content.decode()
    Notification.objects.update(created_at=timezone.now() - dt.timedelta(days=1))
    desk.post(press)
    assert Notification.objects.filter(kind="meeting.conclusions_missing").count() == 2
    Meeting.objects.filter(pk=old.pk).update(state="concluded")
    assert desk.post(press).status_code == 404

    with CaptureQueriesContext(connection) as few:
        desk.get(PAGE)
    for number in range(5):
        held(city, 20 + number)
    with CaptureQueriesContext(connection) as many:
        desk.get(PAGE)
    assert len(many) == len(few)
