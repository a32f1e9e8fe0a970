"""The chain of the audit log: what a seal is the hash of (docs/adr/0128-the-log-is-a-chain.md).

An entry's seal is the SHA-256 of its content and of the seal before it, written as canonical JSON: names in alphabetical order, no
spaces, UTF-8, times in UTC with microseconds. This form is never changed: what it sealed would no longer verify.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from typing import Any

FIRST = "0" * 64
"""What stands for the seal before the first one."""
CONTENT = (
    "id",
    "at",
    "action",
    "actor_id",
    "appointment_id",
    "target_type_id",
    "target_id",
    "target_label",
    "detail",
)
"""The columns that a seal covers, in the order in which ``seal_of`` takes their values."""


def seal_of(content: Sequence[Any], previous: str) -> str:
    """The seal, in hexadecimal, of an entry whose values of ``CONTENT`` are ``content``, after the seal ``previous``."""
    sealed = dict(zip(CONTENT, content, strict=True)) | {"previous": previous}
    sealed["at"] = sealed["at"].astimezone(dt.UTC).isoformat(timespec="microseconds")
    canonical = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()
