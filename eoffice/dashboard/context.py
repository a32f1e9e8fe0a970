"""What the frame of every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from eoffice.accounts.models import User
from eoffice.dashboard.navigation import address, main_navigation
from eoffice.notifications.models import Notification


def shell(request: HttpRequest) -> dict[str, Any]:
    """Site name, demo mark, languages, theme, navigation; the unread count costs one query, when it is shown."""
    return {
        "SITE_NAME": settings.SITE_NAME,
        "DEMO": settings.DEMO,
        "LANGUAGES": settings.LANGUAGES,
        "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE,
        "THEME": _theme(request),
        "NAVIGATION": SimpleLazyObject(lambda: main_navigation(request.path)),
        "HOME_URL": address("today") or "/",
        "SIGN_IN_URL": address(settings.LOGIN_URL),
        "UNREAD": SimpleLazyObject(lambda: _unread(request)),
    }


def _theme(request: HttpRequest) -> str:
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in ("light", "dark") else ""


def _unread(request: HttpRequest) -> int:
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return 0
    return Notification.objects.filter(recipient=user, read_at__isnull=True).count()
