"""Who can see a paper: told in words, tried as one of them, and never otherwise than the door itself has it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from documents.models import Grant, Page, Paper, PaperVersion
from documents.readership import readership
from documents.search import index
from documents.sharing import grant_to_meeting
from documents.viewing_as import Sight, sight_of
from eoffice.accounts.models import User
from eoffice.audit.models import Entry
from tests import papers
from tests.city import ROLES, City
from tests.factories import AppointmentFactory, PaperFactory, PaperVersionFactory, StoredFileFactory, UnitFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
READERS = [role for role in ROLES if role != "anonymous"] + ["office_head", "department_clerk", "invited_clerk"]


@pytest.fixture
def paper(city: City) -> Paper:
    """Of the department, asked for by the office, submitted and published; the commune and one officer are invited."""
    made: Paper = PaperFactory(
        created_by=city["department_officer"], title="Giá đất", state="published", submitted_to=city.office
    )
    version = PaperVersionFactory(
        paper=made,
        conversion="ready",
        page_count=1,
        submitted_at=timezone.now(),
        pdf=StoredFileFactory(content__data=papers.pdf()),
    )
    image = StoredFileFactory(content__data=papers.picture())
    Page.objects.create(version=version, number=1, text="Kính gửi", image=image)
    grant_to_meeting(
        made, reason="meeting:7", units=[city.commune], persons=[city.person("invited_officer")], label="Giao ban"
    )
    Grant.objects.create(paper=made, unit=city.office, reason="review:7", reviews=True, label="Giao ban")
    index.set_title(made)
    return made


def newer(paper: Paper, **fields: Any) -> PaperVersion:
    pdf = StoredFileFactory(content__data=papers.pdf())
    made: PaperVersion = PaperVersionFactory(paper=paper, number=2, conversion="ready", page_count=1, pdf=pdf, **fields)
    Page.objects.create(version=made, number=1, image=StoredFileFactory(content__data=papers.picture()))
    return made


def page(client: Client, paper: Paper, **query: Any) -> str:
    return client.get(reverse("paper-readership", args=[paper.pk]), query).content.decode()


def view_as(client: Client, paper: Paper, person: User) -> Any:
    return client.get(reverse("paper-view-as", args=[paper.pk]), {"person": person.pk})


# --- in words -----------------------------------------------------------------------------------------------


def test_its_own_people_read_who_sees_it_and_why(paper: Paper, client_as: AsRole) -> None:
    said = page(client_as("department_head"), paper)
    for words in (
        "Phụ trách Sở Xây dựng",
        "Người soạn, thuộc Sở Xây dựng",
        "UBND phường Ba Đình được mời dự “Giao ban”",
        "Được mời dự “Giao ban”",
        "Duyệt tài liệu của cuộc họp “Giao ban”",
        "Cấp trên của đơn vị soạn: UBND thành phố Hà Nội",
        "Không hẹn giờ thu hồi.",
    ):
        assert words in said.replace("&quot;", '"')
    assert "Mai Đống Đa" not in said


def test_the_papers_page_says_it_in_short(paper: Paper, client_as: AsRole) -> None:
    said = client_as("department_head").get(reverse("paper-detail", args=[paper.pk])).content.decode()
    assert "Ai xem được" in said
    assert "Thành phần mời của “Giao ban”" in said
    assert "Hoàng Ba Đình" in said


def test_readers_are_not_told_who_else_reads(paper: Paper, client_as: AsRole) -> None:
    commune = client_as("invited_head")
    assert "Ai xem được" not in commune.get(reverse("paper-detail", args=[paper.pk])).content.decode()
    assert commune.get(reverse("paper-readership", args=[paper.pk])).status_code == 404


@pytest.mark.parametrize(
    ("state", "fields", "says"),
    [
        ("draft", {}, "Chưa phát hành"),
        ("withdrawn", {}, "Đã thu hồi: người được mời và cấp trên không còn xem được."),
        ("approved", {"release": "item"}, "khi cuộc họp đến nội dung này"),
        ("approved", {"release": "at", "release_at": timezone.now()}, "xem được từ"),
        ("published", {"expires_with_meeting": True}, "Tự thu hồi khi cuộc họp kết thúc."),
        ("published", {"expires_at": timezone.now()}, "Tự thu hồi lúc"),
    ],
)
def test_from_when_and_until_when(
    state: str, fields: dict[str, Any], says: str, paper: Paper, client_as: AsRole
) -> None:
    Paper.objects.filter(pk=paper.pk).update(state=state, **fields)
    assert says in page(client_as("department_head"), paper)


def test_the_list_finds_a_name_without_marks(paper: Paper, client_as: AsRole) -> None:
    said = page(client_as("department_head"), paper, q="hoang ba dinh")
    assert "Hoàng Ba Đình" in said
    assert "Ngô Văn Phòng" not in said


def test_who_approves_is_not_told_of_meetings_that_do_not_concern_them(
    paper: Paper, city: City, client_as: AsRole
) -> None:
    grant_to_meeting(paper, reason="meeting:9", units=[city.other_commune], label="Họp nhân sự")
    assert "Họp nhân sự" in page(client_as("department_head"), paper)
    told = page(client_as("office_head"), paper)
    assert "Giao ban" in told
    assert "Họp nhân sự" not in told
    assert "được mời dự “một cuộc họp”" in told


def test_more_readers_ask_no_more_questions(paper: Paper, city: City, client_as: AsRole) -> None:
    client = client_as("department_head")

    def questions(address: str) -> int:
        assert client.get(address).status_code == 200  # what is looked up once is known now
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    addresses = [reverse(name, args=[paper.pk]) for name in ("paper-readership", "paper-detail")]
    addresses.append(f"{reverse('paper-view-as', args=[paper.pk])}?person={city.person('invited_head').pk}")
    before = [questions(address) for address in addresses]
    units = [UnitFactory(parent=city.committee, name=f"UBND xã {n}") for n in range(12)]
    for unit in units:
        AppointmentFactory(unit=unit, position=city["invited_head"].position)
    grant_to_meeting(paper, reason="meeting:8", units=units, label="Họp xã")
    assert [questions(address) for address in addresses] == before


# --- never otherwise than the door --------------------------------------------------------------------------


STATES = ["draft", "submitted", "returned", "approved", "published", "withdrawn"]


@pytest.mark.parametrize("state", STATES)
def test_the_list_names_exactly_those_whom_the_door_lets_in(state: str, paper: Paper, city: City) -> None:
    Paper.objects.filter(pk=paper.pk).update(state=state)
    paper = Paper.objects.select_related("owner_unit", "created_by__person").get(pk=paper.pk)
    known = readership(paper, city.person("department_head"))
    listed = {reader.person.pk for reader in known.readers if reader.opens}
    let_in = {user.pk for user in User.objects.all() if Paper.objects.visible_to(user).filter(pk=paper.pk).exists()}
    assert listed == let_in
    assert known.now == len(let_in)


@pytest.mark.parametrize("state", STATES)
def test_seeing_as_somebody_is_what_that_person_gets(state: str, paper: Paper, city: City, client_as: AsRole) -> None:
    newer(paper)  # of which only its own people know
    Paper.objects.filter(pk=paper.pk).update(state=state)
    paper.refresh_from_db()
    told = {role: sight_of(city.person(role), paper) for role in READERS}
    assert {role: gets(client_as(role), paper) for role in READERS} == {role: as_got(told[role]) for role in READERS}


def gets(client: Client, paper: Paper) -> dict[str, Any]:
    """What the addresses of ``paper`` really give: version numbers, and whether the rest is there."""

    def opens(name: str, *arguments: int) -> bool:
        return client.get(reverse(name, args=arguments)).status_code == 200

    read = client.get(reverse("paper-read", args=[paper.pk]))
    versions = list(paper.versions.all())
    found = client.get(reverse("paper-search"), {"q": "giá đất"}).context["found"]
    return {
        "detail": opens("paper-detail", paper.pk),
        "found": [hit.paper.pk for hit in found.hits] == [paper.pk],
        "reads": read.context["version"].number if read.status_code == 200 else None,
        "downloads": [version.number for version in versions if opens("paper-download", version.pk)],
        "pictures": [version.number for version in versions if opens("paper-page-image", version.pk, 1)],
        "originals": [version.number for version in versions if opens("paper-original", version.pk)],
        "readership": opens("paper-readership", paper.pk),
        "renames": client.post(reverse("paper-rename", args=[paper.pk]), {"title": "Giá đất"}).status_code == 302,
    }


def as_got(sight: Sight) -> dict[str, Any]:
    """``sight`` in the terms of ``gets``."""
    numbers = [version.number for version in sight.versions]
    return {
        "detail": sight.opens,
        "found": sight.opens,
        "reads": sight.version.number if sight.version else None,
        "downloads": numbers,
        "pictures": numbers,
        "originals": numbers if sight.original else [],
        "readership": sight.sees_readership,
        "renames": sight.manages,
    }


# --- seeing as ----------------------------------------------------------------------------------------------


def test_seeing_as_a_reader_goes_on_record(paper: Paper, city: City, client_as: AsRole) -> None:
    newer(paper)
    said = view_as(client_as("department_head"), paper, city.person("invited_head")).content.decode()
    assert "Mở được tài liệu này." in said
    assert "UBND phường Ba Đình được mời dự “Giao ban”" in said
    assert "Bản 1" in said
    assert "Bản 2" not in said
    entry = Entry.objects.get(action="paper.viewed_as")
    assert (entry.actor, entry.target_id) == (city.person("department_head"), paper.pk)
    assert entry.detail["person"] == "Hoàng Ba Đình"


def test_seeing_as_somebody_who_is_not_concerned(paper: Paper, city: City, client_as: AsRole) -> None:
    told = client_as("department_head").get(
        reverse("paper-view-as", args=[paper.pk]), {"appointment": city["outsider"].pk}
    )
    assert "tài liệu như không tồn tại" in told.content.decode()
    assert "không được mời" in told.content.decode()


def test_who_approves_learns_nothing_of_what_was_not_submitted(paper: Paper, city: City, client_as: AsRole) -> None:
    newer(paper)
    said = view_as(client_as("office_head"), paper, city.person("department_head")).content.decode()
    assert "Bản 1" in said
    assert "Bản 2" not in said
    Paper.objects.filter(pk=paper.pk).update(state="returned")
    said = view_as(client_as("office_head"), paper, city.person("department_head")).content.decode()
    assert "Bản 2" not in said


@pytest.mark.parametrize("role", ["invited_head", "outsider", "admin", "chair"])
def test_others_see_as_nobody(role: str, paper: Paper, city: City, client_as: AsRole) -> None:
    assert view_as(client_as(role), paper, city.person("department_head")).status_code == 404
    assert not Entry.objects.filter(action="paper.viewed_as").exists()


def test_a_number_that_is_nobody_of_the_city_is_not_found(paper: Paper, city: City, client_as: AsRole) -> None:
    client = client_as("department_head")
    assert view_as(client, paper, city.admin).status_code == 404
    for nonsense in ({"person": "abc"}, {"appointment": "9" * 30}, {"person": "0"}):
        assert client.get(reverse("paper-view-as", args=[paper.pk]), nonsense).status_code == 404


def test_whose_account_is_locked_sees_nothing(paper: Paper, city: City, client_as: AsRole) -> None:
    person = city.person("invited_head")
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert "Tài khoản đang bị khóa" in view_as(client_as("department_head"), paper, person).content.decode()
    assert "Hoàng Ba Đình" not in page(client_as("department_head"), paper)
