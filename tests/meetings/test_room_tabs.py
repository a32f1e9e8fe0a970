"""Tabs in the room: one carries its site's camera and microphone, the others follow beside it; who came and went is told."""

from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async

from meetings.models import Connection, Meeting
from tests.city import City
from tests.meetings.room import Browser, Sitting, build_sitting, count

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]


async def test_the_second_person_of_a_site_follows_beside_the_first(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    async with visitor("invited_head") as head, visitor("invited_clerk") as clerk:
        assert (await head.enter())["carries_media"]
        assert not (await clerk.enter())["carries_media"]
        assert (await clerk.ask("mute", source="camera", muted=False))["code"] == "no-media"
        await clerk.ask("media.take")
        assert (await clerk.hear("media.taken"))["mine"]
        assert not (await head.hear("media.taken"))["mine"]
        assert (await clerk.ask("mute", source="camera", muted=False))["type"] == "done"
    assert await count(Connection, site=sitting.commune, left_at__isnull=True) == 0


async def test_a_newer_tab_of_the_same_person_takes_the_place_of_the_older(
    visitor: Callable[[str], Browser], sitting: Sitting
) -> None:
    old = visitor("invited_head")
    async with visitor("invited_head") as new:
        assert await old.connect()
        assert (await old.enter())["carries_media"]
        assert (await new.enter())["carries_media"]
        assert (await old.hear("bye"))["action"] == "stop"
        assert await count(Connection, site=sitting.commune, left_at__isnull=True) == 1
        async with visitor("invited_head") as again:  # the older one, whose line was gone when it was told
            await again.say("resume", version=1, secret=old.secret, ack=0)
            assert "ở máy khác" in (await again.hear("bye"))["reason"]
        assert (await new.ask("floor.request"))["type"] == "done"
    await old.drop()


async def test_a_person_follows_beside_their_own_site(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("invited_head") as screen, visitor("invited_head") as phone, visitor("invited_head") as other:
        assert (await screen.enter())["carries_media"]
        assert not (await phone.enter(carry_media=False))["carries_media"]
        assert not (await other.enter(carry_media=False))["carries_media"]
        assert (await phone.hear("bye"))["action"] == "stop"
        assert (await screen.ask("mute", source="microphone", muted=False))["type"] == "done"
        assert await count(Connection, site=sitting.commune, left_at__isnull=True) == 2


async def test_the_roster_tells_who_came_and_went(visitor: Callable[[str], Browser], sitting: Sitting) -> None:
    async with visitor("chair") as chair:
        state = await chair.enter()
        assert {site["id"]: site["marks"] for site in state["sites"]}[sitting.commune.pk] == ""
        key = str(sitting.commune.pk)
        async with visitor("invited_head") as commune:
            await commune.enter()
            while key not in (came := await chair.hear("roster.changed"))["marks"]:
                pass  # the chair's own coming
            assert came["marks"][key] == "c"
        assert (await chair.hear("roster.changed"))["marks"] == {key: ""}


async def test_without_a_media_node_the_rest_of_the_room_works(visitor: Callable[[str], Browser]) -> None:
    async with visitor("chair") as chair:
        await chair.enter()
        refused = await chair.ask("offer", connection="send", sdp="v=0", kinds=["camera"])
        assert refused["code"] == "no-media-node"
        assert refused["hint"]


async def test_the_chair_opens_and_ends_the_meeting(city: City) -> None:
    sitting = await sync_to_async(build_sitting)(city, state=Meeting.State.INVITED)
    async with (
        Browser(sitting.path, city.person("chair")) as chair,
        Browser(sitting.path, city.person("invited_head")) as commune,
    ):
        await chair.enter()
        assert (await commune.enter())["meeting_state"] == "invited"
        await chair.ask("meeting.open")
        await commune.hear("meeting.opened")
        await chair.ask("meeting.end")
        await commune.hear("meeting.ended")
        assert (await commune.ask("floor.request"))["code"] == "meeting-over"
    assert await count(Meeting, pk=sitting.meeting.pk, state="ended") == 1
