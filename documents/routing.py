from django.urls import path

from documents.consumers import PaperConsumer

websocket_urlpatterns = [path("ws/papers/<int:paper>/", PaperConsumer.as_asgi(), name="paper-socket")]  # type: ignore[arg-type]
