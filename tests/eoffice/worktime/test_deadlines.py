"""Deadlines in working days, against the vectors of docs/domain/worktime.md."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from eoffice.errors import UserError
from eoffice.worktime import deadlines, seeding
from eoffice.worktime.models import CalendarDay, CalendarYear
from tests.factories import UserFactory

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def calendars(db: None) -> None:
    admin = UserFactory(is_staff=True)
    for year in (2025, 2026, 2027):
        seeding.seed_year(year, confirmed_by=admin)


@pytest.mark.usefixtures("calendars")
@pytest.mark.parametrize(
    ("start", "days", "due", "because"),
    [
        ("2026-02-12", 3, "2026-02-24", "Tết Nguyên Đán"),
        ("2026-04-23", 5, "2026-05-05", "Giỗ Tổ Hùng Vương"),
        ("2026-08-20", 2, "2026-08-22", "Có tính Thứ Bảy 22/08/2026: Làm bù cho ngày 31/08/2026"),
        ("2026-08-28", 3, "2026-09-07", "Không tính Thứ Hai 31/08/2026"),
        ("2025-04-24", 3, "2025-04-28", "Có tính Thứ Bảy 26/04/2025"),
        ("2026-11-23", 1, "2026-11-25", "Ngày Văn hóa Việt Nam"),
        ("2026-12-30", 2, "2027-01-04", "Không tính Thứ Sáu 01/01/2027"),
        ("2025-12-31", 1, "2026-01-05", "Không tính Thứ Sáu 02/01/2026"),
        ("2026-01-09", 1, "2026-01-10", "12729/VPCP-KGVX"),
    ],
)
def test_the_nth_working_day_and_why(start: str, days: int, due: str, because: str) -> None:
    deadline = deadlines.working_days_after(dt.date.fromisoformat(start), days)
    assert deadline.due_on == dt.date.fromisoformat(due)
    assert deadline.rule == f"{days} ngày làm việc"
    assert because in " ".join(deadline.explanation)
    assert deadline.explanation[-1] == f"Hết hạn lúc 17:00 {deadlines.written(deadline.due_on)}."


@pytest.mark.usefixtures("calendars")
def test_weekends_are_said_once_and_counted() -> None:
    deadline = deadlines.working_days_after(dt.date(2026, 6, 5), 10)
    assert deadline.due_on == dt.date(2026, 6, 19)
    assert "Không tính 4 ngày Thứ Bảy, Chủ nhật." in deadline.explanation


@pytest.mark.usefixtures("calendars")
def test_a_year_nobody_confirmed_has_no_deadlines() -> None:
    with pytest.raises(UserError) as refused:
        deadlines.working_days_after(dt.date(2027, 12, 30), 3)
    assert refused.value.code == "calendar-not-confirmed"
    assert "2028" in refused.value.message
    assert "quản trị viên" in refused.value.hint


def test_seeding_alone_is_not_confirming(db: None) -> None:
    seeding.seed_year(2026)
    with pytest.raises(UserError, match="calendar-not-confirmed"):
        deadlines.working_days_after(dt.date(2026, 6, 5), 1)


@pytest.mark.usefixtures("calendars")
@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_senseless_number_of_days_is_refused(days: int) -> None:
    with pytest.raises(UserError, match="days-out-of-range"):
        deadlines.working_days_after(dt.date(2026, 6, 5), days)


@pytest.mark.usefixtures("calendars")
def test_a_set_date_is_kept_even_on_a_day_off_and_says_so() -> None:
    deadline = deadlines.on_day(dt.date(2026, 9, 2))
    assert deadline.due_on == dt.date(2026, 9, 2)
    assert any("là ngày nghỉ (Quốc khánh)" in sentence for sentence in deadline.explanation)


@pytest.mark.parametrize(
    ("now", "day"),
    [("2026-08-20T16:59", "2026-08-20"), ("2026-08-20T17:00", "2026-08-21"), ("2026-08-20T00:10", "2026-08-20")],
)
def test_a_due_day_ends_at_five_in_the_afternoon_in_viet_nam(now: str, day: str) -> None:
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=HANOI).astimezone(dt.UTC)
    assert deadlines.working_date(moment) == dt.date.fromisoformat(day)


def test_the_end_of_a_due_day_is_an_instant() -> None:
    assert deadlines.ends_at(dt.date(2026, 8, 20)) == dt.datetime(2026, 8, 20, 10, 0, tzinfo=dt.UTC)


def test_an_administrators_own_correction_survives_seeding(db: None) -> None:
    CalendarDay.objects.create(day=dt.date(2026, 9, 1), kind=CalendarDay.Kind.MAKEUP_WORK, name="Theo công điện")
    seeding.seed_year(2026)
    seeding.seed_year(2026)
    assert CalendarDay.objects.get(day=dt.date(2026, 9, 1)).name == "Theo công điện"
    assert CalendarYear.objects.count() == 1


def test_an_empty_year_cannot_be_confirmed(db: None) -> None:
    with pytest.raises(UserError, match="calendar-empty"):
        seeding.confirm_year(2026, by=UserFactory())


@pytest.mark.parametrize("year", [1800, 2500])
def test_a_year_outside_the_tables_is_refused(db: None, year: int) -> None:
    with pytest.raises(UserError, match="calendar-year-out-of-range"):
        seeding.seed_year(year)


def test_an_administrator_adds_and_confirms_a_year(admin_client) -> None:
    admin_client.post("/admin/worktime/calendaryear/add/", {"year": "2026", "source": "Thông báo nghỉ lễ"})
    added = CalendarYear.objects.get(year=2026)
    assert added.confirmed_at is None
    assert CalendarDay.objects.filter(day__year=2026).exists()
    admin_client.post("/admin/worktime/calendaryear/", {"action": "confirm", "_selected_action": [added.pk]})
    added.refresh_from_db()
    assert added.confirmed_at is not None
    assert deadlines.working_days_after(dt.date(2026, 6, 5), 1).due_on == dt.date(2026, 6, 8)
