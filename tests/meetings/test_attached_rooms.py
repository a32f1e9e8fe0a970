"""What crosses between attached meetings besides picture and voice: pointer, captions, a shared screen; and what many guests cost."""

import datetime as dt

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings import attachment_state, attendance, guest_screens, hosting, presenting, scenes
from meetings.models import Attachment, CaptionLine, LiveState, Meeting, MeetingSite
from meetings.sfu.messages import Source
from tests.city import City
from tests.factories import MeetingFactory, MeetingSiteFactory, UnitFactory, UserFactory
from tests.meetings.guests import Guest, attach, build_guest
from tests.meetings.room import Browser, Sitting
from tests.meetings.test_attachments import Visitor, tabled, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]


@pytest.fixture
def guest(city: City, sitting: Sitting) -> Guest:
    made = build_guest(city)
    attach(made, sitting)
    return made


@pytest.fixture
def inside(city: City, guest: Guest) -> Visitor:
    """``inside("department_head")``: a tab of that role at the door of the department's meeting."""
    return lambda role: Browser(guest.path, city.person(role))


async def test_the_citys_presenter_points_before_those_who_follow_the_paper(
    visitor: Visitor, inside: Visitor, city: City, guest: Guest, sitting: Sitting
) -> None:
    version = await sync_to_async(tabled)(sitting, city.person("department_head"))
    async with visitor("chair") as chair, inside("department_head") as reader, inside("department_officer") as other:
        for one in (chair, reader, other):
            await one.enter()
        assert (await chair.ask("document.open", version=version.pk, page=1))["type"] == "done"
        await reader.hear("document.opened")
        await chair.say("pointer.move", page=1, points=[100, 200, 300, 400])
        moved = await reader.hear("pointer.moved")
        assert (moved["version"], moved["page"], moved["points"]) == (version.pk, 1, [100, 200, 300, 400])
        assert await other.hears_nothing("pointer.moved", seconds=0.6)


async def test_captions_of_the_city_are_shown_and_say_where_they_come_from(
    visitor: Visitor, inside: Visitor, guest: Guest, sitting: Sitting
) -> None:
    async with visitor("secretary") as secretary, inside("department_clerk") as clerk:
        await secretary.enter()
        await clerk.enter()
        await told(clerk, attached=True)
        await clerk.ask("caption.post", text="Ở sở")
        await secretary.ask("caption.post", text="Ở thành phố")
        shown = [(await clerk.hear("caption.posted"))["caption"] for _line in range(2)]
        expected = [("Ở sở", ""), ("Ở thành phố", sitting.meeting.title)]
        assert [(line["text"], line["meeting"]) for line in shown] == expected
        assert await secretary.hears_nothing("caption.posted", seconds=0.3) is False  # its own line, and no other
        assert [m["caption"]["text"] for m in secretary.inbox if m["type"] == "caption.posted"] == []
        state = await inside("department_officer").state_now()
        assert [(line["text"], line["meeting"]) for line in state["captions"]] == expected
        (line,) = (await visitor("invited_head").state_now())["captions"]
        assert line["text"] == "Ở thành phố"
    kept = CaptionLine.objects.order_by("at").values_list("meeting", "text")
    assert [one async for one in kept] == [(guest.meeting.pk, "Ở sở"), (sitting.meeting.pk, "Ở thành phố")]


# --- a shared screen ------------------------------------------------------------------------------------


def give_floor(sitting: Sitting, site: MeetingSite | None) -> None:
    """As if it had been granted and accepted."""
    LiveState.objects.update_or_create(meeting=sitting.meeting, defaults={"floor_site": site})
    hosting.direct(sitting.meeting.pk)


def content_of(sitting: Sitting) -> int | None:
    return LiveState.objects.values_list("content_site", flat=True).get(meeting=sitting.meeting)


def test_a_screen_shared_anywhere_in_the_guest_is_the_citys_while_its_site_speaks(
    city: City, guest: Guest, sitting: Sitting
) -> None:
    attendance.join(guest.main, person=city.person("department_head"), carry_media=True)
    below = attendance.join(guest.below, person=city.person("department_officer"), carry_media=True)
    presenting.share_content(guest.below, on=True)
    screen = Source(peer=str(below.key), kind="content")
    give_floor(sitting, None)
    assert content_of(sitting) is None
    assert scenes.scene(sitting.meeting.pk).sources["content"] is None
    give_floor(sitting, sitting.department)
    assert content_of(sitting) == sitting.department.pk
    shown = scenes.scene(sitting.meeting.pk)
    assert shown.sources["content"] == screen
    assert screen in shown.borrowed[guest.meeting.pk]
    assert shown.foreign == {screen.peer: sitting.department.pk}
    there = scenes.scene(guest.meeting.pk)
    assert there.sources["content"] == screen
    assert guest.meeting.pk not in there.borrowed, "its own screen came back to it"
    presenting.share_content(guest.below, on=False)
    assert content_of(sitting) is None
    presenting.share_content(guest.below, on=True)
    give_floor(sitting, sitting.commune)
    assert content_of(sitting) is None
    assert LiveState.objects.get(meeting=guest.meeting).content_site == guest.below


def test_a_screen_of_the_city_stays(city: City, guest: Guest, sitting: Sitting) -> None:
    attendance.join(sitting.main, person=city.person("chair"), carry_media=True)
    attendance.join(guest.main, person=city.person("department_head"), carry_media=True)
    give_floor(sitting, sitting.department)
    presenting.share_content(sitting.main, on=True)
    presenting.share_content(guest.main, on=True)
    assert content_of(sitting) == sitting.main.pk
    presenting.share_content(sitting.main, on=False)
    assert content_of(sitting) == sitting.department.pk


def test_a_guest_that_is_detached_takes_its_screen_along(city: City, guest: Guest, sitting: Sitting) -> None:
    attendance.join(guest.main, person=city.person("department_head"), carry_media=True)
    presenting.share_content(guest.main, on=True)
    give_floor(sitting, sitting.department)
    Attachment.objects.update(ended_at=timezone.now())
    guest_screens.take_away(sitting.meeting.pk, sitting.department.pk)
    assert content_of(sitting) is None


# --- dozens of guests -----------------------------------------------------------------------------------


def _guests(sitting: Sitting, city: City, count: int) -> None:
    for _number in range(count):
        unit = UnitFactory(parent=city.committee)
        meeting = MeetingFactory(
            organiser=unit, chair=city["chair"], secretary=city["secretary"], state=Meeting.State.IN_SESSION
        )
        main = MeetingSiteFactory(meeting=meeting, kind=MeetingSite.Kind.MAIN, unit=unit)
        attendance.join(main, person=UserFactory(), carry_media=True)
        Attachment.objects.create(
            site=MeetingSiteFactory(meeting=sitting.meeting, unit=unit),
            guest=meeting,
            asked_by_side="guest",
            asked_by=UserFactory(),
            asked_at=timezone.now(),
            attached_at=timezone.now() - dt.timedelta(minutes=1),
        )


def _queries(sitting: Sitting) -> int:
    """What is asked when the host's floor changes: both rooms directed, each guest's scene and words worked out."""
    with CaptureQueriesContext(connection) as asked:
        hosting.direct(sitting.meeting.pk)
        for guest in Attachment.objects.attached().values_list("guest", flat=True):
            scenes.scene(guest or 0)
            attachment_state.states(guest or 0)
    return len(asked)


def test_a_change_of_the_citys_floor_costs_each_of_dozens_of_guests_the_same(city: City, sitting: Sitting) -> None:
    attendance.join(sitting.main, person=city.person("chair"), carry_media=True)
    found = []
    for more in (6, 6, 12):
        _guests(sitting, city, more)
        found.append(_queries(sitting))
    six, twelve, twenty_four = found
    assert twenty_four - twelve == 2 * (twelve - six), f"queries with 6, 12, 24 guests: {found}"
    assert twenty_four <= 24 * 60
