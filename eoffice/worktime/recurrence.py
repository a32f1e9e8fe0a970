"""Days that come back, as RFC 5545 rules restricted to what people plan (docs/domain/worktime.md, "Recurrence").

A rule speaks of days; the time of day is the caller's, in the site's time zone. What happens on a day off is no part of
RFC 5545: it is decided here, by the confirmed calendar (ADR 0070, ADR 0134).
"""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace

from dateutil import rrule
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.worktime.deadlines import Calendar, calendar_from

LAST_COMMON_DAY = 28
"""The last day that every month has; later ones are asked for as the last day."""
LONGEST_INTERVAL = 12
LONGEST_COUNT = 400
_NEAR = dt.timedelta(days=40)
"""No run of days off is longer."""
_SPANS = (100, 800, 2200, 4600)
"""Days ahead in which the next days are looked for, one after the other."""
_SATURDAY = 5
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Cycle(models.TextChoices):
    """How often."""

    DAY = "day", _("Hằng ngày")
    WEEK = "week", _("Hằng tuần")
    MONTH = "month", _("Hằng tháng")
    QUARTER = "quarter", _("Hằng quý")
    YEAR = "year", _("Hằng năm")


class OnDayOff(models.TextChoices):
    """What becomes of an occurrence on a day off: a holiday, a substitute day, and a weekend that the rule does not name."""

    KEEP = "keep", _("Vẫn giữ ngày đó")
    SKIP = "skip", _("Bỏ kỳ đó")
    AFTER = "after", _("Lùi sang ngày làm việc liền sau")
    BEFORE = "before", _("Chuyển lên ngày làm việc liền trước")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """On which days something comes back.

    ``weekdays`` (0 Monday … 6) of a weekly rule; of a monthly, quarterly or yearly one exactly one with ``position``
    (1–4, -1 the last), else ``monthday`` (1–28, -1 the last) counts. ``month`` of the quarter (1–3) or year (1–12).
    ``interval`` is of no meaning for quarters and years. ``until`` is the last day on which the rule gives a day; ``count`` is of
    days that the rule gives, also those that are then left out (RFC 5545, section 3.3.10).
    """

    every: str
    starts_on: dt.date
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    position: int = 0
    monthday: int = 1
    month: int = 1
    until: dt.date | None = None
    count: int | None = None
    on_day_off: str = OnDayOff.KEEP

    @property
    def first(self) -> dt.date:
        """The first day from ``starts_on`` on that the rule names: DTSTART. From it the interval counts."""
        found = _iterator(replace(self, interval=1, until=None, count=None), self.starts_on)
        moment: dt.datetime = next(iter(found))
        return moment.date()

    @property
    def text(self) -> str:
        """The value of RRULE for a DTSTART on ``first`` in the site's time zone; ``read`` is the way back."""
        parts = [f"FREQ={_frequency(self)}"]
        if self.interval > 1 and self.every not in (Cycle.QUARTER, Cycle.YEAR):
            parts.append(f"INTERVAL={self.interval}")
        if months := _months(self):
            parts.append(f"BYMONTH={','.join(map(str, months))}")
        if self.every == Cycle.WEEK:
            parts.append(f"BYDAY={','.join(_CODES[day] for day in self.weekdays)}")
        elif self.position:
            parts.append(f"BYDAY={self.position}{_CODES[self.weekdays[0]]}")
        elif self.every != Cycle.DAY:
            parts.append(f"BYMONTHDAY={self.monthday}")
        if self.until:
            parts.append(f"UNTIL={_end_of(self.until).astimezone(dt.UTC):%Y%m%dT%H%M%SZ}")
        elif self.count:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)

    def names_weekend(self, day: dt.date) -> bool:
        """``day`` is a Saturday or Sunday that was asked for as such."""
        return day.weekday() >= _SATURDAY and day.weekday() in self.weekdays


def read(text: str, *, starts_on: dt.date, on_day_off: str = OnDayOff.KEEP) -> Rule:
    """The rule that ``Rule.text`` wrote. Raises ValueError for any other RRULE."""
    parts = dict(part.split("=", 1) for part in text.split(";"))
    months = tuple(int(month) for month in parts.get("BYMONTH", "").split(",") if month)
    days = [code for code in parts.get("BYDAY", "").split(",") if code]
    every = {"DAILY": Cycle.DAY, "WEEKLY": Cycle.WEEK, "YEARLY": Cycle.YEAR}.get(parts["FREQ"], Cycle.MONTH)
    found = Rule(
        every=Cycle.QUARTER if every == Cycle.MONTH and months else every,
        starts_on=starts_on,
        interval=int(parts.get("INTERVAL", 1)),
        weekdays=tuple(_CODES.index(code[-2:]) for code in days),
        position=int(days[0][:-2] or 0) if days else 0,
        monthday=int(parts.get("BYMONTHDAY", 1)),
        month=months[0] if months else 1,
        until=_day_of(parts["UNTIL"]) if "UNTIL" in parts else None,
        count=int(parts["COUNT"]) if "COUNT" in parts else None,
        on_day_off=on_day_off,
    )
    if found.text != text:
        raise ValueError(f"not a rule that people plan: {text}")
    return found


@dataclass(frozen=True)
class Occurrence:
    """One time. ``nominal`` is the day that the rule names, and identifies it (RECURRENCE-ID); ``day`` is when it is held, None:
    left out. ``why``: what day off it is, "" of a plain weekend and of a day on which another one is held already."""

    nominal: dt.date
    day: dt.date | None
    why: str = ""

    @property
    def moved(self) -> bool:
        """Held on another day than the rule names."""
        return self.day is not None and self.day != self.nominal

    def at(self, time: dt.time) -> dt.datetime:
        """The moment on its day, in the site's time zone; only of one that is held."""
        assert self.day is not None
        return timezone.make_aware(dt.datetime.combine(self.day, time), timezone.get_default_timezone())


@dataclass
class Expansion:
    """What a rule gives in a span of days, in order."""

    held: list[Occurrence] = field(default_factory=list)
    left_out: list[Occurrence] = field(default_factory=list)
    unconfirmed: int | None = None
    """The year that somebody must confirm before the days from there on are known; None: all are."""


def occurrences(
    rule: Rule,
    since: dt.date,
    before: dt.date,
    *,
    without: Collection[dt.date] = (),
    calendar: Calendar | None = None,
) -> Expansion:
    """The times held from ``since`` to the day before ``before``; ``without``: nominal days that are left out (EXDATE).

    An occurrence that a day off moves onto the day of another one is left out; a day that ``without`` freed is not filled so.
    Two queries, none for a rule that keeps its days off or with a ``calendar``, which reaches 40 days further on both sides.
    """
    named = list(named_between(rule, since - _NEAR, before + _NEAR))
    if rule.on_day_off == OnDayOff.KEEP:
        placed: Iterator[Occurrence] = (Occurrence(day, day) for day in named)
        return _within(placed, since, before, without, Expansion())
    calendar = calendar or calendar_from(since - 2 * _NEAR, (before - since + 4 * _NEAR).days)
    found = Expansion()
    return _within(_placed(rule, named, calendar, since, found), since, before, without, found)


def coming(rule: Rule, since: dt.date, count: int, *, without: Collection[dt.date] = ()) -> Expansion:
    """The next ``count`` times from ``since`` on, as many as there are within twelve years; as ``occurrences``."""
    found = Expansion()
    for span in _SPANS:
        found = occurrences(rule, since, since + dt.timedelta(days=span), without=without)
        if len(found.held) >= count or found.unconfirmed:
            break
    if len(found.held) > count:
        found.held, found.unconfirmed = found.held[:count], None
    last = found.held[-1].day if len(found.held) == count else None
    found.left_out = [one for one in found.left_out if last is None or one.nominal <= last]
    return found


def _within(
    placed: Iterator[Occurrence], since: dt.date, before: dt.date, without: Collection[dt.date], into: Expansion
) -> Expansion:
    for one in placed:
        if one.nominal in without or not since <= (one.day or one.nominal) < before:
            continue
        (into.held if one.day else into.left_out).append(one)
    into.held.sort(key=lambda one: one.day or one.nominal)  # a Friday may move behind a Sunday that was asked for
    return into


class _Unconfirmed(Exception):
    """Nobody has confirmed the calendar of this year."""


def _placed(
    rule: Rule, named: list[dt.date], calendar: Calendar, since: dt.date, into: Expansion
) -> Iterator[Occurrence]:
    """Each named day with the day it is held on; ends where the calendar does, and says so."""
    taken = set(named)
    for nominal in named:
        try:
            one = _place(rule, nominal, calendar)
        except _Unconfirmed as error:
            if nominal < since:
                continue  # long over
            into.unconfirmed = error.args[0]
            return
        if one.moved and one.day in taken:
            one = Occurrence(nominal, None, one.why)
        if one.day is not None:
            taken.add(one.day)
        yield one


def _place(rule: Rule, nominal: dt.date, calendar: Calendar) -> Occurrence:
    if not _is_off(nominal, calendar, named=rule.names_weekend(nominal)):
        return Occurrence(nominal, nominal)
    special = calendar.days.get(nominal)
    why = special.name if special else ""
    if rule.on_day_off == OnDayOff.SKIP:
        return Occurrence(nominal, None, why)
    step = dt.timedelta(days=-1 if rule.on_day_off == OnDayOff.BEFORE else 1)
    day = nominal + step
    while _is_off(day, calendar, named=False):
        day += step
    return Occurrence(nominal, day, why)


def _is_off(day: dt.date, calendar: Calendar, *, named: bool) -> bool:
    if day.year not in calendar.years:
        raise _Unconfirmed(day.year)
    return not calendar.is_working(day) and not (named and day not in calendar.days)


def named_between(rule: Rule, since: dt.date, before: dt.date) -> Iterator[dt.date]:
    """The days that the rule names in that span: RFC 5545 alone."""
    first = rule.first
    if rule.until and rule.until < first:
        return
    for moment in _iterator(rule, first):
        if moment.date() >= before:
            return
        if moment.date() >= since:
            yield moment.date()


def _iterator(rule: Rule, first: dt.date) -> rrule.rrule:
    by_day = [rrule.weekdays[day](rule.position or None) for day in rule.weekdays] or None
    by_monthday = None if by_day or rule.every == Cycle.DAY else rule.monthday
    return rrule.rrule(
        getattr(rrule, _frequency(rule)),
        dtstart=dt.datetime.combine(first, dt.time()),
        interval=1 if rule.every in (Cycle.QUARTER, Cycle.YEAR) else rule.interval,
        wkst=rrule.MO,
        bymonth=_months(rule) or None,
        byweekday=by_day,
        bymonthday=by_monthday,
        until=dt.datetime.combine(rule.until, dt.time()) if rule.until else None,
        count=None if rule.until else rule.count,
        cache=False,
    )


def _frequency(rule: Rule) -> str:
    named = {Cycle.DAY: "DAILY", Cycle.WEEK: "WEEKLY", Cycle.YEAR: "YEARLY"}
    return named.get(Cycle(rule.every), "MONTHLY")


def _months(rule: Rule) -> list[int]:
    if rule.every == Cycle.QUARTER:
        return [rule.month + later for later in (0, 3, 6, 9)]
    return [rule.month] if rule.every == Cycle.YEAR else []


def _end_of(day: dt.date) -> dt.datetime:
    moment = dt.datetime.combine(day, dt.time(23, 59, 59))
    return timezone.make_aware(moment, timezone.get_default_timezone())


def _day_of(until: str) -> dt.date:
    moment = dt.datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
    return moment.astimezone(timezone.get_default_timezone()).date()
