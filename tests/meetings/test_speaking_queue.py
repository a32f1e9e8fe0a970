"""The speaking queue and question time, through the room's socket and the meeting's page."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from meetings import agenda, attendance, conduct, floor, speaking_queue, speaking_time
from meetings.models import FloorTurn, Meeting, MeetingSite, QuestionRequest, SpeechRequest
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingSiteFactory
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rooms_close")]
Visitor = Callable[[str], Browser]
SPOKEN = dt.timedelta(seconds=125)


@pytest.fixture
def sitting(city: City) -> Sitting:
    made = build_sitting(city)
    with transaction.atomic():
        live = conduct.lock(made.meeting.pk)
        live.free_discussion = False
        live.save()
    return made


async def in_line(tab: Browser) -> list[int]:
    state = await Browser(tab._path, tab._user).state_now()
    return [request["site"] for request in state["queue"]]


def asked_by(site: MeetingSite, city: City, **wish: Any) -> SpeechRequest:
    return speaking_queue.request(site, by=city.person("invited_head"), wish=speaking_queue.Wish(**wish))


def give(city: City, site: MeetingSite, request: SpeechRequest | None = None) -> None:
    with transaction.atomic():
        floor.give(city["chair"], conduct.lock(site.meeting_id), floor.Occasion(site, request=request))


# --- order ----------------------------------------------------------------------------------------------


async def test_a_point_of_order_stands_in_front_and_is_marked(visitor: Visitor, sitting: Sitting) -> None:
    async with (
        visitor("chair") as chair,
        visitor("invited_head") as commune,
        visitor("department_head") as department,
    ):
        for tab in (chair, commune, department):
            await tab.enter()
        await commune.ask("floor.request", topic="Cấp nước")
        first = (await chair.hear("floor.requested"))["request"]
        await department.ask("floor.request", kind="order")
        told = await chair.hear("floor.requested")
        assert (told["request"]["kind"], told["before"]) == ("order", first["id"])
        assert await in_line(chair) == [sitting.department.pk, sitting.commune.pk]


async def test_a_point_of_order_only_interrupts_a_speech(visitor: Visitor, sitting: Sitting) -> None:
    async with (
        visitor("chair") as chair,
        visitor("invited_head") as commune,
        visitor("department_head") as department,
    ):
        for tab in (chair, commune, department):
            await tab.enter()
        await commune.ask("floor.request", minutes=4)
        await chair.ask("floor.next")
        await commune.ask("floor.accept")
        await department.ask("floor.request", kind="order")
        await chair.ask("floor.next")
        await department.ask("floor.accept")
        state = await Browser(sitting.path, chair._user).state_now()
        (waiting,) = state["queue"]
        assert (waiting["site"], waiting["state"]) == (sitting.commune.pk, "paused")
        assert 230 < waiting["seconds"] <= 240
        await chair.ask("floor.next")
        await commune.ask("floor.accept")
        state = await Browser(sitting.path, chair._user).state_now()
        assert (state["floor"]["site"], state["floor"]["seconds"]) == (sitting.commune.pk, waiting["seconds"])


async def test_the_chair_moves_a_request_and_the_rest_stays_in_order(
    city: City, visitor: Visitor, sitting: Sitting
) -> None:
    sites = [await sync_to_async(MeetingSiteFactory)(meeting=sitting.meeting) for _ in range(3)]
    requests = [await sync_to_async(asked_by)(site, city) for site in sites]
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await chair.ask("queue.move", request=requests[2].pk, before=requests[0].pk)
        order = (await commune.hear("queue.ordered"))["order"]
        assert order == [requests[place].pk for place in (2, 0, 1)]
        await chair.ask("queue.move", request=requests[2].pk, before=None)
        assert (await commune.hear("queue.ordered"))["order"] == [request.pk for request in requests]
        assert (await chair.ask("queue.move", request=999, before=None))["code"] == "no-such-request"


def test_the_queue_is_sorted_by_arrival_level_and_time_spoken(city: City, sitting: Sitting) -> None:
    commune, department = asked_by(sitting.commune, city), asked_by(sitting.department, city)
    point = asked_by(MeetingSiteFactory(meeting=sitting.meeting), city, kind="order")

    def order(key: str) -> list[int]:
        speaking_queue.sort(city["chair"], sitting.meeting, key)
        return [request.pk for request in speaking_queue.in_line(sitting.meeting.pk)]

    assert order("level") == [point.pk, department.pk, commune.pk]
    assert order("arrival") == [point.pk, commune.pk, department.pk]
    FloorTurn.objects.create(
        meeting=sitting.meeting,
        site=sitting.commune,
        granted_by=city["chair"],
        granted_at=commune.requested_at,
        ended_at=point.requested_at.replace(year=point.requested_at.year + 1),
    )
    assert order("least-heard") == [point.pk, department.pk, commune.pk]


async def test_who_registered_for_another_item_waits_for_it(city: City, visitor: Visitor, sitting: Sitting) -> None:
    second = await sync_to_async(asked_by)(sitting.commune, city, item=sitting.items[1])
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await chair.ask("item.open", item=sitting.items[0].pk)
        assert (await chair.ask("floor.next"))["code"] == "nobody-waits"
        await chair.ask("item.open", item=sitting.items[1].pk)
        await chair.ask("floor.next")
        assert (await commune.hear("microphone.asked"))["call"]["request"] == second.pk


async def test_taking_back_a_called_request_ends_the_call(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await commune.ask("floor.request")
        await chair.ask("floor.next")
        await commune.ask("floor.withdraw")
        assert (await chair.hear("floor.declined"))["why"] == "declined"
        assert await in_line(chair) == []
        assert (await commune.ask("floor.accept"))["code"] == "not-asked"


async def test_a_refusal_is_told_with_its_reason(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("chair") as chair, visitor("invited_head") as commune:
        await chair.enter()
        await commune.enter()
        await commune.ask("floor.request")
        number = (await chair.hear("floor.requested"))["request"]["id"]
        await chair.ask("floor.refuse", request=number, reason="Đã hết thời gian của mục này.")
        left = await commune.hear("floor.withdrawn")
        assert (left["refused"], left["reason"]) == (True, "Đã hết thời gian của mục này.")


def test_an_item_that_leaves_the_agenda_takes_nobody_out_of_the_queue(city: City, sitting: Sitting) -> None:
    item = AgendaItemFactory(meeting=sitting.meeting, order=3)
    asked_by(sitting.commune, city, item=item)
    asked_by(sitting.department, city, item=item)
    asked_by(sitting.department, city)
    agenda.remove_item(city["secretary"], item)
    assert [(r.site_id, r.item_id) for r in speaking_queue.in_line(sitting.meeting.pk)] == [
        (sitting.commune.pk, None),
        (sitting.department.pk, None),
    ]


def test_asking_costs_the_same_whoever_waits_already(city: City, sitting: Sitting) -> None:
    def cost() -> int:
        site = MeetingSiteFactory(meeting=sitting.meeting)
        with CaptureQueriesContext(connection) as queries:
            asked_by(site, city)
        return sum(len(query["sql"]) > 0 for query in queries)

    cost()  # the meeting's first request makes its live state
    first = cost()
    for _ in range(20):
        asked_by(MeetingSiteFactory(meeting=sitting.meeting), city)
    assert cost() == first


def test_an_item_may_leave_the_agenda_while_somebody_speaks_to_it(city: City, sitting: Sitting) -> None:
    item = AgendaItemFactory(meeting=sitting.meeting, order=3)
    speaking = asked_by(sitting.commune, city, item=item)
    give(city, sitting.commune, speaking)
    other = asked_by(sitting.commune, city, item=sitting.items[0])
    SpeechRequest.objects.filter(pk=other.pk).update(item=None)
    agenda.remove_item(city["secretary"], item)
    assert speaking_queue.in_line(sitting.meeting.pk) == []
    floor.end(city["chair"], sitting.meeting, site=sitting.main)
    assert SpeechRequest.objects.get(pk=speaking.pk).state == SpeechRequest.State.DONE


# --- question time --------------------------------------------------------------------------------------


async def test_a_question_is_asked_and_answered_in_turn(visitor: Visitor, sitting: Sitting) -> None:
    async with (
        visitor("chair") as chair,
        visitor("invited_head") as commune,
        visitor("department_head") as department,
    ):
        for tab in (chair, commune, department):
            await tab.enter()
        await commune.ask("question.ask", target=sitting.department.pk, topic="Tiến độ  đường Vành đai 4")
        question = (await department.hear("question.asked"))["question"]
        assert question["topic"] == "Tiến độ đường Vành đai 4"
        await chair.ask("question.call", question=question["id"], part="question")
        await commune.ask("floor.accept")
        assert (await chair.hear("floor.granted"))["floor"]["part"] == "question"
        await chair.ask("question.call", question=question["id"], part="answer")
        assert (await department.hear("microphone.asked"))["call"]["part"] == "question"
        assert (await department.hear("microphone.asked"))["call"]["site"] == sitting.department.pk
        await department.ask("floor.accept")
        assert (await chair.hear("floor.granted"))["floor"]["part"] == "answer"
        await chair.ask("floor.end")
        assert (await commune.hear("question.closed"))["why"] == "done"
    turns = FloorTurn.objects.order_by("pk").values_list("part", "question")
    assert await sync_to_async(list)(turns) == [("question", question["id"]), ("answer", question["id"])]


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"target": "own"}, "own-site"), ({"target": 999_999}, "no-such-site"), ({"topic": "   "}, "no-topic")],
)
async def test_a_question_needs_another_site_and_a_topic(
    visitor: Visitor, sitting: Sitting, fields: dict[str, Any], code: str
) -> None:
    if fields.get("target") == "own":
        fields = {"target": sitting.commune.pk}
    async with visitor("invited_head") as commune:
        await commune.enter()
        refused = await commune.ask("question.ask", **{"target": sitting.department.pk, "topic": "Tiến độ", **fields})
    assert refused["code"] == code


async def test_only_the_one_who_asked_takes_a_question_back(visitor: Visitor, sitting: Sitting) -> None:
    async with visitor("invited_head") as commune, visitor("department_head") as department:
        await commune.enter()
        await department.enter()
        await commune.ask("question.ask", target=sitting.department.pk, topic="Tiến độ")
        number = (await department.hear("question.asked"))["question"]["id"]
        assert (await department.ask("question.withdraw", question=number))["code"] == "not-your-question"
        assert (await commune.ask("question.withdraw", question=number))["type"] == "done"
    assert (await sync_to_async(QuestionRequest.objects.get)()).state == "withdrawn"


# --- the meeting's page ---------------------------------------------------------------------------------


def test_a_site_registers_beforehand_and_only_the_secretary_reads_its_text(
    client_as: Callable[[str], Client], city: City, sitting: Sitting
) -> None:
    address = f"/meetings/{sitting.meeting.pk}/speeches/new/"
    data = {
        "place": sitting.commune.pk,
        "item": sitting.items[1].pk,
        "topic": "Cấp nước sạch",
        "minutes": 7,
        "statement": "Kính thưa Chủ tọa, phường đề nghị…",
    }
    assert client_as("invited_head").post(address, data).status_code == 302
    speech = SpeechRequest.objects.get()
    assert (speech.topic, speech.minutes, speech.item) == ("Cấp nước sạch", 7, sitting.items[1])
    text = f"/meetings/speeches/{speech.pk}/statement/"
    allowed = {
        role: client_as(role).get(text).status_code
        for role in ("secretary", "invited_head", "chair", "department_head")
    }
    assert allowed == {"secretary": 200, "invited_head": 200, "chair": 404, "department_head": 404}
    give(city, sitting.commune, speech)
    floor.end(city["chair"], sitting.meeting, site=sitting.main)
    assert client_as("department_head").get(text).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"minutes": 61}, "60"),
        ({"topic": "x" * 301}, "300"),
        ({"item": 999_999}, "errorlist"),
        ({"place": "abc"}, "errorlist"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(
    client_as: Callable[[str], Client], sitting: Sitting, wrong: dict[str, Any], words: str
) -> None:
    address = f"/meetings/{sitting.meeting.pk}/speeches/new/"
    answer = client_as("invited_head").post(address, {"place": sitting.commune.pk, "topic": "Cấp nước", **wrong})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not SpeechRequest.objects.exists()


def test_after_the_meeting_everybody_sees_who_spoke_how_long(
    client_as: Callable[[str], Client], city: City, sitting: Sitting
) -> None:
    attendance.join(sitting.commune, person=city.person("invited_head"), carry_media=True)
    conduct.open_item(city["chair"], sitting.meeting, sitting.items[0].pk)
    give(city, sitting.commune)
    page = f"/meetings/{sitting.meeting.pk}/"
    assert "Thời gian đã phát biểu" not in client_as("department_head").get(page).content.decode()
    conduct.end_meeting(city["chair"], sitting.meeting)
    FloorTurn.objects.update(granted_at=FloorTurn.objects.get().ended_at - SPOKEN)  # type: ignore[operator]
    shown = client_as("department_head").get(page).content.decode()
    assert "Thời gian đã phát biểu" in shown
    assert "2:05" in shown
    assert speaking_time.table(Meeting.objects.get(pk=sitting.meeting.pk)).sums == (125,)


def test_the_register_costs_the_same_for_one_and_for_many(
    client_as: Callable[[str], Client], city: City, sitting: Sitting
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client_as("secretary").get(f"/meetings/{sitting.meeting.pk}/").status_code == 200
        return len(queries)

    asked_by(sitting.commune, city)
    few = cost()
    for _ in range(10):
        asked_by(MeetingSiteFactory(meeting=sitting.meeting), city, topic="Ý kiến")
    assert cost() == few
