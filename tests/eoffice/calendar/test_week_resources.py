"""Rooms and cars of the catalogue in the lines of a week: booked with the line, moved and given back with it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from eoffice.calendar.models import Booking, WeekLine
from meetings.models import Meeting, MeetingType
from tests.eoffice.calendar.test_week import TITLES, Weeks
from tests.factories import ResourceFactory

LAND, OFFICE, _MARKET = TITLES.values()


class Desk(Weeks):
    """A week, a room of the office and its car."""

    def __init__(self, city, client_as):
        super().__init__(city, client_as)
        hours = [["06:00", "22:00"]] * 7
        self.room = ResourceFactory(unit=city.office, name="Phòng A", place="Tầng 2", hours=hours, open_to="everybody")
        self.car = ResourceFactory(
            unit=city.office, kind="car", name="Xe 7 chỗ", plate="29A-012.34", hours=hours, open_to="everybody"
        )

    def line(self, title):
        return WeekLine.objects.get(entry__title=title)

    def act(self, title, act, **data):
        line = self.line(title)
        body = {"version": line.version, **data}
        return self.client_as("secretary").post(f"/schedule/weeks/lines/{line.pk}/do/{act}/", body)

    def taken(self, resource):
        found = Booking.objects.holding().filter(resource=resource).order_by("starts_at")
        return [(timezone.localtime(one.starts_at).strftime("%a %H:%M"), one.purpose) for one in found]


@pytest.fixture
def desk(city, client_as):
    desk = Desk(city, client_as)
    wants = {"room": desk.room.pk, "vehicle": desk.car.pk, "place": "", "car": ""}
    assert desk.register("department_head", **wants).status_code == 302
    assert desk.register("invited_clerk", room=desk.room.pk, leader=desk.deputy.pk).status_code == 302
    assert not desk.taken(desk.room), "asked for, and booked once the desk gives it time"
    for role in ("department_head", "invited_clerk"):
        super(Desk, desk).act("secretary", desk.request(role), "accept")
    return desk


def test_the_line_has_what_was_asked_for_and_the_second_one_is_a_conflict_until_one_of_them_moves(desk, city):
    assert (desk.taken(desk.room), desk.taken(desk.car)) == ([("Mon 08:00", LAND)], [("Mon 08:00", LAND)])
    line = desk.line(LAND)
    assert (line.entry.place, line.car) == ("Phòng A, Tầng 2", "Xe 7 chỗ (29A-012.34)")
    grid = desk.page("secretary", "compile/")
    assert "1 trùng lịch chưa giải quyết" in grid and "đã đặt" in grid and "Chưa có phòng, xe" in grid
    refused = desk.client_as("secretary").post(desk.base + "submit/")
    assert "Còn 1 trùng lịch" in refused.content.decode()
    asked = {"leader": desk.deputy.pk, "day": desk.day(0), "starts": "08:30", "ends": "09:00", "room": desk.room.pk}
    check = desk.client_as("outsider_head").get(desk.base + "check/", asked).content.decode()
    assert "Phòng A: " in check and LAND not in check

    desk.move_line("secretary", line, city["chair"], f"{desk.day(1)}-pm")
    assert desk.taken(desk.room) == [("Tue 14:00", LAND)] and desk.taken(desk.car) == [("Tue 14:00", LAND)]
    assert desk.act(OFFICE, "book").status_code == 302
    assert desk.taken(desk.room) == [("Mon 08:00", OFFICE), ("Tue 14:00", LAND)]
    assert "0 trùng lịch chưa giải quyết" in desk.page("secretary", "compile/")

    assert desk.act(OFFICE, "out").status_code == 302
    assert desk.taken(desk.room) == [("Tue 14:00", LAND)]


def test_what_the_owner_calls_off_is_a_conflict_again_and_the_published_week_prints_the_room(desk, city):
    desk.act(OFFICE, "out")
    desk.client_as("secretary").post(f"/schedule/weeks/requests/{desk.request('invited_clerk').pk}/do/decline/", {
        "version": desk.request("invited_clerk").version, "reason": "Tuần sau",
    })  # fmt: skip
    assert desk.client_as("secretary").post(desk.base + "submit/").status_code == 302
    line = desk.line(LAND)
    boss = desk.client_as("office_head")
    boss.post(desk.base + "approve/", {"all": "1", "all-lines": [str(line.pk)], f"version-{line.pk}": line.version})
    booking = Booking.objects.holding().get(resource=desk.room)
    clerk = desk.client_as("organiser_clerk")
    page = desk.client_as("secretary").get(f"/schedule/weeks/lines/{line.pk}/").content.decode()
    assert (
        f"/{booking.pk}/" in page
        and "Xem dòng lịch tuần" in clerk.get(reverse("booking-detail", args=[booking.pk])).content.decode()
    )
    assert clerk.post(desk.base + "publish/").status_code == 302
    table = desk.page("outsider")
    assert "Phòng A, Tầng 2" in table and "Xe 7 chỗ (29A-012.34)" in table

    assert clerk.post(reverse("booking-cancel", args=[booking.pk]), {"reason": "Sửa điện"}).status_code == 302
    grid = desk.page("secretary", "compile/")
    assert "1 trùng lịch chưa giải quyết" in grid and "Sửa điện" in grid
    assert desk.act(LAND, "postpone", reason="Chờ phòng").status_code == 302
    assert not desk.taken(desk.car) and "0 trùng lịch" in desk.page("secretary", "compile/")


def test_the_meeting_made_of_a_line_takes_its_room_over_and_the_car_stays_with_the_line(desk, city):
    MeetingType.objects.get_or_create(code="chuyen-de", defaults={"name": "Họp chuyên đề"})
    WeekLine.objects.update(review="approved")
    line = desk.line(LAND)
    assert desk.client_as("secretary").post(f"/schedule/weeks/lines/{line.pk}/meeting/").status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.room, meeting.place) == (desk.room, "Phòng A, Tầng 2")
    assert Booking.objects.holding().get(resource=desk.room).link == f"/meetings/{meeting.pk}/"
    desk.move_line("secretary", desk.line(LAND), city["chair"], f"{desk.day(3)}-am")
    assert desk.taken(desk.room) == [("Thu 08:00", LAND)] == desk.taken(desk.car)
    assert desk.act(LAND, "out", reason="Chưa đủ hồ sơ").status_code == 302
    assert not desk.taken(desk.room) and not desk.taken(desk.car)
