"""Conflict of interest: for whoever is kept out of an item its papers do not exist, wherever they might be met."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Exclusion, Grant, Page, Paper
from documents.readership import readership
from documents.search import index
from documents.viewing_as import sight_of
from eoffice.accounts.models import User
from eoffice.asgi import application
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment, Unit
from meetings import recusals, tabling
from meetings.models import PaperRequest, Recusal, TabledPaper
from meetings.signalling.registry import registry
from tests import papers
from tests.city import City, build_city
from tests.factories import (
    AppointmentFactory,
    PaperFactory,
    PaperRequestFactory,
    PaperVersionFactory,
    StoredFileFactory,
    UnitFactory,
)
from tests.meetings.room import Browser, Sitting, build_sitting

AsRole = Callable[[str], Client]


def lay_out(city: City, sitting: Sitting, *, by: str = "organiser_clerk", title: str = "Giá đất") -> Paper:
    """A paper of one page, on the table of the first item, published."""
    paper: Paper = PaperFactory(created_by=city[by], title=title, state="published")
    pdf = StoredFileFactory(content__data=papers.pdf())
    version = PaperVersionFactory(paper=paper, conversion="ready", page_count=1, pdf=pdf)
    image = StoredFileFactory(content__data=papers.picture())
    index.add_pages([Page.objects.create(version=version, number=1, text="Kính gửi", image=image)])
    index.set_title(paper)
    TabledPaper.objects.create(item=sitting.items[0], paper=paper)
    tabling.share(sitting.meeting)
    return paper


@pytest.fixture
def paper(city: City, sitting: Sitting) -> Paper:
    return lay_out(city, sitting)


def post(client: Client, sitting: Sitting, **form: Any) -> Any:
    address = reverse("agenda-item-recusals", args=[sitting.items[0].pk])
    return client.post(address, {"reason": "Em trai trúng thầu", **form})


def keep_out(city: City, sitting: Sitting, *, person: User | None = None, unit: Unit | None = None) -> Recusal:
    with transaction.atomic():
        return recusals.recuse(city["secretary"], sitting.items[0], reason="Lợi ích", person=person, unit=unit)


def lift(city: City, recusal: Recusal) -> None:
    with transaction.atomic():
        recusals.lift(city["secretary"], recusal)


def met(client: Client, paper: Paper, sitting: Sitting) -> set[str]:
    """Where a person meets the paper."""
    version = paper.versions.get().pk
    addresses = {
        "page": reverse("paper-detail", args=[paper.pk]),
        "reader": reverse("paper-read", args=[paper.pk]),
        "changes": reverse("paper-changes", args=[paper.pk]),
        "file": reverse("paper-file", args=[version]),
        "download": reverse("paper-download", args=[version]),
        "picture": reverse("paper-page-image", args=[version, 1]),
        "text": reverse("paper-page-text", args=[version, 1]),
    }
    found = {name for name, address in addresses.items() if client.get(address).status_code == 200}
    lists = {
        "list": (reverse("paper-list"), {}),
        "unread": (reverse("paper-list"), {"show": "unread"}),
        "search": (reverse("paper-search"), {"q": "kính gửi"}),
        "agenda": (reverse("meeting-detail", args=[sitting.meeting.pk]), {}),
        "notices": (reverse("notification-list"), {}),
    }
    link = reverse("paper-detail", args=[paper.pk])
    read = reverse("paper-read", args=[paper.pk])
    for name, (address, query) in lists.items():
        said = client.get(address, query).content.decode()
        if link in said or read in said or paper.title in said:
            found.add(name)
    return found


# --- the papers do not exist --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_papers_do_not_exist_for_whoever_is_excluded_until_it_is_lifted(
    city: City, sitting: Sitting, paper: Paper, client_as: AsRole
) -> None:
    head = client_as("invited_head")
    Notification.objects.create(
        recipient=city.person("invited_head"),
        kind="paper.published",
        title="Tài liệu mới: Giá đất",
        url=reverse("paper-read", args=[paper.pk]),
    )
    assert {"page", "file", "picture", "search", "agenda", "notices"} <= met(head, paper, sitting)
    answer = post(client_as("secretary"), sitting, appointment=city["invited_head"].pk)
    assert answer.status_code == 302
    assert met(head, paper, sitting) == set()
    assert met(client_as("invited_clerk"), paper, sitting) >= {"page", "picture", "search", "agenda"}
    said = head.get(reverse("meeting-detail", args=[sitting.meeting.pk])).content.decode()
    assert "Quý vị không xem tài liệu của mục này" in said
    client_as("chair").post(reverse("recusal-lift", args=[Recusal.objects.get().pk]))
    assert met(head, paper, sitting) >= {"page", "file", "picture", "search", "agenda"}


@pytest.mark.django_db
def test_a_unit_is_kept_out_with_all_below_it_whatever_lets_them_in(
    city: City, sitting: Sitting, paper: Paper, client_as: AsRole
) -> None:
    """Also who is named in person, who stands above the owning unit, and who approves."""
    below = UnitFactory(parent=city.department, name="Phòng Quy hoạch")
    specialist = AppointmentFactory(unit=below, position=city["department_officer"].position)
    for person in (specialist.person, city.person("department_officer")):
        Grant.objects.create(paper=paper, person=person, reason="meeting:99")
    Grant.objects.create(paper=paper, unit=city.department, reason="review:99", reviews=True)
    paper.versions.update(submitted_at=timezone.now())
    kept = [specialist.person, *(city.person(f"department_{who}") for who in ("head", "clerk", "officer"))]

    def see_it() -> list[User]:
        return [person for person in kept if sight_of(person, paper).opens]

    assert see_it() == kept
    made = keep_out(city, sitting, unit=city.department)
    assert see_it() == []
    lift(city, made)
    assert see_it() == kept


@pytest.mark.django_db
def test_who_wrote_a_paper_keeps_it(city: City, sitting: Sitting) -> None:
    paper = lay_out(city, sitting, by="department_officer")
    keep_out(city, sitting, unit=city.department)
    for role in ("department_head", "department_officer"):
        assert sight_of(city.person(role), paper).opens


@pytest.mark.django_db
def test_what_is_tabled_or_submitted_later_is_barred_as_well(city: City, sitting: Sitting) -> None:
    keep_out(city, sitting, person=city.person("office_head"))
    later = lay_out(city, sitting, by="department_officer", title="Phụ lục")
    assert not sight_of(city.person("office_head"), later).opens
    TabledPaper.objects.filter(paper=later).delete()
    tabling.share(sitting.meeting)
    assert not Exclusion.objects.exists()


@pytest.mark.django_db
def test_who_prepares_and_is_excluded_does_not_meet_the_request(
    city: City, sitting: Sitting, paper: Paper, client_as: AsRole
) -> None:
    asked: PaperRequest = PaperRequestFactory(
        item=sitting.items[0], unit=city.department, title="Bảng giá", created_by=city["secretary"]
    )
    head = client_as("office_head")
    page, meeting = reverse("paper-request", args=[asked.pk]), reverse("meeting-detail", args=[sitting.meeting.pk])
    assert head.get(page).status_code == 200
    keep_out(city, sitting, person=city.person("office_head"))
    assert head.get(page).status_code == 404
    assert "Bảng giá" not in head.get(meeting).content.decode()
    assert client_as("department_head").get(page).status_code == 200


@pytest.mark.django_db
def test_the_list_of_readers_and_seeing_as_agree_with_the_door(
    city: City, sitting: Sitting, paper: Paper, client_as: AsRole
) -> None:
    keep_out(city, sitting, person=city.person("invited_head"))
    keep_out(city, sitting, unit=city.department)
    known = readership(paper, city.person("organiser_clerk"))
    let_in = {user.pk for user in User.objects.all() if Paper.objects.visible_to(user).filter(pk=paper.pk).exists()}
    assert {reader.person.pk for reader in known.readers if reader.opens} == let_in
    assert city.person("invited_head") in {reader.person for reader in known.shut_out}
    said = client_as("organiser_clerk").get(
        reverse("paper-view-as", args=[paper.pk]), {"person": city.person("invited_head").pk}
    )
    assert "Bị loại trừ khỏi tài liệu này do xung đột lợi ích." in said.content.decode()


# --- who does it, and who is told ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_is_recorded_and_the_excluded_person_is_told_why(
    city: City, sitting: Sitting, paper: Paper, client_as: AsRole
) -> None:
    secretary = client_as("secretary")
    for _twice in range(2):
        assert post(secretary, sitting, appointment=city["invited_head"].pk).status_code == 302
    notice = Notification.objects.get(kind="agenda.recused")
    assert (notice.recipient, notice.body) == (city.person("invited_head"), "Em trai trúng thầu")
    assert "Nội dung 1" in notice.title
    entry = Entry.objects.get(action="agenda.recused")
    assert (entry.actor, entry.detail["who"]) == (city.person("secretary"), "Hoàng Ba Đình")
    page = secretary.get(reverse("agenda-item-recusals", args=[sitting.items[0].pk])).content.decode()
    assert "Em trai trúng thầu" in page
    history = secretary.get(reverse("meeting-detail", args=[sitting.meeting.pk])).content.decode()
    assert "loại trừ Hoàng Ba Đình khỏi tài liệu" in history
    assert "Em trai trúng thầu" not in history
    secretary.post(reverse("recusal-lift", args=[Recusal.objects.get().pk]))
    assert Notification.objects.filter(kind="agenda.recusal_lifted").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "Chọn một người hoặc một đơn vị."),
        ({"appointment": "chair"}, "Chủ trì và thư ký"),
        ({"unit": "office"}, "Chủ trì và thư ký"),
        ({"appointment": "invited_head", "reason": " "}, "reason"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    form: dict[str, str], says: str, city: City, sitting: Sitting, client_as: AsRole
) -> None:
    chosen: dict[str, Any] = dict(form)
    if "appointment" in form:
        chosen["appointment"] = city[form["appointment"]].pk
    if "unit" in form:
        chosen["unit"] = getattr(city, form["unit"]).pk
    answer = post(client_as("secretary"), sitting, **chosen)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Recusal.objects.exists()


@pytest.mark.django_db
def test_many_exclusions_ask_no_more_questions(city: City, sitting: Sitting, paper: Paper, client_as: AsRole) -> None:
    client = client_as("invited_clerk")
    addresses = [
        reverse("paper-list"),
        reverse("paper-detail", args=[paper.pk]),
        reverse("meeting-detail", args=[sitting.meeting.pk]),
    ]

    def questions() -> list[int]:
        for address in addresses:
            client.get(address)
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    keep_out(city, sitting, person=city.person("outsider"))
    before = questions()
    people: list[Appointment] = [
        AppointmentFactory(unit=city.other_commune, position=city["outsider"].position) for _one in range(8)
    ]
    for appointment in people:
        keep_out(city, sitting, person=appointment.person)
    assert questions() == before


# --- in the room, and with the paper open --------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_the_room_shows_the_excluded_person_a_page_instead() -> None:
    city = await sync_to_async(build_city)()
    sitting = await sync_to_async(build_sitting)(city)
    await sync_to_async(lay_out)(city, sitting)
    chair, commune, other = (
        Browser(sitting.path, city.person(role)) for role in ("secretary", "invited_head", "department_head")
    )
    try:
        for tab in (chair, commune, other):
            assert await tab.connect()
            state = await tab.enter()
            assert [paper["title"] for paper in state["items"][0]["papers"]] == ["Giá đất"]
        await chair.ask("item.open", item=sitting.items[0].pk)
        version = (await commune.hear("document.opened"))["document"]["version"]

        made = await sync_to_async(keep_out)(city, sitting, person=city.person("invited_head"))
        state = await commune.hear("state")
        assert (state["document"], state["document_barred"]) == (None, True)
        assert (state["items"][0]["papers"], state["items"][0]["barred"]) == ([], True)
        assert state["items"][0]["title"] == "Nội dung 1"

        commune.inbox.clear()
        await chair.ask("document.page", page=1, view={"fit": "width", "x": 0, "y": 200, "span": 1000})
        assert (await other.hear("document.turned"))["version"] == version
        assert await commune.hears_nothing("document.turned")
        await chair.ask("document.open", version=version, page=1)
        told = await commune.hear("document.opened")
        assert (told["document"], told["barred"]) == (None, True)
        assert "Giá đất" not in str(commune.inbox)
        assert "Giá đất" not in str(await Browser(sitting.path, city.person("invited_head")).state_now())

        await sync_to_async(lift)(city, made)
        state = await commune.hear("state")
        assert (state["document"]["title"], state["items"][0]["barred"]) == ("Giá đất", False)
    finally:
        for tab in (chair, commune, other):
            await tab.drop()
        await registry.stop()


@pytest.mark.django_db(transaction=True)
async def test_an_open_copy_leaves_the_screen(signed_in: Any) -> None:
    city = await sync_to_async(build_city)()
    sitting = await sync_to_async(build_sitting)(city)
    paper = await sync_to_async(lay_out)(city, sitting)
    sockets = []
    for role in ("invited_head", "invited_clerk"):
        client = await sync_to_async(signed_in)(city.person(role))
        cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
        headers = [(b"origin", b"http://localhost"), (b"host", b"localhost"), (b"cookie", cookie.encode())]
        sockets.append(WebsocketCommunicator(application, f"/ws/papers/{paper.pk}/", headers=headers))
        assert (await sockets[-1].connect(timeout=5))[0]
    head, clerk = sockets
    assert await head.receive_nothing(timeout=0.3)
    await sync_to_async(keep_out)(city, sitting, person=city.person("invited_head"))
    assert await head.receive_output(timeout=5) == {"type": "websocket.close", "code": 4404}
    assert await clerk.receive_nothing(timeout=0.3)
    await clerk.disconnect()
