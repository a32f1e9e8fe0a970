"""What all messages share."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
MAX_MESSAGE_BYTES = 128 * 1024
"""An SDP offer with fifteen sections is about 20 kB; anything near this size is not one of ours."""

Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Slot = Annotated[str, Field(pattern=r"^(audio[0-2]|floor|chair|content|wall[0-8])$")]
WallSlot = Annotated[str, Field(pattern=r"^wall[0-8]$")]
Lamp = Literal["good", "weak", "bad", "unknown"]


class Message(BaseModel):
    """Frozen; unknown fields are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
