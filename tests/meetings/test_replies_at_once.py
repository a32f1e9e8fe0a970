"""Replies at the very moment in which something else is said of the same place."""

from collections.abc import Callable

import pytest

from eoffice.audit.models import Entry
from eoffice.errors import UserError
from meetings import excusing, replying, roll_call, substitutes
from meetings.models import AbsenceRequest, Attendee, CheckIn, Reply, Role
from tests.city import City, build_city
from tests.factories import AttendeeFactory
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Play:
    """A sitting meeting; the head of the commune is a member."""

    def __init__(self) -> None:
        self.city: City = build_city()
        self.sitting: Sitting = build_sitting(self.city)
        roll_call.open_roll_call(self.city["secretary"], self.sitting.meeting)
        self.row: Attendee = AttendeeFactory(
            site=self.sitting.commune, appointment=self.city["invited_head"], role=Role.MEMBER
        )

    def accept(self) -> object:
        return replying.accept(self.city["invited_head"], self.row)

    def decline(self) -> object:
        return replying.decline(self.city["invited_head"], self.row, reason="Ốm")

    def send(self) -> object:
        return substitutes.send(self.city["invited_head"], self.row, self.city["invited_officer"], reason="Ốm")

    def now(self) -> Attendee:
        return Attendee.objects.get(pk=self.row.pk)


def codes(raised: list[BaseException]) -> set[str]:
    assert all(isinstance(error, UserError) for error in raised), raised
    return {error.code for error in raised if isinstance(error, UserError)}


def both(*acts: Callable[[], object]) -> set[str]:
    return codes(at_once(*acts))


def test_double_taps_say_it_once_and_two_answers_leave_one(transactional_db: None) -> None:
    play = Play()
    assert both(play.decline, play.decline, play.decline) == set()
    assert AbsenceRequest.objects.count() == 1
    assert Entry.objects.filter(action="meeting.reply_declined").count() == 1
    assert both(play.accept, play.accept) == set()
    assert Entry.objects.filter(action="meeting.reply_accepted").count() == 1
    assert both(play.accept, play.decline) == set()
    waits = AbsenceRequest.objects.filter(state=AbsenceRequest.State.WAITING).exists()
    assert waits == (play.now().reply == Reply.DECLINED)


@pytest.mark.parametrize(("other", "becomes"), [("accept", "ACCEPTED"), ("send", "DELEGATED")])
def test_the_chair_agrees_while_the_member_comes_after_all_or_sends_somebody(
    transactional_db: None, other: str, becomes: str
) -> None:
    play = Play()
    play.decline()
    asked = AbsenceRequest.objects.get()
    grant = lambda: excusing.decide(play.city["chair"], asked, granted=True)  # noqa: E731
    assert both(grant, getattr(play, other)) <= {"absence-decided"}
    row = play.now()
    assert not row.excused
    assert row.partstat == becomes


def test_nobody_is_there_and_absent_at_once(transactional_db: None) -> None:
    play = Play()
    arrive = lambda: roll_call.check_in(play.sitting.meeting, by=play.row.person)  # noqa: E731
    assert both(play.decline, arrive) <= {"checked-in"}
    assert CheckIn.objects.filter(attendee=play.row).exists()
    assert play.now().reply == Reply.NONE
    assert not AbsenceRequest.objects.filter(state=AbsenceRequest.State.WAITING).exists()
