"""State secrets are not taken in, neither declared nor stamped; nothing of them stays."""

import io
from collections.abc import Callable

import docx
import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Paper
from documents.secrecy import refuse_stamped
from eoffice.audit.models import Entry
from eoffice.errors import UserError
from eoffice.files.kinds import DOCX, ODT
from eoffice.files.models import StoredFile
from meetings.models import PaperRequest
from tests import papers
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingFactory, PaperRequestFactory

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
AsRole = Callable[[str], Client]


def letter(*lines: str, header: str = "") -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if header:
        document.sections[0].header.paragraphs[0].text = header
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def in_a_table(text: str) -> bytes:
    document = docx.Document()
    document.add_table(1, 2).rows[0].cells[1].text = text
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        letter("ỦY BAN NHÂN DÂN", "TỐI MẬT", "Về việc …"),
        letter("ỦY BAN NHÂN DÂN", header="MẬT"),
        letter("Độ mật: Mật".upper()),
        in_a_table("TUYỆT MẬT"),
    ],
)
def test_a_stamped_letter_is_refused_with_the_law_and_nothing_of_it_stays(content: bytes, client_as: AsRole) -> None:
    upload = papers.upload(content, "Phương án tác chiến.docx")
    answer = client_as("organiser_clerk").post(reverse("paper-upload"), {"file": upload}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "state-secret")
    assert "117/2025/QH15" in answer.json()["hint"]
    assert not Paper.objects.exists()
    assert not StoredFile.objects.exists()
    entry = Entry.objects.get(action="paper.secret_refused")
    assert "tác chiến" not in str(entry.detail) + entry.target_label


def test_at_an_item_of_the_agenda_the_level_is_declared_too(client_as: AsRole, city: City) -> None:
    item = AgendaItemFactory(meeting=MeetingFactory(chair=city["chair"], secretary=city["secretary"]))
    office = client_as("secretary")
    page = office.get(reverse("meeting-detail", args=[item.meeting_id])).content.decode()
    assert f'<label for="secrecy-{item.pk}">Độ mật' in page
    declared = {"file": papers.upload(papers.pdf(), "a.pdf"), "secrecy": "mat"}
    answer = office.post(reverse("agenda-paper-upload", args=[item.pk]), declared, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "state-secret")
    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    "lines",
    [
        ("BÁO CÁO CÔNG TÁC BẢO VỆ BÍ MẬT NHÀ NƯỚC",),
        ("BÁO CÁO CÔNG TÁC BẢO VỆ BÍ", "MẬT", "NHÀ NƯỚC"),
        ("Tài liệu này không mật.", "Mật khẩu"),
        (*(f"Dòng {n}" for n in range(80)), "MẬT"),
    ],
)
def test_who_only_speaks_of_secrets_is_not_refused(lines: tuple[str, ...], city: City) -> None:
    refuse_stamped(io.BytesIO(letter(*lines)), DOCX, by=city["organiser_clerk"])


def test_a_stamp_in_other_kinds_of_file_is_seen(city: City) -> None:
    made = papers.package({"content.xml": "<office:text><text:p>MẬT</text:p><text:p>Kính gửi</text:p></office:text>"})
    with pytest.raises(UserError, match="state-secret"):
        refuse_stamped(io.BytesIO(made), ODT, by=city["organiser_clerk"])


def test_a_declared_secret_is_refused_wherever_files_are_taken(client_as: AsRole, city: City) -> None:
    asked: PaperRequest = PaperRequestFactory(unit=city.department, item__meeting__organiser=city.office)
    clerk = client_as("department_clerk")
    for address in (reverse("paper-upload"), reverse("paper-request-upload", args=[asked.pk])):
        upload = papers.upload(papers.pdf(), "a.pdf")
        answer = clerk.post(address, {"file": upload, "secrecy": "mat"}, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "state-secret")
    assert not StoredFile.objects.exists()
    assert Entry.objects.filter(action="paper.secret_refused", detail__why="declared").count() == 2


def test_a_stamped_answer_to_a_request_stays_on_record(client_as: AsRole, city: City) -> None:
    asked: PaperRequest = PaperRequestFactory(unit=city.department, item__meeting__organiser=city.office)
    upload = papers.upload(letter("MẬT"), "a.docx")
    answer = client_as("department_clerk").post(
        reverse("paper-request-upload", args=[asked.pk]), {"file": upload}, headers=JSON
    )
    assert answer.json()["code"] == "state-secret"
    assert Entry.objects.filter(action="paper.secret_refused").count() == 1
    assert not Paper.objects.exists()


def test_a_pdf_without_a_stamp_is_taken(client_as: AsRole) -> None:
    upload = papers.upload(papers.pdf(), "a.pdf")
    answer = client_as("organiser_clerk").post(reverse("paper-upload"), {"file": upload}, headers=JSON)
    assert answer.status_code == 201
