"""A reader's marks on a paper are theirs alone, kept with the version they were made on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from documents import annotating, publishing
from documents.models import Annotation, Exclusion, Paper, PaperVersion
from eoffice.audit.models import Entry
from tests.city import ROLES, City
from tests.documents.marks import INK, MARK, kept, newer, published

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


@pytest.fixture
def version(city: City) -> PaperVersion:
    """Three pages, published to the commune."""
    return published(city)


def deleted(client: Client, version: PaperVersion, key: int = 1) -> int:
    return int(client.post(reverse("paper-annotation-delete", args=[version.pk, UUID(int=key)])).status_code)


def listed(client: Client, paper: Paper) -> list[dict[str, Any]]:
    answer = client.get(reverse("paper-annotations", args=[paper.pk]))
    marks: list[dict[str, Any]] = answer.json()["annotations"] if answer.status_code == 200 else []
    return marks


def test_a_mark_comes_back_as_it_was_made(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    assert kept(client, version).status_code == 204
    expected = {**MARK, "key": str(UUID(int=1)), "version": version.pk, "number": 1}
    assert listed(client, version.paper) == [expected]


def test_what_is_sent_twice_is_there_once_with_the_last_words(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    for text in ("Hỏi", "Hỏi lại", "Hỏi lại"):
        kept(client, version, text=text)
    assert [mark["text"] for mark in listed(client, version.paper)] == ["Hỏi lại"]


def test_deleting_twice_is_no_error_and_can_be_undone(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, version)
    assert [deleted(client, version), deleted(client, version)] == [204, 204]
    assert listed(client, version.paper) == []
    kept(client, version)
    assert len(listed(client, version.paper)) == 1


@pytest.mark.parametrize("role", [role for role in ROLES if role != "invited_head"])
def test_nobody_else_sees_changes_or_deletes_it(role: str, version: PaperVersion, client_as: AsRole) -> None:
    owner, other = client_as("invited_head"), client_as(role)
    kept(owner, version)
    kept(other, version, text="của người khác")
    deleted(other, version)
    assert [mark["text"] for mark in listed(owner, version.paper)] == ["Hỏi Sở Tài chính."]
    assert "Hỏi Sở Tài chính." not in str(listed(other, version.paper)) if role != "anonymous" else True


@pytest.mark.parametrize("role", ["chair", "secretary", "organiser_clerk", "department_head", "admin"])
def test_no_page_of_another_person_shows_it(role: str, version: PaperVersion, client_as: AsRole) -> None:
    kept(client_as("invited_head"), version)
    client = client_as(role)
    for name in ("paper-detail", "paper-read", "paper-annotations"):
        assert "Hỏi Sở" not in client.get(reverse(name, args=[version.paper_id])).content.decode()


def test_no_record_speaks_of_it(version: PaperVersion, client_as: AsRole) -> None:
    before = Entry.objects.count()
    client = client_as("invited_head")
    kept(client, version)
    deleted(client, version)
    assert Entry.objects.count() == before


def test_the_marks_of_a_withdrawn_paper_are_out_of_reach_and_come_back_with_it(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    client, address = client_as("invited_head"), reverse("paper-annotations", args=[version.paper_id])
    kept(client, version)
    with transaction.atomic():
        publishing.withdraw(version.paper, by=city["organiser_clerk"])
    assert client.get(address).status_code == 404
    assert kept(client, version, text="muộn").status_code == 404
    assert deleted(client, version) == 404
    with transaction.atomic():
        publishing.publish(version.paper, by=city["organiser_clerk"])
    assert [mark["text"] for mark in client.get(address).json()["annotations"]] == ["Hỏi Sở Tài chính."]


def test_who_is_kept_out_of_a_paper_does_not_reach_the_marks_made_before(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    client, address = client_as("invited_head"), reverse("paper-annotations", args=[version.paper_id])
    kept(client, version)
    kept_out = Exclusion.objects.create(paper=version.paper, person=city.person("invited_head"), reason="meeting:1")
    assert (client.get(address).status_code, kept(client, version).status_code) == (404, 404)
    kept_out.delete()
    assert len(listed(client, version.paper)) == 1


def test_a_newer_version_leaves_a_mark_where_it_was_made(version: PaperVersion, client_as: AsRole, city: City) -> None:
    client = client_as("invited_head")
    kept(client, version)
    second = newer(version, city)
    kept(client, second, key=2, page=1)
    marks = listed(client, version.paper)
    assert [(mark["number"], mark["page"]) for mark in marks] == [(2, 1), (1, 2)]
    kept(client, version, text="sửa khi đọc bản 2")
    assert Annotation.objects.get(key=UUID(int=1)).version == version


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"page": 4}, "no-such-page"),
        ({"page": 0}, "bad-request"),
        ({"text": "x" * 5001}, "note-too-long"),
        ({"colour": "black"}, "bad-request"),
        ({"rectangles": [{"left": 1, "top": 1, "width": 10_001, "height": 1}]}, "bad-request"),
        ({"kind": "stamp"}, "bad-request"),
        ({"kind": "ink", "colour": "red"}, "bad-request"),
        ({**INK, "colour": "pink"}, "bad-request"),
        ({**INK, "kind": "highlight", "colour": "pink"}, "bad-request"),
        ({**INK, "strokes": [[1, 2, 3]]}, "bad-request"),
        ({**INK, "strokes": [[1, 10_001]]}, "bad-request"),
        ({**INK, "strokes": [[1, 2] * 3000, [1, 2] * 3000]}, "bad-request"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    wrong: dict[str, Any], code: str, version: PaperVersion, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    answer = kept(client, version, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert listed(client, version.paper) == []


def test_characters_that_no_database_takes_are_left_out(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    kept(client, version, text="một\x00hai\r\nba", quote="chữ\x02")
    [mark] = listed(client, version.paper)
    assert (mark["text"], mark["quote"]) == ("mộthai\nba", "chữ")


def test_a_paper_takes_so_many_marks_of_one_person_and_still_lets_them_change_those(
    version: PaperVersion, client_as: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotating, "MOST", 2)
    client = client_as("invited_head")
    assert [kept(client, version, key).status_code for key in (1, 2, 3)] == [204, 204, 409]
    assert kept(client, version, 3).json()["code"] == "too-many-annotations"
    assert kept(client, version, 2, text="khác").status_code == 204
    assert kept(client_as("invited_clerk"), version, 3).status_code == 204


def test_the_meeting_room_finds_by_the_version_where_marks_are_kept(version: PaperVersion, client_as: AsRole) -> None:
    place = client_as("invited_head").get(reverse("paper-marking", args=[version.pk])).json()
    assert (place["paper"], place["number"]) == (version.paper_id, 1)
    assert place["list"] == reverse("paper-annotations", args=[version.paper_id])
    assert place["keeping"].replace("{version}", "7").replace("{key}", str(UUID(int=1))) == reverse(
        "paper-annotation", args=[7, UUID(int=1)]
    )
    assert place["comments"] is None
    Paper.objects.filter(pk=version.paper_id).update(comments=Paper.Comments.OPEN)
    place = client_as("invited_head").get(reverse("paper-marking", args=[version.pk])).json()
    assert place["comments"]["list"] == reverse("paper-comments", args=[version.paper_id])
    assert client_as("outsider").get(reverse("paper-marking", args=[version.pk])).status_code == 404


def test_a_drawing_comes_back_stroke_by_stroke(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    assert kept(client, version, **INK).status_code == 204
    assert [mark["strokes"] for mark in listed(client, version.paper)] == [INK["strokes"]]


def test_a_paper_takes_so_many_drawings_and_notes_still(
    version: PaperVersion, client_as: AsRole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotating, "MOST_DRAWINGS", 1)
    client = client_as("invited_head")
    assert [kept(client, version, key, **INK).status_code for key in (1, 2)] == [204, 409]
    assert kept(client, version, 2, **INK).json()["code"] == "too-many-drawings"
    assert kept(client, version, 3).status_code == 204


def test_many_marks_take_no_more_queries_than_one(
    version: PaperVersion, client_as: AsRole, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client, address = client_as("invited_head"), reverse("paper-annotations", args=[version.paper_id])
    kept(client, version)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    asked = len(few)
    for key in range(2, 30):
        kept(client, version, key)
    with django_assert_num_queries(asked):
        assert len(client.get(address).json()["annotations"]) == 29


def test_the_readers_page_knows_where_marks_are_kept(version: PaperVersion, client_as: AsRole) -> None:
    page = client_as("invited_head").get(reverse("paper-read", args=[version.paper_id])).content.decode()
    assert 'keeping="/papers/versions/{version}/annotations/{key}/"' in page
    assert 'deleting="/papers/versions/{version}/annotations/{key}/delete/"' in page
