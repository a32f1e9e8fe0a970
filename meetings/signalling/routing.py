"""The room's socket."""

from django.urls import URLPattern, path

from meetings.signalling.consumers import RoomConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/meetings/<int:meeting_id>/", RoomConsumer.as_asgi(), name="room-socket"),
]
