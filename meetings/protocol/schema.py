"""Prints the unions as one JSON schema, from which the TypeScript is generated."""

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from meetings.protocol.base import VERSION
from meetings.protocol.display import DISPLAY_MESSAGE
from meetings.protocol.events import SERVER_MESSAGE
from meetings.protocol.rehearsal import LineTestAnswer, LineTestOffer, LineTestPlan, LineTestReport
from meetings.protocol.requests import CLIENT_MESSAGE
from meetings.sfu.slots import SLOTS, USUAL_SLOTS


def json_schema() -> dict[str, Any]:
    """``$defs`` holds every message and part, ``ClientMessage`` and ``ServerMessage`` among them.

    ``x-version``, ``x-slots`` and ``x-usual-slots`` (how many of them) are what both sides must agree on beside the messages.
    """
    inputs: list[Any] = [
        ("ClientMessage", "validation", CLIENT_MESSAGE),
        ("ServerMessage", "serialization", SERVER_MESSAGE),
        ("DisplayMessage", "serialization", DISPLAY_MESSAGE),
        *((model.__name__, "validation", TypeAdapter(model)) for model in (LineTestOffer, LineTestReport)),
        *((model.__name__, "serialization", TypeAdapter(model)) for model in (LineTestAnswer, LineTestPlan)),
    ]
    schemas, definitions = TypeAdapter.json_schemas(inputs, ref_template="#/$defs/{model}")
    roots = {name: schemas[(name, mode)] for name, mode, _ in inputs if name.endswith("Message")}
    defs = {**definitions.get("$defs", {}), **roots}
    agreed = {"x-version": VERSION, "x-slots": list(SLOTS), "x-usual-slots": len(USUAL_SLOTS)}
    return {"title": "Protocol", "type": "object", **agreed, "$defs": defs}


if __name__ == "__main__":
    json.dump(json_schema(), sys.stdout, indent=1, ensure_ascii=False)
