"""The language of a request, the device it comes from, and the one door through which everybody comes in."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from eoffice.accounts.languages import known_language
from eoffice.http import wants_json

SAFE = ("GET", "HEAD", "OPTIONS")


class LanguageMiddleware:
    """Activates the language kept in the cookie, else Vietnamese, whatever the browser asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = known_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class DeviceMiddleware:
    """Keeps "last used" of each signed-in device, to the minute: a write per request would be too dear."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key if request.user.is_authenticated else None
        if key and cache.add(f"device-seen.{key}", "seen", timeout=60):
            _see(request, key)
        return self.get_response(request)


def _see(request: HttpRequest, key: str) -> None:
    """Nearly always it is the device that it was: one statement. allauth does the same in five, and tells of another."""
    agent = request.headers.get("User-Agent", "")[: UserSession._meta.get_field("user_agent").max_length]
    known = UserSession.objects.filter(
        session_key=key, user=request.user, ip=get_adapter().get_client_ip(request), user_agent=agent
    )
    if not known.update(last_seen_at=timezone.now()):
        UserSession.objects.create_from_request(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page is for signed-in people, unless its view is marked ``login_not_required``.

    Whoever is not signed in (any more) is led to the sign-in page and from there back to the page they
    were on: for a form that was being sent, the page with the form, where what was typed is restored.
    """

    def handle_no_permission(  # type: ignore[override]  # also answers scripts, which follow no redirect
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse(
                {
                    "code": "signed-out",
                    "message": _("Phiên làm việc đã hết."),
                    "hint": _("Đăng nhập lại ở một thẻ khác rồi thử lại; nội dung đã nhập vẫn còn."),
                    "fields": {},
                },
                status=401,
            )
        back = return_path(request)
        sign_in = redirect_to_login(back, resolve_url(settings.LOGIN_URL))
        if request.headers.get("HX-Request"):
            return HttpResponse(status=200, headers={"HX-Redirect": sign_in.url})
        if request.method not in SAFE:
            messages.info(request, _("Phiên làm việc đã hết. Đăng nhập lại; nội dung đã nhập vẫn còn trên máy này."))
        return sign_in


def return_path(request: HttpRequest) -> str:
    """The page to come back to: this one, or the one the form that was sent stands on."""
    if request.method in SAFE and not request.headers.get("HX-Request"):
        return request.get_full_path()
    origin = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(origin, {request.get_host()}):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(origin)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
