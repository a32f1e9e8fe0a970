"""One production site for all tests of this folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import LAUNCH, VIETNAM, sign_in
from tests.browser.sitting import CHAIR, WARD, Sitting, new_sitting
from tests.services.production import HOST, ProductionSite

RECORD_PEERS = """
const Native = RTCPeerConnection;
window.peers = [];
window.RTCPeerConnection = function (...rest) {
  const peer = new Native(...rest);
  window.peers.push(peer);
  return peer;
};
window.RTCPeerConnection.prototype = Native.prototype;
"""

# Playwright's synchronous interface keeps an event loop in this thread; Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those in a browser last: pytest-asyncio cannot start its own loop after Playwright's."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **LAUNCH}


@pytest.fixture(scope="session")
def site() -> Iterator[ProductionSite]:
    database_url = os.environ.get("EOFFICE_TEST_DATABASE_URL")
    if not database_url:
        pytest.fail("These tests need PostgreSQL and Redis: run ./test services")
    folder = Path(tempfile.mkdtemp(prefix="eoffice-site-"))
    found = ProductionSite(folder, database_url=database_url)
    try:
        found.start()
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sitting(site: ProductionSite) -> Sitting:
    return new_sitting(site)


@pytest.fixture
def pages(site: ProductionSite, browser: Browser, sitting: Sitting) -> Iterator[tuple[Page, Page]]:
    """The chair in the room through the first web process, the ward through the second."""
    contexts = []
    entered = []
    for who, port in zip((CHAIR, WARD), site.only_ports, strict=True):
        context = browser.new_context(base_url=f"https://{HOST}:{port}", ignore_https_errors=True, **VIETNAM)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(RECORD_PEERS)
        sign_in(page, who)
        page.goto(sitting.path)
        page.get_by_role("button", name="Vào phòng họp").click()
        expect(page.locator(".room")).to_be_visible(timeout=20_000)
        entered.append(page)
    yield entered[0], entered[1]
    for context in contexts:
        context.close()
