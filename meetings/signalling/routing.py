"""The room's socket."""

from typing import Any, cast

from django.urls import URLPattern, path

from meetings.signalling.consumers import RoomConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/meetings/<int:meeting_id>/", cast("Any", RoomConsumer.as_asgi()), name="room-socket"),
]
