"""Whose time goes where: a person's own, their leaders', and when people are free together."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.calendar import slots
from eoffice.calendar.models import Entry, WorkingHours
from eoffice.organisation.models import Appointment
from eoffice.worktime import seeding
from meetings.models import Meeting
from tests.city import City
from tests.eoffice.dashboard.test_today import invite
from tests.factories import (
    AppointmentFactory,
    MeetingFactory,
    MeetingSiteFactory,
    MeetingTypeFactory,
    UnitFactory,
    UnitGroupFactory,
)

AsRole = Callable[[str], Client]
HOURS = {"morning_from": "07:30", "morning_to": "11:30", "afternoon_from": "13:30", "afternoon_to": "17:00"}


@pytest.fixture(autouse=True)
def _on_a_wednesday(city: City) -> Any:
    with time_machine.travel(dt.datetime(2026, 12, 2, 1, tzinfo=dt.UTC), tick=False):
        seeding.seed_year(2026, confirmed_by=city.admin)
        yield


def _at(day: int, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(dt.date(2026, 12, day), dt.time(hour)))


def _undo(client: Client) -> None:
    token = re.search(r'name="token" value="([^"]+)"', client.get("/schedule/mine/").text)
    assert token is not None, "the page offers to take it back"
    client.post("/schedule/mine/undo/", {"token": token[1]})


def test_leave_is_written_changed_taken_back_and_known_to_others_only_as_absence(city: City, client_as: AsRole) -> None:
    head, meeting = (
        client_as("invited_head"),
        invite(city, starts_at=_at(8, 8), ends_at=_at(8, 10), title="Họp giao ban"),
    )
    leave = {"kind": "leave", "title": "Nghỉ phép năm", "first": "07/12/2026", "last": "09/12/2026"}
    wrong = head.post("/schedule/mine/", {**leave, "last": "01/12/2026"})
    assert wrong.status_code == 422
    assert "Nghỉ phép năm" in wrong.text, "what was typed is kept"
    head.post("/schedule/mine/", {**leave, "key": (key := "8f0e3b2a-5a0b-4c39-9d3f-0f7e2ad1f1aa")})
    head.post("/schedule/mine/", {**leave, "key": key})
    entry = Entry.objects.get()
    assert (entry.starts_at, entry.ends_at) == (_at(7, 0), _at(10, 0)), "whole days"
    page = head.get("/schedule/mine/").text
    assert meeting.title in page, "what it collides with"
    assert "valid_from=2026-12-07&amp;valid_to=2026-12-09" in page, "somebody may act meanwhile"
    proposed = head.get("/tasks/delegations/?valid_from=2026-12-07&valid_to=2026-12-09").text
    assert 'value="07/12/2026"' in proposed

    edit = f"/schedule/mine/{entry.pk}/"
    private = {"kind": "blocked", "title": "Khám bệnh", "first": "07/12/2026", "begins": "14:00", "ends": "16:00"}
    assert head.post(edit, {**private, "version": 1}).status_code == 302
    assert head.post(edit, {**leave, "version": 1}).status_code == 409, "from another tab"
    week = "/schedule/leaders/?day=2026-12-07&unit="
    shown = client_as("invited_officer").get(f"{week}{city.commune.pk}").text
    assert "Bận" in shown
    assert "Khám bệnh" not in shown
    assert "Khám bệnh" in head.get(f"{week}{city.commune.pk}").text
    assert client_as("invited_officer").get(edit).status_code == 404
    _undo(head)
    assert Entry.objects.get().title == "Nghỉ phép năm"
    assert "Vắng mặt" in client_as("outsider").get(f"{week}{city.commune.pk}").text

    head.post(f"{edit}remove/")
    assert f'href="{edit}"' not in head.get("/schedule/?day=2026-12-07").text
    _undo(head)
    for view, lunar in (("day", "29/10 ÂL"), ("week", "1/11 ÂL"), ("month", "23/10 ÂL")):
        page = head.get(f"/schedule/?view={view}&day=2026-12-07").text
        assert f'href="{edit}"' in page
        assert lunar in page
    assert "Quốc khánh" in head.get("/schedule/?view=month&day=2026-09-10").text


def test_free_time_is_found_within_everybodys_hours_and_becomes_a_draft(city: City, client_as: AsRole) -> None:
    head = client_as("invited_head")
    assert head.post("/schedule/mine/hours/", {**HOURS, "morning_to": "14:00"}).status_code == 422
    assert head.post("/schedule/mine/hours/", {**HOURS, "whose": city.commune.pk}).status_code == 302
    assert WorkingHours.objects.get().unit == city.commune
    assert head.post("/schedule/mine/hours/", {**HOURS, "whose": city.department.pk}).status_code == 422, (
        "another's unit"
    )
    invite(city, starts_at=_at(3, 8), ends_at=_at(3, 11))
    asked = {"people": city["invited_head"].pk, "units": city.department.pk, "reach": "heads", "minutes": 90,
             "first": "01/12/2026", "days": 3}  # fmt: skip
    secretary = client_as("secretary")
    assert secretary.get("/schedule/free/", {**asked, "people": "", "units": ""}).status_code == 422

    found = secretary.get("/schedule/free/", asked).context["found"]
    best = [(timezone.localtime(slot.starts_at).strftime("%d %H:%M"), slot.busy) for slot, _names in found.best]
    assert best[:4] == [("02 08:00", ()), ("02 09:30", ()), ("02 13:30", ()), ("02 15:00", ())]
    assert best[4] == ("03 13:30", ()), "in the morning of the third the head sits in a meeting"
    page = secretary.get("/schedule/free/", asked).text
    address = re.search(r'href="(/meetings/new/\?start=2026-12-02T13:30[^"]+)"', page)
    assert address is not None
    form = secretary.get(address[1].replace("&amp;", "&"))
    assert 'value="13:30"' in form.text
    typed = {"title": "Họp về thoát nước", "type": MeetingTypeFactory().pk, "form": "online", "day": "02/12/2026",
             "start": "13:30", "end": "15:00", "organiser": city.office.pk, "chair": city["office_head"].pk,
             "secretary": city["secretary"].pk}  # fmt: skip
    assert secretary.post(address[1].replace("&amp;", "&"), typed).status_code == 302
    meeting = Meeting.objects.get(title="Họp về thoát nước")
    assert {str(line) for line in meeting.invitation_lines.all()} == {str(city.department), str(city["invited_head"])}


def test_more_people_cost_no_more_queries(city: City, client_as: AsRole) -> None:
    client, unit = client_as("secretary"), city.department
    asked = {"units": unit.pk, "reach": "all", "minutes": 30, "first": "02/12/2026", "days": 5}

    def counted() -> list[int]:
        counts = []
        for address, words in (
            ("/schedule/free/", asked),
            ("/schedule/leaders/", {"unit": unit.pk, "day": "2026-12-02"}),
        ):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, words).status_code == 200
            counts.append(len(queries))
        return counts

    def takes(one: Appointment) -> None:
        made = Entry.objects.create(
            unit=unit, created_by=one, starts_at=_at(3, 8), ends_at=_at(3, 9), title="Đi cơ sở", state="approved"
        )
        made.participations.create(appointment=one, person=one.person, starts_at=_at(3, 8), ends_at=_at(3, 9))

    takes(city["department_head"])
    counted()  # what is read once in a process
    few = counted()
    for one in AppointmentFactory.create_batch(5, unit=unit, position=city["department_head"].position):
        takes(one)
    assert counted() == few


def test_the_load_of_sites_says_who_is_wanted_twice_and_by_which_meetings(city: City, client_as: AsRole) -> None:
    client, group = client_as("invited_head"), UnitGroupFactory(name="Ven đô")
    group.members.add(city.other_commune)
    ours = invite(city, starts_at=_at(7, 8), ends_at=_at(7, 10), title="Họp giao ban")
    closed = MeetingFactory(
        organiser=city.department, chair=city["department_head"], secretary=city["department_clerk"], state="invited",
        starts_at=_at(7, 9), ends_at=_at(7, 14), title="Việc của Sở",
    )  # fmt: skip
    MeetingSiteFactory(meeting=closed, unit=city.commune)
    MeetingSiteFactory(meeting=closed, unit=city.other_commune)
    in_person = MeetingFactory(
        organiser=city.department, chair=city["department_head"], secretary=city["department_clerk"], state="invited",
        starts_at=_at(8, 9), ends_at=_at(8, 10), form="in_person",
    )  # fmt: skip
    MeetingSiteFactory(meeting=in_person, unit=city.commune)

    def rows(**asked: Any) -> dict[str, list[str]]:
        found = client.get("/schedule/sites/", {"day": "2026-12-09", **asked}).context["rows"]
        return {name: [f"{half.count}{'!' * half.clashes}" for half in halves[:4]] for _pk, name, halves in found}

    everybody = rows()
    assert everybody[city.commune.name] == ["2!", "1", "0", "0"]
    assert everybody[city.other_commune.name] == ["1", "1", "0", "0"]
    assert list(rows(group=group.pk)) == [city.other_commune.name]
    assert list(rows(clashing="on")) == [city.commune.name]
    assert not rows(level="central")
    assert rows(group="x") == everybody
    drill = f"/schedule/sites/{city.commune.pk}/?day=2026-12-09"
    for address in ("/schedule/sites/?day=2026-12-09", drill):
        assert closed.title in client.get(address).text
        told = client_as("invited_officer").get(address).text
        assert closed.title not in told
        assert str(city.department.short_name) in told, "whom to call"
    assert client.get(drill).text.count("Trùng giờ") == 2
    assert ours.title in client.get(drill).text

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/schedule/sites/?day=2026-12-09")
        return len(queries)

    few = counted()
    for one in UnitFactory.create_batch(8):
        MeetingSiteFactory(meeting=ours, unit=one)
        MeetingSiteFactory(meeting=closed, unit=one)
    assert counted() == few < 20


def test_half_hours_as_bits() -> None:
    hour = dt.time
    assert slots.mask_between(hour(8), hour(9)) == 0b11 << 16
    assert slots.mask_between(hour(8, 10), hour(8, 40)) == 0b11 << 16, "what touches a half hour takes it"
    assert slots.mask_between(hour(8, 10), hour(8, 40), inside=True) == 0
    assert slots.mask_between(hour(23, 30), hour(0)) == 1 << 47
