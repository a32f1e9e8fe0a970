"""Telling browsers what happened: after commit, to a group, as a domain event."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction


def user_group(user_id: int) -> str:
    """The group that every open page of one person listens to."""
    return f"user.{user_id}"


def send_on_commit(group: str, event: dict[str, Any]) -> None:
    """Send ``event`` (with its channel-layer ``type``) to ``group`` once the transaction is committed.

    Nothing is sent when the transaction is rolled back.
    """
    layer = get_channel_layer()
    assert layer is not None  # every role's settings name one
    transaction.on_commit(lambda: async_to_sync(layer.group_send)(group, event))
