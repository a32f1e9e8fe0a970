"""The line test's messages: over HTTP, but for the echo socket (docs/protocol.md, "Line tests")."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from meetings.protocol.base import Message
from meetings.sfu.messages import ConnectionName, Kind

CheckName = Literal[
    "browser", "camera", "microphone", "speaker", "socket", "udp", "tcp", "relay", "uplink", "downlink", "reconnect"
]
"""As ``meetings.models.Check``, in the order in which they run."""
OutcomeName = Literal["ok", "weak", "failed", "skipped"]
TestPath = Literal["udp", "tcp", "relay", "media"]
"""What a connection of the test is for: one of the ways to the media node, or the picture that goes there and back."""


class LineTestOffer(Message):
    """A browser's offer for one connection of a run; ``kinds`` as in ``offer``. Answered by ``LineTestAnswer``."""

    run: UUID
    path: TestPath
    connection: ConnectionName
    sdp: str = Field(max_length=100_000)
    kinds: tuple[Kind, ...] = Field(default=(), max_length=4)


class LineTestAnswer(Message):
    """The media node's answer."""

    sdp: str


class Finding(Message):
    """What one check found. ``reason`` is a stable code; ``value`` in the check's own unit."""

    check_name: CheckName
    outcome: OutcomeName
    reason: Annotated[str, Field(pattern=r"^[a-z-]{0,30}$")] = ""
    value: Annotated[float, Field(ge=0, le=1e9)] | None = None
    note: str = Field(default="", max_length=120)


class LineTestReport(Message):
    """The findings of one run, sent together when it is over; sent again, it is recorded once."""

    run: UUID
    machine: UUID
    machine_label: str = Field(min_length=1, max_length=120)
    unattended: bool = False
    findings: tuple[Finding, ...] = Field(min_length=1, max_length=11)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({finding.check_name for finding in self.findings}) != len(self.findings):
            raise ValueError("a check occurs twice")
        return self


class LineTestTimes(Message):
    """When to test, ISO 8601."""

    starts_at: str
    ends_at: str


class LineTestPlan(Message):
    """When the machine of a site is to test by itself. ``retest``: now, because what had failed was seen to."""

    now: str
    windows: tuple[LineTestTimes, ...]
    retest: bool
