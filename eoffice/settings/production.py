"""Production: PostgreSQL, Redis, several Daphne processes behind nginx. Everything from the environment.

docs/operations/configuration.md lists the variables; ``manage.py check --deploy`` says what is missing.
"""

from eoffice.settings.base import *  # noqa: F403
from eoffice.settings.base import INSTALLED_APPS, STORAGES, TEMPLATES
from eoffice.settings.databases import postgresql
from eoffice.settings.env import env
from eoffice.settings.logs import logging
from eoffice.settings.shared import redis_caches, redis_layers

DEMO = env.bool("EOFFICE_DEMO", False)
if DEMO:
    INSTALLED_APPS += ["eoffice.demo"]
    TEMPLATES[0]["OPTIONS"]["context_processors"] += ["eoffice.demo.context.demo"]
SECRET_KEY = env.str("EOFFICE_SECRET_KEY")
DATABASES = {"default": postgresql(env.dj_db_url("EOFFICE_DATABASE_URL"))}
REDIS_URL = env.str("EOFFICE_REDIS_URL")
CHANNEL_LAYERS = redis_layers(REDIS_URL)
CACHES = redis_caches(REDIS_URL)
CELERY_BROKER_URL = REDIS_URL
MEDIA_NODES_REDIS_URL = REDIS_URL if env.bool("EOFFICE_MEDIA_NODES_ANNOUNCED", False) else ""
EMBEDDED = False

email = env.dj_email_url("EOFFICE_MAIL_URL", "smtp://localhost:25")
EMAIL_BACKEND = email["EMAIL_BACKEND"]
EMAIL_HOST = email["EMAIL_HOST"]
EMAIL_PORT = email["EMAIL_PORT"]
EMAIL_HOST_USER = email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20

CSRF_TRUSTED_ORIGINS: list[str] = env.list("EOFFICE_ORIGINS", [])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_HSTS_SECONDS = env.int("EOFFICE_HSTS_SECONDS", 31536000)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_SSL_REDIRECT = env.bool("EOFFICE_SSL_REDIRECT", True)
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "eoffice.staticfiles.ViteAwareStorage"},
}
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # nginx writes it anew for every request
LOGGING = logging(json=True, level=env.str("EOFFICE_LOG_LEVEL", "INFO"))
