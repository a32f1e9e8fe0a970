"""Who may send what in the room: every message of the protocol, in every role (``permissions/room.py``)."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest
from asgiref.sync import sync_to_async

from meetings.protocol.requests import Intent, Opening
from meetings.signalling.registry import registry
from tests.architecture.permissions.room import EXPECTED, SENT
from tests.city import ROLES, City, build_city
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = pytest.mark.django_db(transaction=True)
OPENINGS_AND_ENDINGS = {"hello", "resume", "simulate", "bye"}


def _message_types() -> set[str]:
    return {model.model_fields["type"].default for union in (Opening, Intent) for model in get_args(union)}


@pytest.fixture
def city(transactional_db: None) -> City:
    return build_city()


@pytest.fixture(autouse=True)
async def _rooms_close_with_the_test() -> AsyncIterator[None]:
    yield
    await registry.stop()


@pytest.fixture
def sitting(city: City) -> Sitting:
    return build_sitting(city)


def test_every_message_has_a_row_and_is_sent() -> None:
    assert {f"ws:{name}" for name in _message_types()} == set(EXPECTED)
    assert set(SENT) == _message_types() - OPENINGS_AND_ENDINGS


def _expected(role: str) -> dict[str, int]:
    return {name: row.get(role, row.get("*", 0)) for name, row in EXPECTED.items()}


@pytest.mark.parametrize("role", ROLES)
async def test_every_message_in_every_role(role: str, city: City, sitting: Sitting) -> None:
    tab = Browser(sitting.path, None if role == "anonymous" else city.person(role))
    if not await tab.connect():
        assert _expected(role) == dict.fromkeys(EXPECTED, 404)
        return
    statuses = {"hello": 200, "resume": await _with_anothers_secret(role, city, sitting)}
    await tab.enter()
    for name, fields in SENT.items():
        statuses[name] = _status(await tab.ask(name, **await sync_to_async(fields)(sitting)))
    statuses["simulate"] = statuses["bye"] = 200
    await tab.drop()
    assert {f"ws:{name}": status for name, status in statuses.items()} == _expected(role)


def _status(outcome: dict[str, Any]) -> int:
    return 403 if outcome["type"] == "refused" else 200


async def _with_anothers_secret(role: str, city: City, sitting: Sitting) -> int:
    other = Browser(sitting.path, city.person("chair" if role != "chair" else "secretary"))
    thief = Browser(sitting.path, city.person(role))
    assert await other.connect()
    assert await thief.connect()
    await other.say("hello", version=1)
    theirs = await other.hear("welcome")
    await thief.say("resume", version=1, secret=theirs["secret"])
    answer = await thief.hear("welcome")
    for tab in (other, thief):
        await tab.drop()
    return 200 if answer["session"] != theirs["session"] else 500
