"""The pack for reading without network: whoever may not open a paper online gets neither its bytes nor its key."""

import base64
import datetime as dt
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents import annotating, offline_shell, publishing
from documents.models import Annotation, Paper, PaperVersion
from eoffice.audit.models import Entry
from meetings import recusals, tabling
from meetings.models import Meeting, MeetingSite, TabledPaper
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
JSON = {"Accept": "application/json"}
MARK = annotating.Mark(kind="note", page=1, text="Hỏi Sở Tài chính.")


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Issued, with one item; the commune is invited."""
    made: Meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.office, state="invited", place="Phòng 201"
    )
    MeetingSiteFactory(meeting=made, kind=MeetingSite.Kind.MAIN, unit=city.office)
    MeetingSiteFactory(meeting=made, unit=city.commune)
    AgendaItemFactory(meeting=made, title="Giá đất", minutes=20)
    return made


def lay_out(city: City, meeting: Meeting, title: str = "Tờ trình", **fields: Any) -> PaperVersion:
    """A published paper of two pages on the table of the first item."""
    paper = PaperFactory(created_by=city["organiser_clerk"], title=title, state="published", **fields)
    pdf = StoredFileFactory(content__data=papers.pdf(2), size=5000)
    version: PaperVersion = PaperVersionFactory(paper=paper, conversion="ready", page_count=2, pdf=pdf)
    TabledPaper.objects.create(item=meeting.items.get(), paper=paper)
    tabling.share(meeting)
    return version


@pytest.fixture
def version(city: City, meeting: Meeting) -> PaperVersion:
    return lay_out(city, meeting)


def pack_of(client: Client, meeting: Meeting) -> Any:
    answer = client.get(reverse("meeting-offline", args=[meeting.pk]), headers=JSON)
    return answer.json() if answer.status_code == 200 else answer.status_code


def titles(client: Client, meeting: Meeting) -> list[str]:
    return [paper["title"] for paper in pack_of(client, meeting)["papers"]]


def copy_of(client: Client, version: PaperVersion) -> Any:
    return client.get(reverse("paper-offline-copy", args=[version.pk]))


def test_the_pack_of_a_meeting_is_its_agenda_with_the_papers_and_my_marks(
    version: PaperVersion, meeting: Meeting, city: City, client_as: AsRole
) -> None:
    annotating.keep(version, UUID(int=1), MARK, user=city.person("invited_head"))
    pack = pack_of(client_as("invited_head"), meeting)
    assert (pack["name"], pack["title"]) == (f"meeting-{meeting.pk}", meeting.title)
    assert {"name": "Địa điểm", "value": "Phòng 201"} in pack["facts"]
    assert pack["sections"] == [{"title": "1. Giá đất", "note": "20 phút", "papers": [version.paper_id]}]
    (paper,) = pack["papers"]
    assert (paper["version"], paper["pages"], paper["size"]) == (version.pk, 2, 5000)
    assert [mark["text"] for mark in paper["marks"]] == ["Hỏi Sở Tài chính."]


def test_the_marks_of_others_are_in_nobodys_pack(
    version: PaperVersion, meeting: Meeting, city: City, client_as: AsRole
) -> None:
    annotating.keep(version, UUID(int=1), MARK, user=city.person("invited_head"))
    assert "Sở Tài chính" not in str(pack_of(client_as("chair"), meeting))


def test_each_person_and_each_paper_has_a_key_of_its_own_the_same_every_time(
    version: PaperVersion, meeting: Meeting, city: City, client_as: AsRole
) -> None:
    lay_out(city, meeting, "Phụ lục")
    first, again, other = (pack_of(client_as(role), meeting) for role in ("invited_head", "invited_head", "chair"))
    keys = [pack[part] for pack in (first, other) for part in ("key",)]
    keys += [paper["key"] for pack in (first, other) for paper in pack["papers"]]
    assert len(set(keys)) == 6
    assert {len(base64.b64decode(key)) for key in keys} == {32}
    assert first["key"] == again["key"]


def test_what_carries_keys_is_not_to_be_stored(version: PaperVersion, meeting: Meeting, client_as: AsRole) -> None:
    for name, pk in (("meeting-offline", meeting.pk), ("paper-offline", version.paper_id)):
        answer = client_as("invited_head").get(reverse(name, args=[pk]), headers=JSON)
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_key_is_for_a_week_or_until_the_paper_withdraws_itself(
    city: City, meeting: Meeting, client_as: AsRole
) -> None:
    soon = timezone.now() + dt.timedelta(hours=3)
    lay_out(city, meeting, "Ngắn hạn", expires_at=soon)
    lay_out(city, meeting, "Dài hạn")
    pack = pack_of(client_as("invited_head"), meeting)
    short, long = sorted(dt.datetime.fromisoformat(paper["until"]) for paper in pack["papers"])
    assert short == soon
    assert dt.timedelta(days=6) < long - timezone.now() <= dt.timedelta(days=7)


@pytest.mark.parametrize("role", ["outsider", "outsider_head", "admin"])
def test_for_everybody_else_there_is_no_pack(
    role: str, version: PaperVersion, meeting: Meeting, client_as: AsRole
) -> None:
    client = client_as(role)
    assert pack_of(client, meeting) == 404
    assert client.get(reverse("paper-offline", args=[version.paper_id])).status_code == 404
    assert copy_of(client, version).status_code == 404


def test_a_browser_without_a_session_is_told_so(version: PaperVersion, meeting: Meeting, client: Client) -> None:
    assert pack_of(client, meeting) == 401
    assert copy_of(client, version).status_code == 302


@pytest.mark.parametrize("role", ["invited_head", "organiser_clerk"])
def test_a_withdrawn_paper_leaves_every_pack_also_of_its_own_people(
    role: str, version: PaperVersion, meeting: Meeting, city: City, client_as: AsRole
) -> None:
    client = client_as(role)
    assert titles(client, meeting) == ["Tờ trình"]
    with transaction.atomic():
        publishing.withdraw(version.paper, by=city["organiser_clerk"])
    pack = pack_of(client, meeting)
    assert (pack["papers"], pack["sections"][0]["papers"]) == ([], [])
    assert copy_of(client, version).status_code == 404
    assert client.get(reverse("paper-offline", args=[version.paper_id])).status_code == 404


def test_a_draft_is_in_no_pack(city: City, meeting: Meeting, client_as: AsRole) -> None:
    version = lay_out(city, meeting)
    Paper.objects.update(state="draft")
    assert titles(client_as("organiser_clerk"), meeting) == []
    assert copy_of(client_as("organiser_clerk"), version).status_code == 404


def test_a_newer_version_that_is_not_published_is_in_no_pack(
    version: PaperVersion, meeting: Meeting, client_as: AsRole
) -> None:
    pdf = StoredFileFactory(content__data=papers.pdf())
    newer = PaperVersionFactory(paper=version.paper, number=2, conversion="ready", page_count=1, pdf=pdf)
    assert [paper["number"] for paper in pack_of(client_as("organiser_clerk"), meeting)["papers"]] == [1]
    assert copy_of(client_as("organiser_clerk"), newer).status_code == 404


def test_who_is_recused_gets_neither_key_nor_bytes(
    version: PaperVersion, meeting: Meeting, city: City, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    with transaction.atomic():
        recusals.recuse(city["secretary"], meeting.items.get(), reason="Lợi ích", person=city.person("invited_head"))
    pack = pack_of(client, meeting)
    assert pack["papers"] == []
    assert "không xem tài liệu của mục này" in pack["sections"][0]["note"]
    assert copy_of(client, version).status_code == 404


def test_the_copy_bears_the_readers_name_and_is_on_record(version: PaperVersion, client_as: AsRole) -> None:
    answer = copy_of(client_as("invited_head"), version)
    assert answer.headers["Content-Type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(b"".join(answer))) as copy:
        assert all(page.Resources.XObject for page in copy.pages)
    entry = Entry.objects.get(action="paper.kept_offline")
    assert (entry.actor.username, entry.target_id) == ("invited.head", version.paper_id)


def test_a_pack_asks_the_database_as_often_for_eight_papers_as_for_one(
    version: PaperVersion, meeting: Meeting, city: City, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    pack_of(client, meeting)
    with CaptureQueriesContext(connection) as few:
        pack_of(client, meeting)
    for number in range(7):
        made = lay_out(city, meeting, f"Phụ lục {number}")
        annotating.keep(made, UUID(int=number), MARK, user=city.person("invited_head"))
    with CaptureQueriesContext(connection) as many:
        assert len(pack_of(client, meeting)["papers"]) == 8
    assert len(many) <= len(few) + 1, "the marks"


def test_the_page_and_its_worker_know_nobody(client_as: AsRole) -> None:
    pages = {client_as(role).get(reverse("offline")).content for role in ("anonymous", "chair", "invited_head")}
    assert len(pages) == 1
    assert b"csrf" not in pages.pop()
    worker = client_as("chair").get(reverse("offline-worker"))
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert worker.headers["Service-Worker-Allowed"] == "/"


@pytest.mark.skipif(not offline_shell.worker(b""), reason="the front end is not built")
def test_the_worker_takes_what_the_page_is_made_of_and_is_another_for_another_page() -> None:
    one, other = offline_shell.worker(b"one"), offline_shell.worker(b"other")
    assert one != other
    for part in ("main-", "offline-", "engine-", "pdf.worker", "jbig2.wasm", "icons"):
        assert part in one
    assert "meeting-" not in one, "the room stays behind"


def sent(client: Client, version: PaperVersion, text: str, seen: list[str] | None) -> Any:
    body = {**MARK.model_dump(exclude={"seen"}), "text": text, "seen": seen}
    address = reverse("paper-annotation", args=[version.pk, UUID(int=5)])
    return client.post(address, body, content_type="application/json", headers=JSON)


def texts(version: PaperVersion) -> list[str]:
    return sorted(Annotation.objects.filter(version=version).values_list("text", flat=True))


def test_a_note_changed_in_two_places_is_there_twice_and_once_however_often_it_is_sent(
    version: PaperVersion, client_as: AsRole
) -> None:
    client = client_as("invited_head")
    sent(client, version, "Hỏi", [])
    assert sent(client, version, "Hỏi lại ở văn phòng", ["Hỏi"]).status_code == 204
    for _time in range(2):
        answer = sent(client, version, "Hỏi lại trên tàu", ["Hỏi"])
        assert [mark["text"] for mark in answer.json()["annotations"]] == ["Hỏi lại ở văn phòng", "Hỏi lại trên tàu"]
    assert texts(version) == ["Hỏi lại trên tàu", "Hỏi lại ở văn phòng"]


def test_what_was_sent_and_not_answered_is_ones_own(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    sent(client, version, "Hỏi", [])
    sent(client, version, "Hỏi lại", ["Hỏi"])
    assert sent(client, version, "Hỏi lại lần nữa", ["Hỏi", "Hỏi lại"]).status_code == 204
    assert texts(version) == ["Hỏi lại lần nữa"]


def test_a_note_deleted_without_network_and_changed_elsewhere_stays(version: PaperVersion, client_as: AsRole) -> None:
    client = client_as("invited_head")
    sent(client, version, "Hỏi", [])
    sent(client, version, "Hỏi lại", ["Hỏi"])
    address = reverse("paper-annotation-delete", args=[version.pk, UUID(int=5)])
    kept = client.post(address, {"seen": ["Hỏi"]}, content_type="application/json", headers=JSON)
    assert [mark["text"] for mark in kept.json()["annotations"]] == ["Hỏi lại"]
    gone = client.post(address, {"seen": ["Hỏi lại"]}, content_type="application/json", headers=JSON)
    assert (gone.status_code, texts(version)) == (204, [])
