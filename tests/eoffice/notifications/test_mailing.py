"""Mails of notifications: what they look like, that each is sent once, what happens when it cannot be."""

import datetime as dt
import email
import smtplib
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from icalendar import Calendar

from eoffice.notifications import mailing, notify
from eoffice.notifications.models import Notification
from eoffice.notifications.tasks import sweep
from meetings import announcing, calendars, scheduling
from meetings.models import Meeting
from tests.city import City
from tests.factories import MeetingFactory, NotificationFactory, UserFactory

pytestmark = pytest.mark.django_db
STATES = Notification.MailState


class Refusing(EmailBackend):
    """The mail server is there but does not know this person."""

    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({})


class Unreachable(EmailBackend):
    """There is no mail server."""

    def open(self) -> bool:
        raise ConnectionRefusedError("không kết nối được")


HERE = "tests.eoffice.notifications.test_mailing"


def _waiting(**fields: Any) -> Notification:
    return NotificationFactory(mail_state=STATES.WAITING, **fields)


def test_a_waiting_mail_is_sent_once() -> None:
    notification = _waiting(title="Mời họp giao ban", body="08:00 ngày 25/11/2026", url="/meetings/7/")
    sweep()
    sweep()
    (message,) = mail.outbox
    assert message.to == [f'"Nguyễn Văn Ánh" <{notification.recipient.email}>']
    assert "http://localhost:8000/meetings/7/" in message.body
    notification.refresh_from_db()
    assert (notification.mail_state, notification.mail_attempts) == (STATES.SENT, 1)


def test_the_mail_has_text_html_and_a_calendar_addressed_to_the_reader(city: City) -> None:
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], title="Họp về ưỡn ẹo, Đống Đa", place="Phòng 1"
    )
    scheduling.seat_leaders(meeting)
    announcing.invited(meeting)
    sweep()
    message = email.message_from_bytes(
        next(m for m in mail.outbox if "tran" in m.to[0].lower() or "Chủ" in m.to[0]).message().as_bytes()
    )
    types = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html", "text/calendar", "application/ics"]
    part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    raw = part.get_payload(decode=True)
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert event["SUMMARY"] == meeting.title
    assert event["UID"] == f"{meeting.uid}@localhost"
    assert str(event["ATTENDEE"]) == f"mailto:{city.person('chair').email}"
    assert event["DTSTART"].params["TZID"] == "Asia/Ho_Chi_Minh"
    assert event["DTSTART"].dt == meeting.starts_at.replace(microsecond=0)


def test_calendar_lines_are_folded_at_75_octets_and_end_in_crlf(city: City) -> None:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], title="Đẩy nhanh tiến độ " * 15)
    text = calendars.calendar_text(meeting, method="REQUEST")
    lines = text.encode().split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(len(line) for line in lines) <= 75


@pytest.mark.parametrize(
    ("state", "method", "status"),
    [("invited", "REQUEST", "CONFIRMED"), ("cancelled", "CANCEL", "CANCELLED"), ("postponed", "CANCEL", "CANCELLED")],
)
def test_the_calendar_says_what_became_of_the_meeting(city: City, state: str, method: str, status: str) -> None:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], state=Meeting.State(state), sequence=3)
    calendar = Calendar.from_ical(calendars.calendar_text(meeting, method=method))
    event = calendar.walk("VEVENT")[0]
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == (method, status, 3)
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Ho_Chi_Minh"]


def test_a_refused_address_does_not_hold_up_the_others(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    rows = [_waiting(), _waiting()]
    sweep()
    for row in rows:
        row.refresh_from_db()
        assert (row.mail_state, row.mail_attempts) == (STATES.WAITING, 1)
        assert "SMTPRecipientsRefused" in row.mail_error


def test_without_a_mail_server_only_one_attempt_is_spent(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Unreachable"
    _waiting()
    _waiting()
    sweep()
    assert sorted(Notification.objects.values_list("mail_attempts", flat=True)) == [0, 1]
    assert set(Notification.objects.values_list("mail_state", flat=True)) == {STATES.WAITING}


def test_a_mail_that_failed_waits_longer_each_time_and_is_given_up_in_the_end(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{HERE}.Refusing"
    row = _waiting()
    attempts = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(12 * 60):
            mailing.send_waiting()
            row.refresh_from_db()
            attempts.append(row.mail_attempts)
            if row.mail_state == STATES.FAILED:
                break
            clock.shift(dt.timedelta(minutes=1))
    assert attempts.index(2) == 1
    assert attempts.index(3) == 6
    assert (row.mail_state, row.mail_attempts) == (STATES.FAILED, 6)


def test_a_row_another_worker_is_sending_is_left_alone_until_its_claim_runs_out() -> None:
    row = _waiting()
    Notification.objects.filter(pk=row.pk).update(
        mail_state=STATES.SENDING, mail_next_at=timezone.now() + mailing.LEASE
    )
    sweep()
    assert not mail.outbox
    with time_machine.travel(timezone.now() + mailing.LEASE + dt.timedelta(seconds=1)):
        sweep()
    assert len(mail.outbox) == 1


def test_a_title_with_line_breaks_makes_an_honest_subject() -> None:
    _waiting(title="Mời họp\r\nBcc: ai@example.org")
    sweep()
    assert mail.outbox[0].subject == "Mời họp Bcc: ai@example.org"
    assert mail.outbox[0].recipients() == mail.outbox[0].to


def test_the_frame_of_the_mail_speaks_the_readers_language() -> None:
    _waiting(recipient=UserFactory(language="vi"))
    sweep()
    assert "Kính gửi Nguyễn Văn Ánh" in mail.outbox[0].body


def test_people_without_an_address_get_the_notice_and_no_mail(django_capture_on_commit_callbacks: Any) -> None:
    person = UserFactory(email="")
    with django_capture_on_commit_callbacks(execute=True):
        notify.send([person, person], kind="meeting.invited", title="Mời họp", mail=True)
    assert [n.mail_state for n in Notification.objects.all()] == [STATES.NONE]
