"""Organisations from files: the two that come with the product, and anybody's own sheet."""

import io
import unicodedata
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from eoffice.audit.models import Entry
from eoffice.errors import UserError
from eoffice.organisation import importing
from eoffice.organisation.models import Agency, Unit
from tests.city import City

pytestmark = pytest.mark.django_db
HEADER = "Mã,Mã cấp trên,Tên,Tên gọn,Loại,Cấp,Thư điện tử,Từ ngày,Đến hết"


def sheet(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def test_hanoi_of_2025_has_126_communes_and_no_district() -> None:
    call_command("load_organisation", "hanoi-2025", stdout=StringIO())
    kinds = Counter(Unit.objects.values_list("kind", flat=True))
    assert (kinds["commune"], kinds["district"], kinds["committee"]) == (126, 0, 1)
    names = Unit.objects.filter(kind="commune").values_list("short_name", flat=True)
    assert Counter(name.split()[0] for name in names) == {"Phường": 51, "Xã": 75}
    assert Agency.objects.count() == Unit.objects.count()


def test_hanoi_of_2020_is_three_levels_deep() -> None:
    call_command("load_organisation", "hanoi-2020", stdout=StringIO())
    assert Counter(Unit.objects.values_list("depth", flat=True)) == {1: 1, 2: 22 + 30, 3: 579}
    districts = Unit.objects.filter(kind="district").values_list("short_name", flat=True)
    assert Counter(name.split()[0] for name in districts) == {"Quận": 12, "Huyện": 17, "Thị": 1}


def test_both_can_stand_in_one_tree_though_they_share_codes() -> None:
    for name in ("hanoi-2020", "hanoi-2025"):
        call_command("load_organisation", name, stdout=StringIO())
    assert Unit.objects.filter(code="00004").count() == 2
    assert Unit.objects.valid_on(importing.dt.date(2026, 1, 1)).filter(kind="commune").count() == 126
    assert not any(Unit.objects.find_problems())


def test_a_past_organisation_can_be_kept_open_for_today() -> None:
    call_command("load_organisation", "hanoi-2020", "--still-valid", stdout=StringIO())
    assert Unit.objects.filter(valid_to=None).count() == 632


def test_loading_again_adds_nothing() -> None:
    call_command("load_organisation", "hanoi-2025", stdout=StringIO())
    output = StringIO()
    call_command("load_organisation", "hanoi-2025", stdout=output)
    assert output.getvalue().startswith("0 of 144")


@pytest.mark.parametrize("name", ["hanoi-2025", "hanoi-2020"])
def test_shipped_names_are_composed_and_unique_among_the_living(name: str) -> None:
    text = (importing.DATA / f"{name}.csv").read_text("utf-8")
    assert text == unicodedata.normalize("NFC", text)
    rows = [line.split(",")[:3] for line in text.splitlines()[1:]]
    assert len({(parent, name) for _code, parent, name in rows}) == len(rows)


def test_a_sheet_of_ones_own_from_excel(city: City) -> None:
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["A", None, "Sở Mới", "Sở Mới", "Sở, ban, ngành", "Sở, ngành", "so@moi.vn", "01/03/2026", None])
    book.active.append(["A1", "A", "Phòng Một", "", "division", "department", "", importing.dt.date(2026, 3, 1), None])
    content = io.BytesIO()
    book.save(content)
    made = importing.load(content.getvalue(), by=city["office_head"])
    assert [unit.name for unit in made] == ["Sở Mới", "Phòng Một"]
    assert made[1].path.startswith(made[0].path)
    entry = Entry.objects.get(action="organisation.loaded")
    assert (entry.appointment, entry.detail["units"]) == (city["office_head"], 2)


def test_a_sheet_may_hang_below_a_unit_that_is_already_there(city: City) -> None:
    Unit.objects.filter(pk=city.department.pk).update(code="SXD")
    (made,) = importing.load(sheet("P1,SXD,Phòng Một,,division,department,,2026-01-01,"))
    assert made.path.startswith(city.department.path)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (",,Phòng,,division,department,,2026-01-01,", "Thiếu mã"),
        ("B,,,,division,department,,2026-01-01,", "Thiếu tên"),
        ("A,,Trùng,,division,department,,2026-01-01,", "Mã A đã có"),
        ("B,Z,Mồ côi,,division,department,,2026-01-01,", "cấp trên mang mã Z"),
        ("B,A,Phòng,,phong ban la,department,,2026-01-01,", "Loại “phong ban la” không có"),
        ("B,A,Phòng,,division,huyen,,2026-01-01,", "Cấp “huyen” không có"),
        ("B,A,Phòng,,division,department,,31/02/2026,", "Ngày “31/02/2026” không đúng"),
        ("B,A,Phòng,,division,department,,2026-01-01,2025-01-01", "kết thúc trước"),
        ("B,A,Phòng,,division,department,khong phai thu,2026-01-01,", "Thư điện tử"),
        (f"B,A,{'Phòng ' * 50},,division,department,,2026-01-01,", "Tên dài quá 200"),
    ],
)
def test_a_wrong_row_is_named_by_its_number_and_nothing_is_loaded(row: str, wrong: str) -> None:
    content = sheet("A,,Sở A,,department,department,,2026-01-01,", row)
    errors = importing.plan(content).errors
    assert [error.row for error in errors] == [3]
    assert wrong in errors[0].message
    with pytest.raises(UserError, match="sheet-has-errors"):
        importing.load(content)
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet-empty"),
        (HEADER.encode(), "sheet-empty"),
        (b"MZ\x90\x00\x03\x00", "sheet-unreadable"),
        (b"PK\x03\x04 not a zip", "sheet-unreadable"),
        (b"Name,Other\nA,B", "sheet-lacks-columns"),
        (b"x" * (5 * 1024 * 1024 + 1), "sheet-too-large"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(UserError, match=code):
        importing.plan(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_excel_may_write_csv_in_its_own_ways(encoding: str, delimiter: str) -> None:
    text = sheet("A,,Sở Đất đai,,department,department,,2026-01-01,").decode().replace(",", delimiter)
    (made,) = importing.load(text.encode(encoding))
    assert made.name == "Sở Đất đai"


def test_the_command_names_every_wrong_row(tmp_path: Path) -> None:
    path = tmp_path / "so.csv"
    path.write_bytes(sheet("A,,Sở A,,x,department,,2026-01-01,", "B,,Sở B,,department,y,,2026-01-01,"))
    with pytest.raises(CommandError, match=r"(?s)2: .*\n3: "):
        call_command("load_organisation", str(path))


def test_a_file_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_organisation", "khong-co.csv")
