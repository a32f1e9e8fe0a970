"""One request to the site within the process: how long it took, how many queries it made."""

import time
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


@dataclass(frozen=True)
class Visit:
    """One request: how long it took, how many queries it made."""

    ms: float
    queries: int


def visit(client: Client, path: str) -> Visit:
    """Get ``path``; it must be there."""
    with CaptureQueriesContext(connection) as captured:
        began = time.perf_counter()
        answer = client.get(path, secure=True)
        took = time.perf_counter() - began
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return Visit(took * 1000, len(captured))
