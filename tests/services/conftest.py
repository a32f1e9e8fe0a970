"""One production site for all tests of this folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.production import ProductionSite


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
