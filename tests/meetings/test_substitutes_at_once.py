"""Sending a substitute at the very moment in which something else happens to the same place."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.errors import UserError
from eoffice.notifications.models import Notification
from meetings import balloting, roll_call, substitutes, voting
from meetings.models import Attendee, Ballot, CheckIn, Poll, Role, Substitution
from meetings.tasks import hand_over_places
from tests.city import City, build_city
from tests.factories import AttendeeFactory
from tests.meetings import voters
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 3


class Play:
    """A sitting meeting whose type lets substitutes vote; the head of the commune is a member."""

    def __init__(self) -> None:
        self.city: City = build_city()
        self.sitting: Sitting = build_sitting(self.city)
        self.sitting.meeting.type.substitutes_vote = True
        self.sitting.meeting.type.save()
        self.officer = self.city.person("invited_officer")
        roll_call.open_roll_call(self.city["secretary"], self.sitting.meeting)
        self.absent: Attendee = AttendeeFactory(
            site=self.sitting.commune, appointment=self.city["invited_head"], role=Role.MEMBER
        )

    def send(self, to: str = "invited_officer") -> Callable[[], object]:
        return lambda: substitutes.send(
            self.city["invited_head"], Attendee.objects.get(pk=self.absent.pk), self.city[to], reason="Ốm"
        )

    def take_back(self) -> object:
        substitutes.take_back(self.city["secretary"], Substitution.objects.get(ended_at__isnull=True))
        return None


@pytest.fixture
def play(transactional_db: None) -> Play:
    return Play()


def codes(raised: list[BaseException]) -> set[str]:
    assert all(isinstance(error, UserError) for error in raised), raised
    return {error.code for error in raised if isinstance(error, UserError)}


def test_two_clicks_and_another_person_send_one(play: Play) -> None:
    raised = at_once(play.send(), play.send(), play.send("invited_clerk"))
    assert codes(raised) <= {"has-substitute"}
    assert Substitution.objects.count() == 1
    assert Notification.objects.filter(kind="meeting.substitute").count() == 1


def test_two_clicks_take_back_once(play: Play) -> None:
    play.send()()
    substitution = Substitution.objects.get()
    acts = [lambda: substitutes.take_back(play.city["secretary"], substitution)] * 3
    assert at_once(*acts) == []
    assert Notification.objects.filter(kind="meeting.substitute_ended").count() == 1


def test_who_checks_in_is_not_absent_at_the_same_moment(play: Play) -> None:
    for _again in range(TIMES):
        raised = at_once(play.send(), lambda: roll_call.check_in(play.sitting.meeting, by=play.absent.person))
        assert codes(raised) in ({"has-substitute"}, {"checked-in"})
        sent = Substitution.objects.filter(ended_at__isnull=True).exists()
        assert sent != CheckIn.objects.filter(attendee=play.absent).exists()
        if sent:
            play.take_back()
        CheckIn.objects.all().delete()


def test_a_vote_opened_at_that_moment_has_one_seat_for_the_place(play: Play) -> None:
    for _again in range(TIMES):
        poll = voters.ask(play.city, play.sitting, quorum="none")
        assert (
            at_once(play.send(), lambda p=poll: voting.open_poll(play.city["chair"], play.sitting.meeting, p.pk)) == []
        )
        seats = {(seat.person_id, seat.stands_for) for seat in Poll.objects.get(pk=poll.pk).seats.all()}
        assert seats == {(play.city.person("chair").pk, ""), (play.officer.pk, "Hoàng Ba Đình")}
        play.take_back()
        voters.count(play.city, play.sitting, poll)


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_a_ballot_cast_while_the_substitute_is_taken_back_counts_once_or_not(play: Play, kind: str) -> None:
    for _again in range(TIMES):
        play.send()()
        roll_call.check_in(play.sitting.meeting, by=play.officer)
        poll = voters.put(play.city, play.sitting, quorum="none", kind=kind)

        def cast(poll: Poll = poll) -> object:
            return balloting.cast(
                poll.meeting_id, poll.pk, person=play.officer, choice="agree", text="", key=uuid.uuid4()
            )

        raised = at_once(cast, play.take_back)
        assert codes(raised) <= {"no-vote"}
        closed = voters.count(play.city, play.sitting, poll)
        assert closed.members == 2
        assert closed.cast == (0 if raised else 1)
        assert Ballot.objects.filter(seat__poll=poll).count() == (closed.cast if kind == "open" else 0)


def test_when_the_part_of_a_substitute_begins_one_of_the_two_casts_the_ballot_of_the_place(play: Play) -> None:
    meeting, head = play.sitting.meeting, play.absent.person
    soon = timezone.now() + dt.timedelta(minutes=5)
    meeting.starts_at, meeting.ends_at = timezone.now() - dt.timedelta(hours=1), soon + dt.timedelta(hours=1)
    meeting.save()
    roll_call.check_in(meeting, by=head)
    for _again in range(TIMES):
        by, absent = play.city["invited_head"], Attendee.objects.get(pk=play.absent.pk)
        part = substitutes.send(by, absent, play.city["invited_officer"], reason="Ốm", starts_at=soon)
        poll = voters.put(play.city, play.sitting, quorum="none")
        Substitution.objects.filter(pk=part.pk).update(starts_at=timezone.now())  # now it is time

        def cast(person: User, poll: Poll = poll) -> object:
            return balloting.cast(poll.meeting_id, poll.pk, person=person, choice="agree", text="", key=uuid.uuid4())

        raised = at_once(lambda: cast(head), lambda: cast(play.officer), hand_over_places)
        assert codes(raised) <= {"no-vote", "not-checked-in", "has-substitute"}
        if not Ballot.objects.filter(seat__poll=poll).exists():  # nobody was there yet
            roll_call.check_in(meeting, by=play.officer)
            cast(play.officer)
        assert Attendee.objects.get(pk=play.absent.pk).substitute is not None
        assert voters.count(play.city, play.sitting, poll).cast == 1
        assert Ballot.objects.filter(seat__poll=poll).count() == 1
        play.take_back()
        roll_call.check_in(meeting, by=head)
