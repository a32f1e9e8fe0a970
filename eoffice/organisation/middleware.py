"""The appointment under which the person acts now: ``request.acting``."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from eoffice.organisation.acting import acting_appointment


class ActingMiddleware:
    """Sets ``request.acting`` (lazily) to the chosen, else the most senior current appointment, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.acting = SimpleLazyObject(lambda: acting_appointment(request.user, request.session))  # type: ignore[attr-defined]
        return self.get_response(request)
