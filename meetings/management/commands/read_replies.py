"""``manage.py read_replies``: what the job does every minute, once, with what it found; to try a mailbox that was just set."""

import imaplib
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from meetings import mail_replies


class Command(BaseCommand):
    help = "Take in the replies to invitations that wait in the mailbox (EOFFICE_REPLY_MAILBOX)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read once."""
        if not settings.REPLY_MAILBOX:
            raise CommandError("EOFFICE_REPLY_MAILBOX is not set.")
        try:
            taken = mail_replies.read_mailbox()
        except (OSError, ValueError, imaplib.IMAP4.error) as error:
            raise CommandError(f"The mailbox is not reached: {error}") from error
        self.stdout.write(f"{taken} mails taken in.")
