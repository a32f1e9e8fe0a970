"""The box of a secret poll: sums and opinions under a seal (docs/adr/0063-secret-ballots.md).

The box is one value of constant length, encrypted anew as a whole with each ballot (AES-256-GCM), under a key that
lies in a file outside the database and is destroyed when the box is opened. Whoever has the database, its log or an
older copy of it sees values of the same length without meaning. Whoever has the key as well sees sums, and which
opinions were written, but not by whom.
"""

import json
import os
import secrets
import time
import unicodedata
import uuid
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from eoffice.errors import Conflict
from meetings.models import BallotBox, Poll
from meetings.tally import Count

NONCE = 12
LENGTH = 4
SUMS_ROOM = 256
OPINION_ROOM = 128
"""Bytes per seat for opinions, after packing; few write one, and few need so much."""
LEAST_ROOM = 16 * 1024


@dataclass
class Contents:
    """What is in a box: how many ballots say what, and the texts of "other", in no order."""

    agree: int = 0
    disagree: int = 0
    other: int = 0
    opinions: list[str] = field(default_factory=list)

    @property
    def count(self) -> Count:
        """The sums."""
        return Count(self.agree, self.disagree, self.other)

    def drop(self, choice: str, text: str) -> None:
        """Put one ballot in."""
        setattr(self, choice, getattr(self, choice) + 1)
        if text:
            self.opinions = in_alphabet([*self.opinions, text])


def in_alphabet(texts: list[str]) -> list[str]:
    """An order that says nothing of when a text came."""
    return sorted(texts, key=lambda text: (unicodedata.normalize("NFD", text).casefold(), text))


def room_for(poll: Poll, seats: int) -> int:
    """Bytes that the contents of a box for ``seats`` voters may take; fixed before the first ballot."""
    return SUMS_ROOM + (LEAST_ROOM + OPINION_ROOM * seats if poll.with_other else 0)


def set_up(poll: Poll, *, seats: int) -> BallotBox:
    """An empty box with a new key. The key is on the disk before the box is in the database."""
    box = BallotBox(poll=poll, seal=uuid.uuid4())
    _write_key(box.seal, AESGCM.generate_key(bit_length=256))
    box.contents = _sealed(Contents(), box, room_for(poll, seats))
    box.save()
    return box


def drop_into(box: BallotBox, choice: str, text: str) -> None:
    """Put one ballot into the (locked) box.

    Raises Conflict("box-full") when the opinions leave no room, Conflict("box-broken") when it cannot be opened.
    """
    contents = look_into(box)
    contents.drop(choice, text)
    box.contents = _sealed(contents, box, len(box.contents) - NONCE - 16)
    box.save(update_fields=["contents"])


def look_into(box: BallotBox) -> Contents:
    """What is in the box. Raises Conflict("box-broken") when the key is gone or the box was tampered with."""
    value = bytes(box.contents)
    try:
        plain = AESGCM(_key_file(box.seal).read_bytes()).decrypt(value[:NONCE], value[NONCE:], box.seal.bytes)
    except (OSError, InvalidTag, ValueError) as error:
        raise broken() from error
    packed = plain[LENGTH : LENGTH + int.from_bytes(plain[:LENGTH], "big")]
    return Contents(**json.loads(zlib.decompress(packed)))


def broken() -> Conflict:
    """The box does not hold what it should."""
    return Conflict(
        "box-broken",
        _("Không mở được hòm phiếu của cuộc bỏ phiếu này."),
        hint=_("Hãy hủy cuộc bỏ phiếu này và tổ chức bỏ phiếu lại; báo quản trị viên kiểm tra máy chủ."),
    )


def destroy_key(seal: uuid.UUID) -> None:
    """Nobody can open what was sealed with this key any more. Destroying twice is harmless."""
    file = _key_file(seal)
    if file.exists():
        with file.open("r+b") as opened:
            opened.write(secrets.token_bytes(32))
            opened.flush()
            os.fsync(opened.fileno())
        file.unlink(missing_ok=True)


def sweep(*, older_than_s: float = 3600) -> None:
    """Destroy keys whose box is gone: a process died between the count and the destruction."""
    folder = Path(settings.BALLOT_KEYS_DIR)
    sealed = {seal.hex for seal in BallotBox.objects.values_list("seal", flat=True)}
    limit = time.time() - older_than_s  # a key is written before its box is committed
    for file in folder.glob("*") if folder.exists() else ():
        if file.name not in sealed and file.stat().st_mtime <= limit:
            destroy_key(uuid.UUID(hex=file.name))


def _sealed(contents: Contents, box: BallotBox, room: int) -> bytes:
    packed = zlib.compress(json.dumps(vars(contents), ensure_ascii=False).encode(), 9)
    if LENGTH + len(packed) > room:
        raise Conflict(
            "box-full",
            _("Không còn chỗ ghi ý kiến trong cuộc bỏ phiếu này."),
            hint=_("Hãy viết ngắn hơn, hoặc chọn “Ý kiến khác” mà không ghi nội dung."),
        )
    plain = len(packed).to_bytes(LENGTH, "big") + packed
    nonce = secrets.token_bytes(NONCE)
    key = _key_file(box.seal).read_bytes()
    return nonce + AESGCM(key).encrypt(nonce, plain.ljust(room, b"\0"), box.seal.bytes)


def _key_file(seal: uuid.UUID) -> Path:
    return Path(settings.BALLOT_KEYS_DIR) / seal.hex


def _write_key(seal: uuid.UUID, key: bytes) -> None:
    file = _key_file(seal)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(key)
        opened.flush()
        os.fsync(opened.fileno())
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
