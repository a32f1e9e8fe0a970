"""Votes: who puts a question, who may vote, what is counted, and what nobody may do."""

import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eoffice.audit.models import Entry
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from meetings import balloting, conduct, roll_call, tally, voting
from meetings.models import Ballot, Meeting, Poll
from meetings.poll_state import state_of, voting_state
from tests.city import City, build_city
from tests.meetings.room import Sitting, build_sitting
from tests.meetings.voters import all_arrive, ask, cast, count, put, seat_members

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> City:
    return build_city()


@pytest.fixture
def members(city: City, sitting: Sitting) -> list[Any]:
    """Four seats with a vote, all of them there."""
    people = seat_members(city, sitting)
    all_arrive(city, sitting, people)
    return people


# --- the question -------------------------------------------------------------------------------------


def test_the_secretary_prepares_a_question_that_only_leaders_see(city: City, sitting: Sitting, members: Any) -> None:
    poll = ask(city, sitting)
    assert [p.id for p in voting_state(sitting.meeting, city.person("chair"), leads=True).polls] == [poll.pk]
    assert voting_state(sitting.meeting, members[1], leads=False).polls == ()


def test_preparing_twice_with_one_key_makes_one(city: City, sitting: Sitting) -> None:
    key = uuid.uuid4()
    for _again in range(2):
        voting.prepare(city["secretary"], sitting.meeting, voting.Question("Đồng ý không?"), key=key)
    assert Poll.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"question": "   "}, "question-missing"),
        ({"question": "a" * 501}, "question-too-long"),
        ({"question": "Gì?", "item": 10**9}, "no-such-item"),
        ({"question": "Gì?", "kind": "secret", "may_change": True}, "secret-stays"),
    ],
)
def test_what_is_no_question(city: City, sitting: Sitting, asked: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as refused:
        voting.prepare(city["secretary"], sitting.meeting, voting.Question(**asked), key=uuid.uuid4())
    assert refused.value.code == code


def test_members_do_not_put_questions(city: City, sitting: Sitting, members: Any) -> None:
    poll = ask(city, sitting)
    for act in (voting.check_ready, voting.open_poll, voting.pause, voting.close, voting.publish):
        with pytest.raises(NotAllowed):
            act(city["invited_head"], sitting.meeting, poll.pk)
    with pytest.raises(NotAllowed):
        voting.prepare(city["invited_head"], sitting.meeting, voting.Question("Gì?"), key=uuid.uuid4())


def test_a_question_that_was_put_is_not_changed(city: City, sitting: Sitting, members: Any) -> None:
    poll = ask(city, sitting)
    changed = voting.edit(city["secretary"], poll, voting.Question("Câu khác?"), version=poll.version)
    with pytest.raises(Conflict, match="changed-meanwhile"):
        voting.edit(city["secretary"], poll, voting.Question("Câu thứ ba?"), version=poll.version)
    voting.check_ready(city["chair"], sitting.meeting, poll.pk)
    with pytest.raises(Conflict, match="already-put"):
        voting.edit(city["secretary"], poll, voting.Question("Muộn rồi?"), version=changed.version + 1)


# --- opening ------------------------------------------------------------------------------------------


def test_no_vote_before_the_meeting_sits(city: City) -> None:
    sitting = build_sitting(city, state=Meeting.State.INVITED)
    with pytest.raises(Conflict, match="meeting-not-open"):
        voting.check_ready(city["chair"], sitting.meeting, ask(city, sitting).pk)


def test_no_vote_without_quorum(city: City, sitting: Sitting) -> None:
    people = seat_members(city, sitting)
    all_arrive(city, sitting, people[:2])
    poll = ask(city, sitting)
    with pytest.raises(Conflict) as refused:
        voting.open_poll(city["chair"], sitting.meeting, poll.pk)
    assert refused.value.code == "no-quorum"
    assert "2 trong 4" in str(refused.value.message)
    roll_call.check_in(sitting.meeting, by=people[2])
    opened = voting.open_poll(city["chair"], sitting.meeting, poll.pk)
    assert (opened.members, opened.present_at_opening) == (4, 3)


def test_media_presence_is_not_attendance(city: City, sitting: Sitting) -> None:
    from meetings import attendance

    for person in seat_members(city, sitting):
        attendance.join(sitting.main, person=person, carry_media=False)
    with pytest.raises(Conflict, match="no-quorum"):
        put(city, sitting)


def test_no_vote_where_nobody_has_one(city: City, sitting: Sitting) -> None:
    sitting.meeting.attendees.all().delete()
    with pytest.raises(Conflict, match="nobody-votes"):
        put(city, sitting, quorum="none")


def test_one_question_at_a_time(city: City, sitting: Sitting, members: Any) -> None:
    put(city, sitting)
    with pytest.raises(Conflict, match="another-poll"):
        voting.check_ready(city["chair"], sitting.meeting, ask(city, sitting, "Câu thứ hai?").pk)


def test_the_ready_check_opens_check_in_and_saying_ready_checks_in(city: City, sitting: Sitting) -> None:
    people = seat_members(city, sitting)
    poll = voting.check_ready(city["chair"], sitting.meeting, ask(city, sitting).pk)
    for person in people[:3]:
        for _twice in range(2):
            balloting.declare_ready(sitting.meeting.pk, poll.pk, person=person)
    turnout = state_of(poll).turnout
    assert (turnout.members, turnout.present, turnout.ready, turnout.cast) == (4, 3, 3, 0)


# --- voting -------------------------------------------------------------------------------------------


def test_an_open_vote_from_question_to_result(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting)
    for person, choice in zip(members, ("agree", "agree", "agree", "other"), strict=True):
        cast(poll, person, choice, "Đề nghị làm rõ kinh phí" if choice == "other" else "")
    closed = count(city, sitting, poll)
    assert (closed.agreed, closed.disagreed, closed.others, closed.passed) == (3, 0, 1, True)
    assert state_of(closed).result is None
    assert state_of(closed, leads=True).result
    published = voting.publish(city["chair"], sitting.meeting, poll.pk)
    result = state_of(published).result
    assert result
    assert (result.counted_on, result.needed) == (4, 3)
    assert Ballot.objects.get(choice="other").text == "Đề nghị làm rõ kinh phí"


def test_nothing_but_turnout_is_told_before_publishing(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting)
    cast(poll, members[0], "disagree")
    for leads in (False, True):
        told = state_of(Poll.objects.get(pk=poll.pk), leads=leads)
        assert told.result is None
        assert told.turnout.cast == 1


@pytest.mark.parametrize("role", ["secretary", "organiser_clerk", "invited_officer", "outsider"])
def test_who_has_no_seat_has_no_vote(city: City, sitting: Sitting, members: Any, role: str) -> None:
    poll = put(city, sitting)
    with pytest.raises(NotAllowed, match="no-vote"):
        cast(poll, city.person(role))


def test_who_is_not_there_does_not_vote(city: City, sitting: Sitting) -> None:
    people = seat_members(city, sitting)
    all_arrive(city, sitting, people[:3])
    poll = put(city, sitting)
    with pytest.raises(NotAllowed, match="not-checked-in"):
        cast(poll, people[3])
    roll_call.check_in(sitting.meeting, by=people[3])
    cast(poll, people[3])
    closed = count(city, sitting, poll)
    assert (closed.present_at_opening, closed.present, closed.agreed) == (3, 4, 1)


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_sending_again_votes_once(city: City, sitting: Sitting, members: Any, kind: str) -> None:
    poll = put(city, sitting, kind=kind)
    key = uuid.uuid4()
    for _again in range(3):
        cast(poll, members[0], "agree", key=key)
    assert count(city, sitting, poll).cast == 1


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_a_second_ballot_of_one_seat_is_refused(city: City, sitting: Sitting, members: Any, kind: str) -> None:
    poll = put(city, sitting, kind=kind)
    cast(poll, members[0], "agree")
    with pytest.raises(Conflict, match="already-voted"):
        cast(poll, members[0], "disagree")
    assert count(city, sitting, poll).agreed == 1


def test_a_change_of_mind_where_the_rule_allows_it(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting, may_change=True)
    cast(poll, members[0], "agree")
    cast(poll, members[0], "disagree")
    closed = count(city, sitting, poll)
    assert (closed.agreed, closed.disagreed) == (0, 1)


def test_no_other_opinion_where_there_is_none(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting, with_other=False)
    with pytest.raises(UserError, match="no-other"):
        cast(poll, members[0], "other", "Khác")


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_an_opinion_may_not_be_endless(city: City, sitting: Sitting, members: Any, kind: str) -> None:
    poll = put(city, sitting, kind=kind)
    with pytest.raises(UserError, match="text-too-long"):
        cast(poll, members[0], "other", "dài " * 500)
    assert not poll.seats.filter(voted=True).exists()


def test_nobody_votes_while_it_is_paused_or_over(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting)
    voting.pause(city["chair"], sitting.meeting, poll.pk)
    with pytest.raises(Conflict, match="paused"):
        cast(poll, members[0])
    voting.open_poll(city["chair"], sitting.meeting, poll.pk)
    cast(poll, members[0])
    count(city, sitting, poll)
    with pytest.raises(Conflict, match="not-open"):
        cast(poll, members[1])


def test_a_question_not_put_does_not_exist_for_voters(city: City, sitting: Sitting, members: Any) -> None:
    with pytest.raises(NotFound):
        cast(ask(city, sitting), members[0])


# --- by hand ------------------------------------------------------------------------------------------


def by_hand(city: City, sitting: Sitting, poll: Poll, seat_of: Any, witness_role: str, choice: str = "agree") -> Ballot:
    return balloting.enter(
        city["secretary"],
        sitting.meeting,
        poll.pk,
        seat_id=poll.seats.get(person=seat_of).pk,
        choice=choice,
        text="",
        witness_id=sitting.meeting.attendees.get(person=city.person(witness_role)).pk,
    )


def test_the_secretary_enters_a_show_of_hands_with_a_witness(city: City, sitting: Sitting) -> None:
    people = seat_members(city, sitting)
    all_arrive(city, sitting, people[:3])
    poll = put(city, sitting)
    for _again in range(2):
        ballot = by_hand(city, sitting, poll, people[3], "department_head")
    assert ballot.entered_by == city["secretary"]
    assert ballot.witness == "Đỗ Giám Đốc"
    assert poll.seats.get(person=people[3]).present
    entry = Entry.objects.get(action="poll.ballot_entered")
    assert "agree" not in str(entry.detail)
    with pytest.raises(Conflict, match="already-voted"):
        by_hand(city, sitting, poll, people[3], "department_head", "disagree")


@pytest.mark.parametrize("witness", ["secretary", "invited_head"])
def test_neither_the_voter_nor_the_writer_is_a_witness(
    city: City, sitting: Sitting, members: Any, witness: str
) -> None:
    poll = put(city, sitting)
    with pytest.raises(UserError, match="no-witness"):
        by_hand(city, sitting, poll, members[1], witness)


def test_nobody_enters_a_secret_ballot_for_another(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting, kind="secret")
    with pytest.raises(Conflict, match="secret-by-hand"):
        by_hand(city, sitting, poll, members[1], "chair")


# --- the end ------------------------------------------------------------------------------------------


def test_the_end_of_the_meeting_counts_what_is_open(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting, kind="secret")
    cast(poll, members[0])
    conduct.end_meeting(city["chair"], sitting.meeting)
    poll.refresh_from_db()
    assert (poll.state, poll.agreed, poll.closed_by) == ("closed", 1, None)
    sitting.meeting.refresh_from_db()
    assert voting.publish(city["chair"], sitting.meeting, poll.pk).state == "published"


def test_a_vote_is_called_off_with_a_reason(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting)
    with pytest.raises(UserError, match="reason-missing"):
        voting.annul(city["chair"], sitting.meeting, poll.pk, reason=" ")
    voting.annul(city["chair"], sitting.meeting, poll.pk, reason="Câu hỏi chưa rõ")
    assert voting_state(sitting.meeting, members[0], leads=False).polls == ()
    with pytest.raises(Conflict, match="not-open"):
        cast(poll, members[0])


def test_a_published_result_stands(city: City, sitting: Sitting, members: Any) -> None:
    poll = put(city, sitting)
    count(city, sitting, poll)
    voting.publish(city["chair"], sitting.meeting, poll.pk)
    with pytest.raises(Conflict, match="wrong-state"):
        voting.annul(city["chair"], sitting.meeting, poll.pk, reason="Không vừa ý")


# --- the rules of counting ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "base", "agree", "disagree", "other", "members", "present", "passed"),
    [
        ("majority", "members", 5, 0, 0, 10, 6, False),
        ("majority", "members", 6, 0, 0, 10, 6, True),
        ("majority", "present", 4, 2, 0, 10, 6, True),
        ("majority", "present", 3, 3, 0, 10, 6, False),
        ("majority", "cast", 2, 1, 0, 10, 6, True),
        ("majority", "cast", 2, 1, 1, 10, 6, False),
        ("two_thirds", "members", 6, 0, 0, 9, 9, True),
        ("two_thirds", "members", 6, 0, 0, 10, 9, False),
        ("all", "present", 6, 0, 0, 10, 6, True),
        ("all", "cast", 6, 1, 0, 10, 7, False),
        ("majority", "cast", 0, 0, 0, 10, 6, False),
    ],
)
def test_thresholds_and_bases(
    threshold: str, base: str, agree: int, disagree: int, other: int, members: int, present: int, passed: bool
) -> None:
    sums = tally.Count(agree, disagree, other)
    assert tally.outcome(threshold, base, sums, members=members, present=present).passed is passed


@given(st.sampled_from(Poll.Threshold.values), st.integers(1, 1000))
def test_what_is_needed_is_the_least_that_suffices(threshold: str, number: int) -> None:
    least = tally.share_of(threshold, number)
    suffices = {
        "majority": lambda n: 2 * n > number,
        "two_thirds": lambda n: 3 * n >= 2 * number,
        "all": lambda n: n == number,
    }[threshold]
    assert suffices(least)
    assert not suffices(least - 1)
