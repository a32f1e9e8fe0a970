"""Administration of the catalogue of meeting types, and of what the economy of meetings is measured against."""

from typing import TYPE_CHECKING

from django.contrib import admin

from meetings.models import MeetingType, TypeBaseline, UnitDistance

if TYPE_CHECKING:
    TypeAdmin = admin.ModelAdmin[MeetingType]
    BaselineAdmin = admin.ModelAdmin[TypeBaseline]
    DistanceAdmin = admin.ModelAdmin[UnitDistance]
else:
    TypeAdmin = BaselineAdmin = DistanceAdmin = admin.ModelAdmin


@admin.register(MeetingType)
class MeetingTypeAdmin(TypeAdmin):
    """Types that meetings have are kept: the database refuses to delete them."""

    list_display = (
        "name",
        "paper_days",
        "paper_days_working",
        "paper_time",
        "reply_hours",
        "substitutes_vote",
        "order",
    )
    list_editable = ("paper_days", "paper_days_working", "paper_time", "reply_hours", "substitutes_vote")


@admin.register(TypeBaseline)
class TypeBaselineAdmin(BaselineAdmin):
    """How long meetings of a type used to take: without it no saving against earlier years is shown."""

    list_display = ("type", "minutes", "year", "source")


@admin.register(UnitDistance)
class UnitDistanceAdmin(DistanceAdmin):
    """How far units are from the centre: without it the way they save is not counted."""

    list_display = ("unit", "km", "source")
    list_editable = ("km", "source")
    list_per_page = 200
    search_fields = ("unit__name", "unit__search_name")
    raw_id_fields = ("unit",)
