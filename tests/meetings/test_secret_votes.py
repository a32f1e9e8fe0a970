"""A secret vote: double votes are impossible, and nothing that is kept joins a ballot to its voter (ADR 0063)."""

import itertools
import json
import re
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import serializers
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from eoffice.accounts.models import User
from eoffice.audit.models import Entry
from eoffice.errors import Conflict
from meetings import ballot_box, balloting, voting
from meetings.models import Ballot, BallotBox, Poll
from tests.city import City
from tests.meetings.room import Sitting
from tests.meetings.voters import all_arrive, cast, count, put, seat_many, seat_members

pytestmark = pytest.mark.django_db(transaction=True)
CHOICES = ("agree", "disagree", "other")


@pytest.fixture
def members(city: City, sitting: Sitting) -> list[User]:
    people = seat_members(city, sitting)
    all_arrive(city, sitting, people)
    return people


def rows_of(poll: Poll) -> dict[str, Any]:
    """Everything the database holds of a vote, but for what differs from one vote to the next: row numbers, times,
    the numbers that browsers made up. Of sealed values, the length."""
    seats = json.loads(serializers.serialize("json", poll.seats.order_by("pk")))
    stored = json.loads(serializers.serialize("json", [Poll.objects.get(pk=poll.pk)]))[0]["fields"]
    entries = Entry.objects.filter(action__startswith="poll.", detail__poll=poll.pk).order_by("pk")
    noise = ("poll", "receipt", "key", "created_at", "opened_at", "closed_at")
    return {
        "seats": [without(seat["fields"], noise) for seat in seats],
        "poll": without(stored, noise),
        "boxes": [len(box.contents) for box in BallotBox.objects.filter(poll=poll)],
        "ballots": Ballot.objects.filter(seat__poll=poll).count(),
        "audit": [(entry.action, entry.actor_id, without(entry.detail, noise)) for entry in entries],
    }


def without(fields: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in names}


def key_file(poll: Poll) -> Path:
    return Path(settings.BALLOT_KEYS_DIR) / BallotBox.objects.get(poll=poll).seal.hex


# --- what is kept -------------------------------------------------------------------------------------


def test_the_rows_are_the_same_whoever_chose_what(city: City, sitting: Sitting, members: list[User]) -> None:
    """Six votes that differ only in who chose what leave equal rows: seats, question, audit log, sizes of values."""
    open_rows, counted_rows = [], []
    for who_chose_what in itertools.permutations(CHOICES):
        poll = put(city, sitting, kind="secret")
        for person, choice in zip(members, who_chose_what, strict=False):
            cast(poll, person, choice, "Cần thêm thời gian" if choice == "other" else "")
        open_rows.append(rows_of(poll))
        counted_rows.append(rows_of(count(city, sitting, poll)))
    assert all(rows == open_rows[0] for rows in open_rows)
    assert all(rows == counted_rows[0] for rows in counted_rows)
    assert [seat["voted"] for seat in open_rows[0]["seats"]].count(True) == 3
    assert open_rows[0]["ballots"] == counted_rows[0]["ballots"] == 0
    assert (open_rows[0]["poll"]["agreed"], open_rows[0]["poll"]["opinions"]) == (None, [])
    assert (counted_rows[0]["poll"]["agreed"], counted_rows[0]["poll"]["opinions"]) == (1, ["Cần thêm thời gian"])
    assert counted_rows[0]["boxes"] == []


def test_a_ballot_writes_the_same_whatever_it_says(city: City, sitting: Sitting, members: list[User]) -> None:
    """The statements are the same for every choice, few, and the sealed value keeps its length."""
    poll = put(city, sitting, kind="secret")
    written = []
    for person, choice in zip(members, CHOICES, strict=False):
        with CaptureQueriesContext(connection) as queries:
            cast(poll, person, choice, "Một ý kiến khá dài để thấy rằng độ dài không đổi" if choice == "other" else "")
        written.append([re.sub(r"'[^']*'", "?", query["sql"]).split("WHERE")[0] for query in queries])
        assert len(bytes(BallotBox.objects.get(poll=poll).contents)) == ballot_box.room_for(poll, 4) + 28
    assert written[0] == written[1] == written[2]
    assert len(written[0]) <= 8


def test_no_table_is_written_but_the_seat_and_the_box(city: City, sitting: Sitting, members: list[User]) -> None:
    poll = put(city, sitting, kind="secret")
    with CaptureQueriesContext(connection) as queries:
        cast(poll, members[0], "disagree")
    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [re.findall(r'"(\w+)"', sql)[0] for sql in written] == ["meetings_pollseat", "meetings_ballotbox"]


def test_the_box_says_nothing_without_its_key(city: City, sitting: Sitting, members: list[User]) -> None:
    poll = put(city, sitting, kind="secret")
    for person in members:
        cast(poll, person, "other", "một ý kiến giống nhau")
    contents = bytes(BallotBox.objects.get(poll=poll).contents)
    assert b"other" not in contents
    assert "một ý kiến".encode() not in contents
    assert key_file(poll).stat().st_mode & 0o077 == 0
    file = key_file(poll)
    count(city, sitting, poll)
    assert not file.exists()


def test_even_with_the_key_a_box_holds_no_voters_and_no_order(
    city: City, sitting: Sitting, members: list[User]
) -> None:
    poll = put(city, sitting, kind="secret")
    for person, text in zip(members, ("Đồng bộ", "An toàn", "Bền vững", "Cụ thể"), strict=True):
        cast(poll, person, "other", text)
    inside = ballot_box.look_into(BallotBox.objects.get(poll=poll))
    assert vars(inside) == {
        "agree": 0,
        "disagree": 0,
        "other": 4,
        "opinions": ["An toàn", "Bền vững", "Cụ thể", "Đồng bộ"],
    }


# --- one seat, one ballot -----------------------------------------------------------------------------


def at_once(acts: list[Callable[[], object]]) -> list[BaseException | None]:
    """Run ``acts`` in threads that start together; what each raised."""
    outcomes: list[BaseException | None] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(index: int) -> None:
        start.wait()
        try:
            acts[index]()
        except Exception as error:
            outcomes[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_two_ballots_of_one_seat_at_once_are_one(city: City, sitting: Sitting, members: list[User], kind: str) -> None:
    poll = put(city, sitting, kind=kind)
    acts = [lambda choice=choice: cast(poll, members[0], choice) for choice in ("agree", "disagree", "agree", "other")]
    outcomes = at_once(acts)
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert all(isinstance(outcome, Conflict) and outcome.code == "already-voted" for outcome in refused)
    assert count(city, sitting, poll).cast == 1


@pytest.mark.parametrize("kind", ["open", "secret"])
def test_a_ballot_that_races_with_the_closing_counts_or_is_refused(
    city: City, sitting: Sitting, members: list[User], kind: str
) -> None:
    poll = put(city, sitting, kind=kind)
    acts: list[Callable[[], object]] = [lambda person=person: cast(poll, person) for person in members]
    outcomes = at_once([*acts, lambda: voting.close(city["chair"], sitting.meeting, poll.pk)])
    assert outcomes[-1] is None
    poll.refresh_from_db()
    assert poll.cast == sum(outcome is None for outcome in outcomes[:-1])


# --- a box that was tampered with ---------------------------------------------------------------------


def test_a_box_put_back_to_an_older_state_is_noticed(city: City, sitting: Sitting, members: list[User]) -> None:
    poll = put(city, sitting, kind="secret")
    older = bytes(BallotBox.objects.get(poll=poll).contents)
    cast(poll, members[0])
    BallotBox.objects.filter(poll=poll).update(contents=older)
    with pytest.raises(Conflict, match="box-broken"):
        count(city, sitting, poll)
    assert voting.annul(city["chair"], sitting.meeting, poll.pk, reason="Hòm phiếu hỏng").state == "annulled"
    assert not BallotBox.objects.exists()


def test_without_its_key_a_box_is_lost_and_said_to_be(city: City, sitting: Sitting, members: list[User]) -> None:
    poll = put(city, sitting, kind="secret")
    key_file(poll).unlink()
    with pytest.raises(Conflict, match="box-broken"):
        cast(poll, members[0])
    assert not poll.seats.filter(voted=True).exists()


def test_keys_without_a_box_are_destroyed_later(city: City, sitting: Sitting, members: list[User]) -> None:
    """A process that died between the count and the destruction of the key."""
    poll = put(city, sitting, kind="secret")
    kept = key_file(poll)
    orphan = kept.with_name(uuid.uuid4().hex)
    orphan.write_bytes(b"k" * 32)
    ballot_box.sweep(older_than_s=0)
    assert kept.exists()
    assert not orphan.exists()


# --- many ---------------------------------------------------------------------------------------------


def test_many_vote(city: City, sitting: Sitting) -> None:
    """Sixty seats one after another: few statements each, all counted, opinions included."""
    people = seat_many(city, sitting, 60)
    all_arrive(city, sitting, people)
    poll = put(city, sitting, kind="secret")
    for number, person in enumerate(people):
        choice = CHOICES[number % 3]
        balloting.cast(
            sitting.meeting.pk,
            poll.pk,
            person=person,
            choice=choice,
            text=f"Ý kiến số {number}" if choice == "other" else "",
            key=uuid.uuid4(),
        )
    closed = count(city, sitting, poll)
    assert (closed.agreed, closed.disagreed, closed.others, len(closed.opinions)) == (20, 20, 20, 20)
