"""The week of an agency, through its pages: registered, compiled, approved."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from eoffice.calendar.models import Entry, Participation, ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.weeks.days import monday_of
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Position
from tests.factories import AppointmentFactory, UserFactory

TITLES = {"department_head": "Giải phóng mặt bằng", "invited_clerk": "Trụ sở phường", "outsider_head": "Chợ Đống Đa"}


class Weeks:
    """The week after next of the committee: its pages, and what is in it."""

    def __init__(self, city, client_as):
        self.city, self.client_as = city, client_as
        self.monday = monday_of(timezone.localdate()) + dt.timedelta(days=21)
        self.base = f"/schedule/weeks/{city.committee.pk}/{self.monday.isoformat()}/"
        deputy = UserFactory(username="pct", full_name="Đinh Phó Chủ Tịch")
        position = Position.objects.get(code="pho-chu-tich-thanh-pho")
        self.deputy = AppointmentFactory(person=deputy, position=position, unit=city.committee)

    def day(self, n):
        return (self.monday + dt.timedelta(days=n)).isoformat()

    def register(self, role, *, day=0, starts="08:00", ends="09:30", send=True, key=None, **more):
        data = {
            "key": key or uuid.uuid4(), "version": 1, "unit": self.city[role].unit_id, "leader": self.city["chair"].pk,
            "day": self.day(day), "starts": starts, "ends": ends, "title": TITLES.get(role, "Việc khác"), "kind": "work",
            "visibility": "agency", "priority": "normal", "place": "Phòng họp số 1", **more,
        }  # fmt: skip
        return self.client_as(role).post(self.base + "register/", data | ({"send": "1"} if send else {}))

    def request(self, role):
        return ScheduleRequest.objects.get(title=TITLES[role])

    def act(self, role, found, act, **data):
        return self.client_as(role).post(
            f"/schedule/weeks/requests/{found.pk}/do/{act}/", {"version": found.version, **data}
        )

    def move_line(self, role, line, leader, slot, **data):
        body = {"version": line.version, "leader": leader.pk, "slot": slot, **data}
        return self.client_as(role).post(f"/schedule/weeks/lines/{line.pk}/do/move/", body)

    def accept_all(self):
        for found in ScheduleRequest.objects.filter(state="submitted"):
            assert self.act("secretary", found, "accept").status_code == 302

    @property
    def schedule(self):
        return WeekSchedule.objects.get()

    def page(self, role, name=""):
        answer = self.client_as(role).get(self.base + name)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()


@pytest.fixture
def weeks(city, client_as):
    return Weeks(city, client_as)


def test_three_units_register_the_office_compiles_and_its_head_approves(weeks, city):
    for role in TITLES:
        assert weeks.register(role, day=int(role == "outsider_head")).status_code == 302
    assert weeks.client_as("outsider").get(weeks.base + "register/").status_code == 404
    assert ScheduleRequest.objects.filter(state="submitted", late=False).count() == 3

    grid = weeks.page("secretary", "compile/")
    assert "3 đăng ký chờ xử lý" in grid
    first, second, third = (weeks.request(role) for role in TITLES)
    weeks.act("secretary", first, "accept")
    weeks.act("secretary", second, "accept")
    assert "1 trùng lịch chưa giải quyết" in weeks.page("secretary", "compile/")
    refused = weeks.client_as("secretary").post(weeks.base + "submit/")
    assert (refused.status_code, "Còn 1 đăng ký chưa xử lý" in refused.content.decode()) == (422, True)
    line = first.__class__.objects.get(pk=first.pk).line
    assert weeks.act("secretary", third, "merge", line=line.pk).status_code == 302
    refused = weeks.client_as("secretary").post(weeks.base + "submit/")
    assert "Còn 1 trùng lịch chưa giải quyết" in refused.content.decode()

    moved = WeekLine.objects.get(entry__title=TITLES["invited_clerk"])
    slot = f"{weeks.day(2)}-pm"
    assert weeks.move_line("secretary", moved, weeks.deputy, slot).status_code == 302
    assert weeks.move_line("secretary", moved, weeks.deputy, slot).status_code == 409  # read before
    states = {found.title: found.state for found in ScheduleRequest.objects.all()}
    assert states == dict(zip(TITLES.values(), ("accepted", "moved", "merged"), strict=True))
    part = Participation.objects.get(entry__title=TITLES["invited_clerk"])
    assert (part.person, timezone.localtime(part.starts_at).strftime("%H:%M")) == (weeks.deputy.person, "14:00")
    assert weeks.client_as("secretary").post(weeks.base + "submit/").status_code == 302
    assert Notification.objects.filter(recipient=city.person("office_head"), kind="week.submitted").exists()

    approval = weeks.page("office_head", "approve/")
    assert "<del>08:00–09:30" in approval and "Đinh Phó Chủ Tịch</ins>" in approval
    assert weeks.client_as("secretary").get(weeks.base + "approve/").status_code == 404
    moved.refresh_from_db()
    versions = {f"version-{one.pk}": one.version for one in WeekLine.objects.all()}
    boss = weeks.client_as("office_head")
    sent = {"return": moved.pk, f"reason-{moved.pk}": "Để sang tuần sau", **versions}
    assert boss.post(weeks.base + "approve/", {**sent, f"reason-{moved.pk}": " "}).status_code == 422
    assert boss.post(weeks.base + "approve/", sent).status_code == 302
    assert "Để sang tuần sau" in weeks.page("secretary", "compile/")
    moved.refresh_from_db()
    weeks.move_line("secretary", moved, weeks.deputy, f"{weeks.day(3)}-am")
    versions = {f"version-{one.pk}": one.version for one in WeekLine.objects.all()}
    every = [str(one.pk) for one in WeekLine.objects.all()]
    assert boss.post(weeks.base + "approve/", {"all": "1", "all-lines": every, **versions}).status_code == 302
    assert weeks.schedule.state == "approved"
    assert set(Entry.objects.values_list("state", flat=True)) == {"approved"}


def test_who_registers_sees_what_stands_against_the_time_but_not_what_it_is(weeks, city):
    weeks.register("department_head")
    asked = {"leader": city["chair"].pk, "day": weeks.day(0), "starts": "09:00", "ends": "10:00"}
    check = weeks.client_as("invited_clerk").get(weeks.base + "check/", asked).content.decode()
    assert "cũng đăng ký" in check and TITLES["department_head"] not in check
    weeks.accept_all()
    check = weeks.client_as("invited_clerk").get(weeks.base + "check/", asked).content.decode()
    assert "đã có lịch 08:00–09:30" in check and TITLES["department_head"] not in check
    free = weeks.client_as("invited_clerk").get(weeks.base + "check/", asked | {"starts": "09:30"}).content.decode()
    assert "Chưa thấy trùng lịch" in free


def test_after_the_cut_off_a_registration_is_late_and_where_the_agency_says_so_refused_but_kept_as_a_draft(weeks, city):
    weeks.register("department_head", send=False)
    found = weeks.request("department_head")
    assert (found.state, weeks.client_as("secretary").get(f"/schedule/weeks/requests/{found.pk}/").status_code) == (
        "draft",
        404,
    )
    WeekSchedule.objects.update(cut_off=timezone.now() - dt.timedelta(minutes=1))
    key = uuid.uuid4()
    assert weeks.register("invited_clerk", key=key).status_code == 302
    weeks.register("invited_clerk", key=key)  # a second click
    assert (weeks.request("invited_clerk").late, weeks.request("invited_clerk").state) == (True, "submitted")
    settings = {
        "cut_off_day": 3,
        "cut_off_time": "11:00",
        "publish_day": 4,
        "publish_time": "16:00",
        "refuse_late": "on",
    }
    address = f"/schedule/weeks/{city.committee.pk}/settings/"
    assert weeks.client_as("invited_head").get(address).status_code == 404
    assert weeks.client_as("organiser_clerk").post(address, settings).status_code == 302
    refused = weeks.register("outsider_head", title="Chợ tạm")
    assert (refused.status_code, "Chợ tạm" in refused.content.decode()) == (422, True)


def test_a_conflict_may_stand_by_a_name_and_a_reason_until_one_of_the_two_is_moved(weeks, city):
    weeks.register("department_head")
    weeks.register("invited_clerk")
    weeks.accept_all()
    page = weeks.page("secretary", "compile/")
    key = page.split('name="key" value="')[1].split('"')[0]
    desk = weeks.client_as("secretary")
    assert desk.post(weeks.base + "conflict/", {"key": key, "reason": ""}).status_code == 422
    assert desk.post(weeks.base + "conflict/", {"key": key, "reason": "Ghé dự 15 phút"}).status_code == 302
    page = weeks.page("secretary", "compile/")
    assert "0 trùng lịch chưa giải quyết" in page and "Lê Thị Thư: Ghé dự 15 phút" in page
    line = WeekLine.objects.get(entry__title=TITLES["department_head"])
    other = WeekLine.objects.get(entry__title=TITLES["invited_clerk"])
    weeks.move_line("secretary", line, city["chair"], f"{weeks.day(1)}-am")
    assert "0 trùng lịch" in weeks.page("secretary", "compile/")
    other.refresh_from_db()
    weeks.move_line("secretary", other, city["chair"], f"{weeks.day(1)}-am")
    assert "1 trùng lịch chưa giải quyết" in weeks.page("secretary", "compile/")


def test_declining_says_why_and_a_handled_registration_is_not_changed_any_more(weeks, city):
    weeks.register("department_head")
    found = weeks.request("department_head")
    assert weeks.act("secretary", found, "decline", reason="").status_code == 422
    assert weeks.act("department_head", found, "decline", reason="Tự từ chối").status_code == 403
    assert weeks.act("secretary", found, "decline", reason="Chủ tịch đi công tác").status_code == 302
    assert weeks.act("secretary", found, "accept").status_code == 409
    assert weeks.act("department_head", found, "withdraw").status_code == 409
    told = Notification.objects.get(recipient=city.person("department_head"), kind="week.declined")
    assert told.body == "Chủ tịch đi công tác"
    assert "Chủ tịch đi công tác" in weeks.client_as("department_head").get(told.url).content.decode()


def test_the_grid_costs_the_same_however_full_the_week_is(weeks, city, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    weeks.register("department_head")
    weeks.accept_all()
    weeks.page("secretary", "compile/")
    with CaptureQueriesContext(connection) as few:
        weeks.page("secretary", "compile/")
    for n in range(4):
        weeks.register("invited_clerk", day=n, title=f"Việc {n}")
        weeks.register("outsider_head", day=n, title=f"Chợ {n}")
    for found in ScheduleRequest.objects.filter(title__startswith="Chợ"):
        weeks.act("secretary", found, "accept")
    with CaptureQueriesContext(connection) as many:
        weeks.page("secretary", "compile/")
    assert len(many) == len(few)
