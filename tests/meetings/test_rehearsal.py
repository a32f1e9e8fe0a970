"""The rehearsal of a meeting: windows, reminders, the board of all sites, the report."""

import datetime as dt
import io
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from eoffice.notifications.models import Notification
from meetings import rehearsal_windows
from meetings.models import LineTestWindow, Meeting
from meetings.tasks import remind_line_tests
from tests.city import City
from tests.factories import MeetingSiteFactory, UnitFactory
from tests.meetings.rehearsal import report, send, whole
from tests.meetings.room import Sitting, build_sitting

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def sitting(city: City) -> Sitting:
    return build_sitting(city, state=Meeting.State.INVITED, starts_at=timezone.now() + dt.timedelta(days=3))


@pytest.fixture
def secretary(client_as: As) -> Client:
    return client_as("secretary")


def typed(start: dt.datetime, minutes: int = 60) -> dict[str, str]:
    """A window as the form sends it."""
    start = timezone.localtime(start)
    end = start + dt.timedelta(minutes=minutes)
    return {"day": f"{start:%d/%m/%Y}", "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}"}


def tomorrow_at(hour: int) -> dt.datetime:
    """A full hour of the day after today, in Vietnam's time."""
    return timezone.localtime(timezone.now() + dt.timedelta(days=1)).replace(hour=hour, minute=0)


def board(client: Client, sitting: Sitting, **choice: str) -> str:
    answer = client.get(reverse("meeting-rehearsal", args=[sitting.meeting.pk]), choice)
    assert answer.status_code == 200
    return answer.content.decode()


def told(city: City, role: str) -> list[str]:
    return list(Notification.objects.filter(recipient=city.person(role)).values_list("kind", flat=True))


# --- windows -------------------------------------------------------------------------------------------


def test_the_afternoon_before_is_proposed(city: City, sitting: Sitting) -> None:
    meeting = sitting.meeting
    now = dt.datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)
    meeting.starts_at = dt.datetime(2026, 11, 26, 8, 0, tzinfo=HANOI)
    start, end = rehearsal_windows.proposed(meeting, now)
    assert f"{timezone.localtime(start):%d %H:%M}" == "25 14:00"
    assert f"{timezone.localtime(end):%d %H:%M}" == "25 16:00"
    late = dt.datetime(2026, 11, 26, 7, 2, tzinfo=HANOI)
    start, end = rehearsal_windows.proposed(meeting, late)
    assert f"{timezone.localtime(start):%d %H:%M}" == "26 07:15"
    assert f"{timezone.localtime(end):%d %H:%M}" == "26 08:00"


def test_a_window_is_set_once_and_the_sites_are_told_where_to_test(
    city: City, secretary: Client, sitting: Sitting
) -> None:
    address = reverse("test-window-add", args=[sitting.meeting.pk])
    window = typed(tomorrow_at(14))
    for _time in range(2):
        assert secretary.post(address, window).status_code == 302
    assert LineTestWindow.objects.count() == 1
    for role in ("invited_head", "invited_clerk", "department_head"):
        assert told(city, role) == ["meeting.test_window"]
    assert told(city, "outsider_head") == []
    notice = Notification.objects.get(recipient=city.person("invited_head"))
    assert notice.url == reverse("meeting-line-test", args=[sitting.meeting.pk])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends": "09:00"}, "Giờ kết thúc phải sau giờ bắt đầu."),
        ({"day": "01/01/2020"}, "Khung giờ này đã qua."),
        ({"day": "01/01/2050"}, "Phải bắt đầu trước giờ họp."),
        ({"day": "40/13/2026"}, "Ngày không đúng"),
    ],
)
def test_a_window_that_cannot_be_is_explained_and_what_was_typed_stays(
    secretary: Client, sitting: Sitting, fields: dict[str, str], said: str
) -> None:
    window = {**typed(tomorrow_at(10)), **fields}
    answer = secretary.post(reverse("test-window-add", args=[sitting.meeting.pk]), window)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert f'value="{window["day"]}"' in page


def test_a_window_is_taken_back_and_the_sites_are_told(city: City, secretary: Client, sitting: Sitting) -> None:
    now = timezone.now()
    window = rehearsal_windows.add(
        city["secretary"], sitting.meeting, now + dt.timedelta(hours=1), now + dt.timedelta(hours=2)
    )
    assert secretary.post(reverse("test-window-remove", args=[window.pk])).status_code == 302
    assert not LineTestWindow.objects.exists()
    assert told(city, "invited_head").count("meeting.test_window_removed") == 1


def test_who_has_not_tested_is_reminded_once_near_the_end(city: City, client_as: As, sitting: Sitting) -> None:
    now = timezone.now()
    early = LineTestWindow.objects.create(
        meeting=sitting.meeting,
        starts_at=now - dt.timedelta(hours=1),
        ends_at=now + dt.timedelta(minutes=45),
        by=city["secretary"],
    )
    remind_line_tests()
    assert not Notification.objects.exists(), "there is time yet"
    LineTestWindow.objects.filter(pk=early.pk).update(ends_at=now + dt.timedelta(minutes=20))
    send(client_as("department_head"), sitting.department, report(whole()))
    for _sweep in range(2):
        remind_line_tests()
    assert told(city, "invited_head") == ["meeting.test_reminder"]
    assert told(city, "department_head") == []
    assert "meeting.tests_missing" in told(city, "secretary")


def test_who_has_tested_in_vain_is_asked_to_test_again(city: City, client_as: As, sitting: Sitting) -> None:
    now = timezone.now()
    LineTestWindow.objects.create(
        meeting=sitting.meeting, starts_at=now - dt.timedelta(hours=1), ends_at=now + dt.timedelta(minutes=20),
        by=city["secretary"],
    )  # fmt: skip
    send(client_as("department_head"), sitting.department, report(whole(camera="busy")))
    remind_line_tests()
    assert told(city, "department_head") == ["meeting.test_again"]
    (summary,) = Notification.objects.filter(kind="meeting.tests_missing")
    assert summary.title.startswith("Đường truyền: 2 điểm cầu chưa kiểm tra, 1 chưa đạt")


def test_nobody_is_reminded_of_a_meeting_that_was_called_off(city: City, sitting: Sitting) -> None:
    now = timezone.now()
    LineTestWindow.objects.create(
        meeting=sitting.meeting, starts_at=now - dt.timedelta(hours=1), ends_at=now + dt.timedelta(minutes=5),
        by=city["secretary"],
    )  # fmt: skip
    Meeting.objects.update(state=Meeting.State.CANCELLED)
    remind_line_tests()
    assert not Notification.objects.exists()


# --- the board -------------------------------------------------------------------------------------------


def test_the_board_counts_and_lists_with_numbers_to_call(
    city: City, secretary: Client, client_as: As, sitting: Sitting
) -> None:
    head = city.person("invited_head")
    head.phone = "0901 111 222"
    head.save()
    send(client_as("department_head"), sitting.department, report(whole(udp="blocked")))
    page = board(secretary, sitting)
    assert "Sẵn sàng 0/3 điểm cầu." in page
    problems = board(secretary, sitting, state="problem")
    assert sitting.department.name in problems
    assert f'data-site="{sitting.commune.pk}"' not in problems
    untested = board(secretary, sitting, state="untested")
    assert f'data-site="{sitting.commune.pk}"' in untested
    assert 'href="tel:0901111222"' in untested
    assert f'data-site="{sitting.commune.pk}"' in board(secretary, sitting, q="phuong")
    assert "Không có điểm cầu nào như vậy." in board(secretary, sitting, q="khong co dau")


def test_the_board_in_the_room_knows_what_was_found(secretary: Client, client_as: As, sitting: Sitting) -> None:
    send(client_as("department_head"), sitting.department, report(whole(camera="busy")))
    sites = secretary.get(reverse("site-contacts", args=[sitting.meeting.pk])).json()["sites"]
    assert sites[str(sitting.department.pk)]["tested"] == {"state": "problem", "label": "Có lỗi", "why": "Camera"}
    assert sites[str(sitting.commune.pk)]["tested"]["state"] == "untested"


def test_odd_choices_are_no_error(secretary: Client, sitting: Sitting) -> None:
    for choice in ({"state": "x"}, {"branch": "²"}, {"page": "-3"}, {"q": "%" * 300}):
        board(secretary, sitting, **choice)


def test_the_board_costs_as_much_for_many_sites_as_for_few(
    city: City, secretary: Client, client_as: As, sitting: Sitting
) -> None:
    send(client_as("department_head"), sitting.department, report(whole()))
    addresses = [
        reverse(name, args=[sitting.meeting.pk])
        for name in ("meeting-rehearsal", "readiness-report", "readiness-export", "meeting-detail")
    ]

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert secretary.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    queries()  # whatever is looked up once in a process
    few = queries()
    for number in range(60):
        unit = UnitFactory(parent=city.committee, name=f"UBND xã {number}")
        MeetingSiteFactory(meeting=sitting.meeting, unit=unit)
    assert queries() == few


def test_a_run_costs_as_much_in_a_large_meeting_as_in_a_small_one(city: City, client_as: As, sitting: Sitting) -> None:
    ward = client_as("invited_head")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert send(ward, sitting.commune, report(whole())).status_code == 200
        return len(captured)

    queries()
    few = queries()
    for number in range(30):
        MeetingSiteFactory(meeting=sitting.meeting, unit=UnitFactory(name=f"UBND xã {number}"))
    assert queries() == few


def test_the_report_and_the_sheet_name_every_site_its_state_and_who_sees_to_it(
    city: City, secretary: Client, client_as: As, sitting: Sitting
) -> None:
    send(client_as("department_head"), sitting.department, report(whole(camera="dark"), machine_label="=1+1"))
    care = {"owner": "=HYPERLINK(1)", "phone": "0912"}
    secretary.post(reverse("site-problem", args=[sitting.department.pk, "camera"]), care)
    printed = secretary.get(reverse("readiness-report", args=[sitting.meeting.pk])).content.decode()
    for site in (sitting.main, sitting.department, sitting.commune):
        assert site.name in printed
    assert "=HYPERLINK(1)" in printed
    answer = secretary.get(reverse("readiness-export", args=[sitting.meeting.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=5, values_only=True))
    assert len(rows) == 3
    row = next(row for row in rows if row[2] == sitting.department.name)
    assert row[3] == "Có lỗi"
    assert "Lỗi" in row
    assert "'=1+1" in row, "never a formula"
    assert sheet.cell(1, 1).value == f"Kết quả kiểm tra đường truyền: {sitting.meeting.title}"


# --- the meeting's page ----------------------------------------------------------------------------------


def test_the_meetings_page_leads_a_site_to_its_test_and_the_secretary_to_the_board(
    secretary: Client, client_as: As, sitting: Sitting
) -> None:
    address = reverse("meeting-detail", args=[sitting.meeting.pk])
    ward = client_as("invited_head").get(address).content.decode()
    assert reverse("line-test", args=[sitting.commune.pk]) in ward
    assert reverse("meeting-rehearsal", args=[sitting.meeting.pk]) not in ward
    assert reverse("meeting-rehearsal", args=[sitting.meeting.pk]) in secretary.get(address).content.decode()


def test_the_notices_address_leads_to_the_own_site(client_as: As, sitting: Sitting) -> None:
    answer = client_as("invited_head").get(reverse("meeting-line-test", args=[sitting.meeting.pk]))
    assert answer.headers["Location"] == reverse("line-test", args=[sitting.commune.pk])
