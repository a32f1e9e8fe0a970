"""Django behind ASGI with each request in one piece."""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase


class OnePiece(ASGIHandler):
    """Middlewares, view and template are all synchronous here, and run one after the other in the request's thread.

    Django's own handler goes back to the event loop between the last middleware and the view, and from there into the
    same thread again: twice more waiting for a turn of Python in a process that is full of requests.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002 - as Django declares it
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        answer: Any = sync_to_async(self.get_response, thread_sensitive=True)
        response: HttpResponseBase = await answer(request)
        return response
