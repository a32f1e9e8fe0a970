"""A channel layer that may be away, and comes back knowing nothing, as Redis does that was killed."""

from typing import Any

from channels.layers import InMemoryChannelLayer

SETTINGS = {"default": {"BACKEND": "tests.eoffice.forgetful.ForgetfulLayer", "CONFIG": {"capacity": 10_000}}}


class ForgetfulLayer(InMemoryChannelLayer):
    """``away`` while it is so."""

    away = False

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        await super().group_add(group, channel)

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self._check()
        await super().group_send(group, message)

    def restart(self) -> None:
        """Forget who listens; what was said and not heard yet stays unheard."""
        self.groups.clear()

    def _check(self) -> None:
        if self.away:
            raise ConnectionError("away")
