"""The socket of an open paper: it was withdrawn, a newer version is published, or somebody commented on it."""

from typing import Any

from channels.db import database_sync_to_async

from documents.models import Paper
from eoffice.accounts.models import User
from eoffice.realtime import SIGNED_OUT, GroupSocket

NOT_FOUND = 4404
"""Close code for a paper that does not exist for this person; the browser does not come back by itself."""


class PaperConsumer(GroupSocket):
    """Sends ``paper.withdrawn``, ``version.published``, ``comments.changed``; hears nothing (frontend/src/documents/open-copy.ts)."""

    async def connect(self) -> None:
        await self.accept()
        user: object = self.scope["user"]
        self._paper = int(self.scope["url_route"]["kwargs"]["paper"])
        if not isinstance(user, User):
            await self.close(code=SIGNED_OUT)
            return
        await self.hear(Paper(pk=self._paper).channel_group)
        if not await _may_read(user, self._paper):
            await self.close(code=NOT_FOUND)

    async def paper_withdrawn(self, event: dict[str, Any]) -> None:
        """The copy on the screen is withdrawn."""
        await self.send_json({"type": "paper.withdrawn"})

    async def comments_changed(self, event: dict[str, Any]) -> None:
        """Comments are others than before: the page asks for those that it may see."""
        await self.send_json({"type": "comments.changed"})

    async def readers_changed(self, event: dict[str, Any]) -> None:
        """Other people may read it now: for this one it may no longer exist."""
        user: object = self.scope["user"]
        if not isinstance(user, User) or not await _may_read(user, self._paper):
            await self.close(code=NOT_FOUND)

    async def version_published(self, event: dict[str, Any]) -> None:
        """Readers get another version from now on."""
        await self.send_json({"type": "version.published", "number": event["number"]})


@database_sync_to_async
def _may_read(user: User, paper_id: int) -> bool:
    return Paper.objects.visible_to(user).filter(pk=paper_id).exists()
