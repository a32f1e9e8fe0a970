"""Days that come back: ours against two libraries, around Tết and year ends, and the words and form of a rule."""

import datetime as dt
import random
from collections.abc import Callable, Collection
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from dateutil.rrule import rrulestr
from django.test import Client

from eoffice.worktime import seeding
from eoffice.worktime.deadlines import calendar_from
from eoffice.worktime.models import CalendarDay, CalendarYear
from eoffice.worktime.recurrence import Cycle, OnDayOff, Rule, coming, occurrences, read
from eoffice.worktime.recurrence_words import in_words
from tests.city import City
from tests.factories import UserFactory

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
VTIMEZONE = icalendar.Timezone.from_tzinfo(HANOI)
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WINDOWS = [(dt.date(2025, 12, 20), dt.date(2026, 4, 1)), (dt.date(2026, 12, 10), dt.date(2027, 4, 1))]
EDGES = [
    dt.time(0, 0),
    dt.time(0, 10),
    dt.time(6, 59),
    dt.time(7),
    dt.time(8),
    dt.time(16, 59),
    dt.time(17),
    dt.time(23, 45),
]
"""Times whose day in UTC is another one than in Hà Nội, and those beside them."""
DAY = dt.timedelta(days=1)


@pytest.fixture
def calendars(db: None) -> None:
    admin = UserFactory(is_staff=True)
    for year in range(2024, 2028):
        seeding.seed_year(year, confirmed_by=admin)


def drawn(dice: random.Random, window: tuple[dt.date, dt.date]) -> Rule:
    """Any rule that the form can make, begun up to thirteen months before the window's end."""
    every = dice.choice(Cycle.values)
    in_month = every not in (Cycle.DAY, Cycle.WEEK)
    position = dice.choice([0, 1, 2, 3, 4, -1]) if in_month else 0
    weekdays = tuple(sorted(dice.sample(range(7), dice.randint(1, 4)))) if every == Cycle.WEEK else ()
    starts_on = window[1] - dt.timedelta(days=dice.randint(1, 400))
    ends = dice.choice(["", "", "until", "count"])
    return Rule(
        every=every,
        starts_on=starts_on,
        interval=dice.choice([1, 1, 2, 3, 5]) if every in (Cycle.DAY, Cycle.WEEK, Cycle.MONTH) else 1,
        weekdays=(dice.randrange(7),) if position else weekdays,
        position=position,
        monthday=dice.choice([1, 2, 15, 17, 28, -1]) if in_month and not position else 1,
        month=dice.randint(1, 3) if every in (Cycle.QUARTER, Cycle.YEAR) else 1,
        until=window[0] + dt.timedelta(days=dice.randint(0, 120)) if ends == "until" else None,
        count=dice.randint(1, 90) if ends == "count" else None,
        on_day_off=dice.choice(OnDayOff.values),
    )


def begun(rule: Rule) -> dt.date:
    """Its first day, found by looking at one day after the other."""
    day = rule.starts_on
    while not names(rule, day):
        day += DAY
    return day


def names(rule: Rule, day: dt.date) -> bool:
    months = {Cycle.QUARTER: [rule.month + later for later in (0, 3, 6, 9)], Cycle.YEAR: [rule.month]}
    if day.month not in months.get(Cycle(rule.every), range(1, 13)):
        return False
    last = (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    if rule.position:
        in_month = (last.day - day.day) // 7 == 0 if rule.position < 0 else (day.day - 1) // 7 + 1 == rule.position
        return day.weekday() == rule.weekdays[0] and in_month
    if rule.every == Cycle.WEEK:
        return day.weekday() in rule.weekdays
    return rule.every == Cycle.DAY or day.day == (last.day if rule.monthday < 0 else rule.monthday)


def as_somebody_else_writes_it(rule: Rule) -> str:
    """The same rule by other means: quarters are every third month, months are said by BYSETPOS."""
    frequency = {Cycle.DAY: "DAILY", Cycle.WEEK: "WEEKLY", Cycle.MONTH: "MONTHLY", Cycle.QUARTER: "MONTHLY"}
    parts = [f"FREQ={frequency.get(Cycle(rule.every), 'YEARLY')}", "WKST=MO"]
    parts.append(f"INTERVAL={3 if rule.every == Cycle.QUARTER else rule.interval}")
    if rule.every == Cycle.YEAR:
        parts.append(f"BYMONTH={rule.month}")
    if rule.position:
        parts += [f"BYDAY={CODES[rule.weekdays[0]]}", f"BYSETPOS={rule.position}"]
    elif rule.every == Cycle.WEEK:
        parts.append("BYDAY=" + ",".join(CODES[day] for day in rule.weekdays))
    elif rule.every != Cycle.DAY:
        parts.append(f"BYMONTHDAY={rule.monthday}")
    if rule.count:
        parts.append(f"COUNT={rule.count}")
    return ";".join(parts) + (f";UNTIL={rule.until:%Y%m%d}T235959" if rule.until else "")


def by_hand(rule: Rule, named: list[dt.date], special: dict[dt.date, str]) -> dict[dt.date, dt.date | None]:
    """Named day → the day on which it is held."""
    makeup = CalendarDay.Kind.MAKEUP_WORK

    def works(day: dt.date) -> bool:
        return special[day] == makeup if day in special else day.weekday() < 5

    held: dict[dt.date, dt.date | None] = {}
    for day in named:
        asked_for = day.weekday() in rule.weekdays and day not in special
        if rule.on_day_off == OnDayOff.KEEP or works(day) or asked_for:
            held[day] = day
            continue
        other = day
        while rule.on_day_off != OnDayOff.SKIP and not works(other):
            other += DAY if rule.on_day_off == OnDayOff.AFTER else -DAY
        held[day] = None if other in named or other in held.values() or other == day else other
    return held


def in_a_calendar(
    rule: Rule, time: dt.time, held: dict[dt.date, dt.date | None], without: Collection[dt.date]
) -> bytes:
    """RRULE, EXDATE, RDATE and VTIMEZONE, as a calendar program would get them."""
    event = icalendar.Event()
    event.add("uid", "loat-hop@eoffice.example")
    event.add("dtstamp", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    event.add("dtstart", dt.datetime.combine(begun(rule), time, HANOI))
    event.add("duration", dt.timedelta(minutes=30))
    event.add("rrule", icalendar.vRecur.from_ical(rule.text))
    for nominal, day in held.items():
        if day != nominal or nominal in without:
            event.add("exdate", dt.datetime.combine(nominal, time, HANOI))
        if day and day != nominal and nominal not in without:
            event.add("rdate", dt.datetime.combine(day, time, HANOI))
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//eOffice//Test//VI")
    calendar.add("version", "2.0")
    calendar.add_component(VTIMEZONE)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def test_a_thousand_rules_agree_with_dateutil_and_recurring_ical_events(calendars: None) -> None:
    dice = random.Random(20260217)  # the first day of Tết
    special = dict(CalendarDay.objects.values_list("day", "kind"))
    calendar = calendar_from(dt.date(2024, 1, 1), 4 * 365)
    moved = left_out = total = 0
    for number in range(1000):
        since, before = window = WINDOWS[number % 2]
        rule, time = drawn(dice, window), dice.choice(EDGES)
        assert read(rule.text, starts_on=rule.starts_on, on_day_off=rule.on_day_off) == rule
        assert rule.first == begun(rule)

        moments = rrulestr(as_somebody_else_writes_it(rule), dtstart=dt.datetime.combine(begun(rule), time))
        wide = moments.between(
            dt.datetime.combine(since - 40 * DAY, dt.time()), dt.datetime.combine(before + 40 * DAY, dt.time())
        )
        held = by_hand(rule, [moment.date() for moment in wide], special)
        without = {day for day in held if dice.random() < 0.1}
        found = occurrences(rule, since, before, without=without, calendar=calendar)
        assert {one.nominal: one.day for one in found.held} == {
            nominal: day for nominal, day in held.items() if day and since <= day < before and nominal not in without
        }, rule
        assert found.unconfirmed is None

        parsed = icalendar.Calendar.from_ical(in_a_calendar(rule, time, held, without))
        begins = dt.datetime.combine(since, dt.time(), HANOI)
        events = recurring_ical_events.of(parsed).between(begins, dt.datetime.combine(before, dt.time(), HANOI))
        starts = sorted(event.start for event in events if event.start >= begins)
        assert [one.at(time) for one in found.held] == starts, rule
        moved += sum(one.moved for one in found.held)
        left_out += len(found.left_out)
        total += len(found.held)
    assert min(moved, left_out, total) > 300  # the draw reaches what it is for


def test_a_rule_moves_with_the_confirmed_calendar_and_says_where_that_ends(calendars: None) -> None:
    weekly = Rule(every=Cycle.WEEK, starts_on=dt.date(2026, 2, 2), weekdays=(0,), on_day_off=OnDayOff.BEFORE)
    found = coming(weekly, dt.date(2026, 2, 2), 4)
    assert [f"{one.day:%d/%m}" for one in found.held] == ["02/02", "09/02", "13/02", "23/02"]
    assert found.held[2].nominal == dt.date(2026, 2, 16)
    assert "Tết" in found.held[2].why

    CalendarYear.objects.filter(year=2027).update(confirmed_at=None)
    found = coming(weekly, dt.date(2026, 12, 14), 5)
    assert [f"{one.day:%d/%m}" for one in found.held] == ["14/12", "21/12", "28/12"]
    assert found.unconfirmed == 2027
    kept = Rule(every=Cycle.WEEK, starts_on=dt.date(2026, 2, 2), weekdays=(0,))
    assert len(coming(kept, dt.date(2026, 12, 14), 5).held) == 5


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"every": "month", "position": 1, "weekdays": (0,), "on_day_off": "after"}, "thứ Hai tuần đầu tháng, nghỉ lễ thì lùi"),
        ({"every": "month", "position": -1, "weekdays": (4,), "interval": 2}, "thứ Sáu tuần cuối tháng, 2 tháng một lần"),
        ({"every": "month", "monthday": 15, "on_day_off": "skip"}, "ngày 15 hằng tháng, nghỉ lễ thì bỏ"),
        ({"every": "month", "monthday": -1}, "ngày cuối tháng"),
        ({"every": "week", "weekdays": (0, 3), "count": 10}, "thứ Hai, thứ Năm hằng tuần, 10 kỳ"),
        ({"every": "week", "weekdays": (6,), "interval": 2}, "Chủ nhật, 2 tuần một lần"),
        ({"every": "day", "until": dt.date(2027, 1, 31)}, "hằng ngày, đến hết ngày 31/01/2027"),
        ({"every": "quarter", "position": 2, "weekdays": (1,), "month": 3}, "thứ Ba tuần thứ hai của tháng cuối hằng quý"),
        ({"every": "quarter", "monthday": 25, "month": 1, "on_day_off": "before"},
         "ngày 25 tháng đầu hằng quý, nghỉ lễ thì chuyển lên trước"),
        ({"every": "year", "monthday": 20, "month": 11}, "ngày 20 tháng 11 hằng năm"),
        ({"every": "year", "position": 1, "weekdays": (2,), "month": 3}, "thứ Tư tuần đầu tháng 3 hằng năm"),
    ],
)  # fmt: skip
def test_a_rule_is_spoken_as_people_speak(rule: dict[str, object], words: str) -> None:
    made = Rule(starts_on=dt.date(2026, 12, 1), **rule)  # type: ignore[arg-type]
    assert in_words(made) == words


def test_the_form_shows_what_it_gives_while_it_is_filled_in(
    calendars: None, city: City, client_as: Callable[[str], Client]
) -> None:
    client = client_as("secretary")
    asked = {"repeat_every": "week", "repeat_weekdays": [0], "repeat_from": "30/11/2026", "repeat_on_day_off": "after"}
    seen = client.get("/recurrence/preview/", asked).content.decode()
    assert "Thứ Hai hằng tuần, nghỉ lễ thì lùi." in seen
    assert seen.count("<li>") == 5
    later = client.get("/recurrence/preview/", asked | {"repeat_from": "01/02/2027"}).content.decode()
    assert "08/02/2027 (" in later  # Tết
    CalendarYear.objects.filter(year=2027).update(confirmed_at=None)
    later = client.get("/recurrence/preview/", asked | {"repeat_from": "01/02/2027"}).content.decode()
    assert "Lịch làm việc năm 2027 chưa được xác nhận" in later
    for unfinished in (
        {}, {"repeat_every": "week"}, {"repeat_every": "x"}, asked | {"repeat_from": "31/02/2026"},
        asked | {"repeat_from": "01/01/9999"}, asked | {"repeat_interval": "9" * 40}, asked | {"repeat_weekdays": ["x"]},
        asked | {"repeat_until": "01/01/2020"}, asked | {"repeat_until": "01/01/2999"},
    ):  # fmt: skip
        answer = client.get("/recurrence/preview/", unfinished)
        assert answer.status_code == 200
        assert not answer.content.strip()
