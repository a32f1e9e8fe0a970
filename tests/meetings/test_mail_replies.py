"""Invitations by mail, and replies to them by mail: through an SMTP server, an IMAP server and people's mail programs."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eoffice.calendar.models import AcceptedConflict
from eoffice.notifications.models import Notification, ReceivedMail
from eoffice.notifications.tasks import sweep
from meetings import invitations, mail_replies, scheduling
from meetings.models import Attendee, Meeting, Reply, ReplyVia
from meetings.tasks import read_replies
from tests.city import City
from tests.factories import MeetingFactory
from tests.meetings.post import NAME, PASSWORD, ROBOT, MailProgram, PostOffice, post_office

AsRole = Callable[[str], Client]
pytestmark = pytest.mark.django_db
OUTCOMES = ReceivedMail.Outcome


@pytest.fixture
def office(tmp_path: Path, settings: Any) -> Iterator[PostOffice]:
    with post_office(tmp_path) as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.smtp
        settings.REPLY_ADDRESS = ROBOT
        settings.REPLY_MAILBOX = f"imap://{NAME}:{PASSWORD}@127.0.0.1:{office.imap}/INBOX"
        yield office


@pytest.fixture
def meeting(city: City, office: PostOffice) -> Meeting:
    """Issued; the commune named its head, who has the invitation in their mailbox."""
    made: Meeting = MeetingFactory(
        chair=city["chair"],
        secretary=city["secretary"],
        organiser=city.office,
        title="Họp về tiến độ giải phóng mặt bằng",
    )
    scheduling.seat_leaders(made)
    invitations.add_line(city["secretary"], made, city["invited_head"])
    invitations.add_line(city["secretary"], made, city["department_head"])
    made = invitations.issue(city["secretary"], made) or Meeting.objects.get(pk=made.pk)
    sweep()
    return Meeting.objects.get(pk=made.pk)


def _taken() -> ReceivedMail:
    """What became of the mail that was sent last."""
    read_replies()
    return ReceivedMail.objects.latest("pk")


def _seat(city: City, role: str) -> Attendee:
    return Attendee.objects.get(person=city.person(role))


def test_invitation_reply_substitute_and_cancellation_go_through_mail(
    city: City, office: PostOffice, meeting: Meeting, client_as: AsRole
) -> None:
    head = MailProgram(office, city.person("invited_head"))
    (request,) = head.objects()
    attendee = request.vevent.attendee
    assert attendee.value == f"mailto:{head.address}"
    assert (attendee.params["RSVP"], attendee.params["ROLE"]) == (["TRUE"], ["REQ-PARTICIPANT"])
    assert attendee.params["PARTSTAT"] == ["NEEDS-ACTION"]
    assert request.vevent.organizer.value.startswith("mailto:lich+")
    assert "đề nghị không trả lời" not in _text(office, head)

    head.reply("ACCEPTED")
    assert (_taken().outcome, office.unread(ROBOT)) == (OUTCOMES.APPLIED, 0)
    seat = _seat(city, "invited_head")
    assert (seat.reply, seat.reply_via, seat.replied_by) == (Reply.ACCEPTED, ReplyVia.MAIL, city["invited_head"])
    head.reply("DECLINED", comment="Đi công tác")
    assert _taken().outcome == OUTCOMES.APPLIED
    seat.refresh_from_db()
    assert (seat.reply, seat.reply_reason) == (Reply.DECLINED, "Đi công tác")

    # somebody else goes: told to the substitute by an invitation of their own
    officer = MailProgram(office, city.person("invited_officer"))
    head.reply("DELEGATED", delegate=officer.address, comment="Tiếp dân đột xuất")
    assert _taken().outcome == OUTCOMES.APPLIED
    assert _seat(city, "invited_head").substitute == _seat(city, "invited_officer")
    sweep()
    (request,) = officer.objects()
    attendee = request.vevent.attendee
    assert attendee.params["DELEGATED-FROM"] == [f"mailto:{head.address}"]
    assert request.vevent.organizer.value != head.objects()[0].vevent.organizer.value
    officer.reply("ACCEPTED")
    assert _taken().outcome == OUTCOMES.APPLIED
    assert _seat(city, "invited_officer").reply == Reply.ACCEPTED
    page = client_as("secretary").get(reverse("meeting-detail", args=[meeting.pk])).content.decode()
    assert "Nguyễn Công Chức" in page

    # called off: what stands in their calendars goes, by the same UID and a higher SEQUENCE
    scheduling.cancel_meeting(city["secretary"], meeting, reason="Bão số 5")
    sweep()
    cancel = officer.objects()[-1]
    assert (cancel.method.value, cancel.vevent.status.value) == ("CANCEL", "CANCELLED")
    assert cancel.vevent.uid.value == request.vevent.uid.value
    assert int(cancel.vevent.sequence.value) > int(request.vevent.sequence.value)
    assert cancel.vevent.organizer.value == request.vevent.organizer.value
    head.reply("ACCEPTED")
    assert _taken().outcome == OUTCOMES.ANSWERED


def _text(office: PostOffice, program: MailProgram) -> str:
    parts = office.mails(program.address)[-1].walk()
    return next(part.get_payload(decode=True).decode() for part in parts if part.get_content_type() == "text/plain")


def test_only_the_invited_person_s_own_reply_counts(city: City, office: PostOffice, meeting: Meeting) -> None:
    head = MailProgram(office, city.person("invited_head"))
    other = MailProgram(office, city.person("department_head"))
    head.reply("ACCEPTED", sender="ke-gian@example.org")
    assert _taken().reason == "It does not reply for who sent it."
    # a colleague knows the UID and writes the head's address as sender, but has only their own invitation's address
    head.reply("DECLINED", organiser=other.objects()[-1].vevent.organizer.value, comment="Giả mạo")
    assert _taken().reason == "It was not sent to the address of the sender's own invitation."
    head.reply("ACCEPTED", automatic="auto-replied")
    assert _taken().outcome == OUTCOMES.IGNORED
    office.send(_plain(head.address), sender=head.address, to=ROBOT)
    assert _taken().reason == "There is no calendar object in it."
    assert _seat(city, "invited_head").reply == Reply.NONE
    head.reply(
        "ACCEPTED", to=ROBOT
    )  # a server that drops what stands behind the plus: the calendar object still names it
    assert _taken().outcome == OUTCOMES.APPLIED
    # a reply that was written before it comes late; the same mail comes twice; neither changes anything
    late = head.reply("DECLINED", stamp=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    assert _taken().outcome == OUTCOMES.SET_ASIDE
    office.send(late, sender=head.address, to=ROBOT)
    count = ReceivedMail.objects.count()
    assert read_replies() is None
    assert (ReceivedMail.objects.count(), office.unread(ROBOT)) == (count, 0)
    assert _seat(city, "invited_head").reply == Reply.ACCEPTED


def _plain(sender: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, ROBOT, "Tôi sẽ dự"
    message["Message-ID"] = "<khong-co-lich@example.org>"
    message.set_content("Tôi dự họp.")
    return message


def test_another_time_is_proposed_by_mail_and_declined_or_taken(
    city: City, office: PostOffice, meeting: Meeting, client_as: AsRole
) -> None:
    head = MailProgram(office, city.person("invited_head"))
    later = timezone.localtime(meeting.starts_at).replace(microsecond=0) + dt.timedelta(days=1)
    end = later + dt.timedelta(hours=2)
    head.reply("TENTATIVE", method="COUNTER", start=later, end=end, comment="Sáng mai tiếp dân")
    assert _taken().outcome == OUTCOMES.APPLIED
    told = Notification.objects.filter(kind="meeting.counter_proposed")
    assert {row.recipient.username for row in told} == {"secretary", "chair"}
    secretary, stranger = client_as("secretary"), client_as("department_head")
    detail = reverse("meeting-detail", args=[meeting.pk])
    assert "Sáng mai tiếp dân" in secretary.get(detail).content.decode()
    assert "Sáng mai tiếp dân" not in stranger.get(detail).content.decode()
    proposal = meeting.counter_proposals.get()
    assert stranger.post(reverse("counter-decline", args=[proposal.pk])).status_code == 403
    for _twice in range(2):
        assert secretary.post(reverse("counter-decline", args=[proposal.pk])).status_code == 302
    sweep()
    declined = head.objects()[-1]
    assert (declined.method.value, declined.vevent.uid.value) == ("DECLINECOUNTER", f"{meeting.uid}@localhost")
    assert len([one for one in head.objects() if one.method.value == "DECLINECOUNTER"]) == 1

    head.reply("TENTATIVE", method="COUNTER", start=later, end=end)
    assert _taken().outcome == OUTCOMES.APPLIED
    proposal = meeting.counter_proposals.get(state="waiting")
    # the chair has something else then: it is shown, and taken with name and reason
    other = MeetingFactory(chair=city["chair"], secretary=city["office_head"], starts_at=later, ends_at=end)
    scheduling.seat_leaders(other)
    accept = reverse("counter-accept", args=[proposal.pk])
    asked = secretary.post(accept)
    keys = re.findall(r'name="conflict_seen" value="([^"]+)"', asked.content.decode())
    assert (asked.status_code, len(keys) > 0, meeting.starts_at != later) == (422, True, True)
    answer = {"conflict_seen": keys, "accept_conflicts": "on"}
    assert "Ghi rõ lý do" in secretary.post(accept, answer).content.decode()
    assert secretary.post(accept, answer | {"conflict_reason": "Phó Chủ tịch họp thay"}).status_code == 302
    assert AcceptedConflict.objects.get().reason == "Phó Chủ tịch họp thay"
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.ends_at, meeting.sequence) == (later, end, 1)
    assert secretary.post(reverse("counter-decline", args=[proposal.pk])).status_code == 409
    # a reply to the old time is answered with the new invitation
    head.reply("ACCEPTED", sequence=0)
    assert _taken().outcome == OUTCOMES.ANSWERED
    sweep()
    assert [one.vevent.sequence.value for one in head.objects() if one.method.value == "REQUEST"] == ["0", "1", "1"]
    head.reply("ACCEPTED")
    assert _taken().outcome == OUTCOMES.APPLIED


def test_what_could_not_be_taken_in_stays_unread_and_a_maildir_is_read_as_well(
    city: City, office: PostOffice, meeting: Meeting, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = MailProgram(office, city.person("invited_head"))
    head.reply("ACCEPTED")
    settings.REPLY_MAILBOX = f"maildir:{office.maildir(ROBOT)}"
    with monkeypatch.context() as broken:
        broken.setattr("django.db.models.query.QuerySet.create", _away)  # the database is away
        assert mail_replies.read_mailbox() == 0
    assert (office.unread(ROBOT), ReceivedMail.objects.count()) == (1, 0)
    assert mail_replies.read_mailbox() == 1
    assert office.unread(ROBOT) == 0
    assert _seat(city, "invited_head").reply == Reply.ACCEPTED
    for number, text in enumerate(
        ("BEGIN:VCALENDAR\r\nEND", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTAMP:x\r\nEND:VEVENT", "\x00")
    ):
        raw = f"From: x@example.org\r\nMessage-ID: <{number}@x>\r\nContent-Type: text/calendar\r\n\r\n{text}".encode()
        assert mail_replies.take(raw).outcome == OUTCOMES.SET_ASIDE
    assert mail_replies.take(b"\xff\xfe").outcome == OUTCOMES.SET_ASIDE
    head.reply("ACCEPTED", stamp=dt.datetime(9999, 12, 31, tzinfo=dt.UTC))
    assert mail_replies.read_mailbox() == 1


def _away(*_arguments: Any, **_fields: Any) -> Any:
    raise OperationalError("away")
