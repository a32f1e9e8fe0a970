"""Everybody makes and revokes their own addresses; an address is open to whoever has it."""

from collections.abc import Callable
from typing import Any

from eoffice.feeds import tokens
from eoffice.feeds.subjects import Kind, Subject
from tests.architecture.world import World


def _made(world: World) -> Any:
    return tokens.make(world.city.person("invited_head"), Subject(Kind.PERSON), key="ma-tran")


EXPECTED: dict[str, dict[str, int]] = {
    "feeds": {"*": 200, "anonymous": 302},
    "feed-revoke": {"*": 404, "anonymous": 302, "invited_head": 302},
    "feed": {"*": 200},
    "public-week-feed": {"*": 200},
    "public-leader-feed": {"*": 200},
    "caldav-inbox": {"*": 401},
    "caldav-outbox": {"*": 401},
    "caldav-well-known": {"*": 301},
    "caldav-root": {"*": 401},  # a session is no password
    "caldav-calendar": {"*": 401},
    "caldav-item": {"*": 401},
}
ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "feed-revoke": lambda world: {"pk": _made(world).pk},
    "public-week-feed": lambda world: {"unit": world.city.committee.pk},
    "public-leader-feed": lambda world: {"unit": world.city.committee.pk, "leader": world.city["chair"].pk},
    "caldav-item": lambda world: {"item": "x.ics"},
    "feed": lambda world: {"token": tokens.address(_made(world)).rsplit("/", 1)[1].removesuffix(".ics")},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {"feed-revoke": lambda world: {}}
