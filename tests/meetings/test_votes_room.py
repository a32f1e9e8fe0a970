"""Votes and check-in over the room's socket: what each tab is told, and what it is not."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from eoffice.accounts.models import User
from meetings.models import Ballot, Poll, PollSeat
from tests.city import City
from tests.meetings.room import Browser, Sitting
from tests.meetings.voters import seat_many, seat_members

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]


@pytest.fixture
def members(city: City, sitting: Sitting) -> list[User]:
    return seat_members(city, sitting)


class Hall:
    """The chair's, the secretary's and the members' tabs in one room."""

    def __init__(self, sitting: Sitting, city: City, members: list[User]) -> None:
        self.people = {"chair": city.person("chair"), "secretary": city.person("secretary")}
        self.people |= {"head": members[1], "department": members[2], "office": members[3]}
        self.sitting = sitting
        self.tabs: dict[str, Browser] = {}
        self.stack = AsyncExitStack()

    async def __aenter__(self) -> "Hall":
        for name in self.people:
            await self.enter(name)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stack.aclose()

    async def enter(self, name: str, again: str = "") -> dict[str, Any]:
        tab = await self.stack.enter_async_context(Browser(self.sitting.path, self.people[name]))
        self.tabs[again or name] = tab
        return await tab.enter(carry_media=not again)  # a second device follows beside the first

    async def prepare(self, **rule: Any) -> int:
        """The secretary prepares a question; its number."""
        asked = {"key": str(uuid.uuid4()), "question": "Thông qua kế hoạch?", **rule}
        assert (await self.tabs["secretary"].ask("poll.create", **asked))["type"] == "done"
        return int((await self.tabs["chair"].hear("poll.prepared"))["poll"]["id"])

    async def lead(self, type: str, poll: int, **fields: Any) -> None:
        assert (await self.tabs["chair"].ask(type, poll=poll, **fields))["type"] == "done"

    async def open(self, **rule: Any) -> int:
        """A question on which the members, all ready, vote."""
        poll = await self.prepare(**rule)
        await self.lead("poll.ready", poll)
        for name in ("chair", "head", "department", "office"):
            assert (await self.tabs[name].ask("ballot.ready", poll=poll))["type"] == "done"
        await self.lead("poll.open", poll)
        return poll

    async def cast(self, name: str, poll: int, choice: str, text: str = "") -> dict[str, Any]:
        return await self.tabs[name].ask("ballot.cast", poll=poll, key=str(uuid.uuid4()), choice=choice, text=text)


@pytest.fixture
async def hall(city: City, sitting: Sitting, members: list[User]) -> AsyncIterator[Hall]:
    async with Hall(sitting, city, members) as made:
        yield made


async def test_a_vote_as_the_room_sees_it(hall: Hall) -> None:
    head = hall.tabs["head"]
    poll = await hall.prepare()
    await hall.lead("poll.ready", poll)
    readied = (await head.hear("poll.readied"))["poll"]
    assert (readied["state"], readied["turnout"]["members"], readied["quorum_needed"]) == ("ready", 4, 3)
    refused = await hall.tabs["chair"].ask("poll.open", poll=poll)
    assert refused["code"] == "no-quorum"
    for name in ("head", "department", "office"):
        await hall.tabs[name].ask("ballot.ready", poll=poll)
    assert (await head.hear("ballot.accepted"))["ballot"]["ready"]
    await hall.lead("poll.open", poll)
    assert (await head.hear("poll.opened"))["poll"]["present_at_opening"] == 3
    assert (await hall.cast("head", poll, "agree"))["type"] == "done"
    assert (await head.hear("ballot.accepted"))["ballot"]["choice"] == "agree"
    assert (await hall.cast("office", poll, "other", "Nêu rõ kinh phí"))["type"] == "done"
    counted = await hall.tabs["department"].hear("poll.counted")
    while counted["turnout"]["cast"] < 2:
        counted = await hall.tabs["department"].hear("poll.counted")
    assert set(counted) == {"seq", "re", "type", "poll", "turnout"}
    await hall.lead("poll.close", poll)
    assert (await head.hear("poll.closed"))["poll"]["result"] is None
    assert (await hall.tabs["secretary"].hear("poll.closed"))["poll"]["result"] is None
    assert (await hall.tabs["secretary"].hear("poll.closed"))["poll"]["result"]["agree"] == 1
    assert await head.hears_nothing("poll.closed")
    await hall.lead("poll.publish", poll)
    result = (await head.hear("poll.published"))["poll"]["result"]
    assert result == {"agree": 1, "disagree": 0, "other": 1, "counted_on": 4, "needed": 3, "passed": False}


async def test_no_message_of_a_secret_vote_says_who_chose_what(hall: Hall) -> None:
    await hall.enter("head", again="phone")
    poll = await hall.open(kind="secret")
    for name, choice in (("head", "disagree"), ("department", "agree"), ("office", "other")):
        text = "Một ý kiến bí mật" if choice == "other" else ""
        assert (await hall.cast(name, poll, choice, text))["type"] == "done"
    accepted = await hall.tabs["phone"].hear("ballot.accepted", ballot=cast_in(poll))
    assert accepted["ballot"]["choice"] is None
    heard = {name: await all_heard(tab) for name, tab in hall.tabs.items()}
    for name, messages in heard.items():
        text = json.dumps(messages, ensure_ascii=False)
        assert "disagree" not in text, name
        assert "bí mật" not in text, name
        assert all(message["ballot"]["choice"] is None for message in messages if message["type"] == "ballot.accepted")
    state = await hall.enter("head", again="third")
    assert state["voting"]["ballots"] == [cast_in(poll)]
    assert state["voting"]["polls"][0]["result"] is None


def cast_in(poll: int) -> dict[str, Any]:
    return {"poll": poll, "entitled": True, "ready": True, "cast": True, "choice": None, "text": ""}


async def all_heard(tab: Browser) -> list[dict[str, Any]]:
    """What the tab has received by now."""
    await tab.hears_nothing("nothing", seconds=0.7)
    return tab.inbox


async def test_a_ballot_sent_again_after_the_line_was_lost_counts_once(hall: Hall) -> None:
    poll = await hall.open(kind="secret")
    ballot = {"poll": poll, "key": str(uuid.uuid4()), "choice": "agree"}
    await hall.tabs["head"].say("ballot.cast", **ballot)
    await hall.tabs["head"].drop()
    state = await hall.enter("head", again="back")
    assert state["voting"]["polls"][0]["state"] == "open"
    assert (await hall.tabs["back"].ask("ballot.cast", **ballot))["type"] == "done"
    assert (await hall.tabs["back"].ask("ballot.cast", **{**ballot, "key": str(uuid.uuid4())}))[
        "code"
    ] == "already-voted"
    await hall.lead("poll.close", poll)
    assert await sync_to_async(lambda: Poll.objects.get(pk=poll).agreed)() == 1


async def test_two_tabs_of_one_person_have_one_vote(hall: Hall) -> None:
    await hall.enter("head", again="phone")
    poll = await hall.open()
    outcomes = await asyncio.gather(hall.cast("head", poll, "agree"), hall.cast("phone", poll, "disagree"))
    assert sorted(outcome["type"] for outcome in outcomes) == ["done", "refused"]
    assert await sync_to_async(Ballot.objects.count)() == 1


async def test_whoever_is_handed_the_chair_gets_what_only_leaders_see(hall: Hall) -> None:
    poll = await hall.prepare()
    assert (await hall.enter("head", again="another"))["voting"]["polls"] == []
    await hall.tabs["chair"].ask("chair.hand", person=hall.people["head"].pk)
    state = await hall.tabs["head"].hear("state")
    assert [known["id"] for known in state["voting"]["polls"]] == [poll]
    assert (await hall.tabs["head"].ask("poll.ready", poll=poll))["type"] == "done"
    assert (await hall.tabs["chair"].ask("poll.close", poll=poll))["code"] == "not-chair"


async def test_check_in_over_the_socket(hall: Hall) -> None:
    head = hall.tabs["head"]
    assert (await head.ask("roll_call.arrive"))["code"] == "roll-call-closed"
    await hall.tabs["secretary"].ask("roll_call.open")
    await head.hear("roll_call.opened")
    await head.ask("roll_call.arrive")
    assert (await head.hear("roll_call.marked"))["present"] is True
    counted = await hall.tabs["office"].hear("roll_call.counted", present=1)
    assert (counted["listed"], counted["members"], counted["members_present"]) == (5, 4, 1)
    await head.ask("roll_call.leave")
    assert (await head.hear("roll_call.marked"))["present"] is False
    state = await hall.enter("head", again="later")
    assert state["attendance"] == {
        "open": True, "listed": 5, "present": 0, "members": 4, "members_present": 0, "here": False
    }  # fmt: skip


NO_MESSAGES: tuple[dict[str, Any], ...] = (
    {"type": "ballot.cast", "poll": 1, "choice": "agree"},
    {"type": "ballot.cast", "poll": 1, "key": "x", "choice": "agree"},
    {"type": "ballot.cast", "poll": 1, "key": str(uuid.uuid4()), "choice": "maybe"},
    {"type": "ballot.cast", "poll": 0, "key": str(uuid.uuid4()), "choice": "agree"},
    {"type": "ballot.cast", "poll": 1, "key": str(uuid.uuid4()), "choice": "agree", "seat": 4},
    {"type": "poll.create", "key": str(uuid.uuid4()), "question": "x" * 5000},
)


async def test_what_is_no_message_closes_the_socket(city: City, sitting: Sitting) -> None:
    for fields in NO_MESSAGES:
        async with Browser(sitting.path, city.person("invited_head")) as tab:
            await tab.enter()
            await tab.say(**fields)
            assert (await tab.hear("bye"))["action"] == "rejoin", fields


async def test_turnout_is_told_at_most_twice_a_second(hall: Hall, city: City, sitting: Sitting) -> None:
    """A dozen ballots at once are a handful of messages to each tab, and all of them are counted."""
    crowd = await sync_to_async(seat_many)(city, sitting, 12)
    hall.people |= {f"m{number}": person for number, person in enumerate(crowd)}
    poll = await hall.prepare(kind="secret", quorum="none")
    await hall.tabs["secretary"].ask("roll_call.open")
    for number in range(len(crowd)):
        await hall.enter(f"m{number}")
        await hall.tabs[f"m{number}"].ask("roll_call.arrive")
    await hall.lead("poll.open", poll)
    await all_heard(hall.tabs["office"])
    hall.tabs["office"].inbox.clear()
    outcomes = await asyncio.gather(*(hall.cast(f"m{number}", poll, "agree") for number in range(len(crowd))))
    assert all(outcome["type"] == "done" for outcome in outcomes)
    told = [await hall.tabs["office"].hear("poll.counted")]
    while told[-1]["turnout"]["cast"] < 12:
        told.append(await hall.tabs["office"].hear("poll.counted"))
    assert len(told) <= 4
    await hall.lead("poll.close", poll)
    assert await sync_to_async(PollSeat.objects.filter(voted=True).count)() == 12
