"""Days and half-days of a week, and when it is to be registered by."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.calendar.models import Weekday, WeekSchedule, WeekSettings
from eoffice.organisation.models import Unit

NOON = dt.time(12)
BEGINS = {"am": dt.time(8), "pm": dt.time(14)}
"""When something begins that is moved into another half-day."""


@dataclass(frozen=True)
class Slot:
    """A half-day; ``code`` as "2026-12-07-am"."""

    day: dt.date
    half: str

    @property
    def code(self) -> str:
        return f"{self.day:%Y-%m-%d}-{self.half}"

    @property
    def label(self) -> str:
        """ "Sáng", "Chiều"."""
        return _("Sáng") if self.half == "am" else _("Chiều")

    @property
    def begins_at(self) -> dt.datetime:
        return at(self.day, BEGINS[self.half])


def slot_of(moment: dt.datetime) -> Slot:
    """The half-day in which ``moment`` lies, in the site's time zone."""
    local = timezone.localtime(moment)
    return Slot(local.date(), "am" if local.time() < NOON else "pm")


def parsed_slot(code: str, monday: dt.date) -> Slot | None:
    """The half-day called ``code``; None when it is none of this week."""
    return next((slot for slot in slots_of(monday) if slot.code == code), None)


def slots_of(monday: dt.date) -> list[Slot]:
    """The fourteen half-days of the week."""
    return [Slot(monday + dt.timedelta(days=n), half) for n in range(7) for half in ("am", "pm")]


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """A time of ``day`` in the site's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, time))


def bounds(monday: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """From the first moment of the week to the first one after it."""
    return at(monday, dt.time()), at(monday + dt.timedelta(days=7), dt.time())


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week that holds ``day``."""
    return day - dt.timedelta(days=day.weekday())


def settings_of(unit: Unit) -> WeekSettings:
    """How ``unit`` goes about its week; the defaults, unsaved, where nothing is set. One query."""
    return WeekSettings.objects.filter(unit=unit).first() or WeekSettings(unit=unit)


def cut_off_of(settings: WeekSettings, monday: dt.date) -> dt.datetime:
    """Until when one registers for the week from ``monday``."""
    return at(monday - dt.timedelta(days=7 - settings.cut_off_day), settings.cut_off_time)


def publishing_at(settings: WeekSettings, monday: dt.date) -> dt.datetime:
    """When the week from ``monday`` is to be published."""
    return at(monday - dt.timedelta(days=7 - settings.publish_day), settings.publish_time)


def schedule_of(unit: Unit, monday: dt.date) -> WeekSchedule:
    """The week of ``unit``; made when there is none, and then with the cut-off as it is set now."""
    cut_off = cut_off_of(settings_of(unit), monday)
    return WeekSchedule.objects.get_or_create(unit=unit, monday=monday, defaults={"cut_off": cut_off})[0]


def local(moment: dt.datetime) -> dt.datetime:
    """``moment`` in the site's time zone."""
    return timezone.localtime(moment)


def weekday(day: dt.date) -> str:
    """ "Thứ Hai" … "Chủ nhật", in the reader's language."""
    return str(Weekday(day.weekday()).label)
