"""The person's own socket: a notice appears, the bell counts."""

from typing import Any

from channels.db import database_sync_to_async

from eoffice.accounts.models import User
from eoffice.notifications.models import Notification
from eoffice.realtime import SIGNED_OUT, GroupSocket, user_group


class NoticeConsumer(GroupSocket):
    """Sends ``notice.added`` and ``notices.counted``; hears nothing (frontend/src/lib/notices.ts)."""

    async def connect(self) -> None:
        await self.accept()
        user: object = self.scope["user"]
        if not isinstance(user, User):
            await self.close(code=SIGNED_OUT)
            return
        await self.hear(user_group(user.pk))
        await self.send_json({"type": "notices.counted", "unread": await unread_count(user)})

    async def person_notified(self, event: dict[str, Any]) -> None:
        """A notice was written for this person (eoffice.notifications.notify)."""
        message = await notice_added(event["notification"])
        if message:
            await self.send_json(message)

    async def notices_counted(self, event: dict[str, Any]) -> None:
        """The person read notices, perhaps in another window."""
        await self.send_json({"type": "notices.counted", "unread": event["unread"]})


@database_sync_to_async
def unread_count(user: User) -> int:
    return Notification.objects.filter(recipient=user, read_at__isnull=True).count()


@database_sync_to_async
def notice_added(pk: int) -> dict[str, Any] | None:
    notice = Notification.objects.filter(pk=pk).first()
    if not notice:
        return None
    unread = Notification.objects.filter(recipient=notice.recipient_id, read_at__isnull=True).count()
    return {"type": "notice.added", "id": pk, "title": notice.title, "url": notice.url, "unread": unread}
