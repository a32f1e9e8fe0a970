"""The socket of a line test: says back what it hears, and hangs up when it is asked to (docs/protocol.md, "Line tests")."""

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from eoffice.accounts.models import User
from meetings.models import MeetingSite
from meetings.permissions import may_test_line

LONGEST = 200
"""Characters of one message."""
MOST = 500
"""Messages on one socket: a test needs about ten."""
COME_BACK = 1012
"""Close code: the service restarts, come back."""
TOO_MUCH = 1008
DROP = '{"type":"drop"}'


class EchoConsumer(AsyncWebsocketConsumer):
    """Open to those who may test the site's line; refused (403) to all others."""

    channel_layer_alias = "none"
    heard = 0

    async def connect(self) -> None:
        """Let in the site's people."""
        if await database_sync_to_async(_may_test)(dict(self.scope)):
            await self.accept()
        else:
            await self.close()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Echo, or hang up."""
        self.heard += 1
        if text_data is None or len(text_data) > LONGEST or self.heard > MOST:
            await self.close(TOO_MUCH)
        elif text_data == DROP:
            await self.close(COME_BACK)
        else:
            await self.send(text_data)


def _may_test(scope: dict[str, Any]) -> bool:
    site = MeetingSite.objects.select_related("meeting").filter(pk=scope["url_route"]["kwargs"]["site_id"]).first()
    user = scope["user"]
    return site is not None and isinstance(user, User) and may_test_line(user, site)
