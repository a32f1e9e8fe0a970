"""The agenda: items in order, papers on the table."""

import uuid
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import Paper
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from meetings import agenda, invitations, scheduling
from meetings.models import AgendaItem, Meeting, TabledPaper
from tests.city import City
from tests.factories import AgendaItemFactory, MeetingFactory, PaperFactory


@pytest.fixture
def draft(city: City) -> Meeting:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"])
    scheduling.seat_leaders(meeting)
    return meeting


@pytest.fixture
def issued(city: City, draft: Meeting) -> Meeting:
    for unit in (city.commune, city.department):
        invitations.add_line(city["secretary"], draft, unit)
    return invitations.issue(city["secretary"], draft)


@pytest.fixture
def pdf() -> SimpleUploadedFile:
    content = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(content)
    return SimpleUploadedFile("Báo cáo tháng 11.pdf", content.getvalue(), content_type="application/pdf")


def _titles(meeting: Meeting) -> list[str]:
    return list(meeting.items.order_by("order").values_list("title", flat=True))


def test_items_stand_in_the_order_they_were_added(city: City, draft: Meeting) -> None:
    for title in ("Một", "Hai", "Ba"):
        agenda.add_item(city["secretary"], draft, agenda.Point(title=title))
    assert _titles(draft) == ["Một", "Hai", "Ba"]


@pytest.mark.parametrize(
    ("moved", "to", "order"),
    [
        ("Ba", 1, ["Ba", "Một", "Hai"]),
        ("Một", 3, ["Hai", "Ba", "Một"]),
        ("Hai", 2, ["Một", "Hai", "Ba"]),
        ("Một", 99, ["Hai", "Ba", "Một"]),
        ("Ba", -5, ["Ba", "Một", "Hai"]),
    ],
)
def test_moving_an_item(city: City, draft: Meeting, moved: str, to: int, order: list[str]) -> None:
    items = {t: agenda.add_item(city["secretary"], draft, agenda.Point(title=t)) for t in ("Một", "Hai", "Ba")}
    for _ in range(2):  # a double click
        agenda.move_item(city["secretary"], items[moved], to=to)
    assert _titles(draft) == order
    assert sorted(draft.items.values_list("order", flat=True)) == [1, 2, 3]


def test_an_item_sent_twice_stands_once(city: City, draft: Meeting) -> None:
    key = uuid.uuid4()
    made = [agenda.add_item(city["secretary"], draft, agenda.Point(title="Một"), key=key) for _ in range(2)]
    assert made[0] == made[1]


def test_the_second_editor_of_an_item_is_told(city: City, draft: Meeting) -> None:
    item = agenda.add_item(city["secretary"], draft, agenda.Point(title="Một"))
    agenda.edit_item(city["secretary"], item, agenda.Point(title="Bản thứ nhất"), version=item.version)
    with pytest.raises(Conflict, match="item-changed"):
        agenda.edit_item(city["chair"], item, agenda.Point(title="Bản thứ hai"), version=item.version)
    assert _titles(draft) == ["Bản thứ nhất"]


def test_editing_an_item_that_somebody_took_out(city: City, draft: Meeting) -> None:
    item = agenda.add_item(city["secretary"], draft, agenda.Point(title="Một"))
    for _ in range(2):
        agenda.remove_item(city["chair"], AgendaItem(pk=item.pk, meeting=draft, order=1, title="Một"))
    with pytest.raises(Conflict, match="item-gone"):
        agenda.edit_item(city["secretary"], item, agenda.Point(title="Hai"), version=1)


@pytest.mark.parametrize("minutes", [0, -1, 601])
def test_senseless_minutes_are_refused(city: City, draft: Meeting, minutes: int) -> None:
    with pytest.raises(UserError) as refused:
        agenda.add_item(city["secretary"], draft, agenda.Point(title="Một", minutes=minutes))
    assert "minutes" in refused.value.fields


def test_guests_do_not_touch_the_agenda(city: City, issued: Meeting) -> None:
    item = AgendaItemFactory(meeting=issued)
    for attempt in (
        lambda: agenda.add_item(city["invited_head"], issued, agenda.Point(title="Một")),
        lambda: agenda.remove_item(city["invited_head"], item),
        lambda: agenda.move_item(city["invited_head"], item, to=1),
        lambda: agenda.table_paper(city["invited_head"], item, PaperFactory(created_by=city["invited_head"])),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_the_presenting_agency_hands_in_its_papers(city: City, issued: Meeting, pdf: SimpleUploadedFile) -> None:
    item = AgendaItemFactory(meeting=issued, presenter=city.department)
    tabled = agenda.hand_in(city["department_head"], item, pdf)
    assert (tabled.paper.title, tabled.paper.owner_unit) == ("Báo cáo tháng 11", city.department)
    assert Paper.objects.visible_to(city.person("invited_head")).filter(pk=tabled.paper_id).exists()
    other = AgendaItemFactory(meeting=issued, presenter=city.commune)
    with pytest.raises(NotAllowed):
        agenda.hand_in(city["department_head"], other, pdf)


def test_a_paper_off_the_table_is_no_longer_read_through_the_meeting(city: City, issued: Meeting) -> None:
    paper = PaperFactory(created_by=city["secretary"], state=Paper.State.PUBLISHED)
    tabled = agenda.table_paper(city["secretary"], AgendaItemFactory(meeting=issued), paper)
    readable = Paper.objects.visible_to(city.person("invited_head"))
    assert readable.filter(pk=paper.pk).exists()
    for _ in range(2):
        agenda.untable_paper(city["secretary"], TabledPaper(pk=tabled.pk, item=tabled.item, paper=paper))
    assert not readable.filter(pk=paper.pk).exists()


def test_a_paper_one_may_not_see_cannot_be_tabled(city: City, issued: Meeting) -> None:
    hidden = PaperFactory(created_by=city["outsider"])
    with pytest.raises(NotFound):
        agenda.table_paper(city["secretary"], AgendaItemFactory(meeting=issued), hidden)


def test_files_are_handed_in_at_an_item_by_script_and_without(
    city: City, draft: Meeting, client_as: Callable[[str], Client], pdf: SimpleUploadedFile
) -> None:
    address = f"/meetings/items/{AgendaItemFactory(meeting=draft).pk}/upload/"
    client = client_as("secretary")
    answer = client.post(address, {"file": pdf}, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (201, "Báo cáo tháng 11")
    program = SimpleUploadedFile("bao-cao.docx", b"MZ\x90\x00" * 40)
    assert client.post(address, {"file": program}, headers={"Accept": "application/json"}).status_code in (
        400,
        415,
        422,
    )
    assert "alert" in client.post(address, {}, follow=True).content.decode()
    assert TabledPaper.objects.count() == 1
