"""``./run``: one machine, no server beside it. SQLite, an in-memory channel layer, Celery as threads
of the Daphne process, the media node as its child.
"""

from typing import Any

from eoffice.settings.base import *  # noqa: F403
from eoffice.settings.base import DATA_DIR, INSTALLED_APPS, TEMPLATES
from eoffice.settings.databases import sqlite
from eoffice.settings.env import env
from eoffice.settings.logs import logging
from eoffice.settings.secret import kept_secret

DEMO = env.bool("EOFFICE_DEMO", True)
DEBUG = env.bool("EOFFICE_DEBUG", False)
if DEMO:
    INSTALLED_APPS += ["eoffice.demo"]
    TEMPLATES[0]["OPTIONS"]["context_processors"] += ["eoffice.demo.context.demo"]
SECRET_KEY = kept_secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = env.list("EOFFICE_HOSTS", ["*"])
DATABASES = {"default": sqlite(DATA_DIR / "eoffice.sqlite3")}
CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 10_000}}
}
CACHES: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
STATIC_ROOT = None  # nothing is collected: files are served from where they lie
WHITENOISE_USE_FINDERS = True
EMBEDDED = True
LOGGING = logging(json=False, level=env.str("EOFFICE_LOG_LEVEL", "WARNING"))
