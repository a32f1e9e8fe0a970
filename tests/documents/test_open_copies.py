"""Whoever has a paper open is told when it is withdrawn, a newer version is published, or somebody commented on it."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import transaction

from documents import commenting, publishing
from documents.models import Paper
from documents.sharing import grant_to_meeting
from eoffice.asgi import application
from meetings.models import TabledPaper
from meetings.signalling.registry import registry
from tests.city import City, build_city
from tests.factories import PaperFactory, PaperVersionFactory
from tests.meetings.room import Browser, build_sitting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def city(transactional_db: None) -> City:
    return build_city()


@pytest.fixture
def paper(city: City) -> Paper:
    """Published to the commune."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Giá đất", state="published")
    PaperVersionFactory(paper=paper, conversion="ready", page_count=2)
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return paper


@pytest.fixture
def reader(signed_in: Callable[[Any], Any], city: City, paper: Paper) -> Callable[[str], WebsocketCommunicator]:
    """``reader("invited_head")``: the socket of the page on which that person reads the paper."""

    def open_copy(role: str) -> WebsocketCommunicator:
        headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
        if role != "anonymous":
            key = signed_in(city.person(role)).cookies[settings.SESSION_COOKIE_NAME].value
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode()))
        return WebsocketCommunicator(application, f"/ws/papers/{paper.pk}/", headers=headers)

    return open_copy


def withdraw(paper: Paper, city: City) -> None:
    with transaction.atomic():
        publishing.withdraw(Paper.objects.get(pk=paper.pk), by=city["organiser_clerk"])


async def test_an_open_copy_hears_of_the_withdrawal(reader: Any, paper: Paper, city: City) -> None:
    socket = await sync_to_async(reader)("invited_head")
    assert (await socket.connect(timeout=5))[0]
    assert await socket.receive_nothing(timeout=0.3)
    await sync_to_async(withdraw)(paper, city)
    assert await socket.receive_json_from(timeout=5) == {"type": "paper.withdrawn"}
    await socket.disconnect()


async def test_an_open_copy_hears_that_its_comments_changed(reader: Any, paper: Paper, city: City) -> None:
    socket = await sync_to_async(reader)("invited_head")
    assert (await socket.connect(timeout=5))[0]
    assert await socket.receive_nothing(timeout=0.3)
    await sync_to_async(commenting.switch)(paper, opens=True, by=city["organiser_clerk"])
    assert await socket.receive_json_from(timeout=5) == {"type": "comments.changed"}
    await socket.disconnect()


@pytest.mark.parametrize(("role", "code"), [("anonymous", 4401), ("outsider", 4404), ("admin", 4404)])
async def test_who_may_not_read_it_hears_nothing(role: str, code: int, reader: Any) -> None:
    socket = await sync_to_async(reader)(role)
    assert (await socket.connect(timeout=5))[0]
    assert await socket.receive_output(timeout=5) == {"type": "websocket.close", "code": code}


async def test_an_open_room_puts_the_paper_away_and_says_so(paper: Paper, city: City) -> None:
    sitting = await sync_to_async(build_sitting)(city)
    await TabledPaper.objects.acreate(item=sitting.items[0], paper=paper)
    chair = Browser(sitting.path, city.person("secretary"))
    commune = Browser(sitting.path, city.person("invited_head"))
    try:
        for tab in (chair, commune):
            assert await tab.connect()
            await tab.enter()
        await chair.ask("item.open", item=sitting.items[0].pk)
        opened = await commune.hear("document.opened")
        await sync_to_async(withdraw)(paper, city)
        said = await commune.hear("paper.withdrawn")
        assert (said["title"], said["versions"]) == ("Giá đất", [opened["document"]["version"]])
        assert (await commune.hear("document.opened"))["document"] is None
        assert (await commune.hear("agenda.changed"))["items"][0]["papers"] == []
    finally:
        for tab in (chair, commune):
            await tab.drop()
        await registry.stop()
