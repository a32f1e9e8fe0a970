"""A meeting that comes back: made ahead, changed once, from one on, for all, left out, ended; and never made twice."""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eoffice.notifications.models import Notification
from eoffice.worktime import seeding
from meetings.models import Meeting, MeetingSeries, SeriesOccurrence
from meetings.tasks import make_series_ahead
from tests.city import City
from tests.factories import MeetingTypeFactory

As = Callable[[str], Client]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAYS = ["07/12", "14/12", "21/12", "28/12"]
IN_2027 = ["04/01", "11/01", "18/01", "25/01"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """Wednesday, 2 December 2026, nine o'clock."""
    with time_machine.travel(dt.datetime(2026, 12, 2, 9, tzinfo=HANOI), tick=False):
        yield


@pytest.fixture
def calendar(city: City) -> None:
    """Of 2026; nobody has confirmed 2027."""
    seeding.seed_year(2026, confirmed_by=city.admin)
    seeding.seed_year(2027)


def filled_in(city: City, **changes: Any) -> dict[str, Any]:
    """Every Monday from eight to half past nine, later on days off."""
    return {
        "title": "Giao ban tuần", "type": MeetingTypeFactory().pk, "form": "hybrid", "start": "08:00", "end": "09:30",
        "place": "Phòng họp số 2", "organiser": city.committee.pk, "chair": city["chair"].pk,
        "secretary": city["secretary"].pk, "key": str(uuid.uuid4()), "repeat_every": "week", "repeat_weekdays": ["0"],
        "repeat_from": "07/12/2026", "repeat_on_day_off": "after",
    } | changes  # fmt: skip


def begin(client: Client, city: City, **changes: Any) -> MeetingSeries:
    """Press twice where chair or secretary have something else at that time."""
    data = filled_in(city, **changes)
    answer = client.post("/meetings/series/new/", data)
    if answer.status_code == 200:
        answer = client.post("/meetings/series/new/", data | {"seen": seen(answer.content.decode())})
    assert answer.status_code == 302, answer.content.decode()
    return MeetingSeries.objects.get(pk=int(answer["Location"].split("/")[-2]))


def held(series: MeetingSeries) -> dict[str, Meeting]:
    """Its meetings that are not called off, by local day."""
    found = series.meetings().exclude(state="cancelled").order_by("starts_at")
    return {f"{meeting.starts_at.astimezone(HANOI):%d/%m}": meeting for meeting in found}


def change(client: Client, series: MeetingSeries, city: City, first: Meeting | None = None, **changes: Any) -> str:
    """Press twice: what the preview said."""
    path = f"/meetings/series/{series.pk}/edit/" + (f"?from={first.pk}" if first else "")
    data = filled_in(city, type=series.type_id, version=series.version, **changes)
    shown = client.post(path, data).content.decode()
    pressed = client.post(path, data | {"seen": seen(shown)})
    assert pressed.status_code == 302, pressed.content.decode()
    series.refresh_from_db()
    return shown


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found, page
    return found[1]


@pytest.mark.usefixtures("calendar")
def test_a_weekly_meeting_from_its_first_day_to_its_end(city: City, client_as: As) -> None:
    secretary, key = client_as("secretary"), str(uuid.uuid4())
    series = begin(secretary, city, key=key)
    assert begin(secretary, city, key=key) == series  # a double click
    assert list(held(series)) == MONDAYS
    page = secretary.get(f"/meetings/series/{series.pk}/").content.decode()
    assert "Thứ Hai hằng tuần, nghỉ lễ thì lùi" in page
    assert "Lịch làm việc năm 2027 chưa được xác nhận" in page
    make_series_ahead()
    assert Notification.objects.filter(kind="series.waiting").count() == 1  # told once, secretary and author are one

    # whom each invites; then the year is confirmed
    assert secretary.post(f"/meetings/series/{series.pk}/lines/", {"units": [city.commune.pk]}).status_code == 302
    seeding.confirm_year(2027, by=city.admin)
    for _sweep in range(2):
        make_series_ahead()
    meetings = held(series)
    assert list(meetings) == [*MONDAYS, *IN_2027]
    assert [line.unit for line in meetings["04/01"].invitation_lines.all()] == [city.commune]
    assert meetings["07/12"].previous is None
    assert [meeting.previous for meeting in list(meetings.values())[1:]] == list(meetings.values())[:-1]
    assert "chưa được xác nhận" not in secretary.get(f"/meetings/series/{series.pk}/").content.decode()

    # one alone, and one is issued
    edit = f"/meetings/{meetings['14/12'].pk}/edit/"
    assert "Sửa kỳ này và các kỳ sau" in secretary.get(edit).content.decode()
    once = filled_in(city, type=series.type_id, place="Hội trường", day="14/12/2026", version=1)
    assert secretary.post(edit, once).status_code == 302
    secretary.post(f"/meetings/{meetings['21/12'].pk}/invitations/", {"units": [city.commune.pk]})
    assert secretary.post(f"/meetings/{meetings['21/12'].pk}/issue/").status_code == 302
    invited = client_as("invited_head")
    assert "Giao ban tuần" in invited.get(f"/meetings/{meetings['21/12'].pk}/").content.decode()

    # from the issued one on: Tuesdays at two
    tuesdays = {"start": "14:00", "end": "15:30", "repeat_weekdays": ["1"], "repeat_from": "21/12/2026"}
    shown = change(secretary, series, city, meetings["21/12"], **tuesdays)
    assert shown.count("Chuyển sang") == 6
    assert shown.count("Nhận thông báo") == 1
    assert list(held(series)) == ["07/12", "14/12", "22/12", "29/12", "05/01", "12/01", "19/01", "26/01"]
    moved = held(series)["22/12"]
    assert (moved.pk, moved.sequence) == (meetings["21/12"].pk, 1)
    assert f"{moved.starts_at.astimezone(HANOI):%H:%M}" == "14:00"
    assert Notification.objects.filter(recipient=city.person("invited_head"), kind="meeting.changed").count() == 1
    assert held(series)["07/12"].starts_at == meetings["07/12"].starts_at

    # all to come: another name; the one that was changed singly keeps its own
    all_of_them = tuesdays | {"title": "Giao ban hằng tuần của Ủy ban", "repeat_from": "01/12/2026"}
    shown = change(secretary, series, city, **all_of_them)
    assert "Giữ nguyên: đã sửa riêng" in shown
    assert list(held(series))[:3] == ["08/12", "14/12", "22/12"]  # the first takes Tuesday, too
    assert {day for day, meeting in held(series).items() if meeting.title == "Giao ban tuần"} == {"14/12"}
    assert held(series)["14/12"].place == "Hội trường"
    assert held(series)["22/12"].sequence == 2

    # one is called off, one that is not made yet is left out: no sweep makes them again
    secretary.post(f"/meetings/{held(series)['29/12'].pk}/cancel/", {"reason": "Nghỉ cuối năm"})
    leave_out = f"/meetings/series/{series.pk}/leave-out/"
    assert secretary.post(leave_out, {"day": "2027-02-02", "reason": ""}).status_code == 422
    for _click in range(2):
        assert secretary.post(leave_out, {"day": "2027-02-02", "reason": "Đại hội"}).status_code == 302
    assert secretary.post(leave_out, {"day": "2027-02-03", "reason": "Đại hội"}).status_code == 422
    assert secretary.post(leave_out, {"day": "2027-01-05", "reason": "Đại hội"}).status_code == 422  # has a meeting
    page = secretary.get(f"/meetings/series/{series.pk}/").content.decode()
    assert "Bỏ kỳ này. Lý do: Đại hội" in page
    with time_machine.travel(dt.datetime(2027, 1, 6, 9, tzinfo=HANOI), tick=False):
        make_series_ahead()
    days = list(held(series))
    assert "02/02" not in days
    assert "29/12" not in days
    assert days[-1] == "02/03"
    assert days[-4:-2] == ["11/02", "16/02"]  # the 9th is a day of Tết
    secretary.post(f"/meetings/series/{series.pk}/take-in/", {"day": "2027-02-02"})
    with time_machine.travel(dt.datetime(2027, 1, 6, 9, tzinfo=HANOI), tick=False):
        make_series_ahead()
    assert "02/02" in held(series)

    # who is invited to one knows of the series and of that meeting alone
    page = invited.get(f"/meetings/series/{series.pk}/").content.decode()
    assert page.count('href="/meetings/') - page.count('href="/meetings/series') >= 1
    assert f"/meetings/{held(series)['22/12'].pk}/" in page
    assert f"/meetings/{held(series)['08/12'].pk}/" not in page
    assert client_as("outsider").get(f"/meetings/series/{series.pk}/").status_code == 404
    assert invited.get(f"/meetings/series/{series.pk}/edit/").status_code == 403

    # the end
    end = f"/meetings/series/{series.pk}/end/"
    assert secretary.post(end, {"reason": "", "made": "cancel"}).status_code == 422
    for _click in range(2):
        assert secretary.post(end, {"reason": "Chuyển sang họp tháng", "made": "cancel"}).status_code == 302
    assert list(held(series)) == ["14/12"]
    assert Notification.objects.filter(recipient=city.person("invited_head"), kind="meeting.cancelled").count() == 1
    make_series_ahead()
    assert list(held(series)) == ["14/12"]


@pytest.mark.usefixtures("calendar")
def test_a_change_does_what_was_shown_or_nothing(city: City, client_as: As) -> None:
    secretary = client_as("secretary")
    series = begin(secretary, city, repeat_on_day_off="keep", repeat_count="10")
    assert len(held(series)) == 8
    path = f"/meetings/series/{series.pk}/edit/"
    monthly = filled_in(city, type=series.type_id, version=1, repeat_every="month", repeat_by="position",
                        repeat_weekday="0", repeat_position="1", repeat_on_day_off="keep")  # fmt: skip
    shown = secretary.post(path, monthly).content.decode()
    assert shown.count("Hủy: lịch mới không có kỳ này") == 6
    assert shown.count("Không đổi") == 2  # the first Mondays of December and January

    Meeting.objects.filter(pk=held(series)["28/12"].pk).update(place="Nơi khác", version=2)
    late = secretary.post(path, monthly | {"seen": seen(shown)})
    assert late.status_code == 409
    assert len(held(series)) == 8
    assert secretary.post(path, monthly | {"seen": seen(late.content.decode())}).status_code == 302
    assert list(held(series)) == ["07/12", "28/12", "04/01"]
    assert secretary.post(path, monthly).status_code == 409  # opened before

    # the form of the times from one on counts only those that are left
    series = begin(secretary, city, repeat_on_day_off="keep", repeat_count="10")
    page = secretary.get(f"/meetings/series/{series.pk}/edit/?from={held(series)['28/12'].pk}").content.decode()
    assert re.search(r'name="repeat_count" value="7"', page)
    assert 'value="28/12/2026"' in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"repeat_weekdays": []}, "Chọn ít nhất một ngày trong tuần."),
        ({"repeat_until": "01/12/2026"}, "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
        ({"repeat_until": "31/12/2026", "repeat_count": "3"}, "Chỉ nhập ngày kết thúc hoặc số kỳ."),
        ({"end": "07:00"}, "Giờ kết thúc phải sau giờ bắt đầu."),
        ({"repeat_from": "24/11/2026", "repeat_until": "24/11/2026", "repeat_weekdays": ["1"], "repeat_on_day_off": "skip"},
         "Quy tắc này không cho ngày nào."),
        ({"repeat_every": "x"}, "không"),
        ({"title": ""}, "Tên cuộc họp"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("calendar")
def test_what_is_wrong_is_said_and_kept(city: City, client_as: As, wrong: dict[str, Any], sentence: str) -> None:
    answer = client_as("secretary").post("/meetings/series/new/", filled_in(city, **wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Phòng họp số 2" in answer.content.decode()
    assert not MeetingSeries.objects.exists()


@pytest.mark.usefixtures("calendar")
def test_a_meeting_becomes_the_first_of_a_series_and_the_list_costs_the_same_for_many(
    city: City, client_as: As
) -> None:
    secretary = client_as("secretary")
    once = filled_in(city, day="07/12/2026")
    path = secretary.post("/meetings/new/", once)["Location"]
    first = Meeting.objects.get(pk=int(path.split("/")[-2]))
    secretary.post(f"{path}invitations/", {"units": [city.department.pk]})
    offered = secretary.get(f"/meetings/series/new/?like={first.pk}").content.decode()
    assert "cùng thành phần mời" in offered
    again = filled_in(city, type=first.type_id)
    assert secretary.post(f"/meetings/series/new/?like={first.pk}", again).status_code == 302
    series = MeetingSeries.objects.get()
    assert held(series)["07/12"] == first
    assert held(series)["14/12"].previous == first
    assert [line.unit for line in held(series)["14/12"].invitation_lines.all()] == [city.department]
    assert "Thứ Hai hằng tuần" in secretary.get(path).content.decode()

    counts = []
    for _more in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert secretary.get("/meetings/series/").status_code == 200
        counts.append(len(queries))
        begin(secretary, city)
        begin(secretary, city)
    assert counts[0] == counts[1]
    assert SeriesOccurrence.objects.values("series", "day").distinct().count() == SeriesOccurrence.objects.count()
