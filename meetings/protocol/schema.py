"""Prints both unions as one JSON schema, from which the TypeScript is generated."""

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from meetings.protocol.events import SERVER_MESSAGE
from meetings.protocol.requests import CLIENT_MESSAGE


def json_schema() -> dict[str, Any]:
    """``$defs`` holds every message and part, ``ClientMessage`` and ``ServerMessage`` among them."""
    inputs: list[Any] = [
        ("ClientMessage", "validation", CLIENT_MESSAGE),
        ("ServerMessage", "serialization", SERVER_MESSAGE),
    ]
    schemas, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/$defs/{model}")
    roots = {name: schemas[(name, mode)] for name, mode, _ in inputs}
    return {"title": "Protocol", "type": "object", "$defs": {**definitions.get("$defs", {}), **roots}}


if __name__ == "__main__":
    json.dump(json_schema(), sys.stdout, indent=1, ensure_ascii=False)
