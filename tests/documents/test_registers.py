"""Numbers from registers: what is given to whom, what a clerk does with them, and what the register says."""

import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from documents import registers
from documents.models import NumberAllocation, Register
from eoffice.errors import Conflict, NotAllowed
from tests.city import City

BOOK = "/papers/register/"
ENTRY = registers.Entry(
    symbol="QĐ-UBND",
    type_name="Quyết định",
    subject="Về việc thành lập tổ công tác",
    signer="Trần Văn Chủ",
    recipients="Như Điều 3",
)


def given(city: City, series: str = "QĐ") -> NumberAllocation:
    return registers.assign(city["organiser_clerk"], city.office, series, ENTRY)


def reserved(city: City) -> NumberAllocation:
    return registers.reserve(city["organiser_clerk"], city.office, "QĐ", reason="Quyết định trên giấy")


def test_each_series_counts_from_01(city: City) -> None:
    assert [given(city).code, given(city).code, given(city, "KH").n] == ["01/QĐ-UBND", "02/QĐ-UBND", 1]
    for _each in range(8):
        last = given(city)
    assert last.code == "10/QĐ-UBND"


def test_a_new_year_counts_from_01_again(city: City) -> None:
    given(city)
    Register.objects.update(year=timezone.localdate().year - 1)
    assert given(city).n == 1


def test_each_agency_has_its_own(city: City) -> None:
    given(city)
    assert registers.assign(city["department_clerk"], city.department, "QĐ", ENTRY).n == 1


def test_what_was_given_and_cancelled_today_is_given_again(city: City) -> None:
    first, second = reserved(city), reserved(city)
    registers.cancel(city["organiser_clerk"], first, reason="Không ban hành nữa")
    registers.cancel(city["organiser_clerk"], first, reason="Bấm hai lần")
    assert [given(city).n, given(city).n] == [first.n, second.n + 1]


def test_what_was_given_on_another_day_stays_cancelled(city: City) -> None:
    number = reserved(city)
    NumberAllocation.objects.filter(pk=number.pk).update(given_on=timezone.localdate() - dt.timedelta(days=1))
    registers.cancel(city["organiser_clerk"], number, reason="Không ban hành nữa")
    assert given(city).n == 2
    number.refresh_from_db()
    assert (number.state, number.reason) == ("void", "Không ban hành nữa")


def test_a_reservation_lapses(city: City) -> None:
    number = reserved(city)
    long_ago = timezone.now() - registers.RESERVED_FOR
    NumberAllocation.objects.update(expires_at=long_ago, given_on=timezone.localdate(long_ago))
    assert given(city).n == 2
    number.refresh_from_db()
    assert (number.state, number.by) == ("void", None)
    with pytest.raises(Conflict, match="number-void"):
        registers.enter(city["organiser_clerk"], number, ENTRY)


def test_the_number_of_a_document_made_here_is_not_cancelled_by_hand(city: City) -> None:
    number = given(city)
    NumberAllocation.objects.update(url="/meetings/1/notice/")
    with pytest.raises(Conflict, match="number-of-document"):
        registers.cancel(city["organiser_clerk"], number, reason="Nhầm")


def test_nobody_takes_numbers_of_a_register_that_they_do_not_keep(city: City) -> None:
    number = reserved(city)
    with pytest.raises(NotAllowed):
        registers.reserve(city["department_clerk"], city.office, "QĐ", reason="Thử")
    with pytest.raises(NotAllowed):
        registers.cancel(city["department_clerk"], number, reason="Thử")


def test_the_clerk_of_the_office_keeps_the_register_of_whom_the_office_serves(
    city: City, client_as: Callable[[str], Client]
) -> None:
    page = client_as("organiser_clerk").get(BOOK, {"unit": city.committee.pk}).content.decode()
    assert re.search(rf'value="{city.committee.pk}" selected', page)
    assert f'value="{city.office.pk}"' in page
    assert f'value="{city.department.pk}"' not in page


def test_a_clerk_takes_a_number_and_enters_the_document(city: City, client_as: Callable[[str], Client]) -> None:
    clerk = client_as("organiser_clerk")
    form = {"unit": city.office.pk, "series": "CV", "reason": "Công văn trả lời Sở Xây dựng"}
    taken = clerk.post(f"{BOOK}reserve/", form)
    number = NumberAllocation.objects.get()
    assert taken["Location"] == f"{BOOK}numbers/{number.pk}/"
    assert (number.code, number.state) == ("01/UBND", "reserved")
    line = {
        "symbol": "UBND-TH", "type_name": "Công văn", "subject": "Trả lời về trụ sở", "signer": "Ngô Văn Phòng",
        "recipients": "Sở Xây dựng", "kept_by": "VT", "copies": "2", "sent_by": "Bưu điện", "note": "",
    }  # fmt: skip
    bad = clerk.post(taken["Location"], {**line, "signer": "", "note": "Giữ lại"})
    assert bad.status_code == 422
    assert "Giữ lại" in bad.content.decode()
    assert clerk.post(taken["Location"], line).status_code == 302
    page = clerk.get(BOOK, {"unit": city.office.pk}).content.decode()
    for shown in ("01/UBND-TH", "Trả lời về trụ sở", "Ngô Văn Phòng", "Bưu điện"):
        assert shown in page


@pytest.mark.parametrize("reason", ["", " ", "ă" * 301])
def test_a_number_is_not_taken_for_nothing(city: City, client_as: Callable[[str], Client], reason: str) -> None:
    form = {"unit": city.office.pk, "series": "TB", "reason": reason}
    assert client_as("organiser_clerk").post(f"{BOOK}reserve/", form).status_code == 422
    assert not NumberAllocation.objects.exists()


def test_gaps_are_named_with_their_reasons(city: City, client_as: Callable[[str], Client]) -> None:
    cancelled, lapsed, lost, _last = reserved(city), reserved(city), reserved(city), given(city)
    registers.cancel(city["organiser_clerk"], cancelled, reason="In hỏng")
    NumberAllocation.objects.filter(pk=lapsed.pk).update(expires_at=timezone.now())
    NumberAllocation.objects.filter(pk=lost.pk).delete()
    page = client_as("organiser_clerk").get(BOOK, {"unit": city.office.pk}).content.decode()
    gaps = re.findall(r"<li><strong>(.*?)</strong>: (.*?)</li>", page)
    assert gaps == [
        ("01/QĐ-UBND", "In hỏng"),
        ("02/QĐ-UBND", "Quá hạn giữ số."),
        ("03/QĐ-UBND", "Không có trong sổ"),
    ]


def test_the_register_is_a_spreadsheet_too(city: City, client_as: Callable[[str], Client]) -> None:
    number = given(city)
    registers.cancel(city["organiser_clerk"], reserved(city), reason="=1+1")
    answer = client_as("organiser_clerk").get(f"{BOOK}export/", {"unit": city.office.pk})
    book = load_workbook(io.BytesIO(answer.content))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=4)]
    assert rows[0][:5] == ["Số, ký hiệu", "Ngày văn bản", "Tên loại và trích yếu", "Người ký", "Nơi nhận"]
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert rows[1][:5] == [number.code, today, f"Quyết định {ENTRY.subject}", ENTRY.signer, ENTRY.recipients]
    assert rows[2][-1] == "Đã hủy. =1+1"
    assert [cell.value for cell in book.worksheets[1][5]] == ["02/QĐ-UBND", "'=1+1"]


@pytest.mark.parametrize(
    "query", [{"unit": "x"}, {"unit": "9" * 30}, {"year": "20"}, {"type": "KHÔNG"}, {"page": "-1"}]
)
def test_a_senseless_address_shows_a_book(
    city: City, client_as: Callable[[str], Client], query: dict[str, str]
) -> None:
    assert client_as("organiser_clerk").get(BOOK, query).status_code == 200


def test_the_book_costs_a_constant_number_of_queries(city: City, client_as: Callable[[str], Client]) -> None:
    client, costs = client_as("organiser_clerk"), []
    for size in (2, 12):
        while NumberAllocation.objects.count() < size:
            given(city)
        client.get(BOOK, {"unit": city.office.pk})
        with CaptureQueriesContext(connection) as queries:
            client.get(BOOK, {"unit": city.office.pk})
        costs.append(len(queries))
    assert costs[0] == costs[1]
