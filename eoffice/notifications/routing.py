from django.urls import path

from eoffice.notifications.consumers import NoticeConsumer

websocket_urlpatterns = [path("ws/notices/", NoticeConsumer.as_asgi())]  # type: ignore[arg-type]
