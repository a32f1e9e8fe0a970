"""The room's socket, and that of a line test."""

from typing import Any, cast

from django.urls import URLPattern, path

from meetings.signalling.consumers import RoomConsumer
from meetings.signalling.display_consumer import DisplayConsumer
from meetings.signalling.echo import EchoConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/meetings/<int:meeting_id>/", cast("Any", RoomConsumer.as_asgi()), name="room-socket"),
    path("ws/meetings/<int:meeting_id>/display/", cast("Any", DisplayConsumer.as_asgi()), name="display-socket"),
    path("ws/sites/<int:site_id>/test/", cast("Any", EchoConsumer.as_asgi()), name="echo-socket"),
]
