"""Whom the meeting invites may change while people are in its room already."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async

from eoffice.errors import Conflict
from meetings import attendance, invitations
from meetings.models import ChatMessage, InvitationLine, Meeting, MeetingSite
from tests.city import City
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]


def waiting_room(city: City) -> Sitting:
    """A meeting whose room is open before it sits; its sites are called for by lines."""
    sitting = build_sitting(city, state=Meeting.State.INVITED)
    invitations.add_lines(city["secretary"], sitting.meeting, [city.department, city.commune])
    return sitting


def withdraw(city: City, sitting: Sitting) -> None:
    line = InvitationLine.objects.select_related("meeting").get(meeting=sitting.meeting, unit=city.commune)
    invitations.remove_line(city["secretary"], line)


async def test_a_site_invited_while_the_meeting_sits_appears_at_once_and_may_enter(city: City) -> None:
    sitting = await sync_to_async(build_sitting)(city)

    def visitor(role: str) -> Browser:
        return Browser(sitting.path, city.person(role))

    late = visitor("outsider_head")
    assert not await late.connect()
    async with visitor("chair") as chair:
        await chair.enter()
        units = [city.department, city.commune, city["outsider_head"].unit]
        await sync_to_async(invitations.add_lines)(city["secretary"], sitting.meeting, units)
        changed: list[Any] = []
        while not changed:  # the first change may be the chair's own coming
            told = (await chair.hear("roster.changed"))["sites"]
            changed = [site for site in told if site["kind"] == "branch"]
        (site,) = changed
        assert (site["name"], site["marks"]) == ("Phường Đống Đa", "")
        async with visitor("outsider_head") as late:
            assert (await late.enter())["me"]["site"] == site["id"]
            assert (await chair.ask("floor.grant", site=site["id"]))["type"] == "done"


def test_a_site_whose_people_are_in_the_room_is_not_taken_out(city: City) -> None:
    sitting = waiting_room(city)
    head = attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    with pytest.raises(Conflict, match="site-in-room"):
        withdraw(city, sitting)
    assert InvitationLine.objects.filter(unit=city.commune).exists()
    attendance.leave(head)
    withdraw(city, sitting)
    assert not MeetingSite.objects.filter(pk=sitting.commune.pk).exists()


async def test_a_site_that_is_taken_out_leaves_the_rosters_of_the_open_room(city: City) -> None:
    sitting = await sync_to_async(waiting_room)(city)
    async with Browser(sitting.path, city.person("chair")) as chair:
        assert sitting.commune.pk in {site["id"] for site in (await chair.enter())["sites"]}
        await sync_to_async(withdraw)(city, sitting)
        anew = await chair.hear("state")
        assert {site["id"] for site in anew["sites"]} == {sitting.main.pk, sitting.department.pk}


async def test_who_sits_at_a_site_that_no_line_calls_for_any_more_stays_until_they_leave(city: City) -> None:
    sitting = await sync_to_async(build_sitting)(city)
    async with Browser(sitting.path, city.person("invited_head")) as commune:
        await commune.enter()
        await sync_to_async(invitations.add_line)(city["secretary"], sitting.meeting, city["outsider_head"].unit)
        said = await commune.ask("chat.send", key="6f0f4f3e-93f6-4f0e-9e3f-3a3c1f2b7c55", text="Chúng tôi vẫn nghe rõ.")
        assert said["type"] == "done"
    assert await sync_to_async(ChatMessage.objects.filter(site=sitting.commune).count)() == 1
