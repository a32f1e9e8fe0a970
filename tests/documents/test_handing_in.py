"""Handing in, publishing and withdrawing papers through the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Grant, Paper, PaperVersion, Reading
from documents.sharing import grant_to_meeting
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from meetings.models import TabledPaper
from tests import papers
from tests.city import City
from tests.factories import AgendaItemFactory, PaperFactory, PaperVersionFactory

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def office(client_as: Callable[[str], Client]) -> Client:
    """The clerk of the city's office, whose papers these are."""
    return client_as("organiser_clerk")


@pytest.fixture
def commune(client_as: Callable[[str], Client]) -> Client:
    return client_as("invited_head")


@pytest.fixture
def paper(city: City) -> Paper:
    """A draft of the office with one readable version of three pages."""
    version = PaperVersionFactory(paper__created_by=city["organiser_clerk"], conversion="ready", page_count=3)
    return version.paper


def hand_in(client: Client, upload: UploadedFile, **fields: str) -> Any:
    return client.post(reverse("paper-upload"), {"file": upload, **fields}, headers=JSON)


def act(client: Client, name: str, paper: Paper, **fields: Any) -> Any:
    return client.post(reverse(name, args=[paper.pk]), fields)


def test_a_file_becomes_a_draft_of_ones_unit_that_waits_for_conversion(office: Client, city: City) -> None:
    answer = hand_in(office, papers.upload(papers.word(), "Tờ_trình về đường Láng.docx"))
    paper = Paper.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": paper.pk, "title": "Tờ trình về đường Láng", "url": f"/papers/{paper.pk}/"}
    assert (paper.state, paper.owner_unit) == ("draft", city.office)
    assert paper.versions.get().conversion == "waiting"
    assert Entry.objects.filter(action="paper.created", appointment=city["organiser_clerk"]).count() == 1


def test_without_scripts_the_form_leads_to_the_paper(office: Client) -> None:
    upload = papers.upload(papers.pdf(), "a.pdf")
    answer = office.post(reverse("paper-upload"), {"file": upload, "title": "Báo cáo"}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("paper-detail", args=[Paper.objects.get().pk])
    assert "Báo cáo" in answer.content.decode()


def test_without_scripts_a_refused_file_is_said_on_the_form(office: Client) -> None:
    answer = office.post(reverse("paper-upload"), {"file": papers.upload(b"MZ", "a.docx")})
    assert answer.status_code == 400
    assert 'data-code="file-ending-differs"' in answer.content.decode()
    assert not Paper.objects.exists()


def test_a_request_sent_twice_makes_one_paper(office: Client) -> None:
    content = papers.pdf()
    first, second = (hand_in(office, papers.upload(content, "a.pdf")).json() for _time in range(2))
    assert first["id"] == second["id"]
    assert PaperVersion.objects.count() == 1


def test_a_title_that_is_too_long_is_refused(office: Client) -> None:
    answer = hand_in(office, papers.upload(papers.pdf(), "a.pdf"), title="ă" * 10_000)
    assert (answer.status_code, answer.json()["code"]) == (400, "title-too-long")


def test_a_person_without_a_position_cannot_hand_in(client_as: Callable[[str], Client]) -> None:
    answer = hand_in(client_as("admin"), papers.upload(papers.pdf(), "a.pdf"))
    assert (answer.status_code, answer.json()["code"]) == (403, "no-appointment")


def test_readers_keep_the_published_version_until_the_new_one_is_published(
    office: Client, commune: Client, paper: Paper, city: City
) -> None:
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    act(office, "paper-publish", paper, version=1)
    upload = papers.upload(papers.pdf(2), "b.pdf")
    added = office.post(reverse("paper-add-version", args=[paper.pk]), {"file": upload}, headers=JSON)
    assert added.status_code == 201
    second = paper.versions.get(number=2)
    read = reverse("paper-read", args=[paper.pk])
    assert commune.get(read, {"version": 2}).status_code == 404
    PaperVersion.objects.filter(pk=second.pk).update(conversion="ready")
    act(office, "paper-publish", paper, version=2)
    assert commune.get(read, {"version": 2}).status_code == 200
    assert commune.get(read, {"version": 1}).status_code == 200


def test_publishing_tells_those_invited_once(office: Client, paper: Paper, city: City) -> None:
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune], persons=[city.person("department_officer")])
    for _time in range(2):
        assert act(office, "paper-publish", paper, version=1).status_code == 302
    told = Notification.objects.filter(kind="paper.published").values_list("recipient__username", flat=True)
    assert sorted(told) == ["department.officer", "invited.clerk", "invited.head"]
    assert Entry.objects.filter(action="paper.published").count() == 1


def test_what_was_not_seen_is_not_published(office: Client, paper: Paper) -> None:
    PaperVersionFactory(paper=paper, number=2, conversion="ready")
    answer = act(office, "paper-publish", paper, version=1)
    assert answer.status_code == 409
    assert 'data-code="newer-version"' in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "draft"


def test_what_cannot_be_read_is_not_published(office: Client, paper: Paper) -> None:
    paper.versions.update(conversion="failed")
    assert act(office, "paper-publish", paper, version=1).status_code == 409


def test_a_withdrawn_paper_no_longer_exists_for_its_readers(
    office: Client, commune: Client, paper: Paper, city: City
) -> None:
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    act(office, "paper-publish", paper)
    detail = reverse("paper-detail", args=[paper.pk])
    assert commune.get(detail).status_code == 200
    act(office, "paper-withdraw", paper)
    assert commune.get(detail).status_code == 404
    assert office.get(detail).status_code == 200


def test_a_new_grant_replaces_the_earlier_one_of_the_same_meeting_only(paper: Paper, city: City) -> None:
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune, city.department])
    grant_to_meeting(paper, reason="meeting:2", units=[city.commune])
    grant_to_meeting(paper, reason="meeting:1", units=[city.department], label="Giao ban")
    left = Grant.objects.order_by("reason").values_list("reason", "unit__name", "label")
    assert list(left) == [("meeting:1", "Sở Xây dựng", "Giao ban"), ("meeting:2", "UBND phường Ba Đình", "")]


def test_the_same_file_again_is_not_a_new_version(office: Client) -> None:
    content = papers.pdf()
    pk = hand_in(office, papers.upload(content, "a.pdf")).json()["id"]
    again = {"file": papers.upload(content, "b.pdf")}
    answer = office.post(reverse("paper-add-version", args=[pk]), again, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "same-file")


def test_renaming_keeps_what_was_typed_when_it_is_refused(office: Client, paper: Paper) -> None:
    assert act(office, "paper-rename", paper, title="Tên  mới").status_code == 302
    paper.refresh_from_db()
    assert (paper.title, paper.search_title) == ("Tên mới", "ten moi")
    answer = act(office, "paper-rename", paper, title="x" * 301)
    assert "x" * 301 in answer.content.decode()


def test_who_has_read_and_who_has_not(office: Client, commune: Client, paper: Paper, city: City) -> None:
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    act(office, "paper-publish", paper)
    version = paper.versions.get()
    assert commune.get(reverse("paper-read", args=[paper.pk])).status_code == 200
    turn = reverse("paper-reading", args=[version.pk])
    for page in (3, 2, 99):
        assert commune.post(turn, {"page": page}, content_type="application/json").status_code == 204
    reading = Reading.objects.get(version=version, person=city.person("invited_head"))
    assert (reading.last_page, reading.furthest_page) == (3, 3)
    said = office.get(reverse("paper-detail", args=[paper.pk])).content.decode()
    assert "1 trên 2 người được mời" in said
    readers = said[said.index("Ai đã đọc") :]
    assert readers.index("Vũ Văn Phường") < readers.index("Hoàng Ba Đình"), "those who have not read come first"


@pytest.mark.parametrize("body", ["", "{}", '{"page": 0}', '{"page": "x"}', "[1]"])
def test_a_turn_that_makes_no_sense_is_refused(office: Client, paper: Paper, body: str) -> None:
    address = reverse("paper-reading", args=[paper.versions.get().pk])
    answer = office.post(address, body, content_type="application/json", headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_reading_goes_on_where_one_stopped(office: Client, paper: Paper) -> None:
    address = reverse("paper-read", args=[paper.pk])
    office.post(reverse("paper-reading", args=[paper.versions.get().pk]), {"page": 2}, content_type="application/json")
    assert 'page="2"' in office.get(address).content.decode()
    assert 'page="3"' in office.get(address, {"page": "99"}).content.decode()


def test_a_draft_of_another_agency_is_not_found_by_guessing(client_as: Callable[[str], Client], paper: Paper) -> None:
    version = paper.versions.get()
    for role in ("chair", "department_head", "outsider", "admin"):
        client = client_as(role)
        assert client.get(reverse("paper-detail", args=[paper.pk])).status_code == 404
        assert client.get(reverse("paper-original", args=[version.pk])).status_code == 404


def test_the_list_finds_without_diacritics_and_tells_unread_from_mine(
    office: Client, commune: Client, city: City
) -> None:
    made = [
        PaperVersionFactory(
            paper=PaperFactory(created_by=city["organiser_clerk"], title=title, state="published"), conversion="ready"
        ).paper
        for title in ("Báo cáo đê điều Đống Đa", "Tờ trình giá đất")
    ]
    for paper in made:
        grant_to_meeting(paper, reason="meeting:7", units=[city.commune], label="Họp giao ban quý")

    def titles(client: Client, **filters: Any) -> list[str]:
        shown = client.get(reverse("paper-list"), filters).context["shown"]
        return [row.paper.title for row in shown.rows]

    assert titles(commune, q="de dieu dong da") == ["Báo cáo đê điều Đống Đa"]
    assert len(titles(commune, show="unread")) == 2
    commune.get(reverse("paper-read", args=[made[0].pk]))
    assert titles(commune, show="unread") == ["Tờ trình giá đất"]
    assert titles(commune, show="mine") == []
    assert len(titles(office, show="mine")) == 2
    assert len(titles(commune, meeting=7)) == 2
    assert titles(commune, meeting=8) == []
    assert len(titles(commune, meeting="x" * 50, page="-4", show="?")) == 2
    assert "Họp giao ban quý" in commune.get(reverse("paper-list")).content.decode()


def test_the_list_asks_as_many_questions_for_twenty_papers_as_for_two(
    commune: Client, city: City, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            commune.get(reverse("paper-list"))
        return len(caught)

    def add(count: int) -> None:
        for number in range(count):
            paper = PaperFactory(created_by=city["organiser_clerk"], title=f"Tài liệu {number}", state="published")
            PaperVersionFactory(paper=paper, conversion="ready")
            grant_to_meeting(paper, reason="meeting:7", units=[city.commune], label="Giao ban")

    add(2)
    commune.get(reverse("paper-list"))
    few = queries()
    assert few <= 10
    add(16)
    assert queries() == few


def test_a_draft_whose_file_was_refused_can_be_deleted(office: Client, city: City) -> None:
    paper = PaperVersionFactory(paper__created_by=city["organiser_clerk"], conversion="failed", name="hỏng.docx").paper
    assert "Xóa bản nháp" in office.get(f"/papers/{paper.pk}/").content.decode()
    answer = act(office, "paper-delete", paper)
    assert (answer.status_code, answer.url) == (302, "/papers/")
    assert not Paper.objects.exists()
    assert not PaperVersion.objects.exists()
    entry = Entry.objects.get(action="paper.deleted", appointment=city["organiser_clerk"])
    assert (entry.target_label, entry.detail) == (paper.title, {"files": ["hỏng.docx"]})
    assert act(office, "paper-delete", paper).status_code == 302, "pressed twice"


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_was_once_shown_is_not_deleted(office: Client, paper: Paper, state: str) -> None:
    Paper.objects.update(state=state)
    answer = act(office, "paper-delete", paper)
    assert answer.status_code == 409
    assert "hãy thu hồi tài liệu" in answer.content.decode()
    assert "Xóa bản nháp" not in answer.content.decode()
    assert Paper.objects.exists()


def test_a_draft_on_the_table_of_a_meeting_is_taken_off_it_first(office: Client, paper: Paper) -> None:
    TabledPaper.objects.create(item=AgendaItemFactory(), paper=paper)
    answer = act(office, "paper-delete", paper)
    assert answer.status_code == 409
    assert "Gỡ tài liệu khỏi nội dung cuộc họp" in answer.content.decode()
    assert Paper.objects.exists()
    assert not Entry.objects.filter(action="paper.deleted").exists()


def test_others_neither_see_nor_delete_a_draft(commune: Client, paper: Paper) -> None:
    assert act(commune, "paper-delete", paper).status_code == 404
    assert Paper.objects.exists()
