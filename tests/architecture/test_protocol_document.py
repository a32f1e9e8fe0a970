"""docs/protocol.md names every message with its fields, and no other."""

import re
from pathlib import Path
from typing import Any, get_args

from meetings.protocol import events, requests

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"
ENVELOPE = {"type", "id", "ack", "seq", "re"}


def documented(heading: str) -> dict[str, set[str]]:
    """Message type → fields, as the table under ``heading`` has them."""
    section = DOCUMENT.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `([\w.]+)` \| ([^|]*) \| [^|]+ \|$", section, re.MULTILINE)
    return {name: set(re.findall(r"`(\w+)`", fields)) for name, fields in rows}


def defined(union: Any) -> dict[str, set[str]]:
    """Message type → fields, as the models have them."""
    models = get_args(get_args(union)[0])
    return {model.model_fields["type"].default: set(model.model_fields) - ENVELOPE for model in models}


def test_every_request_is_documented() -> None:
    assert documented("Requests") == defined(requests.ClientMessage)


def test_every_event_is_documented() -> None:
    assert documented("Events") == defined(events.ServerMessage)
