"""The room while the meeting is at a confidential item: who waits at the door, what is masked, what is not recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from meetings import agenda, casting, chat, display, joining, recording, voting
from meetings.models import (
    AgendaItem,
    Attachment,
    Connection,
    MeetingSite,
    Poll,
    Recording,
    Role,
)
from meetings.protocol.chat import ChatSend
from meetings.sfu.recorder.jobs import Job
from meetings.sfu.recorder.join import join
from tests.city import City
from tests.factories import (
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
)
from tests.meetings.confiding import WORD, confide, move, refused
from tests.meetings.room import Browser, Sitting
from tests.meetings.test_recording import make_part

AsRole = Callable[[str], Client]


# --- the room -----------------------------------------------------------------------------------------------

rooms = pytest.mark.usefixtures("rooms_close")


@rooms
@pytest.mark.django_db(transaction=True)
async def test_others_wait_at_the_door_and_come_back_by_themselves(city: City, sitting: Sitting) -> None:
    await sync_to_async(confide)(city, sitting)
    secretary, chosen, guest = tabs = [
        Browser(sitting.path, city.person(role)) for role in ("secretary", "department_head", "invited_head")
    ]
    for tab in tabs:
        assert await tab.connect()
        state = await tab.enter()
        masked = WORD not in str(state)
        assert masked is (tab is guest)
        assert [item["hidden"] for item in state["items"]] == [False, masked]
    assert (await secretary.ask("item.open", item=sitting.items[1].pk))["type"] == "done"
    bye = await guest.hear("bye")
    assert (bye["action"], bye["reason"]) == ("rejoin", "Đang bàn mục kín.")
    await chosen.hear("item.opened")
    again = Browser(sitting.path, city.person("invited_head"))
    assert await again.connect()
    await again.say("hello", version=1)
    assert (await again.hear("lobby.waiting"))["reason"] == "confidential"
    assert await secretary.hears_nothing("lobby.changed")  # nobody is asked to let them in
    inside = Connection.objects.filter(meeting=sitting.meeting, left_at__isnull=True)
    assert await inside.acount() == 2
    await secretary.ask("chat.send", channel="room", text=f"Về {WORD}", key="6f9619ff-8b86-4d01-b42d-00cf4fc964ff")
    await secretary.ask("caption.post", text=f"Nói về {WORD}")
    assert (await secretary.ask("item.open", item=sitting.items[0].pk))["type"] == "done"
    await again.hear("welcome")
    state = await again.hear("state")
    assert WORD not in str(state)
    assert WORD not in str(guest.inbox) + str(again.inbox)
    for tab in (*tabs, again):
        await tab.drop()


@rooms
@pytest.mark.django_db(transaction=True)
async def test_an_item_made_confidential_in_an_open_room_is_masked_at_once(city: City, sitting: Sitting) -> None:
    async with Browser(sitting.path, city.person("invited_head")) as guest:
        await guest.enter()
        await sync_to_async(confide)(city, sitting)
        state = await guest.hear("state")
        assert [item["title"] for item in state["items"]] == ["Nội dung 1", "Mục kín"]
        await sync_to_async(voting.prepare)(
            city["secretary"],
            sitting.meeting,
            voting.Question(question=f"Chọn {WORD}?", item=sitting.items[1].pk),
            key=sitting.meeting.uid,
        )
        plain = agenda.Point(title="Nội dung hai")
        item = await AgendaItem.objects.select_related("meeting").aget(pk=sitting.items[1].pk)
        await sync_to_async(agenda.edit_item)(city["secretary"], item, plain, version=item.version)
        state = await guest.hear("state")
        assert [item["title"] for item in state["items"]] == ["Nội dung 1", "Nội dung hai"]
        assert WORD not in str(guest.inbox)


@pytest.mark.django_db
def test_the_second_screen_says_only_that_it_is_confidential(city: City, sitting: Sitting) -> None:
    item = confide(city, sitting, presenter=city.department)
    move(city, sitting, 1)
    Poll.objects.create(
        meeting=sitting.meeting,
        item=item,
        question=f"{WORD}?",
        state="published",
        published_at=timezone.now(),
        created_by=city["secretary"],
        key=sitting.meeting.uid,
    )
    shown = display.shown(sitting.meeting.pk)
    assert shown.item is not None
    assert (shown.item.title, shown.item.presenter, shown.item.confidential) == ("Mục kín", "", True)
    assert (shown.floor, shown.poll, shown.waiting) == (None, None, ())
    assert display.why_not(city.person("invited_head"), sitting.meeting) is None


@pytest.mark.django_db
def test_who_was_not_chosen_neither_opens_it_nor_presides_at_it(city: City, sitting: Sitting) -> None:
    AttendeeFactory(site=sitting.commune, appointment=city["invited_head"], role=Role.MEMBER)
    confide(city, sitting)
    commune = city.person("invited_head").pk
    casting.hand_chair(city["chair"], sitting.meeting, person_id=commune)
    assert refused("not-chosen", lambda: move(city, sitting, 1, by="invited_head"))
    assert refused("presiding-not-chosen", lambda: move(city, sitting, 1))
    casting.hand_chair(city["chair"], sitting.meeting, person_id=city.person("chair").pk)
    move(city, sitting, 1)
    assert refused(
        "presiding-not-chosen", lambda: casting.hand_chair(city["chair"], sitting.meeting, person_id=commune)
    )


@pytest.mark.django_db
def test_an_attached_meeting_is_detached_first(city: City, sitting: Sitting) -> None:
    confide(city, sitting)
    other = MeetingFactory(organiser=city.commune, state="in_session")
    MeetingSiteFactory(meeting=other, kind=MeetingSite.Kind.MAIN, unit=city.commune)
    Attachment.objects.create(
        site=sitting.commune, guest=other, asked_by=city.person("chair"), asked_by_side="host", asked_at=timezone.now()
    )
    assert refused("attached", lambda: move(city, sitting, 1))


@pytest.mark.django_db
def test_people_chosen_or_left_out_while_the_meeting_is_at_it(city: City, sitting: Sitting) -> None:
    item = confide(city, sitting)
    move(city, sitting, 1)
    tab = Connection.objects.create(
        meeting=sitting.meeting,
        site=sitting.department,
        person=city.person("department_head"),
        joined_at=timezone.now(),
        seen_at=timezone.now(),
    )
    item.refresh_from_db()
    point = agenda.Point(title=item.title, confidential=True, units=frozenset({city.commune.pk}))
    agenda.edit_item(city["secretary"], item, point, version=item.version)
    tab.refresh_from_db()
    assert tab.left_at is not None


# --- the recording ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_nothing_of_it_is_recorded(city: City, sitting: Sitting, settings: Any) -> None:
    settings.MEDIA_NODES = ["unix:/nowhere/media.sock"]
    confide(city, sitting)
    first = recording.start(city["chair"], sitting.meeting)
    move(city, sitting, 1)
    first.refresh_from_db()
    assert (first.state, first.ends_sharply) == (Recording.State.STOPPING, True)
    assert refused("confidential-item", lambda: recording.start(city["chair"], sitting.meeting))
    assert [mark.title for mark in joining.marks_of(first)][-1] in ("Mục kín", "Bắt đầu ghi hình")
    move(city, sitting, 0)
    again = recording.running(sitting.meeting.pk)
    assert again is not None
    assert again.pk != first.pk


def test_what_a_recorder_wrote_after_the_item_began_is_cut_off(tmp_path: Any) -> None:
    make_part(tmp_path, seconds=3.0)
    part = tmp_path / "part-0001.webm"
    whole = Job(parts=(part,), marks=(), title="Họp", target=tmp_path / "meeting.webm", content=tmp_path / "c.webm")
    assert join(whole).duration > 2
    began = timezone.now()
    cut = whole.model_copy(update={"until": began})
    assert join(cut).duration < 1.5


@pytest.mark.django_db
def test_messages_written_at_it_are_shown_while_the_meeting_is_there(city: City, sitting: Sitting) -> None:
    confide(city, sitting)
    move(city, sitting, 1)
    tab = Connection.objects.create(
        meeting=sitting.meeting,
        site=sitting.main,
        person=city.person("secretary"),
        joined_at=timezone.now(),
        seen_at=timezone.now(),
    )
    chat.send(tab, ChatSend(text=f"Về {WORD}", channel="room", key=sitting.meeting.uid))
    assert [entry.text for entry in chat.recent(sitting.meeting.pk)] == [f"Về {WORD}"]
    move(city, sitting, 0)
    assert chat.recent(sitting.meeting.pk) == ()
