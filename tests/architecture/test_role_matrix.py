"""Every message of the room, from every role: each cell of "Messages of the room" in docs/domain/meetings.md.

A row for a new message goes into that table, its fields into ``SENT`` of ``permissions/room.py`` (or ``FIELDS`` below).
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from meetings import casting, floor
from meetings.models import Attendee, Connection, LiveState, Role
from meetings.protocol.requests import Intent
from meetings.signalling.registry import registry
from tests.architecture.permissions.room import SENT
from tests.city import City, build_city
from tests.factories import AttendeeFactory
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = pytest.mark.django_db(transaction=True)
DOCUMENT = Path(__file__).parents[2] / "docs" / "domain" / "meetings.md"
EVERYBODY_S = {"bye", "simulate"}
NO_NODE = "no-media-node"
"""The test has no media node: who gets this far was let through."""
ENDS = ("meeting.end",)
LATE = ("meeting.open", "chair.take", "chair.hand", "floor.grant", "floor.end")
"""These change who presides or has the floor: they are said after the others."""


def _table() -> dict[str, dict[str, set[str]]]:
    """Message → role → marks."""
    section = DOCUMENT.read_text().split("### Messages of the room\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    roles = [cell.strip() for cell in lines[0].strip("|").split("|")][1:]
    table = {}
    for line in lines[2:]:
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        table[name.strip("`")] = dict(zip(roles, (set(cell.split()) for cell in cells), strict=True))
    return table


TABLE = _table()
FIELDS: dict[str, Any] = {
    "offer": lambda sitting: {"connection": "send", "sdp": "v=0", "kinds": ["camera"]},
    "mute": lambda sitting: {"source": "microphone", "muted": False},
    "floor.grant": lambda sitting: {"site": sitting.department.pk},
}


@pytest.fixture
def city(transactional_db: None) -> City:
    return build_city()


@pytest.fixture(autouse=True)
async def _rooms_close_with_the_test() -> AsyncIterator[None]:
    yield
    await registry.stop()


def test_every_message_and_every_role_is_in_the_table() -> None:
    messages = {model.model_fields["type"].default for model in get_args(Intent)}
    assert set(TABLE) == messages - EVERYBODY_S
    assert all(set(row) == set(Role.values) for row in TABLE.values())
    marks = {frozenset(cell) for row in TABLE.values() for cell in row.values()}
    assert marks <= {frozenset(mark.split()) for mark in ("✓", "–", "F", "P", "F P", "A")}


class Stage:
    """A sitting in which one person plays ``role``, the others being there as far as it matters."""

    def __init__(self, city: City, role: str) -> None:
        self.city, self.role = city, role
        self.sitting: Sitting = build_sitting(city)
        named = role in (Role.CHAIR, Role.SECRETARY)
        self.by = city[role] if named else city["invited_officer"]
        if not named:
            AttendeeFactory(site=self.sitting.commune, appointment=self.by, role=role)
        AttendeeFactory(site=self.sitting.department, appointment=city["department_officer"], role=Role.CO_CHAIR)
        LiveState.objects.update_or_create(meeting=self.sitting.meeting, defaults={"free_discussion": False})
        self._give_floor(self.sitting.department)

    @property
    def site(self) -> Any:
        return self.sitting.main if self.role in (Role.CHAIR, Role.SECRETARY) else self.sitting.commune

    def give_floor(self) -> None:
        self._give_floor(self.site)

    def _give_floor(self, site: Any) -> None:
        with transaction.atomic():
            floor.give(self.city["secretary"], casting.conduct.lock(self.sitting.meeting.pk), floor.Occasion(site))

    def preside(self) -> None:
        self._hand(self.by.person_id)

    def another_presides(self) -> None:
        self._hand(self.city["department_officer"].person_id)

    def _hand(self, person: int) -> None:
        casting.hand_chair(self.city["chair"], self.sitting.meeting, person_id=person)

    def who_presides_is(self, *, here: bool) -> None:
        with transaction.atomic():
            person = casting.conduct.presiding_person(casting.conduct.lock(self.sitting.meeting.pk))
        rows = Connection.objects.filter(meeting=self.sitting.meeting, person=person, left_at__isnull=True)
        if here and not rows.exists():
            site = Attendee.objects.get(meeting=self.sitting.meeting, person=person).site
            Connection.objects.create(
                meeting=self.sitting.meeting,
                site=site,
                person_id=person,
                carries_media=False,
                joined_at=self.sitting.meeting.starts_at,
                seen_at=self.sitting.meeting.starts_at,
            )
        elif not here:
            rows.delete()


async def _outcomes(tab: Browser, stage: Stage, names: list[str]) -> dict[str, bool]:
    order = sorted(names, key=lambda name: (name in ENDS, name in LATE, list(TABLE).index(name)))
    return {name: await _done(tab, stage, name) for name in order}


async def _done(tab: Browser, stage: Stage, name: str) -> bool:
    fields = await sync_to_async(FIELDS.get(name, SENT.get(name)))(stage.sitting)
    if name == "chair.hand":
        fields = {"person": stage.by.person_id}
    answer = await tab.ask(name, **fields)
    return answer["type"] != "refused" or answer["code"] == NO_NODE


def _expected(role: str, now: str) -> dict[str, bool]:
    """What the table says while ``now`` ("F", "P", "A", or "" for none of them) holds."""
    return {name: bool({"✓", now} & row[role]) for name, row in TABLE.items()}


async def _entered(stage: Stage) -> Browser:
    tab = Browser(stage.sitting.path, stage.by.person)
    assert await tab.connect()
    await tab.enter()
    return tab


@pytest.mark.parametrize("role", Role.values)
async def test_a_role_by_itself(city: City, role: str) -> None:
    stage = await sync_to_async(Stage)(city, role)
    await sync_to_async(stage.another_presides)()
    await sync_to_async(stage.who_presides_is)(here=True)
    tab = await _entered(stage)
    expected = _expected(role, "")
    taking_back = [name for name in expected if name.startswith("chair.") and role == Role.CHAIR]
    told = await _outcomes(tab, stage, [name for name in expected if name not in taking_back])
    assert told | await _outcomes(tab, stage, taking_back) == expected
    await tab.drop()


@pytest.mark.parametrize("role", Role.values)
async def test_a_role_whose_site_has_the_floor(city: City, role: str) -> None:
    stage = await sync_to_async(Stage)(city, role)
    await sync_to_async(stage.another_presides)()
    await sync_to_async(stage.give_floor)()
    tab = await _entered(stage)
    with_floor = [name for name, row in TABLE.items() if role != Role.CHAIR and row[role] & {"F", "–"}]
    told = await _outcomes(tab, stage, [name for name in with_floor if name != "chair.take"])
    assert told == {name: _expected(role, "F")[name] for name in told}
    await tab.drop()


@pytest.mark.parametrize("role", casting.roles.MAY_PRESIDE)
async def test_a_role_that_presides(city: City, role: str) -> None:
    stage = await sync_to_async(Stage)(city, role)
    await sync_to_async(stage.preside)()
    tab = await _entered(stage)
    presiding = [name for name, row in TABLE.items() if row[role] & {"P", "✓"} and name != "floor.request"]
    told = await _outcomes(tab, stage, presiding)
    assert told == dict.fromkeys(told, True)
    await tab.drop()


@pytest.mark.parametrize("role", Role.values)
async def test_taking_over_from_who_has_lost_the_room(city: City, role: str) -> None:
    stage = await sync_to_async(Stage)(city, role)
    await sync_to_async(stage.another_presides)()
    tab = await _entered(stage)
    await sync_to_async(stage.who_presides_is)(here=False)
    assert await _done(tab, stage, "chair.take") is bool({"✓", "A"} & TABLE["chair.take"][role])
    await tab.drop()


@pytest.mark.parametrize("role", sorted(set(Role.values) - set(casting.roles.MAY_PRESIDE)))
async def test_roles_that_never_preside(city: City, role: str) -> None:
    stage = await sync_to_async(Stage)(city, role)
    async with Browser(stage.sitting.path, city.person("chair")) as chair:
        await chair.enter()
        assert (await chair.ask("chair.hand", person=stage.by.person_id))["code"] == "cannot-preside"
