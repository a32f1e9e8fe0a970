"""Who may do what, address by address and message by message.

Every named address, and every message of the room's socket, has a row in ``tests/architecture/permissions``:
a module per app with

- ``EXPECTED``: name → role → status. ``"*"`` stands for every role not named. A message's name begins with
  ``ws:``; 404 means that the role does not even get into the room, 403 that the message is refused;
- ``ARGUMENTS``: name → function of the world giving the address's arguments;
- ``POSTED``: name → function of the world giving the form to post; without it the address is got;
- ``SENT``: message type → function of the world giving its fields.

The whole world is built once; each request happens in a savepoint that is rolled back.
"""

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.world import World, build_world
from tests.city import ROLES

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent / "permissions"
MODULES: list[ModuleType] = [
    importlib.import_module(f"tests.architecture.permissions.{path.stem}") for path in sorted(HERE.glob("*.py"))
]
GENERIC = ("admin",)
"""Namespaces that one rule covers: see the tests on them below."""
NONE: dict[str, Callable[[World], Any]] = {}


def _merged(table: str) -> dict[str, Any]:
    return {name: row for module in MODULES for name, row in getattr(module, table, NONE).items()}


EXPECTED, ARGUMENTS, POSTED = _merged("EXPECTED"), _merged("ARGUMENTS"), _merged("POSTED")
ADDRESSES = sorted(name for name in EXPECTED if not name.startswith("ws:"))


def _named(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield f"{namespace}{pattern.name}"
        elif pattern.namespace not in GENERIC:
            yield from _named(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def sessions(world: World) -> dict[str, str]:
    """Role → session key of somebody who is signed in."""
    keys = {}
    for role in ROLES:
        client = Client()
        if role != "anonymous":
            client.force_login(world.city.person(role))
            keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


@pytest.fixture
def asked(world: World, sessions: dict[str, str]) -> Callable[[str, str], int]:
    """``asked(role, name)``: the status that ``role`` gets from that address."""

    def ask(role: str, name: str) -> int:
        client = Client(raise_request_exception=False)
        if role in sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[role]
        address = reverse(name, kwargs=ARGUMENTS[name](world) if name in ARGUMENTS else None)
        with transaction.atomic():
            posted = POSTED.get(name)
            answer = client.post(address, posted(world)) if posted else client.get(address)
            transaction.set_rollback(True)
        return int(answer.status_code)

    return ask


def test_every_address_has_a_row() -> None:
    assert sorted(set(_named(get_resolver())) - set(EXPECTED)) == []


def test_every_row_has_an_address() -> None:
    assert sorted(set(ADDRESSES) - set(_named(get_resolver()))) == []


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_row_speaks_of_every_role(name: str) -> None:
    row = EXPECTED[name]
    assert set(row) <= {*ROLES, "*"}, "a role nobody knows"
    assert "*" in row or set(row) == set(ROLES)


@pytest.mark.parametrize("name", ADDRESSES)
def test_everybody_gets_what_the_row_says(name: str, asked: Callable[[str, str], int]) -> None:
    row = EXPECTED[name]
    expected = {role: row.get(role, row.get("*")) for role in ROLES}
    assert {role: asked(role, name) for role in ROLES} == expected


@pytest.mark.parametrize("role", ROLES)
def test_the_administration_is_for_administrators(role: str, world: World, sessions: dict[str, str]) -> None:
    client = Client(raise_request_exception=False)
    if role in sessions:
        client.cookies[settings.SESSION_COOKIE_NAME] = sessions[role]
    admin_site = next(r for r in get_resolver().url_patterns if getattr(r, "namespace", None) == "admin")
    assert isinstance(admin_site, URLResolver)
    lists = [f"admin:{name}" for name in _named(admin_site) if name.endswith(("_changelist", "index", "_add"))]
    assert len(lists) > 10
    with transaction.atomic():
        statuses = {name: client.get(reverse(name)).status_code for name in lists}
        transaction.set_rollback(True)
    allowed = (200, 403) if role == "admin" else (302,)
    assert {name: status for name, status in statuses.items() if status not in allowed} == {}
