"""An IMAP server (RFC 3501, Twisted's) for one mailbox, which is a maildir: ``python imap_server.py <maildir> <name> <password>``.

It prints the port that it listens on. Mails that are in ``new`` are unread; a mail that is marked ``\\Seen`` goes to ``cur``.
"""

import sys
from email import message_from_bytes
from io import BytesIO
from pathlib import Path
from typing import Any

from twisted.cred.checkers import InMemoryUsernamePasswordDatabaseDontUse
from twisted.cred.portal import Portal
from twisted.internet import protocol, reactor
from twisted.mail import imap4
from zope.interface import implementer


@implementer(imap4.IMessage, imap4.IMessageFile)
class Mail:
    """One file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content = path.read_bytes()

    @property
    def seen(self) -> bool:
        return self.path.parent.name == "cur"

    def getUID(self) -> int:
        return int(self.path.name.split(".")[0])

    def getFlags(self) -> list[str]:
        return ["\\Seen"] if self.seen else []

    def getInternalDate(self) -> str:
        return "02-Dec-2026 08:00:00 +0700"

    def getHeaders(self, negate: bool, *names: str) -> dict[str, str]:
        wanted = {name.lower() if isinstance(name, str) else name.decode().lower() for name in names}
        headers = message_from_bytes(self.content).items()
        return {name.lower(): value for name, value in headers if (name.lower() in wanted) != negate}

    def getBodyFile(self) -> BytesIO:
        return BytesIO(self.content.split(b"\n\n", 1)[-1])

    def open(self) -> BytesIO:
        return BytesIO(self.content)

    def getSize(self) -> int:
        return len(self.content)

    def isMultipart(self) -> bool:
        return False

    def getSubPart(self, part: int) -> Any:
        raise TypeError

    def mark_seen(self) -> None:
        if not self.seen:
            target = self.path.parent.parent / "cur" / f"{self.path.name}:2,S"
            self.path = self.path.rename(target)


@implementer(imap4.IMailbox, imap4.ISearchableMailbox)
class Inbox:
    """The maildir as it is when it is looked at."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def mails(self) -> list[Mail]:
        paths = [*(self.root / "new").iterdir(), *(self.root / "cur").iterdir()]
        return sorted((Mail(path) for path in paths), key=Mail.getUID)

    def search(self, query: Any, uid: bool) -> list[int]:
        assert query == [b"UNSEEN"]
        found = enumerate(self.mails(), start=1)
        return [number for number, mail in found if not mail.seen]  # Twisted makes UIDs of them

    def fetch(self, messages: Any, uid: bool) -> list[tuple[int, Mail]]:
        found = list(enumerate(self.mails(), start=1))
        messages.last = max([mail.getUID() if uid else number for number, mail in found], default=1)
        return [(number, mail) for number, mail in found if (mail.getUID() if uid else number) in messages]

    def store(self, messages: Any, flags: Any, mode: int, uid: bool) -> dict[int, Any]:
        changed = self.fetch(messages, uid)
        for _number, mail in changed:
            if "\\Seen" in flags and mode == 1:
                mail.mark_seen()
        return {number: mail.getFlags() for number, mail in changed}

    def getFlags(self) -> list[str]:
        return ["\\Seen"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return 1

    def getUIDNext(self) -> int:
        return 1_000_000

    def getUID(self, message: int) -> int:
        return self.mails()[message - 1].getUID()

    def getMessageCount(self) -> int:
        return len(self.mails())

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return sum(not mail.seen for mail in self.mails())

    def isWriteable(self) -> bool:
        return True

    def addListener(self, listener: Any) -> None: ...

    def removeListener(self, listener: Any) -> None: ...

    def destroy(self) -> None: ...

    def requestStatus(self, names: Any) -> Any:
        return imap4.statusRequestHelper(self, names)

    def expunge(self) -> list[int]:
        return []


class Realm:
    """One account with an INBOX."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def requestAvatar(self, name: Any, mind: Any, *interfaces: Any) -> Any:
        account = imap4.MemoryAccount(name)
        account.addMailbox("INBOX", Inbox(self.root))
        return imap4.IAccount, account, lambda: None


def main(root: str, name: str, password: str) -> None:
    """Serve until the process is ended."""
    portal = Portal(Realm(Path(root)))
    portal.registerChecker(InMemoryUsernamePasswordDatabaseDontUse(**{name: password.encode()}))

    class Factory(protocol.ServerFactory):
        def buildProtocol(self, address: Any) -> Any:
            server = imap4.IMAP4Server()
            server.portal = portal
            return server

    port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")
    sys.stdout.write(f"{port.getHost().port}\n")
    sys.stdout.flush()
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
