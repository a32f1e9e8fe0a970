"""A unit that has used its room is told so, and what to do; the others are not touched."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.intake import add_version, create_paper, delete_draft
from documents.models import Paper
from documents.quota import usage
from eoffice.errors import Conflict
from eoffice.files.models import StoredFile
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db
FILES = {pages: papers.pdf(pages) for pages in (1, 2, 3)}


@pytest.fixture(autouse=True)
def _room_for_one(settings: Any) -> None:
    """For the first file, and not for a second."""
    settings.UNIT_QUOTA_BYTES = len(FILES[1]) + 10


@pytest.fixture
def paper(city: City) -> Paper:
    return create_paper(papers.upload(FILES[1], "a.pdf"), by=city["organiser_clerk"], title="Một")


def test_a_file_beyond_the_quota_is_refused_with_what_to_do(paper: Paper, city: City) -> None:
    with pytest.raises(Conflict) as caught:
        create_paper(papers.upload(FILES[2], "b.pdf"), by=city["organiser_clerk"], title="Hai")
    assert caught.value.code == "quota-full"
    assert city["organiser_clerk"].unit.name in str(caught.value.message)
    assert "quản trị viên" in str(caught.value.hint)
    assert (Paper.objects.count(), StoredFile.objects.count()) == (1, 1)


def test_a_newer_version_counts_for_the_owning_unit(paper: Paper, city: City) -> None:
    with pytest.raises(Conflict, match="quota-full"):
        add_version(paper, papers.upload(FILES[2], "b.pdf"), by=city["organiser_clerk"])


def test_another_unit_has_its_own_room(paper: Paper, city: City) -> None:
    create_paper(papers.upload(FILES[1], "b.pdf"), by=city["department_head"], title="Hai")
    assert Paper.objects.count() == 2


def test_a_deleted_draft_makes_room(paper: Paper, city: City) -> None:
    delete_draft(paper, by=city["organiser_clerk"])
    create_paper(papers.upload(FILES[1], "b.pdf"), by=city["organiser_clerk"], title="Hai")
    assert Paper.objects.get().title == "Hai"


def test_a_unit_may_have_a_quota_of_its_own(paper: Paper, city: City, settings: Any) -> None:
    unit = paper.owner_unit
    unit.paper_quota_mb = 1
    unit.save()
    second = create_paper(papers.upload(FILES[2], "b.pdf"), by=city["organiser_clerk"], title="Hai")
    assert usage(Paper.objects.get(pk=second.pk).owner_unit).limit == 1024 * 1024  # type: ignore[union-attr]
    unit.paper_quota_mb = 0
    unit.save()
    settings.UNIT_QUOTA_BYTES = 10
    create_paper(papers.upload(FILES[3], "c.pdf"), by=city["organiser_clerk"], title="Ba")
    assert usage(unit) is None


def test_an_administrator_sets_it_and_the_unit_sees_it(paper: Paper, city: City, client: Client) -> None:
    unit = paper.owner_unit
    client.force_login(city.admin)
    address = reverse("admin:organisation_unit_change", args=[unit.pk])
    form = client.get(address).context["adminform"].form
    typed = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
    typed |= {"paper_quota_mb": "3", "valid_from": f"{unit.valid_from:%d/%m/%Y}"}
    answer = client.post(address, typed)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    clerk = Client()
    clerk.force_login(city.person("organiser_clerk"))
    page = clerk.get(reverse("paper-upload")).content.decode().replace("\xa0", " ")
    assert "trên 3,0 MB dành cho tài liệu" in page


def test_without_a_quota_nothing_is_counted(paper: Paper, city: City, settings: Any) -> None:
    settings.UNIT_QUOTA_BYTES = 0
    assert usage(paper.owner_unit) is None
    add_version(paper, papers.upload(FILES[3], "c.pdf"), by=city["organiser_clerk"])


@pytest.mark.parametrize("where", ["paper-upload", "paper-detail"])
def test_the_unit_sees_what_it_has_used(where: str, paper: Paper, client_as: Callable[[str], Client]) -> None:
    address = reverse(where, args=[paper.pk] if where == "paper-detail" else [])
    said = client_as("organiser_clerk").get(address).content.decode()
    assert "Đơn vị đã dùng" in said
