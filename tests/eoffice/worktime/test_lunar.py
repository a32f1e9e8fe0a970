"""Âm lịch: Tết of thirty years, leap months, and days on which Viet Nam and China differ."""

import datetime as dt

import pytest

from eoffice.worktime.lunar import LunarDate, lunar_date

TET = [
    "2000-02-05",
    "2001-01-24",
    "2002-02-12",
    "2003-02-01",
    "2004-01-22",
    "2005-02-09",
    "2006-01-29",
    "2007-02-17",
    "2008-02-07",
    "2009-01-26",
    "2010-02-14",
    "2011-02-03",
    "2012-01-23",
    "2013-02-10",
    "2014-01-31",
    "2015-02-19",
    "2016-02-08",
    "2017-01-28",
    "2018-02-16",
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-02",
]
"""Of 2007 and 2030 a day before China's."""


@pytest.mark.parametrize("text", TET)
def test_tet_begins_the_lunar_year(text: str) -> None:
    day = dt.date.fromisoformat(text)
    assert lunar_date(day) == LunarDate(1, 1, day.year)
    eve = lunar_date(day - dt.timedelta(days=1))
    assert (eve.month, eve.year) == (12, day.year - 1)
    assert eve.day in (29, 30)


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (dt.date(1945, 9, 2), LunarDate(26, 7, 1945)),
        (dt.date(2020, 5, 23), LunarDate(1, 4, 2020, leap=True)),
        (dt.date(2023, 3, 22), LunarDate(1, 2, 2023, leap=True)),
        (dt.date(2025, 7, 25), LunarDate(1, 6, 2025, leap=True)),
        (dt.date(2025, 8, 23), LunarDate(1, 7, 2025)),
        (dt.date(2026, 4, 26), LunarDate(10, 3, 2026)),  # Giỗ Tổ Hùng Vương
        (dt.date(2026, 9, 25), LunarDate(15, 8, 2026)),  # Tết Trung thu
    ],
)
def test_other_days(day: dt.date, lunar: LunarDate) -> None:
    assert lunar_date(day) == lunar


def test_days_follow_each_other_without_a_gap() -> None:
    day = dt.date(1970, 1, 1)
    before = lunar_date(day)
    while day < dt.date(2060, 1, 1):
        day += dt.timedelta(days=1)
        this = lunar_date(day)
        grown = (this.day, this.month, this.leap) == (before.day + 1, before.month, before.leap)
        assert grown or (this.day == 1 and before.day in (29, 30)), day
        before = this
