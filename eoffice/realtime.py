"""Telling browsers what happened: after commit, to a group, as a domain event."""

import asyncio
import logging
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from django.db import transaction

logger = logging.getLogger(__name__)
_serving: asyncio.AbstractEventLoop | None = None


def user_group(user_id: int) -> str:
    """The group that every open page of one person listens to."""
    return f"user.{user_id}"


def channel_layer() -> BaseChannelLayer:
    """The channel layer that every role's settings name."""
    layer = get_channel_layer()
    assert layer is not None
    return layer


def serve_from_this_loop() -> None:
    """Called by every socket when it opens: this event loop is the one that serves sockets.

    The in-memory layer's queues belong to that loop. A job's thread that filled them directly would not
    wake it (asyncio's queues are not thread-safe), and the message would wait for the next one.
    """
    global _serving  # noqa: PLW0603 - one server loop per process
    _serving = asyncio.get_running_loop()


def group_send(group: str, event: dict[str, Any]) -> None:
    """Send ``event`` (with its channel-layer ``type``) to ``group``, from synchronous code of any thread."""
    if _serving is not None and _serving.is_running():
        asyncio.run_coroutine_threadsafe(channel_layer().group_send(group, event), _serving).add_done_callback(
            _log_failure
        )
    else:
        async_to_sync(channel_layer().group_send)(group, event)


def _log_failure(sent: Any) -> None:
    if not sent.cancelled() and sent.exception():
        logger.error("an event could not be sent", exc_info=sent.exception())


def send_on_commit(group: str, event: dict[str, Any]) -> None:
    """Send ``event`` to ``group`` once the transaction is committed; not at all when it is rolled back."""
    transaction.on_commit(lambda: group_send(group, event))
