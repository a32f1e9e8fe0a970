"""Composition root of one server process: HTTP to Django, WebSockets to the consumers."""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings.embedded")

from django.core.asgi import get_asgi_application

from eoffice.turns import TakingTurns

django_application = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from documents.routing import websocket_urlpatterns as paper_sockets  # noqa: E402
from eoffice.celery import app as celery_app  # noqa: E402
from eoffice.embedded import start_jobs  # noqa: E402
from eoffice.notifications.routing import websocket_urlpatterns as notification_sockets  # noqa: E402
from meetings.recorders import keep_in_background  # noqa: E402
from meetings.signalling.routing import websocket_urlpatterns as meeting_sockets  # noqa: E402

sockets: list[Any] = [*notification_sockets, *paper_sockets, *meeting_sockets]  # channels narrows Django's patterns
application = ProtocolTypeRouter(
    {
        "http": TakingTurns(django_application),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(sockets))),
    }
)

if settings.EMBEDDED:
    start_jobs(celery_app)
    keep_in_background()
