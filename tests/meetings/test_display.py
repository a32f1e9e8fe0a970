"""The second screen: what it shows, who may open it, and that it is nobody in the room."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from meetings import conduct, display, floor, lobby, roll_call
from meetings.models import CheckIn, Connection
from tests.city import City
from tests.meetings.room import PATIENCE, Browser, Sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]


class Television(Browser):
    """A second screen: it says nothing."""

    async def shows(self, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first thing it shows that ``fits``."""
        while True:
            output = await self.socket.receive_output(timeout=PATIENCE)
            message: dict[str, Any] = json.loads(output["text"])
            if fits(message):
                return message


@pytest.fixture
async def television(city: City, sitting: Sitting) -> AsyncIterator[Television]:
    screen = Television(f"{sitting.path}display/", city.person("invited_head"))
    assert await screen.connect()
    yield screen
    await screen.drop()


async def test_it_follows_item_speaker_and_check_in(city: City, sitting: Sitting, television: Television) -> None:
    first = await television.shows(lambda m: True)
    assert (first["title"], first["item"], first["floor"]) == (sitting.meeting.title, None, None)
    chair = city["chair"]
    await sync_to_async(conduct.open_item)(chair, sitting.meeting, sitting.items[1].pk)
    item = (await television.shows(lambda m: m["item"] is not None))["item"]
    assert (item["number"], item["count"], item["title"]) == (2, 2, "Nội dung 2")
    await sync_to_async(_give_floor)(city, sitting)
    spoken = await television.shows(lambda m: m["floor"] is not None)
    assert spoken["speaker"] == sitting.commune.name
    await sync_to_async(roll_call.open_roll_call)(chair, sitting.meeting)
    assert (await television.shows(lambda m: m["attendance"]["open"]))["attendance"]["present"] == 0


def _give_floor(city: City, sitting: Sitting) -> None:
    from django.db import transaction

    with transaction.atomic():
        floor.give(city["chair"], conduct.lock(sitting.meeting.pk), floor.Occasion(sitting.commune))


async def test_it_is_nobody_in_the_room(city: City, sitting: Sitting, television: Television) -> None:
    await television.shows(lambda m: True)
    assert not await Connection.objects.aexists()
    assert not await CheckIn.objects.aexists()
    async with Browser(sitting.path, city.person("secretary")) as secretary:
        state = await secretary.enter()
        marks = {site["id"]: site["marks"] for site in state["sites"]}
        assert marks[sitting.commune.pk] == ""


async def test_strangers_do_not_get_it_and_who_is_put_out_sees_nothing_more(
    city: City, sitting: Sitting, television: Television
) -> None:
    for role in ("outsider", "admin"):
        assert not await Television(f"{sitting.path}display/", city.person(role)).connect()
    async with Browser(sitting.path, city.person("invited_head")) as guest:
        await guest.enter()
        put_out = sync_to_async(lobby.put_out)
        await put_out(city["secretary"], sitting.meeting, person_id=sitting.head.pk, reason="Họp kín")
        assert (await television.shows(lambda m: m["type"] == "display.gone"))["reason"]


def test_the_code_is_shown_while_check_in_is_open(city: City, sitting: Sitting) -> None:
    client = Client()
    client.force_login(city.person("invited_head"))
    address = reverse("meeting-display-code", args=[sitting.meeting.pk])
    assert client.get(address).status_code == 404
    roll_call.open_roll_call(city["secretary"], sitting.meeting)
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    page = client.get(reverse("meeting-display", args=[sitting.meeting.pk])).content.decode()
    assert address in page


def test_what_it_costs_does_not_grow_with_the_agenda_or_the_queue(city: City, sitting: Sitting) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            display.shown(sitting.meeting.pk)
        return len(counted)

    conduct.open_item(city["chair"], sitting.meeting, sitting.items[0].pk)
    before = queries()
    from meetings import speaking_queue
    from tests.factories import AgendaItemFactory, MeetingSiteFactory, UserFactory

    for number in range(4):
        AgendaItemFactory(meeting=sitting.meeting, order=number + 3)
        site, person = MeetingSiteFactory(meeting=sitting.meeting), UserFactory()
        speaking_queue.request(site, by=person)
    assert queries() == before
