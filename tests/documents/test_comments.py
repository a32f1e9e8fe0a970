"""Comments on a paper: said in an agency's name, seen by all who may read it, answered by its own people."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from documents import commenting, publishing
from documents.models import Comment, Paper, PaperVersion
from documents.sharing import grant_to_meeting
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
PLACE = {"page": 2, "quote": "giải ngân đạt 72 %", "prefix": "Đến tháng 11, ", "suffix": " kế hoạch"}
WORDS = {"rectangles": [{"left": 1000, "top": 2000, "width": 3000, "height": 200}], **PLACE}


@pytest.fixture
def version(city: City) -> PaperVersion:
    """Three pages, published to the commune, open to comments."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Giải ngân", state="published", comments="open")
    made: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=3)
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return made


def said(client: Client, version: PaperVersion, key: int = 1, text: str = "Nên nêu rõ nguồn.", **more: Any) -> Any:
    address = reverse("paper-comment", args=[version.pk, UUID(int=key)])
    body = {**WORDS, "text": text, **more}
    return client.post(address, body, content_type="application/json", headers={"Accept": "application/json"})


def did(client: Client, what: str, key: int = 1, **body: Any) -> int:
    address = reverse(f"paper-comment-{what}", args=[UUID(int=key)])
    headers = {"Accept": "application/json"}
    return int(client.post(address, body, content_type="application/json", headers=headers).status_code)


def listed(client: Client, version: PaperVersion) -> list[dict[str, Any]]:
    comments: list[dict[str, Any]] = client.get(reverse("paper-comments", args=[version.paper_id])).json()["comments"]
    return comments


def notices(person: Any, kind: str) -> int:
    return Notification.objects.filter(recipient=person, kind=kind).count()


def test_a_comment_is_seen_by_all_who_may_read_with_name_and_agency(version: PaperVersion, client_as: AsRole) -> None:
    assert said(client_as("invited_head"), version).status_code == 204
    for role in ("invited_head", "organiser_clerk", "chair", "invited_clerk"):
        [comment] = listed(client_as(role), version)
        assert (comment["text"], comment["author"]) == ("Nên nêu rõ nguồn.", "Hoàng Ba Đình")
        assert comment["agency"] and comment["mine"] == (role == "invited_head")
        assert {part: comment[part] for part in WORDS} == WORDS


def test_who_may_not_read_the_paper_neither_sees_nor_says_anything(version: PaperVersion, client_as: AsRole) -> None:
    said(client_as("invited_head"), version)
    outsider = client_as("outsider")
    assert outsider.get(reverse("paper-comments", args=[version.paper_id])).status_code == 404
    assert said(outsider, version, 2).status_code == 404
    assert [did(outsider, what) for what in ("delete", "restore", "settle")] == [404, 404, 404]


def test_without_leave_of_the_papers_people_nobody_comments(version: PaperVersion, client_as: AsRole) -> None:
    Paper.objects.update(comments="none")
    answer = said(client_as("invited_head"), version)
    assert (answer.status_code, answer.json()["code"]) == (409, "comments-closed")


def test_its_own_people_allow_comments_and_stop_them_and_nobody_else(version: PaperVersion, client_as: AsRole) -> None:
    Paper.objects.update(comments="none")
    address = reverse("paper-comments-switch", args=[version.paper_id])
    assert client_as("invited_head").post(address, {"open": "1"}).status_code == 403
    owner = client_as("organiser_clerk")
    assert "Cho phép góp ý" in owner.get(reverse("paper-detail", args=[version.paper_id])).content.decode()
    for _twice in range(2):
        assert owner.post(address, {"open": "1"}).status_code == 302
    assert said(client_as("invited_head"), version).status_code == 204
    owner.post(address, {"open": "0"})
    assert said(client_as("invited_head"), version, 2).status_code == 409
    assert len(listed(client_as("invited_head"), version)) == 1, "what was said stays"
    assert Entry.objects.filter(action="paper.comments_opened").count() == 1


def test_what_is_sent_twice_is_there_once_and_can_be_changed_by_its_writer_alone(
    version: PaperVersion, client_as: AsRole
) -> None:
    writer = client_as("invited_head")
    for text in ("Một", "Một", "Hai"):
        assert said(writer, version, text=text).status_code == 204
    assert said(client_as("chair"), version, text="Ba").status_code == 403
    [comment] = listed(writer, version)
    assert (comment["text"], comment["edited"]) == ("Hai", True)


def test_a_comment_is_changed_from_whatever_version_is_open_but_from_no_other_paper(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    writer = client_as("organiser_clerk")
    said(writer, version)
    second: PaperVersion = PaperVersionFactory(paper=version.paper, number=2, conversion="ready", page_count=3)
    assert said(writer, second, text="Hai").status_code == 204
    paper = PaperFactory(created_by=city["organiser_clerk"], comments="open")
    other: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=3)
    assert said(writer, other, text="Ba").status_code == 404
    assert [(each["number"], each["text"]) for each in listed(writer, version)] == [(1, "Hai")]


def test_a_comment_is_deleted_and_brought_back_by_its_writer_alone(version: PaperVersion, client_as: AsRole) -> None:
    writer, other = client_as("invited_head"), client_as("organiser_clerk")
    said(writer, version)
    assert did(other, "delete") == 403
    assert [did(writer, "delete"), did(writer, "delete")] == [204, 204]
    assert listed(other, version) == []
    assert did(writer, "restore") == 204
    assert len(listed(other, version)) == 1


def test_replies_stand_under_their_comment_and_stay_when_it_is_deleted(
    version: PaperVersion, client_as: AsRole
) -> None:
    writer, owner = client_as("invited_head"), client_as("organiser_clerk")
    said(writer, version)
    assert said(owner, version, 2, "Đã bổ sung.", to=str(UUID(int=1)), page=1).status_code == 204
    [comment] = listed(writer, version)
    assert [reply["text"] for reply in comment["replies"]] == ["Đã bổ sung."]
    did(writer, "delete")
    [comment] = listed(owner, version)
    assert (comment["deleted"], comment["text"], len(comment["replies"])) == (True, "", 1)
    assert said(owner, version, 3, "Nữa.", to=str(UUID(int=1))).status_code == 404


def test_its_own_people_settle_a_comment_which_is_not_changed_any_more(
    version: PaperVersion, client_as: AsRole
) -> None:
    writer, owner = client_as("invited_head"), client_as("organiser_clerk")
    said(writer, version)
    assert did(writer, "settle", outcome="taken") == 403
    assert did(owner, "settle", outcome="taken") == 204
    [comment] = listed(writer, version)
    assert (comment["outcome"], bool(comment["settled_by"])) == ("taken", True)
    assert [said(writer, version, text="Khác").status_code, did(writer, "delete")] == [409, 409]
    assert did(owner, "settle", outcome="open") == 204
    assert said(writer, version, text="Khác").status_code == 204


def test_its_own_people_are_told_once_until_they_look(version: PaperVersion, client_as: AsRole, city: City) -> None:
    owner = city.person("organiser_clerk")
    for key in (1, 2, 3):
        said(client_as("invited_head"), version, key)
    assert notices(owner, "paper.commented") == 1
    Notification.objects.update(read_at="2026-01-01T00:00:00Z")
    said(client_as("invited_head"), version, 4)
    assert notices(owner, "paper.commented") == 2


def test_the_writer_is_told_of_an_answer_and_of_what_became_of_it(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    said(client_as("invited_head"), version)
    did(client_as("organiser_clerk"), "settle", outcome="explained")
    said(client_as("organiser_clerk"), version, 2, to=str(UUID(int=1)))
    assert notices(city.person("invited_head"), "paper.comment-answered") == 1
    assert notices(city.person("organiser_clerk"), "paper.comment-answered") == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  "}, "empty-comment"),
        ({"text": "x" * 5001}, "note-too-long"),
        ({"page": 4}, "no-such-page"),
        ({"page": 0}, "bad-request"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(
    wrong: dict[str, Any], code: str, version: PaperVersion, client_as: AsRole
) -> None:
    answer = said(client_as("invited_head"), version, **wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_nobody_floods_a_paper(version: PaperVersion, client_as: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commenting, "AT_ONCE", 2)
    writer = client_as("invited_head")
    assert [said(writer, version, key).status_code for key in (1, 2, 3)] == [204, 204, 400]
    assert said(writer, version, 3).json()["code"] == "comments-too-fast"
    monkeypatch.setattr(commenting, "AT_ONCE", 9)
    monkeypatch.setattr(commenting, "MOST", 2)
    assert said(writer, version, 3).json()["code"] == "too-many-comments"
    assert said(client_as("chair"), version, 4).status_code == 204


def test_comments_stay_with_their_version_and_end_with_the_paper(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    said(client_as("invited_head"), version)
    second: PaperVersion = PaperVersionFactory(paper=version.paper, number=2, conversion="ready", page_count=3)
    said(client_as("organiser_clerk"), second, 2)
    assert [each["number"] for each in listed(client_as("invited_head"), version)] == [1], "the second is a draft"
    with transaction.atomic():
        publishing.publish(version.paper, by=city["organiser_clerk"])
    assert sorted(each["number"] for each in listed(client_as("invited_head"), version)) == [1, 2]
    with transaction.atomic():
        publishing.withdraw(version.paper, by=city["organiser_clerk"])
    assert said(client_as("invited_head"), version, 3).status_code == 404
    assert said(client_as("organiser_clerk"), version, 3).status_code == 409


def test_all_comments_are_taken_as_a_sheet_by_who_answers_them(version: PaperVersion, client_as: AsRole) -> None:
    said(client_as("invited_head"), version, text="=1+1")
    said(client_as("organiser_clerk"), version, 2, "Đã bổ sung.", to=str(UUID(int=1)))
    did(client_as("organiser_clerk"), "settle", outcome="taken")
    address = reverse("paper-comments-sheet", args=[version.paper_id])
    assert client_as("invited_head").get(address).status_code == 403
    sheet = load_workbook(io.BytesIO(client_as("organiser_clerk").get(address).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "Bảng tổng hợp ý kiến góp ý: Giải ngân"
    assert rows[4][2:8:5] == ("Hoàng Ba Đình", "'=1+1")
    assert "Đã bổ sung." in str(rows[4][8])
    assert rows[4][9] == "Đã tiếp thu"


def test_many_comments_take_no_more_queries_than_one(
    version: PaperVersion, client_as: AsRole, django_assert_num_queries: Any, django_assert_max_num_queries: Any
) -> None:
    client = client_as("invited_head")
    said(client, version)
    with django_assert_max_num_queries(16) as few:
        listed(client, version)
    author = Comment.objects.get().author
    Comment.objects.bulk_create(
        Comment(version=version, key=UUID(int=key), author=author, page=1, text="Ý kiến") for key in range(2, 40)
    )
    with django_assert_num_queries(len(few)):
        assert len(listed(client, version)) == 39


def test_the_readers_page_offers_comments_only_where_they_are_or_were_taken(
    version: PaperVersion, client_as: AsRole
) -> None:
    client, address = client_as("invited_head"), reverse("paper-read", args=[version.paper_id])
    assert "<eo-comments" in client.get(address).content.decode()
    Paper.objects.update(comments="closed")
    assert "<eo-comments" in client.get(address).content.decode()
    Paper.objects.update(comments="none")
    assert "<eo-comments" not in client.get(address).content.decode()
