"""Sending the mails that wait: each notification's mail is a job with its own state.

A worker claims a row before it sends, so that two workers never send the same one; a claim whose worker
died is taken up again after ``LEASE``. The Message-ID is stable, so that a mail sent twice all the same
shows once.
"""

import datetime as dt
import smtplib
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext
from icalendar import Calendar, vCalAddress

from eoffice.notifications.itip import attendee_property, reply_address, takes_replies
from eoffice.notifications.models import Digest, Notification

LEASE = dt.timedelta(minutes=10)
RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
"""Waits between attempts; after the last one the mail has failed for good."""
BATCH = 100


def send_waiting() -> int:
    """Send every mail that is due; returns how many were sent. Stops when the mail server is not reached."""
    sent = 0
    connection = get_connection()
    try:
        while rows := list(_due().select_related("recipient", "digest").order_by("pk")[:BATCH]):
            for together in _together(rows):
                claimed = [row for row in together if _claim(row)]
                if not claimed:
                    continue
                if not _attempt(claimed, connection):
                    return sent
                sent += sum(row.mail_state == Notification.MailState.SENT for row in claimed)
    finally:
        connection.close()
    return sent


def message_of(notification: Notification) -> EmailMultiAlternatives:
    """The mail: text, the same as simple HTML, and the calendar entry addressed to the recipient."""
    person = notification.recipient
    link = urljoin(settings.PUBLIC_URL, notification.url) if notification.url else ""
    context = {"notification": notification, "person": person, "link": link, "site_name": settings.SITE_NAME}
    context["may_reply"] = takes_replies() and "RSVP=TRUE" in notification.calendar.replace("\r\n ", "")
    context["sections"] = _with_addresses(notification.digest) if notification.digest else []
    with translation.override(person.language):
        text = render_to_string("notifications/mail.txt", context)
        html = render_to_string("notifications/mail.html", context)
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    message = EmailMultiAlternatives(
        subject=" ".join(notification.title.split()),
        body=text,
        to=[f'"{person.full_name}" <{person.email}>' if '"' not in person.full_name else person.email],
        headers={"Message-ID": f"<notification-{notification.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    if notification.calendar:
        method, calendar = _addressed(notification)
        message.attach_alternative(calendar, f"text/calendar; method={method}")
        message.attach("lich-hop.ics", calendar, "application/ics")
    return message


def _together(rows: list[Notification]) -> list[list[Notification]]:
    """``rows`` by mail: each its own, but all of one person that have waited for the morning are one. One query for these."""
    waiting: dict[int, list[Notification]] = {row.recipient_id: [] for row in rows if row.bundled}
    if waiting:
        for row in _due().filter(bundled=True, recipient__in=waiting).select_related("recipient").order_by("pk"):
            waiting[row.recipient_id].append(row)
    return [*([row] for row in rows if not row.bundled), *waiting.values()]


def bundle_of(rows: list[Notification]) -> EmailMultiAlternatives:
    """One mail of several notices to one person: each with its first words and its address."""
    person = rows[0].recipient
    with translation.override(person.language):
        title = ngettext("%(count)d thông báo đã chờ gửi", "%(count)d thông báo đã chờ gửi", len(rows))
        heading = str(Notification._meta.verbose_name).capitalize()
    lines = [{"text": row.title, "detail": row.body.split("\n")[0], "url": row.url} for row in rows]
    sections = [{"heading": heading, "count": len(rows), "lines": lines}]
    whole = Notification(
        pk=rows[-1].pk, recipient=person, title=title % {"count": len(rows)}, url=reverse("notification-list")
    )
    whole.digest = Digest(recipient=person, sections=sections)
    return message_of(whole)


def _with_addresses(digest: Digest) -> list[dict[str, Any]]:
    """The sections of ``digest``, whose lines lead to the whole address: a mail is read elsewhere."""
    return [
        {**section, "lines": [{**line, "url": urljoin(settings.PUBLIC_URL, line["url"])} for line in section["lines"]]}
        for section in digest.sections
    ]


def _due() -> QuerySet[Notification]:
    states = Notification.MailState
    ready = Q(mail_next_at__isnull=True) | Q(mail_next_at__lte=timezone.now())
    return Notification.objects.filter(ready, mail_state__in=[states.WAITING, states.SENDING])


def _claim(row: Notification) -> bool:
    """Take the row, unless another worker did so in between: one conditional UPDATE."""
    due = _due().filter(pk=row.pk)
    return bool(due.update(mail_state=Notification.MailState.SENDING, mail_next_at=timezone.now() + LEASE))


def _attempt(rows: list[Notification], connection: BaseEmailBackend) -> bool:
    """Send claimed ``rows`` as one mail and note how it went; False when the mail server itself cannot be reached."""
    try:
        connection.open()
        connection.send_messages([message_of(rows[0]) if len(rows) == 1 else bundle_of(rows)])
    except smtplib.SMTPRecipientsRefused as error:
        _failed(rows, error)
    except (OSError, smtplib.SMTPException) as error:
        _failed(rows, error)
        return False
    except ValueError as error:  # an address or a title that no mail can carry
        _failed(rows, error)
    else:
        for row in rows:
            row.mail_state, row.mail_error, row.mail_next_at = Notification.MailState.SENT, "", None
            row.mail_attempts += 1
            row.save(update_fields=["mail_state", "mail_error", "mail_next_at", "mail_attempts"])
    return True


def _failed(rows: list[Notification], error: Exception) -> None:
    for row in rows:
        row.mail_attempts += 1
        row.mail_error = f"{type(error).__name__}: {error}"[:250]
        again = row.mail_attempts <= len(RETRY_AFTER)
        row.mail_state = Notification.MailState.WAITING if again else Notification.MailState.FAILED
        row.mail_next_at = timezone.now() + RETRY_AFTER[row.mail_attempts - 1] if again else None
        row.save(update_fields=["mail_state", "mail_error", "mail_next_at", "mail_attempts"])


def _addressed(notification: Notification) -> tuple[str, str]:
    """METHOD and text of the calendar entry, from the address at which this recipient replies to it; they are its ATTENDEE
    (RFC 5546, section 3.2.2), as it says itself or for want of that simply."""
    calendar = Calendar.from_ical(notification.calendar)
    for event in calendar.walk("VEVENT"):
        if "ORGANIZER" in event:
            organiser = vCalAddress(f"mailto:{reply_address(str(event['UID']), notification.recipient)}")
            organiser.params = event["ORGANIZER"].params
            event["ORGANIZER"] = organiser
        if "ATTENDEE" not in event:
            event.add("attendee", attendee_property(notification.recipient))
    return str(calendar["METHOD"]), calendar.to_ical().decode()
