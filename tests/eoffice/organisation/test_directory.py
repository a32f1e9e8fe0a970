"""The directory: the tree, one unit, and what pickers find."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from eoffice.organisation import importing, tree
from eoffice.organisation.groups import ensure_group
from eoffice.organisation.models import Appointment, Position, Unit
from tests.city import City
from tests.factories import FOUNDED, AppointmentFactory, UnitFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


@pytest.mark.parametrize("words", ["ba dinh", "Ba Đình", "BA  ĐÌNH", "đình", "Ba Đi\u0300nh"])
def test_units_are_found_with_or_without_diacritics(city: City, client_as: AsRole, words: str) -> None:
    answer = client_as("outsider").get(reverse("unit-list"), {"q": words})
    assert [line.unit for line in answer.context["lines"]] == [city.commune]


def test_units_are_filtered_by_kind_and_counted(city: City, client_as: AsRole) -> None:
    answer = client_as("outsider").get(reverse("unit-list"), {"kind": "commune"})
    assert [line.unit for line in answer.context["lines"]] == [city.commune, city.other_commune]
    assert answer.context["total"] == 5
    assert {kind: n for _label, kind, n in answer.context["counts"] if n} == {
        "committee": 1,
        "office": 1,
        "department": 1,
        "commune": 2,
    }


@pytest.mark.parametrize("query", ["?kind=x", "?level=x", "?page=abc", "?page=999", "?q=%00", "?q=" + "a" * 3000])
def test_an_odd_query_is_answered(city: City, client_as: AsRole, query: str) -> None:
    assert client_as("outsider").get(reverse("unit-list") + query).status_code == 200


def test_the_list_asks_as_much_for_many_units_as_for_few(
    city: City, client_as: AsRole, django_assert_max_num_queries: Any
) -> None:
    client = client_as("outsider")
    client.get(reverse("unit-list"))
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("unit-list"))
    importing.load((importing.DATA / "hanoi-2025.csv").read_bytes())
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("unit-list"))


def test_a_unit_names_its_head_clerks_and_people_in_protocol_order(city: City, client_as: AsRole) -> None:
    answer = client_as("outsider").get(reverse("unit-detail", args=[city.commune.pk]))
    assert answer.context["head"] == city["invited_head"]
    assert answer.context["clerks"] == [city["invited_clerk"]]
    assert answer.context["people"] == [city["invited_head"], city["invited_clerk"], city["invited_officer"]]
    assert list(answer.context["path"]) == [city.committee]


def test_an_acting_head_is_the_head_and_printed_as_acting(city: City, client_as: AsRole) -> None:
    Appointment.objects.filter(pk=city["invited_head"].pk).update(valid_to=FOUNDED)
    acting = AppointmentFactory(
        unit=city.commune, position=Position.objects.get(code="chu-tich-phuong-xa"), kind=Appointment.Kind.ACTING
    )
    page = client_as("outsider").get(reverse("unit-detail", args=[city.commune.pk]))
    assert page.context["head"] == acting
    assert "Quyền Chủ tịch" in page.content.decode()


def test_a_unit_that_ended_says_so_and_names_its_successor(city: City, client_as: AsRole) -> None:
    tree.close_unit(city.commune, last_day=FOUNDED, successors=(city.other_commune,))
    page = client_as("outsider").get(reverse("unit-detail", args=[city.commune.pk])).content.decode()
    assert "đã kết thúc hoạt động sau ngày 01/07/2025" in page
    assert reverse("unit-detail", args=[city.other_commune.pk]) in page


def test_a_unit_page_asks_as_much_for_many_people_as_for_few(
    city: City, client_as: AsRole, django_assert_max_num_queries: Any
) -> None:
    client = client_as("outsider")
    address = reverse("unit-detail", args=[city.committee.pk])
    client.get(address)
    with django_assert_max_num_queries(20) as few:
        client.get(address)
    for number in range(20):
        UnitFactory(parent=city.committee)
        AppointmentFactory(unit=city.committee, person__full_name=f"Người {number}")
    with django_assert_max_num_queries(len(few)):
        client.get(address)


def found(client: Client, name: str, words: str) -> list[dict[str, str]]:
    results: list[dict[str, str]] = client.get(reverse(name), {"q": words}).json()["results"]
    return results


def test_the_picker_finds_people_by_name_position_and_unit(city: City, client_as: AsRole) -> None:
    client = client_as("outsider")
    chair = {
        "id": str(city["chair"].pk),
        "text": "Trần Văn Chủ",
        "detail": "Chủ tịch – UBND thành phố Hà Nội",
    }
    assert found(client, "pick-appointments", "tran van chu") == [chair]
    assert chair in found(client, "pick-appointments", "chu tich ha noi")
    assert [one["text"] for one in found(client, "pick-appointments", "giam doc xay dung")] == ["Đỗ Giám Đốc"]
    assert found(client, "pick-appointments", "khong co ai") == []


def test_the_picker_offers_no_position_that_ended(city: City, client_as: AsRole) -> None:
    Appointment.objects.filter(pk=city["chair"].pk).update(valid_to=FOUNDED)
    assert found(client_as("outsider"), "pick-appointments", "tran van chu") == []


def test_the_picker_finds_units_and_groups(city: City, client_as: AsRole) -> None:
    group = ensure_group("126 phường, xã", below=city.committee, kind=Unit.Kind.COMMUNE)
    client = client_as("outsider")
    assert found(client, "pick-units", "dong da") == [
        {"id": str(city.other_commune.pk), "text": "UBND phường Đống Đa", "detail": "Phường, xã"}
    ]
    assert found(client, "pick-groups", "phuong xa") == [
        {"id": str(group.pk), "text": "126 phường, xã", "detail": "2 đơn vị"}
    ]


def test_the_picker_offers_a_handful(city: City, client_as: AsRole) -> None:
    importing.load((importing.DATA / "hanoi-2025.csv").read_bytes())
    assert len(found(client_as("outsider"), "pick-units", "")) == 20


# --- loading a sheet on its page --------------------------------------------------------------------------

HEADER = "code,parent,name,kind,level,valid_from"


def upload(client: Client, text: str, name: str = "so.csv") -> Any:
    return client.post(reverse("unit-load"), {"sheet": SimpleUploadedFile(name, text.encode())})


def test_an_administrator_sees_what_a_sheet_would_do_before_it_is_loaded(city: City, client_as: AsRole) -> None:
    client = client_as("admin")
    preview = upload(client, f"{HEADER}\nA,,Sở Mới,department,department,2026-01-01")
    assert not Unit.objects.filter(code="A").exists()
    assert "Sở Mới" in preview.content.decode()
    done = client.post(reverse("unit-load"), {"content": preview.context["content"]})
    assert done.url == reverse("unit-list")
    assert Unit.objects.filter(code="A").count() == 1
    client.post(reverse("unit-load"), {"content": preview.context["content"]})
    assert Unit.objects.filter(code="A").count() == 1, "pressed twice"


def test_wrong_rows_are_listed_by_number_and_nothing_can_be_loaded(city: City, client_as: AsRole) -> None:
    text = f"{HEADER}\nA,,Sở Mới,department,department,2026-01-01\nB,Z,Phòng,division,department,hôm qua"
    page = upload(client_as("admin"), text)
    assert page.status_code == 422
    assert [error.row for error in page.context["plan"].errors] == [3, 3]
    assert page.context["content"] == ""


@pytest.mark.parametrize("content", ["không phải base64", "QUJD", ""])
def test_a_broken_confirmation_is_refused_in_words(city: City, client_as: AsRole, content: str) -> None:
    page = client_as("admin").post(reverse("unit-load"), {"content": content})
    assert page.status_code == 422
    assert 'role="alert"' in page.content.decode()


def test_a_file_that_unpacks_without_end_is_cut_off(city: City, client_as: AsRole) -> None:
    from eoffice.organisation.forms import packed

    page = client_as("admin").post(reverse("unit-load"), {"content": packed(b"a," * 20_000_000)})
    assert page.status_code == 422


@pytest.mark.parametrize("name", ["so.xlsx", "so.csv"])
def test_an_executable_is_no_sheet(city: City, client_as: AsRole, name: str) -> None:
    page = client_as("admin").post(reverse("unit-load"), {"sheet": SimpleUploadedFile(name, b"MZ\x90\x00" * 50)})
    assert page.status_code == 422


def test_the_example_sheet_can_be_loaded_as_it_is(city: City, client_as: AsRole) -> None:
    content = client_as("admin").get(reverse("unit-template")).content
    assert io.BytesIO(content).read(3) == b"\xef\xbb\xbf"
    assert importing.plan(content).errors == []
    assert len(importing.load(content)) == 2


def test_the_example_sheet_is_good_for_an_administrator_who_reads_english(city: City, client_as: AsRole) -> None:
    client = client_as("admin")
    client.cookies["django_language"] = "en"
    content = client.get(reverse("unit-template")).content
    page = upload(client, content.decode("utf-8-sig"))
    assert (page.status_code, page.context["plan"].errors) == (200, [])
