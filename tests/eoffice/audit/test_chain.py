"""The audit log is a chain: what is sealed stays as it is, and whoever gets around the database is found out."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from eoffice.audit import guards, log
from eoffice.audit.chain import CONTENT, FIRST, seal_of
from eoffice.audit.models import Entry, Head
from eoffice.audit.tasks import seal
from tests.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(city: City) -> list[int]:
    """Six acts, sealed in two runs; the numbers of their entries in order."""
    Entry.objects.all().delete()
    for number in range(6):
        log.record("task.noted", by=city["chair"], target=city.office, words=f"Đã đọc {number}", share=0.1)
        if number == 2:
            assert seal() == 3
    assert seal() == 3
    return list(Entry.objects.order_by("sequence").values_list("pk", flat=True))


def verify(*options: str) -> tuple[int, str]:
    """Exit status of ``verify_audit``, and what was said."""
    said = StringIO()
    try:
        call_command("verify_audit", *options, stdout=said)
    except CommandError as error:
        return error.returncode, said.getvalue() + str(error)
    return 0, said.getvalue()


def by_hand(*statements: str) -> None:
    """What somebody does who owns the database: the guards do not stop them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        else:
            for name in guards.NAMES["sqlite"]:
                cursor.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            cursor.execute(statement)


def test_acts_are_sealed_without_gaps_by_the_job_and_the_chain_holds(sealed: list[int]) -> None:
    assert list(Entry.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    links = list(Entry.objects.order_by("sequence").values_list("previous", "seal"))
    assert [previous for previous, _seal in links[1:]] == [seal for _previous, seal in links[:-1]]
    assert verify() == (0, f"6 entries, the chain holds.\n6 {links[-1][1]}\n0 entries wait for their seal.\n")
    assert seal() == 0


def test_the_chain_costs_an_act_no_query(city: City) -> None:
    with CaptureQueriesContext(connection) as asked:
        log.record("task.noted", by=city["chair"], target=city.office)
    assert [query["sql"].split()[0] for query in asked if "audit_" in query["sql"]] == ["INSERT"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'other' WHERE id = {first}",
        "UPDATE audit_entry SET seal = '' WHERE id = {first}",
        "DELETE FROM audit_entry WHERE id = {first}",
        "UPDATE audit_entry SET target_label = 'other' WHERE id = {waiting}",
    ],
)
def test_the_database_refuses_to_change_what_was_recorded(sealed: list[int], statement: str) -> None:
    waiting = log.record("task.noted")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(first=sealed[0], waiting=waiting.pk))
    assert verify()[0] == 0


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (["UPDATE audit_entry SET detail = '{{}}' WHERE id = {2}"], "BROKEN at 3 (changed): entry {2} (task.noted"),
        (["DELETE FROM audit_entry WHERE id = {2}"], "BROKEN at 3 (removed): number 3 is missing before entry {3}"),
        (
            ["DELETE FROM audit_entry WHERE id = {2}", "UPDATE audit_entry SET sequence = 3 WHERE id = {5}"],
            "BROKEN at 3 (order): entry {5}",
        ),
        (
            [
                "UPDATE audit_entry SET sequence = 99 WHERE id = {1}",
                "UPDATE audit_entry SET sequence = 2 WHERE id = {2}",
                "UPDATE audit_entry SET sequence = 3 WHERE id = {1}",
            ],
            "BROKEN at 2 (order): entry {2}",
        ),
        (["DELETE FROM audit_entry WHERE id = {5}"], "BROKEN at 6 (end): the log ends after entry 5; 6 were sealed"),
    ],
)
def test_whoever_gets_around_the_guards_is_found_out(sealed: list[int], damage: list[str], said: str) -> None:
    by_hand(*(statement.format(*sealed) for statement in damage))
    status, words = verify()
    assert status == 1
    assert words.startswith(said.format(*sealed))


def test_a_forged_entry_put_between_two_is_named(sealed: list[int]) -> None:
    """The forger knows how seals are made, and moves the later entries up."""
    forged = log.record("task.accepted")
    before = Entry.objects.get(sequence=2)
    content = Entry.objects.values_list(*CONTENT).get(pk=forged.pk)
    by_hand(
        "UPDATE audit_entry SET sequence = -sequence - 1 WHERE sequence > 2",
        "UPDATE audit_entry SET sequence = -sequence WHERE sequence < 0",
    )
    seal = seal_of(content, before.seal)
    Entry.objects.filter(pk=forged.pk).update(sequence=3, previous=before.seal, seal=seal)
    Head.objects.update(sequence=7)
    assert verify() == (
        1,
        f"BROKEN at 3 (inserted): entry {forged.pk} (task.accepted) stands between two that follow each other.",
    )


def test_a_chain_written_anew_differs_from_the_anchor_kept_elsewhere(sealed: list[int], tmp_path: Path) -> None:
    anchor = tmp_path / "anchor"
    assert verify("--anchor", str(anchor))[0] == 0
    log.record("task.noted")
    seal()
    assert verify("--anchor", str(anchor))[0] == 0, "what came later does not disturb what was noted"
    assert [line.split()[0] for line in anchor.read_text().splitlines()] == ["6", "7"]
    by_hand()
    Entry.objects.update(sequence=None, previous="", seal="")
    Entry.objects.filter(pk=sealed[1]).update(action="task.accepted")
    Head.objects.update(sequence=0, seal=FIRST)
    assert seal() == 7
    assert verify()[0] == 2, "the chain holds again; only the guards are missing"
    status, words = verify("--anchor", str(anchor))
    assert status == 1
    assert words.startswith("DIFFERS from the anchor: entry 6 had the seal")


def test_an_act_that_is_rolled_back_takes_its_entry_along(sealed: list[int], city: City) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        log.record("task.noted", by=city["chair"])
        raise RuntimeError
    assert seal() == 0
    assert Head.objects.get().sequence == 6
