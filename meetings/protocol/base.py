"""What all messages share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
MAX_MESSAGE_BYTES = 128 * 1024
"""An SDP offer with 32 sections is about 40 kB; anything near this size is not one of ours."""

Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Slot = Annotated[str, Field(pattern=r"^(audio[0-2]|floor|chair|content|wall(1?[0-9]|2[0-5]))$")]
WallSlot = Annotated[str, Field(pattern=r"^wall(1?[0-9]|2[0-5])$")]
Lamp = Literal["good", "weak", "bad", "unknown"]
RoleName = Literal[
    "chair", "co_chair", "secretary", "member", "invited", "rapporteur", "observer", "technician", "operator"
]
"""As ``meetings.models.Role``."""


class Message(BaseModel):
    """Frozen; unknown fields are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Request(Message):
    """``id`` asks for an outcome (``done``, ``answer`` or ``refused`` with the same number as ``re``);
    ``ack`` is the highest ``seq`` the browser has handled."""

    id: Id | None = None
    ack: int | None = Field(default=None, ge=0)


class Event(Message):
    """``seq`` counts the messages of one session, from 1; ``re`` names the request that is answered."""

    seq: int = 0
    re: Id | None = None
