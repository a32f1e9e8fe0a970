"""From a ``UserError`` to what the person sees; from a request body to a typed value."""

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from pydantic import BaseModel, ValidationError

from eoffice.errors import UserError

Body = TypeVar("Body", bound=BaseModel)


NO_STORE = "private, no-store"
"""``Cache-Control`` of what neither a browser nor a proxy may keep."""
KEY_DIGITS = 18
"""A number of more digits is no row's: the database could not even look for it."""


def number_of(text: str, *, digits: int = KEY_DIGITS) -> int | None:
    """The whole number that an address or a form carries as ``text``; None when it is none, or too long."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


class UserErrorMiddleware:
    """Turns ``UserError`` into JSON, an htmx toast or a page, once for the whole site."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UserError):
            return None
        return user_error_response(request, exception)


def user_error_response(request: HttpRequest, error: UserError) -> HttpResponse:
    """The error as the caller understands it: JSON for scripts, a fragment for htmx, a page otherwise."""
    if wants_json(request):
        return JsonResponse(
            {
                "code": error.code,
                "message": str(error.message),
                "hint": str(error.hint),
                "fields": error.fields,
            },
            status=error.status,
        )
    template = "_user_error.html" if request.headers.get("HX-Request") else "error.html"
    return render(request, template, {"error": error}, status=error.status)


def wants_json(request: HttpRequest) -> bool:
    """True for our own scripts, which ask for ``application/json``."""
    return "application/json" in request.headers.get("Accept", "")


def parsed_body(request: HttpRequest, model: type[Body]) -> Body:
    """The JSON body as ``model``; raises ``UserError("bad-request")`` that names the first wrong field."""
    try:
        return model.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError("bad-request", f"{where}: {first['msg']}") from error
