"""Fixtures for tests in a real browser against a real site."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.people import LAUNCH, Doorman
from tests.browser.site import Site, running_site

# Playwright's synchronous interface keeps an event loop in this thread; Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whatever lies in this folder is a browser test; marked before ``-m`` chooses."""
    item.add_marker("browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: pytest-asyncio cannot start its own loop after Playwright's."""
    here = str(Path(__file__).parent)
    items.sort(key=lambda item: str(item.path).startswith(here))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **LAUNCH}


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One site with the demo city for the whole run; tests make what they need and leave the rest alone."""
    with running_site() as running:
        yield running


@pytest.fixture(scope="session")
def _doorman(browser: Browser, site: Site) -> Doorman:
    return Doorman(browser, site)


@pytest.fixture
def people(_doorman: Doorman) -> Iterator[Doorman]:
    """``people.page_of("chutich")``: a window in which that demo person is signed in."""
    yield _doorman
    _doorman.close()
