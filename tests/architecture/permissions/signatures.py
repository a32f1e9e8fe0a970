"""Digital signatures: checked by everybody signed in, seen with their document; the signing service only says "look"."""

from collections.abc import Callable
from typing import Any

from tests.architecture.permissions.meetings import _INVITED
from tests.architecture.world import World

_OWN = {"*": 200, "anonymous": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "signature-check": _OWN,
    "signing-certificate": _OWN,
    "signing-certificate-end": {"*": 302},
    "signing-answer": {"*": 204},  # nothing is believed and nothing told
    "meeting-invitation-signatures": _INVITED,
    "meeting-notice-signatures": {"*": 404, "anonymous": 302},  # not issued yet
    "meeting-minutes-signatures": {"*": 404, "anonymous": 302},  # no number yet
}

ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "signing-answer": lambda _world: {"key": "00000000-0000-4000-8000-000000000000"},
    "meeting-invitation-signatures": lambda world: {"pk": world.meeting.pk},
    "meeting-notice-signatures": lambda world: {"pk": world.ended.pk},
    "meeting-minutes-signatures": lambda world: {"pk": world.ended.pk},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "signing-certificate-end": lambda _world: {"a": "1"},
    "signing-answer": lambda _world: {"a": "1"},
}
