"""Compiles the message catalogues (``.po`` → ``.mo``) without gettext, which few machines have (ADR 0003).

Format of a ``.mo`` file: GNU gettext manual, "The Format of GNU MO Files".
"""

import ast
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.commands import ROOT

LOCALE = ROOT / "frontend" / "locale"
MAGIC = 0x950412DE
HEADER_BYTES = 28


@dataclass
class Entry:
    """One message: ``texts`` by keyword (``msgid``, ``msgctxt``, ``msgid_plural``, ``msgstr``, ``msgstr[0]``…)."""

    flags: set[str] = field(default_factory=set)
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What gettext looks up: context and singular, then the plural."""
        context = f"{self.texts['msgctxt']}\x04" if "msgctxt" in self.texts else ""
        plural = f"\0{self.texts['msgid_plural']}" if "msgid_plural" in self.texts else ""
        return context + self.texts["msgid"] + plural

    @property
    def translations(self) -> list[str]:
        """One text, or one per plural form."""
        return [text for keyword, text in self.texts.items() if keyword.startswith("msgstr")]


def ensure_translations() -> None:
    """Compile every catalogue that is newer than its compiled form, or has none."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.is_file() or target.stat().st_mtime_ns != source.stat().st_mtime_ns:
            _write(target, compiled(entries(source)), source.stat().st_mtime_ns)


def entries(path: Path) -> list[Entry]:
    """Every message of a ``.po`` file, the header (empty ``msgid``) too; obsolete ones (``#~``) left out."""
    return [entry for block in path.read_text("utf-8").split("\n\n") if (entry := _entry(block)).texts]


def _entry(block: str) -> Entry:
    entry, keyword = Entry(), ""
    for line in block.splitlines():
        if line.startswith("#,"):
            entry.flags.update(flag.strip() for flag in line[2:].split(","))
        elif line.startswith('"'):
            entry.texts[keyword] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            keyword, text = line.split(" ", 1)
            entry.texts[keyword] = ast.literal_eval(text)
    return entry


def compiled(messages: list[Entry]) -> bytes:
    """The ``.mo`` file: untranslated and doubtful ("fuzzy") messages are left out, as msgfmt does."""
    pairs = sorted(_pairs(messages))
    place = HEADER_BYTES + 16 * len(pairs)
    tables: tuple[list[int], list[int]] = ([], [])
    texts = b""
    for side, table in enumerate(tables):
        for pair in pairs:
            table += [len(pair[side]), place + len(texts)]
            texts += pair[side] + b"\0"
    begin = (MAGIC, 0, len(pairs), HEADER_BYTES, HEADER_BYTES + 8 * len(pairs), 0, place)
    numbers = [*begin, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + texts


def _pairs(messages: list[Entry]) -> Iterator[tuple[bytes, bytes]]:
    for entry in messages:
        if all(entry.translations) and ("fuzzy" not in entry.flags or not entry.key):
            yield entry.key.encode(), "\0".join(entry.translations).encode()


def _write(target: Path, content: bytes, stamp: int) -> None:
    """In one step, so that a second process never reads half a file."""
    half = target.with_suffix(f".{os.getpid()}.tmp")
    half.write_bytes(content)
    os.utime(half, ns=(stamp, stamp))
    half.replace(target)


if __name__ == "__main__":
    ensure_translations()
