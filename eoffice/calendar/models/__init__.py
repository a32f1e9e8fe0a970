from eoffice.calendar.models.entry import Entry, Participation
from eoffice.calendar.models.resource import Blocking, Booking, BookingSeries, Resource
from eoffice.calendar.models.week import (
    AcceptedOverlap,
    ScheduleChange,
    ScheduleRequest,
    Weekday,
    WeekEdition,
    WeekLine,
    WeekSchedule,
    WeekSettings,
)

__all__ = [
    "AcceptedOverlap",
    "Blocking",
    "Booking",
    "BookingSeries",
    "Entry",
    "Participation",
    "Resource",
    "ScheduleChange",
    "ScheduleRequest",
    "WeekEdition",
    "WeekLine",
    "WeekSchedule",
    "WeekSettings",
    "Weekday",
]
