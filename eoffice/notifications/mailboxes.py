"""Mailboxes that are read: an IMAP server's (RFC 9051), or a maildir on this machine.

What is read stays unread there until ``done`` says that it was taken in: who crashes in between reads it again.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

TIMEOUT_S = 30.0
MOST_AT_ONCE = 200
LARGEST = 2 * 1024 * 1024
"""Bytes: of a larger mail the beginning is read."""


class Mailbox(Protocol):
    """Mails that wait."""

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """A name for ``done``, and the mail's bytes, of each that nobody has read; oldest first."""

    def done(self, name: str) -> None:
        """It was taken in: it waits no longer."""


@contextmanager
def opened(url: str) -> Iterator[Mailbox]:
    """The mailbox at ``url``: ``imaps://name:password@host/INBOX``, ``imap+tls://…`` (STARTTLS), ``imap://…`` or ``maildir:/path``.

    Raises OSError and imaplib.IMAP4.error when it is not reached, ValueError when ``url`` is none of these.
    """
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield Maildir(Path(parts.path))
        return
    connection = _connected(parts)
    try:
        yield _selected(connection, parts)
    finally:
        connection.logout()


class Maildir:
    """Mails as files: those in ``new`` wait; ``done`` moves them to ``cur`` with the flag "seen"."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """In the order of their names, which begin with the time of delivery."""
        for path in sorted((self.root / "new").iterdir())[:MOST_AT_ONCE]:
            with path.open("rb") as file:
                yield path.name, file.read(LARGEST)

    def done(self, name: str) -> None:
        """Move it to ``cur``."""
        (self.root / "cur").mkdir(exist_ok=True)
        (self.root / "new" / name).rename(self.root / "cur" / f"{name}:2,S")


class Imap:
    """The folder that is selected on ``connection``: mails without the flag ``\\Seen`` wait."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self.connection = connection

    def waiting(self) -> Iterator[tuple[str, bytes]]:
        """By UID, without setting flags (BODY.PEEK)."""
        _kind, found = self.connection.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:MOST_AT_ONCE]:
            name = uid.decode()
            _kind, answer = self.connection.uid("FETCH", name, f"(BODY.PEEK[]<0.{LARGEST}>)")
            mail = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if mail is not None:
                yield name, mail

    def done(self, name: str) -> None:
        """Set the flag."""
        self.connection.uid("STORE", name, "+FLAGS.SILENT", r"(\Seen)")


def _connected(parts: SplitResult) -> imaplib.IMAP4:
    host = parts.hostname or "localhost"
    if parts.scheme == "imaps":
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=context, timeout=TIMEOUT_S)
    if parts.scheme not in ("imap", "imap+tls"):
        raise ValueError(f"{parts.scheme}: is no mailbox; imaps, imap+tls, imap and maildir are.")
    connection = imaplib.IMAP4(host, parts.port or 143, timeout=TIMEOUT_S)
    if parts.scheme == "imap+tls":
        connection.starttls(ssl.create_default_context())
    return connection


def _selected(connection: imaplib.IMAP4, parts: SplitResult) -> Imap:
    connection.login(unquote(parts.username or ""), unquote(parts.password or ""))
    folder = unquote(parts.path.strip("/")) or "INBOX"
    kind, answer = connection.select(f'"{folder}"')
    if kind != "OK":
        raise imaplib.IMAP4.error(f"{folder}: {answer!r}")
    return Imap(connection)
