"""Replies to invitations that come by mail (RFC 6047): whose they are, what they say, what becomes of them.

Each mail is taken in in one transaction, once (``ReceivedMail``); what cannot be done is told to the person, when it is sure who that is,
and put aside with a reason when it is not (docs/domain/replies-by-mail.md).
"""

import imaplib
import logging
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Event

from eoffice.accounts.languages import known_language
from eoffice.errors import UserError
from eoffice.notifications import itip, mailboxes, notify
from eoffice.notifications.models import ReceivedMail
from meetings import calendars, countering, participation, replying, substitute_checks, substitutes
from meetings.mail_reading import Mail, read
from meetings.models import Attendee, Meeting, ReplyVia

logger = logging.getLogger(__name__)
Outcome = ReceivedMail.Outcome
METHODS = ("REPLY", "COUNTER", "REFRESH")


class Aside(Exception):
    """Nothing is done with the mail; the message says why, for whoever looks after the mailbox."""


class Stale(Exception):
    """It replies to an invitation that is no longer the one in force."""


def sweep() -> None:
    """``read_mailbox``; a server that is away is read another time."""
    try:
        read_mailbox()
    except (OSError, imaplib.IMAP4.error) as error:
        logger.warning("The mailbox for replies is not reached: %s", error)


def read_mailbox() -> int:
    """Take in what waits in the mailbox; how many mails that were. A mail is marked as read once it is committed.

    One that cannot be taken in for a fault of ours stays unread for the next time, and does not hold up the others.
    """
    if not settings.REPLY_MAILBOX:
        return 0
    taken = 0
    with mailboxes.opened(settings.REPLY_MAILBOX) as mailbox:
        for name, raw in mailbox.waiting():
            try:
                take(raw)
            except Exception:
                logger.exception("A mail in the mailbox for replies could not be taken in: %s", name)
            else:
                mailbox.done(name)
                taken += 1
    return taken


def take(raw: bytes) -> ReceivedMail:
    """Do what the mail ``raw`` says; taking it in again changes nothing."""
    mail = read(raw)
    known = ReceivedMail.objects.filter(message_id=mail.message_id).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _taken(mail)
    except IntegrityError:
        twin = ReceivedMail.objects.filter(message_id=mail.message_id).first()
        if twin is None:
            raise
        return twin  # another worker took it in meanwhile


def _taken(mail: Mail) -> ReceivedMail:
    row = ReceivedMail.objects.create(
        message_id=mail.message_id, sender=mail.sender, subject=mail.subject, calendar=mail.calendar
    )
    if mail.is_automatic:
        row.outcome, row.reason = Outcome.IGNORED, "Sent by a machine (Auto-Submitted)."
    else:
        try:
            _follow(mail, row)
        except Aside as reason:
            row.outcome, row.reason = Outcome.SET_ASIDE, str(reason)[:500]
    row.save()
    return row


def _follow(mail: Mail, row: ReceivedMail) -> None:
    event = mail.event
    if event is None:
        raise Aside(mail.fault or "There is no calendar object in it.")
    if mail.method not in METHODS:
        raise Aside(f"METHOD is {mail.method[:40]}.")
    row.uid, row.stamp = mail.uid[:250], mail.stamp
    attendee = _attendee(mail, event)
    row.person = attendee.person
    later = ReceivedMail.objects.filter(uid=row.uid, person=row.person, stamp__gt=mail.stamp, outcome=Outcome.APPLIED)
    if later.exists():
        raise Aside("A reply that was written later has been taken in already.")
    with translation.override(known_language(attendee.person.language)):
        try:
            with transaction.atomic():
                _apply(mail, event, attendee)
        except Stale:
            _send_anew(attendee)
            row.outcome, row.reason = Outcome.ANSWERED, "It replies to an earlier or a later time of the meeting."
        except UserError as error:
            _tell(attendee, error)
            row.outcome, row.reason = Outcome.ANSWERED, f"{error.code}: {error.message}"[:500]
        else:
            row.outcome = Outcome.APPLIED


def _attendee(mail: Mail, event: Event) -> Attendee:
    """Whose reply it is: their address wrote it, in their own name, to the address that only their own invitation bears."""
    meeting = _meeting(mail.uid)
    if mail.sender not in mail.attendees(event):
        raise Aside("It does not reply for who sent it.")
    rows = meeting.attendees.filter(person__email__iexact=mail.sender, person__is_active=True)
    rows = rows.select_related("person", "appointment__unit", "site", "substitute__person")
    for attendee in rows:
        if itip.is_genuine(mail.uid, attendee.person, mail.sent_to(event)):
            attendee.appointment.person = attendee.person
            attendee.meeting = meeting
            return attendee
    raise Aside(
        "It was not sent to the address of the sender's own invitation." if rows else "Its sender is not invited."
    )


def _meeting(uid: str) -> Meeting:
    name, _at, host = uid.partition("@")
    try:
        number = uuid.UUID(name)
    except ValueError as error:
        raise Aside("Its UID is no meeting's.") from error
    meeting = Meeting.objects.filter(uid=number).first() if host == calendars.host() else None
    if meeting is None:
        raise Aside("Its UID is no meeting's.")
    return meeting


def _apply(mail: Mail, event: Event, attendee: Attendee) -> None:
    if mail.method == "REFRESH" or mail.sequence != attendee.meeting.sequence:
        raise Stale
    if mail.method == "COUNTER":
        start, end = mail.span(event)
        countering.propose(attendee, start, end, comment=mail.comment(event))
        return
    by = attendee.appointment
    said = mail.params(event).get("PARTSTAT", "").upper()
    if said == "ACCEPTED":
        replying.accept(by, attendee, via=ReplyVia.MAIL)
    elif said == "DECLINED":
        reason = mail.comment(event) or _("Báo vắng bằng thư điện tử")
        replying.decline(by, attendee, reason=reason, via=ReplyVia.MAIL)
    elif said == "DELEGATED":
        _delegate(mail, event, attendee)
    else:
        raise UserError(
            "no-answer",
            _("Thư trả lời chưa nói dự hay vắng."),
            hint=_("Mở trang cuộc họp và chọn dự, báo vắng hoặc cử người dự thay."),
        )


def _delegate(mail: Mail, event: Event, attendee: Attendee) -> None:
    """As RFC 5546, 3.2.2.3: DELEGATED-TO names who comes instead, one of those whom they may send."""
    address = mail.delegate(event)
    people = substitute_checks.people_of(attendee).filter(person__email__iexact=address)
    appointment = people.first() if address else None
    if appointment is None:
        raise UserError(
            "unknown-substitute",
            _("Không cử được người có địa chỉ %(address)s dự thay.") % {"address": address or "–"},
            hint=_("Chọn người cùng đơn vị ở trang cuộc họp."),
        )
    reason = mail.comment(event) or _("Cử người dự thay bằng thư điện tử")
    substitutes.send(attendee.appointment, attendee, appointment, reason=reason)


def _send_anew(attendee: Attendee) -> None:
    meeting = attendee.meeting
    gone = meeting.state in (Meeting.State.CANCELLED, Meeting.State.POSTPONED)
    notify.send(
        [attendee.person],
        kind="meeting.reply_stale",
        title=lambda: _("Mời trả lời lại: %(title)s") % {"title": meeting.title},
        body=lambda: _("Giấy mời đã thay đổi sau thư quý vị trả lời. Kèm theo là giấy mời hiện tại."),
        url=reverse("meeting-detail", args=[meeting.pk]),
        mail=True,
        calendar=participation.addressed(meeting, "CANCEL" if gone else "REQUEST"),
    )


def _tell(attendee: Attendee, error: UserError) -> None:
    notify.send(
        [attendee.person],
        kind="meeting.reply_refused",
        title=lambda: _("Chưa ghi nhận được thư trả lời: %(title)s") % {"title": attendee.meeting.title},
        body=f"{error.message}\n{error.hint}".strip(),
        url=reverse("meeting-detail", args=[attendee.meeting_id]),
        mail=True,
    )
