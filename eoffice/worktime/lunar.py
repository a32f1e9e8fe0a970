"""The lunar date (âm lịch) of a day in Viet Nam.

The rules of the calendar as Hồ Ngọc Đức published them ("Computing the Vietnamese lunar calendar"), with the new moon and the sun's longitude by the
short series of J. Meeus, Astronomical Algorithms (1998), at UTC+7: months begin on the day of the new moon; the eleventh has the
winter solstice; in a year of thirteen months the first without a principal term is the leap month. Right to the day from 1968 on.
"""

import datetime as dt
import functools
import math
from dataclasses import dataclass

ZONE_HOURS = 7
_JULIAN_DAY_OF_ORDINAL = 1721425
"""Julian day number of a date less its proleptic Gregorian ordinal."""
_MONTH = 29.530588853
_EPOCH = 2415021.076998695
"""The new moon of 1 January 1900."""


@dataclass(frozen=True, slots=True)
class LunarDate:
    """Day, month and year; ``leap``: of the leap month that follows the month of that number."""

    day: int
    month: int
    year: int
    leap: bool = False

    @property
    def short(self) -> str:
        """ "17/1"; "3/6N" in a leap month (tháng nhuận)."""
        return f"{self.day}/{self.month}{'N' if self.leap else ''}"


@functools.lru_cache(maxsize=2000)
def lunar_date(day: dt.date) -> LunarDate:
    """The lunar date of ``day``."""
    number = day.toordinal() + _JULIAN_DAY_OF_ORDINAL
    count = int((number - _EPOCH) / _MONTH) + 1
    while (month_start := _new_moon_day(count)) > number:
        count -= 1
    eleventh, next_eleventh, year = _around(month_start, day.year)
    months = (month_start - eleventh) // 29
    month, leap = months + 11, False
    if next_eleventh - eleventh > 365:
        leap_at = _leap_month_after(eleventh)
        if months >= leap_at:
            month = months + 10
            leap = months == leap_at
    if month > 12:
        month -= 12
    if month >= 11 and months < 4:
        year -= 1
    return LunarDate(number - month_start + 1, month, year, leap)


def _around(month_start: int, year: int) -> tuple[int, int, int]:
    """The days on which the eleventh months before and after begin, and the lunar year of the first month between them."""
    this = _eleventh_month(year)
    if this >= month_start and this != month_start:
        return _eleventh_month(year - 1), this, year
    return this, _eleventh_month(year + 1), year + 1


def _eleventh_month(year: int) -> int:
    offset = dt.date(year, 12, 31).toordinal() + _JULIAN_DAY_OF_ORDINAL - 2415021
    count = int(offset / _MONTH)
    start = _new_moon_day(count)
    return _new_moon_day(count - 1) if _sun_sector(start) >= 9 else start


def _leap_month_after(eleventh: int) -> int:
    """How many months after the eleventh the leap month comes."""
    count = int((eleventh - _EPOCH) / _MONTH + 0.5)
    months = 1
    sector = _sun_sector(_new_moon_day(count + months))
    while True:
        months += 1
        last, sector = sector, _sun_sector(_new_moon_day(count + months))
        if sector == last or months > 13:
            return months - 1


def _sun_sector(day: int) -> int:
    """Of the twelve of the sun's way from the spring equinox on, the one in which it is at the beginning of the Julian ``day`` here."""
    t = (day - 0.5 - ZONE_HOURS / 24 - 2451545.0) / 36525
    anomaly = math.radians(357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3)
    mean = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    centre = (1.914600 - 0.004817 * t - 0.000014 * t**2) * math.sin(anomaly)
    centre += (0.019993 - 0.000101 * t) * math.sin(2 * anomaly) + 0.000290 * math.sin(3 * anomaly)
    return int((mean + centre) % 360 / 30)


def _new_moon_day(count: int) -> int:
    """The Julian day here on which the new moon number ``count`` since 1900 falls."""
    t = count / 1236.85
    mean = 2415020.75933 + 29.53058868 * count + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * math.sin(math.radians(166.56 + 132.87 * t - 0.009173 * t**2))
    sun = math.radians(359.2242 + 29.10535608 * count - 0.0000333 * t**2 - 0.00000347 * t**3)
    moon = math.radians(306.0253 + 385.81691806 * count + 0.0107306 * t**2 + 0.00001236 * t**3)
    node = math.radians(21.2964 + 390.67050646 * count - 0.0016528 * t**2 - 0.00000239 * t**3)
    late = (0.1734 - 0.000393 * t) * math.sin(sun) + 0.0021 * math.sin(2 * sun)
    late += -0.4068 * math.sin(moon) + 0.0161 * math.sin(2 * moon) - 0.0004 * math.sin(3 * moon)
    late += 0.0104 * math.sin(2 * node) - 0.0051 * math.sin(sun + moon) - 0.0074 * math.sin(sun - moon)
    late += 0.0004 * math.sin(2 * node + sun) - 0.0004 * math.sin(2 * node - sun) - 0.0006 * math.sin(2 * node + moon)
    late += 0.0010 * math.sin(2 * node - moon) + 0.0005 * math.sin(2 * moon + sun)
    clock = -0.000278 + 0.000265 * t + 0.000262 * t**2 if t >= -11 else 0.0
    return int(mean + late - clock + 0.5 + ZONE_HOURS / 24)
