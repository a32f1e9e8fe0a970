"""Recurring tasks: each period once, on a working day, missed ones caught up, until they end or are stopped."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from eoffice.workflow import recurring
from eoffice.workflow.assigning import Assignment
from eoffice.workflow.models import Occurrence, RecurringTask, Task, TaskParty
from eoffice.worktime import periods, seeding
from eoffice.worktime.periods import Recurrence, Rule
from tests.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def years(city: City) -> None:
    for year in (2026, 2027):
        seeding.seed_year(year, confirmed_by=city.admin)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-07-06 03:00:00+00:00", tick=False) as traveller:
        yield traveller


def begin(city: City, rule: Rule, ends_on: dt.date | None = None) -> RecurringTask:
    task = Assignment(title="Báo cáo giải ngân", lead_unit=city.commune, coordinators=[city.department])
    recurrence = Recurrence(rule=rule, ends_on=ends_on)
    return recurring.begin(
        city["chair"],
        task,
        recurrence,
        [city.commune],
        unit=city.committee,
        recipients=city.commune.name,
        key=uuid.uuid5(uuid.NAMESPACE_OID, str(rule)),
    )


@pytest.mark.usefixtures("years")
@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        (Rule("month", 25), "2026-07-01", "2026-07-24"),  # a Saturday: the Friday before
        (Rule("month", 25, shift="after"), "2026-07-01", "2026-07-27"),
        (Rule("month", 22), "2026-08-01", "2026-08-22"),  # a Saturday that works in lieu
        (Rule("month", 31), "2027-02-01", "2027-02-26"),  # the last day, a Sunday
        (Rule("quarter", 31, 3), "2026-10-01", "2026-12-31"),
        (Rule("year", 1, 9), "2026-01-01", "2026-08-28"),  # over the National Day and the day off in exchange before it
        (Rule("week", 5), "2026-07-06", "2026-07-10"),
    ],
)
def test_the_due_day_of_a_period_is_a_working_day_and_says_why(rule: Rule, start: str, due: str) -> None:
    found = periods.due_in(rule, dt.date.fromisoformat(start))
    assert found.due_on.isoformat() == due
    assert found.explanation[0].startswith("Nhiệm vụ định kỳ")
    moved = any("là ngày nghỉ" in sentence for sentence in found.explanation)
    assert moved == (due not in ("2026-08-22", "2026-12-31", "2026-07-10"))


@pytest.mark.usefixtures("years")
def test_each_period_is_given_once_missed_ones_are_caught_up_and_it_ends(
    city: City, clock: time_machine.Traveller
) -> None:
    made = begin(city, Rule("month", 25), ends_on=dt.date(2026, 10, 31))
    assert begin(city, Rule("month", 25)).pk == made.pk, "the same key"
    first = Task.objects.get()
    assert (first.title, first.due_on) == ("Báo cáo giải ngân (tháng 7/2026)", dt.date(2026, 7, 24))
    assert first.parties.get().role == TaskParty.Role.COORDINATE
    assert recurring.sweep() == 0
    clock.move_to("2026-08-01 03:00:00+00:00")
    for _run in range(2):
        recurring.sweep()
    assert Task.objects.count() == 2
    clock.move_to("2026-10-05 03:00:00+00:00")  # nothing ran in September
    recurring.sweep()
    late = Task.objects.get(title__endswith="(tháng 9/2026)")
    assert late.due_on == dt.date(2026, 10, 6)
    assert "giao bù" in late.due_explanation[1]
    assert Task.objects.get(title__endswith="(tháng 10/2026)").due_on == dt.date(2026, 10, 23)
    clock.move_to("2026-12-01 03:00:00+00:00")
    recurring.sweep()
    assert Occurrence.objects.count() == 4, "the end"
    assert RecurringTask.objects.get().next_start is None


def test_what_cannot_be_given_yet_is_given_once_the_calendar_is_confirmed(
    city: City, clock: time_machine.Traveller
) -> None:
    seeding.seed_year(2026, confirmed_by=city.admin)
    begin(city, Rule("week", 5))
    clock.move_to("2026-12-29 03:00:00+00:00")
    recurring.sweep()
    assert Occurrence.objects.first().start == dt.date(2026, 12, 21), "the Friday of this week is in 2027"
    seeding.seed_year(2027, confirmed_by=city.admin)
    recurring.sweep()
    assert Occurrence.objects.first().start == dt.date(2026, 12, 28)


@pytest.mark.usefixtures("years")
def test_every_working_day_and_every_six_months(city: City, clock: time_machine.Traveller) -> None:
    """Saturday 22 August 2026 is worked in lieu of Monday the 31st (docs/domain/worktime.md)."""
    clock.move_to("2026-08-20 03:00:00+00:00")
    begin(city, Rule("day", 1), ends_on=dt.date(2026, 8, 25))
    for day in (21, 22, 23, 25, 27):  # nothing ran on the 24th
        clock.move_to(f"2026-08-{day} 03:00:00+00:00")
        recurring.sweep()
        recurring.sweep()
    assert list(Task.objects.order_by("due_on").values_list("due_on__day", flat=True)) == [20, 21, 22, 25]
    assert RecurringTask.objects.get().next_start is None
    assert Task.objects.earliest("due_on").title == "Báo cáo giải ngân (ngày 20/08/2026)"

    assert [periods.start_of("half", dt.date(2026, month, 9)) for month in (6, 7)] == [
        dt.date(2026, 1, 1),
        dt.date(2026, 7, 1),
    ]
    assert periods.following("half", dt.date(2026, 7, 1)) == dt.date(2027, 1, 1)
    rule = Rule("half", 31, month=6)
    assert periods.due_in(rule, dt.date(2026, 7, 1)).due_on == dt.date(2026, 12, 31)
    assert rule.in_words == "ngày cuối tháng 6 và tháng 12, 6 tháng một lần"
    assert periods.name_of("half", dt.date(2026, 7, 1)) == "6 tháng cuối năm 2026"
    assert not Rule("half", 1, month=7).is_possible


@pytest.mark.usefixtures("years")
def test_the_assigner_changes_and_stops_it(
    city: City, clock: time_machine.Traveller, client_as: Callable[[str], Client]
) -> None:
    made = begin(city, Rule("month", 25))
    page = f"/tasks/recurring/{made.pk}/"
    chair, commune = client_as("chair"), client_as("invited_head")
    assert "ngày 25, hằng tháng" in commune.get(page).content.decode()
    assert client_as("outsider").get(page).status_code == 404
    assert page in chair.get("/tasks/?scope=assigned").content.decode()
    assert page in commune.get(f"/tasks/{Task.objects.get().pk}/").content.decode()
    rule = {"recur_every": "month", "recur_day": 15, "recur_shift": "after", "version": 1}
    assert commune.post(f"{page}change/", rule).status_code == 403
    bad = chair.post(f"{page}change/", rule | {"recur_every": "week", "recur_day": 9})
    assert bad.status_code == 422
    assert "Ngày hoặc tháng không có trong kỳ này." in bad.content.decode()
    assert chair.post(f"{page}change/", rule).status_code == 302
    assert chair.post(f"{page}change/", rule).status_code == 409, "an older version"
    assert Task.objects.get().due_on == dt.date(2026, 7, 24), "what was given keeps its day"
    clock.move_to("2026-08-03 03:00:00+00:00")
    recurring.sweep()
    assert Task.objects.get(title__endswith="(tháng 8/2026)").due_on == dt.date(2026, 8, 17)
    chair, commune = client_as("chair"), client_as("invited_head")  # sessions do not last a month
    for _click in range(2):
        assert chair.post(f"{page}stop/", {"reason": "Không còn cần."}).status_code == 302
    assert "Không còn cần." in commune.get(page).content.decode()
    clock.move_to("2026-09-03 03:00:00+00:00")
    recurring.sweep()
    assert Task.objects.count() == 2
