"""Messages of the room's socket: 404 for who does not get into the room, 403 for a refusal.

The meeting sits, with its microphones reserved for the holder of the floor; nobody holds it.
"""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from documents.models import Paper, PaperVersion
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment
from meetings import attendance, lobby, questions, speaking_queue, voter_list
from meetings.models import (
    Attachment,
    Attendee,
    ChatMessage,
    Consultation,
    Meeting,
    MeetingSite,
    Poll,
    PollSeat,
    QuestionRequest,
    RollCall,
    SpeechRequest,
    TabledPaper,
)
from tests.factories import (
    AppointmentFactory,
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
    PaperVersionFactory,
    UnitFactory,
    UserFactory,
)
from tests.meetings.room import Sitting

_OUTSIDE = {"anonymous": 404, "outsider": 404, "invited_officer": 404, "admin": 404}
_ALL = {"*": 200, **_OUTSIDE}
_LEADS = {"*": 403, **_OUTSIDE, "chair": 200, "secretary": 200}
_AT_MAIN = {**_LEADS, "organiser_clerk": 200}
_VOTES = {"*": 403, **_OUTSIDE, "chair": 200, "invited_head": 200}
"""The commune's head has been given a vote; the secretary has none."""

EXPECTED: dict[str, dict[str, int]] = {
    "ws:hello": _ALL,
    "ws:resume": _ALL,  # with the secret of somebody else's session: a new one of one's own
    "ws:view": _ALL,
    "ws:board.follow": _ALL,  # what it tells depends on the role
    "ws:stat": _ALL,
    "ws:line.measure": _ALL,
    "ws:mute": _ALL,
    "ws:media.take": _ALL,
    "ws:chat.send": _ALL,
    "ws:consultation.open": _ALL,
    "ws:consultation.gather": _LEADS,
    "ws:consultation.enter": _ALL,  # where one's site is invited
    "ws:consultation.leave": _ALL,
    "ws:consultation.announce": _LEADS,
    "ws:consultation.extend": _LEADS,  # of another site's room
    "ws:consultation.recall": _LEADS,
    "ws:attachment.search": _LEADS,
    "ws:attachment.ask": _LEADS,
    "ws:attachment.invite": _LEADS,
    "ws:attachment.accept": _LEADS,
    "ws:attachment.end": _LEADS,
    "ws:attachment.speak": _LEADS,
    "ws:chat.remove": _LEADS,  # what somebody else wrote
    "ws:chat.close": _LEADS,
    "ws:floor.request": _ALL,
    "ws:floor.withdraw": _ALL,
    "ws:layout.set": _LEADS,
    "ws:programme.set": _LEADS,
    "ws:discussion.set": _LEADS,
    "ws:meeting.open": _LEADS,
    "ws:item.open": _LEADS,
    "ws:floor.grant": _LEADS,
    "ws:floor.next": _LEADS,
    "ws:floor.recall": _LEADS,
    "ws:floor.accept": _LEADS,  # only who is asked; harmless to who has the floor: here the main site, once it was given
    "ws:floor.decline": _ALL,  # harmless where nobody is asked
    "ws:floor.extend": _LEADS,
    "ws:floor.pause": _LEADS,
    "ws:floor.refuse": _LEADS,
    "ws:queue.move": _LEADS,
    "ws:queue.sort": _LEADS,
    "ws:question.ask": _ALL,
    "ws:question.withdraw": _ALL,  # one's own
    "ws:question.call": _LEADS,
    "ws:question.close": _LEADS,
    "ws:floor.end": _ALL,  # harmless where nobody, or one's own site, has the floor
    "ws:content.share": _AT_MAIN,
    "ws:document.open": _AT_MAIN,
    "ws:document.page": _AT_MAIN,
    "ws:pointer.move": _AT_MAIN,  # who presents, as the three below
    "ws:ink.draw": _AT_MAIN,
    "ws:ink.undo": _AT_MAIN,
    "ws:ink.clear": _AT_MAIN,
    "ws:reaction.send": _ALL,
    "ws:caption.post": _LEADS,
    "ws:offer": {"*": 403, **_OUTSIDE},  # there is no media node in this test
    "ws:recording.start": {"*": 403, **_OUTSIDE},  # there is no media node in this test
    "ws:recording.note": _ALL,  # harmless when nothing is recorded
    "ws:recording.stop": _LEADS,
    "ws:roll_call.open": _LEADS,
    "ws:roll_call.arrive": _ALL,
    "ws:poll.create": _AT_MAIN,
    "ws:poll.ready": _LEADS,
    "ws:ballot.ready": _VOTES,
    "ws:poll.open": _LEADS,
    "ws:ballot.cast": _VOTES,
    "ws:ballot.enter": _LEADS,
    "ws:poll.pause": _LEADS,
    "ws:poll.close": _LEADS,
    "ws:poll.publish": _LEADS,
    "ws:poll.annul": _LEADS,
    "ws:roll_call.leave": _ALL,
    "ws:roll_call.close": _LEADS,
    "ws:meeting.end": _LEADS,
    "ws:role.set": _AT_MAIN,  # those who prepare the meeting
    "ws:chair.hand": {"*": 403, **_OUTSIDE, "chair": 200},
    "ws:chair.take": {"*": 403, **_OUTSIDE, "chair": 200},  # who presides has not left
    "ws:lobby.admit": _LEADS,
    "ws:lobby.refuse": _LEADS,
    "ws:lock.set": _LEADS,
    "ws:person.remove": _LEADS,
    "ws:simulate": _ALL,  # in the tests' settings only
    "ws:bye": _ALL,
}


def _tabled_version(sitting: Sitting) -> int:
    version = PaperVersionFactory(conversion=PaperVersion.Conversion.READY, page_count=2)
    Paper.objects.filter(pk=version.paper_id).update(state=Paper.State.PUBLISHED, published_version=version)
    TabledPaper.objects.create(item=sitting.items[0], paper=version.paper)
    return int(version.pk)


def _poll(sitting: Sitting, **state: Any) -> dict[str, Any]:
    """One question, in the state that the message needs, whatever this role was allowed before."""
    chair = sitting.meeting.chair
    RollCall.objects.update_or_create(
        meeting=sitting.meeting, defaults={"opened_at": timezone.now(), "opened_by": chair, "closed_at": None}
    )
    asked = {"question": "Thông qua?", "quorum": "none", "created_by": chair, "opened_at": timezone.now()}
    poll, _made = Poll.objects.update_or_create(
        meeting=sitting.meeting, key=sitting.meeting.uid, defaults={**asked, "members": 2, **state}
    )
    voter_list.draw_up(poll)
    poll.seats.update(present=True)
    return {"poll": poll.pk}


def _with_check_in_open(sitting: Sitting) -> dict[str, Any]:
    _poll(sitting)
    return {}


def _by_hand(sitting: Sitting) -> dict[str, Any]:
    """The ballot of somebody without a machine, seen by another."""
    poll = _poll(sitting, state="open")["poll"]
    guest, witness = (
        AttendeeFactory(site=sitting.commune, appointment=AppointmentFactory(person__full_name=name))
        for name in ("Không Có Máy", "Làm Chứng")
    )
    seat = PollSeat.objects.create(poll_id=poll, attendee=guest, person=guest.person, name=guest.person.full_name)
    return {"poll": poll, "seat": seat.pk, "choice": "agree", "witness": witness.pk}


def _head_has_a_vote(sitting: Sitting) -> dict[str, Any]:
    head = Appointment.objects.get(person=sitting.head)
    Attendee.objects.update_or_create(
        meeting=sitting.meeting,
        person=sitting.head,
        defaults={"site": sitting.commune, "appointment": head, "role": "member"},
    )
    return {}


def _sites_to_consult(sitting: Sitting) -> dict[str, Any]:
    """Two sites more than one's own, whichever that is."""
    sites = [MeetingSiteFactory(meeting=sitting.meeting).pk for _ in range(2)]
    return {"kind": "group", "sites": sites}


def _agency_to_gather(sitting: Sitting) -> dict[str, Any]:
    """A unit below the department has a site, and no room of the department is open."""
    below = UnitFactory(parent=sitting.department.unit)
    MeetingSiteFactory(meeting=sitting.meeting, unit=below)
    Consultation.objects.filter(meeting=sitting.meeting).update(closed_at=timezone.now())
    return {"bring": False}


def _other_meeting(sitting: Sitting) -> MeetingSite:
    """Nothing is attached; another meeting of the same office sits, of which everybody knows and to which it has invited it."""
    Attachment.objects.filter(ended_at__isnull=True).update(ended_at=timezone.now())
    meeting = sitting.meeting
    led = {"chair": meeting.chair, "secretary": meeting.secretary, "organiser": meeting.organiser}
    other = MeetingFactory(**led, state=Meeting.State.IN_SESSION)
    site: MeetingSite = MeetingSiteFactory(meeting=other, unit=meeting.organiser)
    for listed in meeting.attendees.select_related("appointment"):
        AttendeeFactory(site=site, appointment=listed.appointment, role=listed.role)
    return site


def _asks_to_be_attached(sitting: Sitting) -> int:
    guest = _other_meeting(sitting).meeting
    asked = Attachment.objects.create(
        site=sitting.department, guest=guest, asked_by_side="guest", asked_by=sitting.head, asked_at=timezone.now()
    )
    return int(asked.pk)


def _attached_as_guest(sitting: Sitting) -> dict[str, Any]:
    site, now = _other_meeting(sitting), timezone.now()
    Attachment.objects.create(
        site=site,
        guest=sitting.meeting,
        asked_by_side="guest",
        asked_by=sitting.head,
        asked_at=now,
        attached_at=now,
    )
    return {"act": "withdraw"}


def _consultation(sitting: Sitting) -> Consultation:
    """Opened by another site, with every site invited."""
    now = timezone.now()
    host = MeetingSiteFactory(meeting=sitting.meeting)
    room: Consultation = Consultation.objects.create(
        meeting=sitting.meeting,
        kind="group",
        name="Hội ý",
        host=host,
        opened_by=UserFactory(),
        opened_at=now,
        ends_at=now + dt.timedelta(minutes=10),
    )
    room.sites.set(sitting.meeting.sites.all())
    return room


def _written(sitting: Sitting) -> int:
    """What somebody else wrote to everybody."""
    message = ChatMessage.objects.create(
        meeting=sitting.meeting,
        site=sitting.department,
        sender=UserFactory(),
        text="Ngoài lề",
        key=uuid.uuid4(),
        sent_at=timezone.now(),
    )
    return int(message.pk)


def _waiting(sitting: Sitting) -> SpeechRequest:
    """A site that is in the room asks for the floor."""
    site = MeetingSiteFactory(meeting=sitting.meeting)
    attendance.join(site, person=UserFactory(), carry_media=True)
    return speaking_queue.request(site, by=sitting.meeting.secretary.person)


def _question(sitting: Sitting) -> QuestionRequest:
    """The same site wants to question the commune."""
    site = _waiting(sitting).site
    return questions.ask(site, sitting.commune.pk, "Tiến độ", by=sitting.meeting.secretary.person)


def _asked_last() -> int:
    return QuestionRequest.objects.order_by("-pk").values_list("pk", flat=True).first() or 1


def knocking(sitting: Sitting) -> User:
    """Somebody who waits at the door."""
    stranger: User = UserFactory(full_name="Người Đang Chờ")
    lobby.knock(stranger, sitting.department)
    return stranger


def inside(sitting: Sitting) -> User:
    """Somebody who is in the room."""
    person: User = UserFactory(full_name="Người Trong Phòng")
    attendance.join(sitting.department, person=person, carry_media=False)
    return person


SENT: dict[str, Callable[[Sitting], dict[str, Any]]] = {
    "view": lambda sitting: {"wall": {"wall1": sitting.commune.pk}},
    "board.follow": lambda sitting: {"on": True},
    "stat": lambda sitting: {"loss": 0, "rtt_ms": 20, "jitter_ms": 3},
    "line.measure": lambda sitting: {},
    "mute": lambda sitting: {"source": "camera", "muted": True},
    "media.take": lambda sitting: {},
    "chat.send": lambda sitting: {"key": str(uuid.uuid4()), "text": "Chào các điểm cầu"},
    "consultation.open": _sites_to_consult,
    "consultation.gather": _agency_to_gather,
    "consultation.enter": lambda sitting: {"consultation": _consultation(sitting).pk},
    "consultation.leave": lambda sitting: {},
    "consultation.announce": lambda sitting: {"consultation": _consultation(sitting).pk},
    "consultation.extend": lambda sitting: {"consultation": _consultation(sitting).pk},
    "consultation.recall": lambda sitting: {"consultation": _consultation(sitting).pk},
    "attachment.search": lambda sitting: {},
    "attachment.ask": lambda sitting: {"site": _other_meeting(sitting).pk},
    "attachment.invite": lambda sitting: {"site": _other_meeting(sitting) and sitting.department.pk},
    "attachment.accept": lambda sitting: {"attachment": _asks_to_be_attached(sitting)},
    "attachment.end": lambda sitting: {"attachment": _asks_to_be_attached(sitting)},
    "attachment.speak": _attached_as_guest,
    "chat.remove": lambda sitting: {"message": _written(sitting)},
    "chat.close": lambda sitting: {"closed": False},
    "floor.request": lambda sitting: {},
    "floor.withdraw": lambda sitting: {},
    "layout.set": lambda sitting: {"kind": "floor"},
    "programme.set": lambda sitting: {"site": None},
    "discussion.set": lambda sitting: {"free": False},
    "meeting.open": lambda sitting: {},
    "item.open": lambda sitting: {"item": sitting.items[0].pk},
    "floor.next": lambda sitting: {"request": _waiting(sitting).pk},
    "floor.recall": lambda sitting: {},
    "floor.decline": lambda sitting: {},
    "floor.grant": lambda sitting: {"site": sitting.main.pk},
    "floor.accept": lambda sitting: {},
    "floor.extend": lambda sitting: {},
    "floor.pause": lambda sitting: {"on": True},
    "queue.move": lambda sitting: {"request": _waiting(sitting).pk, "before": None},
    "queue.sort": lambda sitting: {"by": "level"},
    "floor.refuse": lambda sitting: {"request": _waiting(sitting).pk},
    "question.ask": lambda sitting: {"target": MeetingSiteFactory(meeting=sitting.meeting).pk, "topic": "Tiến độ"},
    "question.withdraw": lambda sitting: {"question": _asked_last()},
    "question.call": lambda sitting: {"question": _question(sitting).pk, "part": "question"},
    "question.close": lambda sitting: {"question": _question(sitting).pk, "done": True},
    "floor.end": lambda sitting: {},
    "content.share": lambda sitting: {"on": True},
    "document.open": lambda sitting: {"version": _tabled_version(sitting)},
    "document.page": lambda sitting: {"page": 1},
    "pointer.move": lambda sitting: {"page": 1, "points": [5000, 2500]},
    "ink.draw": lambda sitting: {"key": str(uuid.uuid4()), "page": 1, "colour": "red", "points": [1, 2, 30, 40]},
    "ink.undo": lambda sitting: {"page": 1},
    "ink.clear": lambda sitting: {"page": 1},
    "reaction.send": lambda sitting: {"kind": "agree"},
    "caption.post": lambda sitting: {"text": "Chủ tọa khai mạc"},
    "offer": lambda sitting: {"connection": "send", "sdp": "v=0", "kinds": []},
    "recording.start": lambda sitting: {},
    "recording.note": lambda sitting: {"recording": 1, "notice": 1},
    "recording.stop": lambda sitting: {},
    "roll_call.open": _head_has_a_vote,
    "roll_call.arrive": _with_check_in_open,
    "poll.create": lambda sitting: {"key": str(uuid.uuid4()), "question": "Đồng ý không?"},
    "poll.ready": lambda sitting: _poll(sitting, state="prepared"),
    "ballot.ready": lambda sitting: _poll(sitting, state="ready"),
    "poll.open": lambda sitting: _poll(sitting, state="ready"),
    "ballot.cast": lambda sitting: {**_poll(sitting, state="open"), "key": str(uuid.uuid4()), "choice": "agree"},
    "ballot.enter": _by_hand,
    "poll.pause": lambda sitting: _poll(sitting, state="open"),
    "poll.close": lambda sitting: _poll(sitting, state="open"),
    "poll.publish": lambda sitting: _poll(sitting, state="closed"),
    "poll.annul": lambda sitting: {**_poll(sitting, state="prepared"), "reason": "Chưa rõ"},
    "roll_call.leave": lambda sitting: {},
    "roll_call.close": lambda sitting: {},
    "role.set": lambda sitting: {"person": sitting.head.pk, "role": "member"},
    "chair.hand": lambda sitting: {"person": sitting.meeting.chair.person_id},
    "chair.take": lambda sitting: {},
    "lobby.admit": lambda sitting: {},
    "lobby.refuse": lambda sitting: {"person": knocking(sitting).pk},
    "lock.set": lambda sitting: {"locked": False},
    "person.remove": lambda sitting: {"person": inside(sitting).pk, "reason": "Không thuộc thành phần họp kín."},
    "meeting.end": lambda sitting: {},
}
"""In this order, in one sitting per role."""
