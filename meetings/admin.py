"""Administration of the catalogue of meeting types: names, by when their papers are due, whether substitutes vote."""

from typing import TYPE_CHECKING

from django.contrib import admin

from meetings.models import MeetingType

if TYPE_CHECKING:
    TypeAdmin = admin.ModelAdmin[MeetingType]
else:
    TypeAdmin = admin.ModelAdmin


@admin.register(MeetingType)
class MeetingTypeAdmin(TypeAdmin):
    """Types that meetings have are kept: the database refuses to delete them."""

    list_display = ("name", "paper_days", "paper_days_working", "paper_time", "substitutes_vote", "order")
    list_editable = ("paper_days", "paper_days_working", "paper_time", "substitutes_vote")
