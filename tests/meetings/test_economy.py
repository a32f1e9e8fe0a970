"""The economy of meetings: the city's shares, time, people, paper and ways, each with the list that it counts."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from documents.models import Reading
from eoffice.organisation.models import Unit
from meetings.economy import freezing
from meetings.models import (
    CheckIn,
    Connection,
    Meeting,
    MeetingSite,
    MonthlyEconomy,
    TabledPaper,
    TypeBaseline,
    UnitDistance,
)
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    MeetingFactory,
    MeetingSiteFactory,
    PaperFactory,
    PaperVersionFactory,
)

AsRole = Callable[[str], Client]
PAGE = "/meetings/economy/"
NOON = dt.datetime(2026, 10, 14, 5, tzinfo=dt.UTC)
OCTOBER = "?period=2026-10"


def held(city: City, *units: Unit, form: str = "hybrid", organiser: Unit | None = None, minutes: int = 60) -> Meeting:
    """A meeting of two planned hours in October that took ``minutes``, with a site for each of ``units``."""
    meeting = MeetingFactory(
        chair=city["chair"],
        secretary=city["secretary"],
        organiser=organiser or city.committee,
        form=form,
        state="ended",
        starts_at=NOON,
        ends_at=NOON + dt.timedelta(hours=2),
        issued_at=NOON - dt.timedelta(days=3),
        opened_at=NOON,
        ended_at=NOON + dt.timedelta(minutes=minutes),
    )
    for unit in units:
        MeetingSiteFactory(meeting=meeting, unit=unit, kind="branch")
    return meeting


def report(client: Client, query: str = OCTOBER) -> Any:
    return client.get(f"{PAGE}{query}").context["report"]


def listed(client: Client, which: str, query: str = OCTOBER) -> list[Any]:
    lines: list[Any] = client.get(f"{PAGE}{which}/{query}").context["lines"]
    return lines


def test_the_share_of_wide_meetings_held_online_is_counted_as_the_city_defines_it(
    city: City, client_as: AsRole
) -> None:
    held(city, city.commune, city.department, form="online")
    held(city, city.commune, form="hybrid")
    held(city, city.commune, form="in_person")
    held(city, city.department, form="online")  # does not reach a commune: neither above nor below the line
    held(city, city.commune, form="online", organiser=city.department)
    held(city, city.commune, form="in_person", organiser=city.department)
    MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], starts_at=NOON, ends_at=NOON + dt.timedelta(hours=1)
    )
    office = client_as("office_head")
    client = client_as("chair")
    made = report(client)
    assert (made.city.wide, made.city.wide_online, made.city.wide_hybrid) == (3, 1, 1)
    assert made.city.wide_share == pytest.approx(200 / 3)
    assert (made.below.wide, made.below.wide_share) == (2, 50)
    assert made.total.held == 6  # the draft is none
    page = client.get(f"{PAGE}{OCTOBER}").content.decode()
    assert "66,7 %" in page and "chỉ tiêu 90 %" in page and "chỉ tiêu 80 %" in page
    for which, level, count in (
        ("wide", "city", 3),
        ("wide-online", "city", 1),
        ("wide-in-person", "below", 1),
        ("held", "", 6),
    ):
        assert len(listed(client, which, f"{OCTOBER}&level={level}")) == count
    assert report(client, "?period=2026-11").total.held == 0
    assert report(office).filters.scope == "units"


def test_time_people_paper_and_ways_are_summed_and_the_list_adds_up(city: City, client_as: AsRole) -> None:
    meeting = held(city, city.commune, city.other_commune, form="online", minutes=90)
    site, missing = MeetingSite.objects.filter(meeting=meeting, kind="branch").order_by("pk")
    attendee = AttendeeFactory(site=site, appointment=city["invited_head"])
    AttendeeFactory(site=missing, appointment=city["outsider_head"])
    early, late = NOON - dt.timedelta(minutes=15), NOON + dt.timedelta(minutes=30)
    CheckIn.objects.create(attendee=attendee, method="self", at=early, left_at=late, by=attendee.person)
    again = NOON + dt.timedelta(minutes=60)
    CheckIn.objects.create(attendee=attendee, method="self", at=again, by=attendee.person)
    Connection.objects.create(meeting=meeting, site=site, person=attendee.person, joined_at=NOON, seen_at=NOON)
    UnitDistance.objects.create(unit=city.commune, km=7)
    version = PaperVersionFactory(paper=PaperFactory(state="published", created_by=city["secretary"]), page_count=12)
    TabledPaper.objects.create(item=AgendaItemFactory(meeting=meeting), paper=version.paper)
    Reading.objects.create(person=attendee.person, version=version)
    held(city, city.commune, form="in_person", minutes=120)
    client = client_as("chair")
    sums = report(client).total
    assert (sums.planned, sums.actual, sums.saved_of_plan) == (240, 210, 12.5)
    assert (sums.invited, sums.present, sums.person_minutes) == (2, 1, 60)  # 30 from the opening, 30 until the end
    assert (sums.sites, sums.sites_missing) == (2, 1)
    assert (sums.km, sums.travelled_sites, sums.unknown_sites) == (14, 1, 0)
    assert (sums.copies, sums.pages) == (1, 12)
    lines = listed(client, "held")
    assert sum(line.sums.actual for line in lines) == sums.actual
    assert sum((line.sums for line in lines), type(sums)()) == sums


def test_no_saving_is_shown_without_a_declared_baseline(city: City, client_as: AsRole) -> None:
    meeting = held(city, minutes=60)
    client = client_as("chair")
    assert report(client).total.saved_of_baseline is None
    assert "Chưa khai mức so sánh" in client.get(f"{PAGE}{OCTOBER}").content.decode()
    TypeBaseline.objects.create(type=meeting.type, minutes=100, year=2019, source="Báo cáo 45/BC-VP")
    assert report(client).total.saved_of_baseline == 40
    page = client.get(f"{PAGE}{OCTOBER}").content.decode()
    assert "100 phút (năm 2019, nguồn: Báo cáo 45/BC-VP)" in page


def test_heads_count_what_units_below_call_without_learning_what_it_is_about(city: City, client_as: AsRole) -> None:
    hidden = held(city, city.commune, organiser=city.department)
    Meeting.objects.filter(pk=hidden.pk).update(
        chair=city["department_head"],
        secretary=city["department_clerk"],
        created_by=city["department_clerk"],
        title="Nhân sự",
    )
    client = client_as("chair")
    (line,) = listed(client, "held")
    assert line.meeting is None and line.organiser == "Sở Xây dựng"
    assert "Nhân sự" not in client.get(f"{PAGE}held/{OCTOBER}").content.decode()
    assert "Nhân sự" in client_as("department_head").get(f"{PAGE}held/{OCTOBER}").content.decode()
    assert report(client_as("outsider")).total.held == 0  # no authority: only what they may know of


def test_a_month_is_frozen_once_and_later_corrections_show(city: City, client_as: AsRole) -> None:
    held(city, city.commune)
    november = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    assert freezing.freeze_due(november) == 1
    assert freezing.freeze_due(november) == 0
    client = client_as("chair")
    assert [month.period.code for month in report(client).months if month.frozen] == ["2026-10"]
    assert not any(month.corrected for month in report(client).months)
    held(city, city.commune)
    (corrected,) = [month for month in report(client).months if month.corrected]
    assert (corrected.period.code, corrected.frozen.sums.held, corrected.sums.held) == ("2026-10", 1, 2)
    assert "Chốt lúc" in client.get(f"{PAGE}{OCTOBER}").content.decode()
    assert MonthlyEconomy.objects.count() == 1


def test_it_is_a_spreadsheet_with_its_formulas(city: City, client_as: AsRole) -> None:
    held(city, city.commune, minutes=90)
    response = client_as("chair").get(f"{PAGE}xlsx/{OCTOBER}")
    book = load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Theo đơn vị tổ chức", "Theo tháng", "Từng cuộc họp", "Cách tính"]
    units = book["Theo đơn vị tổ chức"]
    assert [cell.value for cell in units[5]][:5] == ["UBND thành phố Hà Nội", 1, 0, 0, 1]
    assert "chia cho" in str(book["Cách tính"]["B5"].value)


def test_the_page_asks_the_same_number_of_queries_however_many_meetings(city: City, client_as: AsRole) -> None:
    client = client_as("chair")

    def queries(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    held(city, city.commune)
    few = [queries(f"{PAGE}{OCTOBER}"), queries(f"{PAGE}held/{OCTOBER}")]
    for organiser in (city.committee, city.department, city.office, city.committee):
        held(city, city.commune, city.other_commune, organiser=organiser)
    assert [queries(f"{PAGE}{OCTOBER}"), queries(f"{PAGE}held/{OCTOBER}")] == few


def test_an_address_that_names_nothing_is_not_found_and_bad_periods_are_this_month(client_as: AsRole) -> None:
    client = client_as("chair")
    assert client.get(f"{PAGE}nonsense/").status_code == 404
    assert client.get(f"{PAGE}held/?level=moon").status_code == 404
    made = report(client, "?period=abc&unit=x&scope=all")
    assert made.filters.period.first == timezone.localdate().replace(day=1)
