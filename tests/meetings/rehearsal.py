"""Runs of a line test, as the page sends them."""

import json
import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from meetings.models import Check, MeetingSite

MACHINE = "5f0c2d36-5b43-4a4e-9c5e-1b0f1b2f3a4c"
REASONS = {"uplink": "hd", "downlink": "sd", "speaker": "heard"}


def found(check: str, outcome: str = "ok", reason: str | None = None, value: float | None = None) -> dict[str, Any]:
    """One finding; ``reason``: the usual one of a check that passes."""
    said = REASONS.get(check, "") if reason is None else reason
    return {"check_name": check, "outcome": outcome, "reason": said, "value": value, "note": ""}


def whole(**failed: str) -> list[dict[str, Any]]:
    """All eleven checks; ``camera="denied"``: that one failed, for that reason."""
    return [found(check, "failed", failed[check]) if check in failed else found(check) for check in Check.values]


def report(findings: list[dict[str, Any]], **fields: Any) -> dict[str, Any]:
    """The message of one run."""
    own = {"run": str(uuid.uuid4()), "machine": MACHINE, "machine_label": "Máy phòng họp tầng 2", "unattended": False}
    return {**own, **fields, "findings": findings}


def send(client: Client, site: MeetingSite, message: dict[str, Any]) -> Any:
    """Send a run; the server's answer."""
    return client.post(
        reverse("line-test-report", args=[site.pk]),
        json.dumps(message),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
