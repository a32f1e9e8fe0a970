"""Searching papers: Vietnamese with and without marks, phrases, symbols; never more than one may open."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents.models import Page, Paper
from documents.search import finding, index, lookup
from documents.search.finding import excerpt, marked
from documents.search.words import phrases_of
from documents.sharing import grant_to_meeting
from tests import papers
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
CORPUS = {
    "Tờ trình về đường Láng": ["Kính gửi Ủy ban nhân dân thành phố.", "Mở rộng đường Láng, quận Đống Đa cũ."],
    "Báo cáo giải ngân": ["Giải ngân vốn đầu tư công đạt 61,5 % kế hoạch.", "Khối lượng dương lịch năm 2026."],
    "Dự thảo Kế hoạch hoà giải": ["Căn cứ Công văn số 12/UBND-VP ngày 05/11/2026.", "Tổ hoà giải ở cơ sở."],
    "Thông báo nội bộ": ["Số 12 ngõ 5; UBND phường; VP tiếp dân.", "ĐẤT ĐAI và nhà ở"],
}
"""Title → what its pages say."""


@pytest.fixture(params=[0, 200], ids=["looked-up", "gone-through"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few papers are gone through; the index of a large archive is asked as a whole. Both find the same."""
    monkeypatch.setattr(lookup, "FEW", request.param)


@pytest.fixture
def library(city: City) -> dict[str, Paper]:
    """The corpus, published to the commune."""
    made = {}
    for title, texts in CORPUS.items():
        made[title] = publish(city, title, *texts)
        grant_to_meeting(made[title], reason="meeting:7", units=[city.commune])
    return made


def publish(city: City, title: str, *texts: str, **fields: Any) -> Paper:
    paper = PaperFactory(created_by=city["organiser_clerk"], title=title, **{"state": "published", **fields})
    version = PaperVersionFactory(paper=paper, conversion="ready", page_count=len(texts))
    store(version, *texts)
    index.set_title(paper)
    return paper


def store(version: Any, *texts: str) -> None:
    index.add_pages([Page.objects.create(version=version, number=n, text=text) for n, text in enumerate(texts, 1)])


@pytest.fixture
def commune(client_as: AsRole) -> Client:
    return client_as("invited_head")


def titles(client: Client, q: str, **filters: Any) -> list[str]:
    answer = client.get(reverse("paper-search"), {"q": q, **filters})
    assert answer.status_code == 200
    found = answer.context["found"]
    return sorted(hit.paper.title for hit in found.hits) if found else []


QUESTIONS = {
    "đường": ["Tờ trình về đường Láng"],
    "Đường": ["Tờ trình về đường Láng"],
    "duong": ["Báo cáo giải ngân", "Tờ trình về đường Láng"],
    "dương": ["Báo cáo giải ngân"],
    "dong da": ["Tờ trình về đường Láng"],
    "Đống Đa": ["Tờ trình về đường Láng"],
    "ĐỐNG ĐA": ["Tờ trình về đường Láng"],
    "đông đa": [],
    "đống da": ["Tờ trình về đường Láng"],
    "12/UBND-VP": ["Dự thảo Kế hoạch hoà giải"],
    "12/ubnd-vp": ["Dự thảo Kế hoạch hoà giải"],
    "12 UBND VP": ["Dự thảo Kế hoạch hoà giải", "Thông báo nội bộ"],
    "61,5": ["Báo cáo giải ngân"],
    "05/11/2026": ["Dự thảo Kế hoạch hoà giải"],
    "hòa giải": ["Dự thảo Kế hoạch hoà giải"],
    "hoà giải": ["Dự thảo Kế hoạch hoà giải"],
    '"uy ban nhan dan"': ["Tờ trình về đường Láng"],
    '"ủy ban nhan dân"': ["Tờ trình về đường Láng"],
    "“nhân dân ủy ban”": [],
    "nhân dân ủy ban": ["Tờ trình về đường Láng"],
    "đất đai": ["Thông báo nội bộ"],
    "đất đai đường": [],
    "giai ngan": ["Báo cáo giải ngân"],
}
SIGNS = ['"', "'", "***", "OR", "NEAR(", "a AND NOT b", '" OR 1=1 --', "x" * 500, ":*", "đ" * 90, "\x00", "'' & !x"]


@pytest.mark.usefixtures("library")
def test_what_a_person_types_finds_what_is_meant(commune: Client) -> None:
    assert {typed: titles(commune, typed) for typed in QUESTIONS} == QUESTIONS


@pytest.mark.usefixtures("library")
def test_no_signs_break_the_search(commune: Client) -> None:
    assert {typed: titles(commune, typed) for typed in SIGNS} == {typed: [] for typed in SIGNS}


@pytest.mark.usefixtures("library")
def test_a_hit_is_marked_and_leads_to_its_page(commune: Client, library: dict[str, Paper]) -> None:
    said = commune.get(reverse("paper-search"), {"q": "dong da"}).content.decode()
    assert "<mark>Đống</mark> <mark>Đa</mark> cũ" in said
    paper = library["Tờ trình về đường Láng"]
    assert f'href="/papers/{paper.pk}/read/?version=1&amp;page=2"' in said


@pytest.mark.usefixtures("library")
def test_titles_come_first(commune: Client) -> None:
    hits = commune.get(reverse("paper-search"), {"q": "kế hoạch"}).context["found"].hits
    assert [hit.paper.title for hit in hits] == ["Dự thảo Kế hoạch hoà giải", "Báo cáo giải ngân"]


@pytest.mark.usefixtures("library")
def test_the_search_is_narrowed(commune: Client, city: City) -> None:
    assert titles(commune, "2026", kind="Kế hoạch") == ["Dự thảo Kế hoạch hoà giải"]
    assert titles(commune, "2026", kind="Không có") == ["Báo cáo giải ngân", "Dự thảo Kế hoạch hoà giải"]
    assert titles(commune, "2026", unit=city.department.pk) == []
    assert len(titles(commune, "2026", unit=city.committee.pk)) == 2
    assert titles(commune, "2026", until="01/01/2020") == []
    assert len(titles(commune, "2026", since="01/01/2020", until="31/02/2020")) == 2
    assert titles(commune, "2026", meeting=8) == []
    assert len(titles(commune, "2026", meeting=7)) == 2


# --- who finds what -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "approved", "withdrawn"])
def test_what_is_not_published_is_found_by_its_own_people_only(
    state: str, city: City, commune: Client, client_as: AsRole
) -> None:
    paper = publish(city, "Phương án nhân sự", "Danh sách dự kiến", state=state)
    grant_to_meeting(paper, reason="meeting:7", units=[city.commune])
    for words in ("nhân sự", "danh sach du kien"):
        assert titles(client_as("organiser_clerk"), words) == ["Phương án nhân sự"]
        for client in (commune, client_as("outsider"), client_as("department_head"), client_as("admin")):
            assert titles(client, words) == []
            said = client.get(reverse("paper-search"), {"q": words}).content.decode()
            assert "Phương án nhân sự" not in said
            assert "Danh sách dự kiến" not in said


def test_a_version_that_is_not_published_betrays_nothing(city: City, commune: Client, client_as: AsRole) -> None:
    paper = publish(city, "Giá đất", "Bảng giá cũ")
    grant_to_meeting(paper, reason="meeting:7", units=[city.commune])
    store(PaperVersionFactory(paper=paper, number=2, conversion="ready", page_count=1), "Bảng giá bí mật mới")
    assert titles(commune, "bí mật") == []
    assert titles(commune, "bảng giá cũ") == ["Giá đất"]


def test_a_renamed_paper_is_found_by_its_new_name_only(client_as: AsRole) -> None:
    office = client_as("organiser_clerk")
    office.post(reverse("paper-upload"), {"file": papers.upload(papers.pdf(), "a.pdf"), "title": "Tên đầu tiên"})
    assert titles(office, "đầu tiên") == ["Tên đầu tiên"]
    office.post(reverse("paper-rename", args=[Paper.objects.get().pk]), {"title": "Tên thứ hai"})
    assert titles(office, "đầu tiên") == []
    assert titles(office, "thu hai") == ["Tên thứ hai"]


def test_a_deleted_draft_is_found_by_nobody(city: City, client_as: AsRole) -> None:
    paper = publish(city, "Bản bỏ", "Nội dung bỏ", state="draft")
    client = client_as("organiser_clerk")
    client.post(reverse("paper-delete", args=[paper.pk]))
    assert titles(client, "bỏ") == []


@pytest.mark.usefixtures("library")
def test_the_index_is_made_anew(commune: Client) -> None:
    said = StringIO()
    call_command("rebuild_search", stdout=said)
    assert said.getvalue() == "8 pages indexed\n"
    assert titles(commune, "dong da") == ["Tờ trình về đường Láng"]


def test_a_page_that_is_made_anew_is_found_by_its_new_words_only(city: City, client_as: AsRole) -> None:
    client, paper = client_as("organiser_clerk"), publish(city, "Giá đất", "Bảng giá cũ", "Trang hai")
    version = paper.versions.get()
    index.remove_pages(version.pages.all())
    version.pages.all().delete()
    store(version, "Bảng giá mới")
    assert titles(client, "bảng giá cũ") == titles(client, "trang hai") == []
    assert titles(client, "bảng giá mới") == ["Giá đất"]


def test_nothing_is_lost_between_two_portions(city: City, commune: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "BATCH", 2)
    monkeypatch.setattr(lookup, "PORTION", 2)
    for number in range(4):
        paper = publish(city, f"Tài liệu {number}", *["Trang này nói trang"] * (number + 1))
        grant_to_meeting(paper, reason="meeting:7", units=[city.commune])
    assert titles(commune, "trang") == [f"Tài liệu {number}" for number in range(4)]


def test_more_than_can_be_shown_is_said(city: City, commune: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_FOUND", 3)
    for number in range(5):
        paper = publish(city, f"Tài liệu {number}", "Trang này")
        grant_to_meeting(paper, reason="meeting:7", units=[city.commune])
    said = commune.get(reverse("paper-search"), {"q": "trang"})
    assert [hit.paper.title for hit in said.context["found"].hits] == ["Tài liệu 4", "Tài liệu 3", "Tài liệu 2"]
    assert "Tìm thấy hơn 3 tài liệu" in said.content.decode()


def test_ten_hits_ask_as_many_questions_as_two(city: City, commune: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            titles(commune, "trang")
        return len(caught)

    def add(count: int) -> None:
        for number in range(count):
            paper = publish(city, f"Tài liệu {number}", *["Trang này nói trang"] * 5)
            grant_to_meeting(paper, reason="meeting:7", units=[city.commune])

    add(2)
    queries()
    few = queries()
    add(8)
    assert queries() == few
    assert few <= 17


# --- what stands around a hit ----------------------------------------------------------------------------


def test_an_excerpt_is_cut_from_the_text_around_the_hit() -> None:
    text = " ".join(f"chữ{n}" for n in range(60)) + " Đống\nĐa " + " ".join(f"sau{n}" for n in range(60))
    said = "".join(f"[{p.text}]" if p.hit else p.text for p in excerpt(text, phrases_of('"dong da"')))
    assert said.startswith("… chữ52")
    assert "chữ59 [Đống Đa] sau0" in said
    assert said.endswith(" …")


def test_marks_never_overlap() -> None:
    pieces = marked("ủy ban nhân dân", phrases_of('"ủy ban nhân" "ban nhân dân" ủy'))
    assert "".join(piece.text for piece in pieces) == "ủy ban nhân dân"
