"""What was done is told in sentences on every object, to whoever may know it."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from documents import publishing
from documents.intake import create_paper
from documents.models import Grant
from eoffice.audit import log
from eoffice.audit.models import Entry
from tests import papers
from tests.city import City
from tests.factories import PaperFactory, PaperVersionFactory, StoredFileFactory

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(answer.content.decode().split())


def test_its_own_people_read_who_took_a_paper_and_a_reader_only_what_concerns_them(city: City, client_as: As) -> None:
    paper = create_paper(papers.upload(papers.pdf(), "gia-dat.pdf"), by=city["organiser_clerk"], title="Giá đất")
    version = paper.versions.get()
    version.conversion, version.page_count, version.pdf = "ready", 1, version.original
    version.save()
    publishing.publish(paper, by=city["organiser_clerk"])
    for unit in (city.commune, city.department):
        Grant.objects.create(paper=paper, unit=unit, reason="meeting:1")
    reader, other = client_as("invited_head"), client_as("department_head")
    assert reader.get(f"/papers/{paper.pk}/read/").status_code == 200
    assert reader.get(f"/papers/{paper.pk}/read/").status_code == 200
    assert other.get(f"/papers/versions/{version.pk}/download/").status_code == 200
    assert Entry.objects.filter(action="paper.opened").count() == 1, "that it is read on is no news"

    address = f"/papers/{paper.pk}/history/"
    own = text(client_as("organiser_clerk"), address)
    assert "Phạm Văn Thư</strong> phát hành bản 1" in own
    assert "Hoàng Ba Đình</strong> mở đọc bản 1" in own
    assert "Đỗ Giám Đốc</strong> tải về bản 1" in own
    assert city["department_head"].title in own
    read = text(reader, address)
    assert "phát hành bản 1" in read
    assert "mở đọc bản 1" in read
    assert "Đỗ Giám Đốc" not in read
    assert client_as("outsider").get(address).status_code == 404


def test_the_register_tells_of_its_numbers_and_of_who_took_it(city: City, client_as: As) -> None:
    clerk = client_as("organiser_clerk")
    clerk.post("/papers/register/reserve/", {"unit": city.office.pk, "series": "TB", "reason": "Thông báo nghỉ lễ"})
    assert clerk.get("/papers/register/export/", {"unit": city.office.pk}).status_code == 200
    told = text(clerk, f"/papers/register/history/?unit={city.office.pk}")
    assert "lấy số 01/TB" in told
    assert "tải sổ về dưới dạng bảng tính" in told
    assert "lấy số 01/TB" not in text(client_as("department_head"), "/papers/register/history/")


def test_a_long_history_costs_as_many_queries_as_a_short_one(city: City, client_as: As) -> None:
    paper = PaperFactory(owner_unit=city.office, created_by=city["organiser_clerk"])
    PaperVersionFactory(paper=paper, number=1, original=StoredFileFactory())
    clerk = client_as("organiser_clerk")
    text(clerk, f"/papers/{paper.pk}/history/")
    counted = []
    for more in (1, 40):
        for _number in range(more):
            log.record("paper.downloaded", by=city["department_head"], target=paper, version=1)
        with CaptureQueriesContext(connection) as asked:
            text(clerk, f"/papers/{paper.pk}/history/")
        counted.append(len(asked))
    assert counted[0] == counted[1]
