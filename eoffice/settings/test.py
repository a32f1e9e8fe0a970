"""The test suite: as ``embedded``, but quick hashing, mail kept in memory, test hooks of the room on.

``EOFFICE_TEST_DATABASE_URL`` and ``EOFFICE_TEST_REDIS_URL`` (set by ``./test services``) swap in
PostgreSQL and Redis.
"""

import datetime as dt
import os
import tempfile
from pathlib import Path

os.environ.setdefault("EOFFICE_DATA_DIR", tempfile.mkdtemp(prefix="eoffice-test-"))

from eoffice.settings.databases import postgresql, sqlite
from eoffice.settings.embedded import *  # noqa: F403
from eoffice.settings.embedded import DJANGO_VITE
from eoffice.settings.env import env
from eoffice.settings.shared import redis_caches, redis_layers
from scripts.translations import ensure_translations

ensure_translations()  # here, because Django reads the catalogues before any conftest

DATA_DIR = Path(os.environ["EOFFICE_DATA_DIR"])
(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)


def own_redis(url: str, worker: str) -> str:
    """The database of Redis in which this worker's tests are alone: ``gw1`` has number 1 of the server at ``url``."""
    return f"{url.rsplit('/', 1)[0]}/{int(worker.removeprefix('gw')) % 16}" if url and worker else url


SECRET_KEY = "only-for-tests"
DEMO = True
DEBUG = False
DESIGN_PAGE = True
EMBEDDED = env.bool("EOFFICE_TEST_EMBEDDED", False)
SOCKET_SIMULATION = True
MAIL_QUIET_UNTIL = MAIL_QUIET_FROM = dt.time()  # tests run at any hour
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ACCOUNT_RATE_LIMITS = {"login": "1000/m/ip", "login_failed": "1000/m/ip,5/5m/key"}

DATABASES = {"default": sqlite(DATA_DIR / "eoffice.sqlite3")}
if env.str("EOFFICE_TEST_DATABASE_URL", ""):
    DATABASES = {"default": postgresql(env.dj_db_url("EOFFICE_TEST_DATABASE_URL"))}
redis_url = own_redis(env.str("EOFFICE_TEST_REDIS_URL", ""), env.str("PYTEST_XDIST_WORKER", ""))
if redis_url:
    CHANNEL_LAYERS = redis_layers(redis_url)
    CACHES = redis_caches(redis_url)
    CELERY_BROKER_URL = redis_url

# Pages can be tested before the front end is built.
DJANGO_VITE["default"]["dev_mode"] = not Path(str(DJANGO_VITE["default"]["manifest_path"])).exists()
