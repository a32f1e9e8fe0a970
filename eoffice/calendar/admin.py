"""Administration of what conflicts are worked out from: zones, the minutes between them, working hours."""

from typing import TYPE_CHECKING

from django.contrib import admin

from eoffice.calendar.models import Journey, WorkingHours, Zone

if TYPE_CHECKING:
    ZoneBase = admin.ModelAdmin[Zone]
    JourneyBase = admin.ModelAdmin[Journey]
    HoursBase = admin.ModelAdmin[WorkingHours]
else:
    ZoneBase = JourneyBase = HoursBase = admin.ModelAdmin


@admin.register(Zone)
class ZoneAdmin(ZoneBase):
    list_display = ("name", "words")


@admin.register(Journey)
class JourneyAdmin(JourneyBase):
    list_display = ("first", "second", "minutes")


@admin.register(WorkingHours)
class WorkingHoursAdmin(HoursBase):
    list_display = ("unit", "person", "__str__")
    raw_id_fields = ("unit", "person")
