"""Fixtures that every part of the suite shares."""

from collections.abc import Callable, Iterator

import pytest
from asgiref.sync import SyncToAsync
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db import connections
from django.test import Client
from hypothesis import HealthCheck, settings

from tests.city import City, build_city

# a busy machine draws slowly; that says nothing about the code
settings.register_profile("eoffice", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("eoffice")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Playwright keeps a loop running in its process, beside which asyncio's tests cannot run: ``./test`` keeps the
    two apart by the marker, so a test that opens a browser without it is refused.

    Raises:
        pytest.UsageError: names the tests.
    """
    unmarked = [
        item.nodeid
        for item in items
        if "playwright" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("browser")
    ]
    if unmarked:
        raise pytest.UsageError(f"these open a browser and are not marked so: {', '.join(unmarked)}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """pytest-django's test database, which PostgreSQL drops only when nobody uses it any more: the thread in which
    asynchronous tests reach it keeps its connection from one test to the next."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and other cached counts never reach from one test into the next."""
    cache.clear()


@pytest.fixture
def city(db: None) -> City:
    """A small city with one person per role; see ``tests.city``."""
    return build_city()


@pytest.fixture
def signed_in() -> Callable[[AbstractBaseUser], Client]:
    """``signed_in(person)`` is an HTTP client on which that person is signed in."""

    def sign_in(person: AbstractBaseUser) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def client_as(city: City, signed_in: Callable[[AbstractBaseUser], Client]) -> Callable[[str], Client]:
    """``client_as("chair")`` is an HTTP client of that role of ``city``; ``"anonymous"`` is nobody."""

    def as_role(role: str) -> Client:
        return Client() if role == "anonymous" else signed_in(city.person(role))

    return as_role
