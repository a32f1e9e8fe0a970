"""The language a person reads: kept in a cookie for this browser, and with the person for the next."""

from django.conf import settings
from django.http import HttpResponse


def known_language(code: str) -> str:
    """``code`` if the site speaks it, else Vietnamese."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def remember_language(response: HttpResponse, code: str) -> None:
    """Keep the language in the browser that gets ``response``."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        known_language(code),
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
