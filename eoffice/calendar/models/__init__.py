from eoffice.calendar.models.acceptance import AcceptedConflict
from eoffice.calendar.models.availability import WorkingHours
from eoffice.calendar.models.entry import Entry, Participation
from eoffice.calendar.models.resource import Blocking, Booking, BookingSeries, Resource
from eoffice.calendar.models.travel import Journey, Zone
from eoffice.calendar.models.week import (
    LineResource,
    ScheduleChange,
    ScheduleRequest,
    Weekday,
    WeekEdition,
    WeekLine,
    WeekSchedule,
    WeekSettings,
)

__all__ = [
    "AcceptedConflict",
    "Blocking",
    "Booking",
    "BookingSeries",
    "Entry",
    "Journey",
    "LineResource",
    "Participation",
    "Resource",
    "ScheduleChange",
    "ScheduleRequest",
    "WeekEdition",
    "WeekLine",
    "WeekSchedule",
    "WeekSettings",
    "Weekday",
    "WorkingHours",
    "Zone",
]
