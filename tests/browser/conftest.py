"""Fixtures for tests in a real browser against a real site."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import leave_nothing
from tests.browser.people import LAUNCH, Doorman
from tests.browser.pictures import SMALL_CAMERA, Enter, connected
from tests.browser.site import Site, running_site
from tests.browser.sitting import Sitting

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


@pytest.fixture
def enter(people: Doorman, sitting: Sitting) -> Iterator[Enter]:
    """``enter("badinh")``: that person in the room, with both media connections up."""

    def enter(who: str) -> Page:
        page = people.page_of(who)
        page.add_init_script(SMALL_CAMERA)
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        connected(page)
        pages.append(page)
        return page

    pages: list[Page] = []
    yield enter
    for page in pages:
        leave_nothing(page)
