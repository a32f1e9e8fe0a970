"""A post office for tests: a real SMTP server that delivers into maildirs, a real IMAP server that reads one of them, and people's
mail programs, which read iCalendar with vobject and answer as theirs do.
"""

import datetime as dt
import email
import itertools
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Any

import vobject
from aiosmtpd.controller import Controller
from vobject.icalendar import utc

from eoffice.accounts.models import User

ROBOT = "lich@hanoi.example"
NAME, PASSWORD = "lich", "mat-khau-hop-thu"


class PostOffice:
    """``smtp`` and ``imap`` are ports on this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.numbers = itertools.count(1)
        self.smtp = self.imap = 0

    def maildir(self, address: str) -> Path:
        """Of ``address``; what stands behind a "+" is delivered to the same mailbox (RFC 5233)."""
        local, _at, host = address.lower().partition("@")
        root = self.root / f"{local.split('+')[0]}@{host}"
        for name in ("new", "cur", "tmp"):
            (root / name).mkdir(parents=True, exist_ok=True)
        return root

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Deliver one mail to everybody to whom it is sent."""
        for address in envelope.rcpt_tos:
            head = f"Delivered-To: {address}\r\n".encode()
            path = self.maildir(address) / "new" / f"{next(self.numbers)}.mail"
            path.write_bytes(head + envelope.original_content)
        return "250 OK"

    def mails(self, address: str) -> list[Message]:
        """What lies in the mailbox of ``address``, oldest first."""
        paths = [path for name in ("new", "cur") for path in (self.maildir(address) / name).iterdir()]
        return [
            email.message_from_bytes(path.read_bytes())
            for path in sorted(paths, key=lambda path: int(path.name.split(".")[0]))
        ]

    def unread(self, address: str) -> int:
        return len(list((self.maildir(address) / "new").iterdir()))

    def send(self, message: Message, *, sender: str, to: str) -> None:
        """By SMTP, as a mail program does."""
        with smtplib.SMTP("127.0.0.1", self.smtp) as connection:
            connection.sendmail(sender, [to], message.as_bytes(policy=SMTP))


@contextmanager
def post_office(root: Path) -> Iterator[PostOffice]:
    """Both servers, as long as the context lasts."""
    office = PostOffice(root)
    office.maildir(ROBOT)
    office.smtp = _free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.smtp)
    controller.start()
    script = Path(__file__).parent / "imap_server.py"
    arguments = [sys.executable, str(script), str(office.maildir(ROBOT)), NAME, PASSWORD]
    server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        office.imap = int(server.stdout.readline())
        yield office
    finally:
        controller.stop()
        server.terminate()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class MailProgram:
    """The mail program of ``person``: it knows nothing but what lies in their mailbox."""

    def __init__(self, office: PostOffice, person: User) -> None:
        self.office = office
        self.address = person.email

    def objects(self) -> list[Any]:
        """The calendar object of each mail that bears one, oldest first, as vobject reads it."""
        parts = [part for mail in self.office.mails(self.address) for part in mail.walk()]
        found = [part for part in parts if part.get_content_type() == "text/calendar"]
        read = [vobject.readOne(part.get_payload(decode=True).decode()) for part in found]
        for part, one in zip(found, read, strict=True):
            assert part.get_param("method") == one.method.value
        return read

    def reply(self, partstat: str, *, method: str = "REPLY", **more: Any) -> EmailMessage:
        """Answer the newest invitation: ``partstat``; ``comment``, ``delegate`` (an address), ``start`` and ``end``, ``stamp``, ``sequence``,
        ``automatic``, ``to``, ``sender``, ``organiser``."""
        invitation = [one for one in self.objects() if one.method.value == "REQUEST"][-1].vevent
        organiser = more.get("organiser", invitation.organizer.value)
        answer = vobject.iCalendar()
        answer.add("method").value = method
        event = answer.add("vevent")
        event.add("uid").value = invitation.uid.value
        event.add("sequence").value = str(more.get("sequence", invitation.sequence.value))
        event.add("dtstamp").value = more.get("stamp", dt.datetime.now(dt.UTC)).astimezone(utc)
        event.add("dtstart").value = more.get("start", invitation.dtstart.value).astimezone(utc)
        event.add("dtend").value = more.get("end", invitation.dtend.value).astimezone(utc)
        event.add("organizer").value = organiser
        attendee = event.add("attendee")
        attendee.value = f"mailto:{self.address}"
        attendee.params["PARTSTAT"] = [partstat]
        if "delegate" in more:
            attendee.params["DELEGATED-TO"] = [f"mailto:{more['delegate']}"]
        if "comment" in more:
            event.add("comment").value = more["comment"]
        return self._mail(answer.serialize(), method, organiser.removeprefix("mailto:"), more)

    def _mail(self, text: str, method: str, organiser: str, more: dict[str, Any]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = f"Người dự họp <{more.get('sender', self.address)}>"
        message["To"] = to = more.get("to", organiser)
        message["Subject"] = "Trả lời: giấy mời họp"
        message["Message-ID"] = make_msgid(domain="mail.example")
        message["Date"] = format_datetime(dt.datetime.now(dt.UTC))
        if "automatic" in more:
            message["Auto-Submitted"] = more["automatic"]
        message.set_content("Trả lời giấy mời.")
        message.add_alternative(text, subtype="calendar", params={"method": method})
        self.office.send(message, sender=self.address, to=to)
        return message
