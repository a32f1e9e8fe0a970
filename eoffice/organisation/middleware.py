"""The appointment under which the person acts now: ``request.acting``."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from eoffice.organisation import standing
from eoffice.organisation.acting import chosen, held_appointments


class ActingMiddleware:
    """Sets, lazily and with one query, ``request.appointments`` (all that the person holds today) and
    ``request.acting`` (the chosen one, else the most senior, or None). Where anybody stands is read once in the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        held = SimpleLazyObject(lambda: held_appointments(request.user))
        request.appointments = held  # type: ignore[attr-defined]
        request.acting = SimpleLazyObject(lambda: chosen(held, request.session))  # type: ignore[attr-defined, arg-type]
        with standing.kept():
            return self.get_response(request)
