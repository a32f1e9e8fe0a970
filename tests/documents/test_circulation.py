"""A paper that is only to be looked at: readers get its pages on the screen, and no file of it."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Page, Paper, PaperVersion
from documents.sharing import grant_to_meeting, let_review
from eoffice.audit.models import Entry
from meetings.models import Meeting, TabledPaper
from tests import papers
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    MeetingFactory,
    MeetingSiteFactory,
    PaperFactory,
    PaperVersionFactory,
    StoredFileFactory,
)

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
READER = {"X-Paper-Reader": "begin"}
COPIES = ("paper-file", "paper-download", "paper-download-annotated", "paper-offline-copy")


@pytest.fixture
def version(city: City) -> PaperVersion:
    """One page, published to the commune, only to be looked at."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title="Nhân sự", state="published", circulation="view")
    pdf = StoredFileFactory(content__data=papers.pdf())
    made: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=pdf)
    Page.objects.create(version=made, number=1, text="Danh sách")
    Paper.objects.filter(pk=paper.pk).update(published_version=made)
    grant_to_meeting(paper, reason="meeting:1", units=[city.commune])
    return made


@pytest.mark.parametrize("name", COPIES)
def test_a_reader_gets_no_file_by_whatever_address(name: str, version: PaperVersion, client_as: AsRole) -> None:
    answer = client_as("invited_head").get(reverse(name, args=[version.pk]), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "view-only")
    assert "không tải về, không in" in answer.json()["message"]
    assert not Entry.objects.filter(action__in=["paper.downloaded", "paper.kept_offline"]).exists()


@pytest.mark.parametrize("name", COPIES)
def test_its_own_people_are_not_bound(name: str, version: PaperVersion, client_as: AsRole) -> None:
    assert client_as("organiser_clerk").get(reverse(name, args=[version.pk])).status_code == 200


def test_neither_is_who_approves_it(version: PaperVersion, client_as: AsRole, city: City) -> None:
    PaperVersion.objects.update(submitted_at=version.created_at)
    Paper.objects.update(submitted_to=city.department)
    let_review(version.paper, reason="review:1", units=[city.department], persons=[])
    assert client_as("department_clerk").get(reverse("paper-download", args=[version.pk])).status_code == 200


def test_a_superior_reads_and_takes_nothing(version: PaperVersion, client_as: AsRole) -> None:
    chair = client_as("chair")
    assert chair.get(reverse("paper-read", args=[version.paper_id])).status_code == 200
    assert chair.get(reverse("paper-download", args=[version.pk])).status_code == 403


def test_on_the_screen_it_is_read_as_any_other(version: PaperVersion, client_as: AsRole) -> None:
    reader = client_as("invited_head")
    assert reader.get(reverse("paper-file", args=[version.pk]), headers=READER).status_code == 200
    page = reader.get(reverse("paper-read", args=[version.paper_id])).content.decode()
    assert "Chỉ xem" in page
    assert "không in được" in page
    assert re.search(r'class="page [^"]*view-only', page)
    for name in ("paper-download", "paper-download-annotated"):
        assert reverse(name, args=[version.pk]) not in page
    assert "<eo-offline-save" not in page


def test_the_pages_say_nothing_of_it_to_its_own_people_but_the_mark(version: PaperVersion, client_as: AsRole) -> None:
    own = client_as("organiser_clerk")
    read = own.get(reverse("paper-read", args=[version.paper_id])).content.decode()
    assert reverse("paper-download", args=[version.pk]) in read
    assert "không in được" not in read
    detail = own.get(reverse("paper-detail", args=[version.paper_id])).content.decode()
    assert "đọc trên màn hình, không tải về, không in" in detail


def test_view_as_tells_that_they_take_no_copy(version: PaperVersion, client_as: AsRole, city: City) -> None:
    address = reverse("paper-view-as", args=[version.paper_id])
    page = client_as("organiser_clerk").get(address, {"person": city.person("invited_head").pk}).content.decode()
    assert re.search(r"Tải bản PDF có tên người tải, in</dt><dd>Không", page)


def test_it_is_left_out_of_what_is_kept_to_be_read_without_network_and_said(
    version: PaperVersion, client_as: AsRole, city: City
) -> None:
    meeting: Meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], state="invited")
    MeetingSiteFactory(meeting=meeting, unit=city.commune)
    TabledPaper.objects.create(item=AgendaItemFactory(meeting=meeting), paper=version.paper)
    address = reverse("meeting-offline", args=[meeting.pk])
    pack = client_as("invited_head").get(address).json()
    assert pack["papers"] == []
    assert pack["sections"][0]["papers"] == []
    assert "Chỉ xem khi có mạng: Nhân sự" in pack["sections"][0]["note"]
    assert [paper["title"] for paper in client_as("organiser_clerk").get(address).json()["papers"]] == ["Nhân sự"]


def test_the_office_says_so_also_of_a_paper_that_is_out(version: PaperVersion, client_as: AsRole) -> None:
    own, reader = client_as("organiser_clerk"), client_as("invited_head")
    times, download = reverse("paper-times", args=[version.paper_id]), reverse("paper-download", args=[version.pk])
    assert own.post(times, {"expiry": "", "circulation": "none"}).status_code == 302
    assert reader.get(download).status_code == 200
    assert own.post(times, {"expiry": "", "circulation": "view"}).status_code == 302
    assert reader.get(download).status_code == 403
    assert own.post(times, {"expiry": ""}).status_code == 302
    assert Paper.objects.get().circulation == "view", "who does not say anything changes nothing"
