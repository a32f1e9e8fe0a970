"""What is the same in every role. Every value that an operator may change is read through ``env``
and has a row in docs/operations/configuration.md.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import SELF

from eoffice.settings.env import env
from eoffice.settings.stores import stored_files

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = env.path("EOFFICE_DATA_DIR", BASE_DIR / "var")

DEBUG = False
DEMO = False
"""Demo people exist, and the sign-in page names them."""

DESIGN_PAGE = False
"""/design/ shows every component: with DEBUG and in the tests."""

ALLOWED_HOSTS: list[str] = env.list("EOFFICE_HOSTS", ["localhost", "127.0.0.1"])
ROOT_URLCONF = "eoffice.urls"
ASGI_APPLICATION = "eoffice.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
PLACE_NAME = env.str("EOFFICE_PLACE_NAME", "Hà Nội")
"""The place before the date of an issued paper (Decree 30/2020, Annex I)."""
TASK_EXTENSIONS = env.int("EOFFICE_TASK_EXTENSIONS", 2)
"""How often the due day of one task may be moved."""
TASK_EXTENSION_DAYS = env.int("EOFFICE_TASK_EXTENSION_DAYS", 30)
"""By how many calendar days at most each time."""
TASK_EXTENSION_GRACE_DAYS = env.int("EOFFICE_TASK_EXTENSION_GRACE_DAYS", 30)
"""So many calendar days after the due day more time may still be asked for."""
DIGEST_AT = env.time("EOFFICE_DIGEST_AT", dt.time(7, 0))
"""On working days people are reminded of tasks from this time on."""
MAIL_QUIET_FROM = env.time("EOFFICE_MAIL_QUIET_FROM", dt.time(21, 0))
MAIL_QUIET_UNTIL = env.time("EOFFICE_MAIL_QUIET_UNTIL", dt.time(6, 30))
"""Between the two, and on days off, no mail about tasks is sent unless they are urgent; the same: there is no quiet."""
CALENDAR_WORKING_HOURS = ((dt.time(8), dt.time(12)), (dt.time(13), dt.time(17)))
"""Morning and afternoon of whoever has no hours of their own and no unit that has."""
CALENDAR_TRAVEL_MINUTES = env.int("EOFFICE_CALENDAR_TRAVEL_MINUTES", 15)
"""Between two places of which nothing more is known."""
CALENDAR_WIDE_SITES = env.int("EOFFICE_CALENDAR_WIDE_SITES", 100)
"""A meeting with so many sites is shown as a conflict of every other one at its time."""
SITE_NAME = env.str("EOFFICE_SITE_NAME", "Phòng họp và công việc – UBND thành phố Hà Nội")

INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_htmx",
    "django_structlog",
    "django_vite",
    "treebeard",
    "eoffice.audit",
    "eoffice.accounts",
    "eoffice.organisation",
    "eoffice.notifications",
    "eoffice.files",
    "eoffice.worktime",
    "eoffice.calendar",
    "eoffice.workflow",
    "documents",
    "meetings",
    "eoffice.feeds",
    "eoffice.dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "eoffice.accounts.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "eoffice.accounts.middleware.SignInMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "eoffice.accounts.middleware.DeviceMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "eoffice.organisation.middleware.ActingMiddleware",
    "eoffice.http.UserErrorMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "eoffice.dashboard.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "eoffice.dashboard.templatetags.eo",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- people -----------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "eoffice.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# A whole office, or the city's network, may come from one address at eight in the morning: the address may
# try often, one account may fail five times in five minutes.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "100/m/ip,5/5m/key"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "login": "eoffice.accounts.forms.LoginForm",
    "reset_password": "eoffice.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "eoffice.accounts.forms.ResetPasswordKeyForm",
    "change_password": "eoffice.accounts.forms.ChangePasswordForm",
    "reauthenticate": "eoffice.accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "eoffice.accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given with the account, not claimed
MFA_TOTP_ISSUER = "eOffice"
MFA_FORMS = {
    "authenticate": "eoffice.accounts.forms.AuthenticateCodeForm",
    "reauthenticate": "eoffice.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "eoffice.accounts.forms.ActivateTotpForm",
}
CSRF_FAILURE_VIEW = "eoffice.accounts.views.csrf_failure"
ACCOUNT_SESSION_REMEMBER = None
USERSESSIONS_TRACK_ACTIVITY = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "frontend" / "locale"]
FORMAT_MODULE_PATH = ["eoffice.formats"]
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# --- files ------------------------------------------------------------------------------------
MEDIA_ROOT = DATA_DIR / "files"
"""Of stored files, unless they lie in a bucket."""
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "static"]
STORAGES = {
    "default": stored_files(),
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DJANGO_VITE = {
    "default": {
        "static_url_prefix": "dist",
        "manifest_path": BASE_DIR / "frontend" / "static" / "dist" / "manifest.json",
        "app_client_class": "eoffice.staticfiles.RememberingVite",
    }
}
UPLOAD_LIMIT_BYTES = env.int("EOFFICE_UPLOAD_LIMIT_MB", 100) * 1024 * 1024
UNIT_QUOTA_BYTES = env.int("EOFFICE_UNIT_QUOTA_MB", 0) * 1024 * 1024
"""What the papers of one unit may take; 0: as much as there is."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
X_ACCEL_PREFIX = env.str("EOFFICE_X_ACCEL_PREFIX", "")
"""URL prefix of nginx's internal location for files; empty: Django sends the bytes itself."""
SIGNATURE_TRUST = env.path("EOFFICE_SIGNATURE_TRUST", DATA_DIR / "trust")
"""Certificates of the issuers that are trusted, and their lists of revoked ones."""
SIGNING_SERVICE_URL = env.str("EOFFICE_SIGNING_SERVICE_URL", "")
"""Of the remote signing service; empty: there is none."""
SIGNING_SERVICE_TOKEN = env.str("EOFFICE_SIGNING_SERVICE_TOKEN", "")
SOFFICE = env.str("EOFFICE_SOFFICE", "soffice")
CONVERSION_TIMEOUT_S = env.int("EOFFICE_CONVERSION_TIMEOUT_S", 180)
CONVERSION_MEMORY_BYTES = env.int("EOFFICE_CONVERSION_MEMORY_MB", 4000) * 1024 * 1024
PDF_MEMORY_BYTES = env.int("EOFFICE_PDF_MEMORY_MB", 1500) * 1024 * 1024
OCR = env.str("EOFFICE_OCR", "ocrmypdf")
OCR_LANGUAGES = env.str("EOFFICE_OCR_LANGUAGES", "vie")
OCR_PAGE_TIMEOUT_S = env.int("EOFFICE_OCR_PAGE_TIMEOUT_S", 90)
OCR_MEMORY_BYTES = env.int("EOFFICE_OCR_MEMORY_MB", 1000) * 1024 * 1024

# --- media ------------------------------------------------------------------------------------
MEDIA_NODES: list[str] = env.list("EOFFICE_MEDIA_NODES", [])
"""``unix:/path`` or ``tcp:host:port`` of each media node."""
MEDIA_NODES_REDIS_URL = ""
"""Redis at which further nodes announce themselves; empty: there are none."""
MEDIA_NODE_CAPACITY = env.int("EOFFICE_MEDIA_NODE_CAPACITY", 1000)
"""Tabs whose sound and pictures one media node carries, before further ones are put on another."""
MEDIA_NODE_SECRET = env.str("EOFFICE_MEDIA_NODE_SECRET", "")
BALLOT_KEYS_DIR = env.path("EOFFICE_BALLOT_KEYS_DIR", DATA_DIR / "ballot-keys")
"""Seals of secret votes while they run (docs/adr/0063-secret-ballots.md): one folder for all web processes."""
RECORDINGS_DIR = env.path("EOFFICE_RECORDINGS_DIR", DATA_DIR / "recordings")
RECORDINGS_X_ACCEL_PREFIX = env.str("EOFFICE_RECORDINGS_X_ACCEL_PREFIX", "")
"""URL prefix of nginx's internal location for recordings; empty: Django sends the bytes itself."""
RECORDING_RETENTION_DAYS = env.int("EOFFICE_RECORDING_RETENTION_DAYS", 365)
CHAT_RETENTION_DAYS = env.int("EOFFICE_CHAT_RETENTION_DAYS", 30)
"""Days that what was written in a meeting's chat is kept; 0: until the meeting is over."""
LINE_TEST_VALID_HOURS = env.int("EOFFICE_LINE_TEST_VALID_HOURS", 24)
"""Hours after which a site must test its line again."""
TURN_URLS: list[str] = env.list("EOFFICE_TURN_URLS", [])
TURN_SECRET = env.str("EOFFICE_TURN_SECRET", "")
SOCKET_SIMULATION = False
"""Accept the protocol's ``simulate`` message: test settings only."""

# --- jobs -------------------------------------------------------------------------------------
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_IMPORTS = ["eoffice.health", "eoffice.statistics"]
CELERY_BEAT_SCHEDULE = {
    "worker-heartbeat": {"task": "eoffice.health.beat", "schedule": 15.0},
    "seal-audit": {"task": "eoffice.audit.tasks.seal", "schedule": 5.0},
    "sweep-notifications": {
        "task": "eoffice.notifications.tasks.sweep",
        "schedule": 60.0,
    },
    "sweep-conversions": {"task": "documents.tasks.sweep", "schedule": 60.0},
    "sweep-expired-papers": {"task": "documents.tasks.sweep_expired", "schedule": 60.0},
    "sweep-paper-requests": {"task": "meetings.tasks.sweep_paper_requests", "schedule": 60.0},
    "chase-replies": {"task": "meetings.tasks.chase_replies", "schedule": 300.0},
    "remind-line-tests": {"task": "meetings.tasks.remind_line_tests", "schedule": 60.0},
    "read-replies": {"task": "meetings.tasks.read_replies", "schedule": 60.0},
    "sweep-recordings": {"task": "meetings.tasks.sweep_recordings", "schedule": 60.0},
    "sweep-ballot-keys": {"task": "meetings.tasks.sweep_ballot_keys", "schedule": 900.0},
    "sweep-chat": {"task": "meetings.tasks.sweep_chat", "schedule": 900.0},
    "sweep-captions": {"task": "meetings.tasks.sweep_captions", "schedule": 3600.0},
    "hand-over-places": {"task": "meetings.tasks.hand_over_places", "schedule": 15.0},
    "sweep-presence": {"task": "meetings.tasks.sweep_presence", "schedule": 15.0},
    "sweep-orphans": {"task": "eoffice.files.tasks.sweep_orphans", "schedule": crontab(hour=2, minute=40)},
    "gather-statistics": {"task": "eoffice.statistics.gather", "schedule": crontab(hour=3, minute=10)},
    "sweep-bookings": {"task": "eoffice.calendar.tasks.sweep_bookings", "schedule": 60.0},
    "give-recurring": {"task": "eoffice.workflow.tasks.give_recurring", "schedule": 900.0},
    "refresh-duties": {"task": "eoffice.workflow.tasks.refresh_duties", "schedule": crontab(hour=0, minute=10)},
    "freeze-figures": {"task": "eoffice.workflow.tasks.freeze_figures", "schedule": crontab(hour=0, minute=30)},
    "freeze-economy": {"task": "meetings.tasks.freeze_economy", "schedule": crontab(hour=0, minute=40)},
    "make-series-ahead": {"task": "meetings.tasks.make_series_ahead", "schedule": 900.0},
    "remind": {"task": "eoffice.workflow.tasks.remind", "schedule": 300.0},
}

# --- mail -------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("EOFFICE_MAIL_FROM", "eOffice <no-reply@localhost>")
REPLY_ADDRESS = env.str("EOFFICE_REPLY_ADDRESS", "")
"""Where people's calendar programs reply to invitations; empty: nowhere (docs/operations/replies-by-mail.md)."""
REPLY_MAILBOX = env.str("EOFFICE_REPLY_MAILBOX", "")
"""What comes there is read from: ``imaps://name:password@host/INBOX``, ``maildir:/path``."""
PUBLIC_URL = env.str("EOFFICE_PUBLIC_URL", "http://localhost:8000")
"""Where people reach the site: links in mail and calendar entries start with it."""

# --- headers ----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "'wasm-unsafe-eval'"],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
