"""What is sent to browsers, as text."""

from meetings.protocol.base import Event
from meetings.protocol.events import SERVER_MESSAGE


def body(event: Event) -> str:
    """The text of an event, without the number that each session gives it."""
    return SERVER_MESSAGE.dump_json(event, exclude={"seq", "re"}).decode()
