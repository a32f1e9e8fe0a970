"""The calendar of days off is edited: drafts of series follow, of issued meetings the secretary decides."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from eoffice.notifications.models import Notification
from meetings.tasks import make_series_ahead
from tests.city import City
from tests.meetings.test_recurring_meetings import _now, begin, calendar, held  # noqa: F401 - fixtures

As = Callable[[str], Client]


@pytest.mark.usefixtures("calendar")
def test_drafts_follow_the_calendar_and_of_issued_meetings_the_secretary_decides(city: City, client_as: As) -> None:
    secretary, admin = client_as("secretary"), client_as("admin")
    series = begin(secretary, city)
    meetings = held(series)
    for day in ("21/12", "28/12"):
        secretary.post(f"/meetings/{meetings[day].pk}/invitations/", {"units": [city.commune.pk]})
        assert secretary.post(f"/meetings/{meetings[day].pk}/issue/").status_code == 302

    # The administrator makes three Mondays days off, and sees what that does.
    for day in ("14/12/2026", "21/12/2026", "28/12/2026"):
        typed = {"day": day, "kind": "holiday", "name": "Nghỉ bão", "basis": "Công điện số 5"}
        assert admin.post(reverse("admin:worktime_calendarday_add"), typed).status_code == 302
    shown = admin.get(reverse("calendar-effects")).content.decode()
    assert shown.count("Tự chuyển (dự thảo)") == 1 and shown.count("Chờ thư ký quyết định") == 2
    assert "08:00 15/12/2026" in shown and "Giao ban tuần" not in shown  # they are no part of it

    # The draft moves; of the issued ones the secretary is told, once.
    for _sweep in range(2):
        make_series_ahead()
    assert list(held(series)) == ["07/12", "15/12", "21/12", "28/12"]
    asked = Notification.objects.filter(kind="series.day_off")
    assert asked.count() == 2 and "08:00 22/12/2026" in asked.earliest("pk").body
    page = f"/meetings/series/{series.pk}/"
    assert secretary.get(page).content.decode().count("Chuyển và gửi lại giấy mời") == 2
    assert "Lịch nghỉ đã thay đổi" not in client_as("invited_head").get(page).content.decode()

    # One is moved by a press, one stays.
    first, second = (f"/meetings/series-times/{meetings[day].occurrence.pk}/" for day in ("21/12", "28/12"))
    assert secretary.post(f"{first}move/", {"day": "2026-12-23"}).status_code == 409
    assert client_as("invited_head").post(f"{first}move/", {"day": "2026-12-22"}).status_code == 403
    for _click in range(2):
        assert secretary.post(f"{first}move/", {"day": "2026-12-22"}).status_code == 302
    assert secretary.post(f"{second}keep/").status_code == 302
    make_series_ahead()
    after = held(series)
    assert list(after) == ["07/12", "15/12", "22/12", "28/12"]
    assert (after["22/12"].sequence, after["28/12"].sequence) == (1, 0)
    told = Notification.objects.filter(recipient=city.person("invited_head"), kind="meeting.changed")
    assert told.count() == 1
    assert "Lịch nghỉ đã thay đổi" not in secretary.get(page).content.decode()
    assert "Chờ thư ký" not in admin.get(reverse("calendar-effects")).content.decode()
