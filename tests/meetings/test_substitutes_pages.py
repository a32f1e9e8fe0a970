"""Substitutes in the room and on pages: whose place it is, who stands for whom."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings import (
    permissions,
    substitutes,
)
from meetings.models import (
    Attendee,
    MeetingSite,
    Role,
)
from tests.city import City
from tests.factories import (
    AppointmentFactory,
    AttendeeFactory,
    MeetingSiteFactory,
)
from tests.meetings.room import Browser, Sitting
from tests.meetings.standing_in import listed_head, page, send, take_back

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def head(city: City, sitting: Sitting) -> Attendee:
    """The head of the commune, listed."""
    return listed_head(city, sitting)


# --- the room, the lists -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_tabs_close_when_the_place_moves(
    city: City, sitting: Sitting, visitor: Callable[[str], Browser], rooms_close: None
) -> None:
    from asgiref.sync import sync_to_async

    head = await sync_to_async(AttendeeFactory)(
        site=sitting.commune, appointment=city["invited_head"], role=Role.MEMBER
    )
    async with visitor("invited_head") as absent:
        await absent.enter(site=sitting.commune.pk)
        await sync_to_async(send)(city, head)
        bye = await absent.hear("bye")
        assert "Nguyễn Công Chức dự thay" in bye["reason"]
    async with visitor("invited_officer") as substitute:
        state = await substitute.enter(site=sitting.commune.pk)
        assert state["rights"]["role"] == Role.INVITED
        await sync_to_async(take_back)(city)
        bye = await substitute.hear("bye")
        assert "thôi dự thay cho Hoàng Ba Đình" in bye["reason"]
    assert not await visitor("invited_officer").connect()


def test_ones_own_desk_bears_the_name_of_who_sits_at_it(city: City, sitting: Sitting) -> None:
    desk = MeetingSiteFactory(
        meeting=sitting.meeting,
        kind=MeetingSite.Kind.INDIVIDUAL,
        unit=city.department,
        person=city.person("department_head"),
        name="Đỗ Giám Đốc",
    )
    attendee = AttendeeFactory(site=desk, appointment=city["department_head"])
    substitutes.send(city["department_head"], attendee, city["department_officer"], reason="Ốm")
    assert permissions.sites_of(city.person("department_officer"), sitting.meeting) == [desk]
    desk.refresh_from_db()
    assert desk.name == "Bùi Chuyên Viên"
    take_back(city, by="department_head")
    desk.refresh_from_db()
    assert desk.name == "Đỗ Giám Đốc"


def test_the_people_of_a_site_say_who_stands_for_whom(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole
) -> None:
    send(city, head)
    answer = client_as("secretary").get(reverse("site-people", args=[sitting.commune.pk])).json()
    notes = {seat["name"]: seat["note"] for seat in answer["people"]}
    assert notes == {
        "Hoàng Ba Đình": "vắng, Nguyễn Công Chức dự thay",
        "Nguyễn Công Chức": "dự thay cho Hoàng Ba Đình",
    }
    assert [seat["name"] for seat in answer["people"] if seat["stands_in"]] == ["Nguyễn Công Chức"]


@pytest.mark.parametrize("name", ["today", "meeting-list", "schedule"])
def test_lists_say_for_whom_one_attends(
    city: City, sitting: Sitting, head: Attendee, client_as: AsRole, name: str
) -> None:
    send(city, head)
    said = client_as("invited_officer").get(reverse(name)).content.decode()
    assert "Dự thay cho Hoàng Ba Đình" in said
    said = client_as("invited_head").get(reverse(name)).content.decode()
    assert "Vắng, Nguyễn Công Chức dự thay" in said


@pytest.mark.parametrize("name", ["meeting-detail", "meeting-sites", "meeting-attendance", "site-people"])
def test_pages_ask_as_much_with_many_substitutes_as_with_one(
    city: City, sitting: Sitting, client_as: AsRole, name: str
) -> None:
    def one_more() -> None:
        absent = AttendeeFactory(site=sitting.commune, appointment=AppointmentFactory(unit=city.commune))
        substitutes.send(city["invited_head"], absent, AppointmentFactory(unit=city.commune), reason="Ốm")

    client = client_as("secretary")
    address = reverse(name, args=[sitting.commune.pk if name == "site-people" else sitting.meeting.pk])

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    one_more()
    few = asked()
    for _more in range(3):
        one_more()
    assert asked() == few


def test_the_history_tells_it_in_words(city: City, sitting: Sitting, head: Attendee, client_as: AsRole) -> None:
    send(city, head)
    take_back(city)
    said = page(client_as("secretary"), sitting)
    assert "cử Nguyễn Công Chức dự thay Hoàng Ba Đình: Đi tiếp dân" in said
    assert "thôi cử Nguyễn Công Chức dự thay Hoàng Ba Đình" in said
