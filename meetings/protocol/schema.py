"""Prints both unions as one JSON schema, from which the TypeScript is generated."""

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from meetings.protocol.base import VERSION
from meetings.protocol.events import SERVER_MESSAGE
from meetings.protocol.requests import CLIENT_MESSAGE
from meetings.sfu.messages import SLOTS


def json_schema() -> dict[str, Any]:
    """``$defs`` holds every message and part, ``ClientMessage`` and ``ServerMessage`` among them.

    ``x-version`` and ``x-slots`` are what both sides must agree on beside the messages.
    """
    inputs: list[Any] = [
        ("ClientMessage", "validation", CLIENT_MESSAGE),
        ("ServerMessage", "serialization", SERVER_MESSAGE),
    ]
    schemas, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/$defs/{model}")
    roots = {name: schemas[(name, mode)] for name, mode, _ in inputs}
    defs = {**definitions.get("$defs", {}), **roots}
    return {"title": "Protocol", "type": "object", "x-version": VERSION, "x-slots": list(SLOTS), "$defs": defs}


if __name__ == "__main__":
    json.dump(json_schema(), sys.stdout, indent=1, ensure_ascii=False)
