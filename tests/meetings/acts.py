"""What people do in a room, for test_room_follows: each act is who says which message with what.

Each list is in an order in which most of its acts succeed; at random many are refused, which is harmless. A new request
of the protocol gets a line in one of the lists, or a list of its own in ``ACTS``.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from documents import announcing, publishing
from documents.models import Paper, PaperVersion
from meetings import agenda, invitations
from meetings.models import (
    Attendee,
    ChatMessage,
    Consultation,
    Poll,
    PollSeat,
    QuestionRequest,
    SpeechRequest,
    TabledPaper,
)
from tests.city import City
from tests.factories import AttendeeFactory, PaperVersionFactory
from tests.meetings.room import Sitting
from tests.meetings.voters import seat_members

Said = tuple[str, str, dict[str, Any]]
"""Who says it, the type of the message, its fields."""


@dataclass
class Stage:
    """The meeting as the acts find it, and chance. ``sites``: by who sits there."""

    city: City
    sitting: Sitting
    seed: int
    in_order: bool = True
    """The acts come in their order, so the newest row is meant."""
    sites: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        seat_members(self.city, self.sitting)
        AttendeeFactory(site=self.sitting.commune, appointment=self.city["invited_officer"])
        version = PaperVersionFactory(conversion="ready", page_count=9, paper__state="published")
        TabledPaper.objects.create(item=self.sitting.items[0], paper=version.paper)
        self.sites = {
            "chair": self.sitting.main.pk,
            "secretary": self.sitting.main.pk,
            "commune": self.sitting.commune.pk,
            "clerk": self.sitting.commune.pk,
            "department": self.sitting.department.pk,
        }

    def either(self, *values: Any) -> Any:
        """One of them."""
        return self.random.choice(values)

    def any(self, model: Any, **filters: Any) -> int:
        """The number of a row of this meeting; 1 when there is none."""
        known = model.objects.filter(**{"meeting": self.sitting.meeting, **filters}).order_by("pk")
        return int(self.random.choice(list(known.values_list("pk", flat=True)) or [1]))

    def latest(self, model: Any) -> int:
        """The number of the newest row of this meeting; at random, mostly."""
        newest = model.objects.filter(meeting=self.sitting.meeting).order_by("pk").last()
        meant = self.in_order or self.random.random() < 0.8
        return newest.pk if newest and meant else self.any(model)

    def person(self, who: str) -> int:
        """The number of a person of the city."""
        return self.city.person(who).pk

    def seat(self) -> int:
        """Somebody's seat in a vote."""
        seats = PollSeat.objects.filter(poll__meeting=self.sitting.meeting).order_by("pk")
        return int(self.random.choice(list(seats.values_list("pk", flat=True)) or [1]))


Act = Callable[[Stage], Said]


def _by(who: str, type: str, **fields: Any) -> Act:
    return lambda stage: (
        who,
        type,
        {name: value(stage) if callable(value) else value for name, value in fields.items()},
    )


def _key(_stage: Stage) -> str:
    return str(uuid.uuid4())


def _version(stage: Stage) -> int:
    tabled = PaperVersion.objects.filter(paper__tablings__item__meeting=stage.sitting.meeting).order_by("pk")
    return int(stage.random.choice(list(tabled.values_list("pk", flat=True))))


def _request(stage: Stage) -> int:
    return stage.any(SpeechRequest)


def _question(stage: Stage) -> int:
    return stage.any(QuestionRequest)


def _poll(stage: Stage) -> int:
    return stage.latest(Poll)


def _consultation(stage: Stage) -> int:
    return stage.latest(Consultation)


def _attendee(stage: Stage) -> int:
    return stage.any(Attendee)


def _of(who: str) -> Callable[[Stage], int]:
    return lambda stage: stage.sites[who]


def _person(who: str) -> Callable[[Stage], int]:
    return lambda stage: stage.person(who)


def _one_of(*values: Any) -> Callable[[Stage], Any]:
    return lambda stage: stage.either(*values)


FLOOR = [
    _by("commune", "floor.request", minutes=_one_of(None, 2), topic=_one_of("", "Thoát nước")),
    _by("department", "floor.request"),
    _by("department", "floor.request", kind="order"),
    _by("chair", "queue.sort", by=_one_of("arrival", "level", "least-heard")),
    _by("chair", "queue.move", request=_request, before=lambda stage: stage.either(None, _request(stage))),
    _by("chair", "floor.next"),
    _by("department", "floor.decline"),
    _by("chair", "floor.grant", site=_of("commune")),
    _by("chair", "floor.recall"),
    _by("chair", "floor.grant", site=_of("commune")),
    _by("commune", "floor.accept"),
    _by("secretary", "floor.extend"),
    _by("chair", "floor.pause", on=True),
    _by("chair", "floor.pause", on=False),
    _by("commune", "floor.end"),
    _by("chair", "floor.next", request=_request),
    _by("department", "floor.accept"),
    _by("chair", "floor.grant", site=_of("chair")),
    _by("secretary", "floor.end"),
    _by("commune", "floor.request"),
    _by("commune", "floor.withdraw"),
    _by("department", "floor.request"),
    _by("chair", "floor.refuse", request=_request, reason="Hết giờ"),
]
QUESTIONS = [
    _by("commune", "question.ask", target=_of("department"), topic=_one_of("Tiến độ", "Kinh phí")),
    _by("department", "question.ask", target=_of("commune"), topic="Kinh phí"),
    _by("chair", "question.call", question=_question, part="question"),
    _by("commune", "floor.accept"),
    _by("chair", "question.call", question=_question, part="answer"),
    _by("department", "floor.accept"),
    _by("chair", "question.close", question=_question, done=_one_of(True, False)),
    _by("commune", "question.withdraw", question=_question),
]
VOTES = [
    _by("secretary", "roll_call.open"),
    _by("commune", "roll_call.arrive"),
    _by("department", "roll_call.arrive"),
    _by("secretary", "roll_call.arrive", attendee=_attendee),
    _by("secretary", "poll.create", key=_key, question="Thông qua?", kind="secret", quorum="none"),
    _by("chair", "poll.ready", poll=_poll),
    _by("commune", "ballot.ready", poll=_poll),
    _by("chair", "poll.open", poll=_poll),
    _by("commune", "ballot.cast", poll=_poll, key=_key, choice=_one_of("agree", "disagree")),
    _by("chair", "poll.pause", poll=_poll),
    _by("chair", "poll.open", poll=_poll),
    _by("chair", "ballot.cast", poll=_poll, key=_key, choice="other", text="Cần làm rõ"),
    _by("chair", "poll.close", poll=_poll),
    _by("chair", "poll.publish", poll=_poll),
    _by("secretary", "poll.create", key=_key, question="Sửa?", may_change=True, quorum="none"),
    _by("chair", "poll.open", poll=_poll),
    _by("department", "ballot.cast", poll=_poll, key=_key, choice=_one_of("agree", "disagree")),
    _by("secretary", "ballot.enter", poll=_poll, seat=Stage.seat, choice="agree", witness=_attendee),
    _by("chair", "poll.annul", poll=_poll, reason="Hỏi nhầm"),
    _by("commune", "roll_call.leave"),
    _by("secretary", "roll_call.leave", attendee=_attendee),
    _by("secretary", "roll_call.close"),
]
PAPERS = [
    _by("secretary", "meeting.open"),
    _by("secretary", "item.open", item=lambda stage: stage.sitting.items[0].pk),
    _by("secretary", "document.page", page=_one_of(2, 3, 4)),
    _by("chair", "document.open", version=_version, page=5),
    _by("chair", "document.page", page=_one_of(6, 7)),
    _by("chair", "pointer.move", page=5, points=[10, 10]),
    _by("chair", "ink.draw", key=_key, page=_one_of(5, 6), colour="red", points=[10, 10, 20, 20]),
    _by("chair", "ink.draw", key=_key, page=5, colour="red", points=[30, 10, 20, 20]),
    _by("chair", "ink.undo", page=5),
    _by("chair", "ink.clear", page=_one_of(5, None)),
    _by("commune", "reaction.send", kind="agree"),
    _by("chair", "content.share", on=True),
    _by("chair", "content.share", on=False),
    _by("secretary", "document.open", version=None),
    _by("secretary", "item.open", item=lambda stage: stage.sitting.items[1].pk),
    _by("chair", "discussion.set", free=False),
    _by("chair", "discussion.set", free=True),
]
DIRECTION = [
    _by("secretary", "layout.set", kind="floor_chair"),
    _by("secretary", "programme.set", site=_of("commune")),
    _by("secretary", "layout.set", kind="wall", size=4, every_s=5),
    _by("secretary", "layout.set", kind="wall", size=4, sites=lambda stage: [stage.sites["commune"]]),
    _by("secretary", "programme.set", site=None),
    _by("secretary", "layout.set", kind="free"),
]
CHAT = [
    _by("commune", "chat.send", key=_key, text="Điểm cầu chúng tôi nghe rõ."),
    _by("clerk", "chat.send", key=_key, text="Xin tài liệu.", channel="agency"),
    _by("department", "chat.send", key=_key, text="Xin gặp thư ký.", channel="secretary"),
    _by("secretary", "chat.remove", message=lambda stage: stage.any(ChatMessage), reason="Nhầm"),
    _by("secretary", "caption.post", text="Đề nghị các điểm cầu cho ý kiến."),
    _by("secretary", "chat.close", closed=True),
    _by("commune", "chat.send", key=_key, text="Có ai không?"),
    _by("secretary", "chat.close", closed=False),
]
MARKS = [
    _by("commune", "mute", source="camera", muted=_one_of(False, False, True)),
    _by("commune", "mute", source="microphone", muted=False),
    _by("clerk", "mute", source="microphone", muted=False),
    _by("commune", "stat", loss=_one_of(0.0, 0.08, 0.3), rtt_ms=40, jitter_ms=2),
    _by("clerk", "media.take"),
    _by("commune", "media.take"),
    _by("secretary", "board.follow", on=True),
    _by("department", "view", wall={}, hidden=["floor"]),
]
SEATS = [
    _by("secretary", "lock.set", locked=True),
    _by("officer", "hello", version=1),
    _by("secretary", "lobby.refuse", person=_person("invited_officer"), reason="Chưa đến giờ"),
    _by("secretary", "lobby.admit", person=_person("invited_officer")),
    _by("officer", "hello", version=1),
    _by("secretary", "person.remove", person=_person("invited_officer"), reason="Họp kín"),
    _by("secretary", "lobby.admit"),
    _by("officer", "bye"),
    _by("secretary", "lock.set", locked=False),
    _by("chair", "chair.hand", person=_person("invited_head")),
    _by("commune", "floor.grant", site=_of("department")),
    _by("chair", "chair.take"),
    _by("secretary", "role.set", person=_person("department_head"), role=_one_of("observer", "invited")),
    _by("secretary", "role.set", person=_person("department_head"), role="member"),
]
CONSULTATIONS = [
    _by("department", "consultation.open", kind="group", sites=lambda stage: [stage.sites["commune"]], name="Số liệu"),
    _by("commune", "consultation.enter", consultation=_consultation),
    _by("chair", "consultation.announce", consultation=_consultation),
    _by("department", "consultation.extend", consultation=_consultation, minutes=5),
    _by("commune", "consultation.leave"),
    _by("commune", "consultation.enter", consultation=_consultation),
    _by("chair", "consultation.recall", seconds=0),
]
OUTSIDE = [
    _by("secretary", "+item"),
    _by("secretary", "+paper"),
    _by("secretary", "+site"),
    _by("secretary", "-paper"),
]
"""What is done on other pages."""

ACTS: dict[str, list[Act]] = {
    "papers": PAPERS,
    "direction": DIRECTION,
    "chat": CHAT,
    "floor": FLOOR,
    "questions": QUESTIONS,
    "votes": VOTES,
    "marks": MARKS,
    "seats": SEATS,
    "consultations": CONSULTATIONS,
    "outside": OUTSIDE,
}
END: Act = _by("secretary", "meeting.end")


def elsewhere(stage: Stage, what: str) -> None:
    """An act of ``OUTSIDE``."""
    city, meeting = stage.city, stage.sitting.meeting
    match what:
        case "+item":
            agenda.add_item(city["secretary"], meeting, agenda.Point(title=f"Nội dung {uuid.uuid4().hex[:4]}"))
        case "+paper":
            version = PaperVersionFactory(conversion="ready", page_count=8, paper__state="published")
            TabledPaper.objects.create(item=stage.sitting.items[1], paper=version.paper)
            announcing.paper_changed(version.paper_id)
        case "-paper":
            publishing.take_back(Paper.objects.filter(tablings__item=stage.sitting.items[1]))
        case "+site":
            units = [city.department, city.commune, city.other_commune]
            invitations.add_lines(city["secretary"], meeting, units)
