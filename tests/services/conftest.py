"""One production site for all tests of this folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.people import LAUNCH
from tests.services.production import ProductionSite

# Playwright's synchronous interface keeps an event loop in this thread; Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those in a browser last: pytest-asyncio cannot start its own loop after Playwright's."""
    items.sort(key=lambda item: item.path.name == "test_room_across_processes.py")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **LAUNCH}


@pytest.fixture(scope="session")
def site() -> Iterator[ProductionSite]:
    database_url = os.environ.get("EOFFICE_TEST_DATABASE_URL")
    redis_url = os.environ.get("EOFFICE_TEST_REDIS_URL")
    if not database_url or not redis_url:
        pytest.fail("These tests need PostgreSQL and Redis: run ./test services")
    folder = Path(tempfile.mkdtemp(prefix="eoffice-site-"))
    found = ProductionSite(folder, database_url=database_url, redis_url=redis_url)
    try:
        found.start()
        yield found
    finally:
        found.stop()
        shutil.rmtree(folder, ignore_errors=True)
