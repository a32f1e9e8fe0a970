from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.worktime import seeding
from eoffice.worktime.models import CalendarDay, CalendarYear

if TYPE_CHECKING:
    YearAdmin = admin.ModelAdmin[CalendarYear]
    DayAdmin = admin.ModelAdmin[CalendarDay]
else:
    YearAdmin = DayAdmin = admin.ModelAdmin


@admin.register(CalendarYear)
class CalendarYearAdmin(YearAdmin):
    """A new year is filled at once; it counts only after "Xác nhận"."""

    list_display = ("year", "confirmed_at", "confirmed_by", "source")
    readonly_fields = ("confirmed_at", "confirmed_by")
    actions = ["fill", "confirm"]

    def save_model(self, request: HttpRequest, obj: CalendarYear, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if not change:
            self._each(request, [obj.year], seeding.seed_year)

    @admin.action(description=_("Bổ sung ngày nghỉ lễ, Tết theo luật"), permissions=["change"])
    def fill(self, request: HttpRequest, queryset: QuerySet[CalendarYear]) -> None:
        self._each(request, [row.year for row in queryset], seeding.seed_year)

    @admin.action(description=_("Xác nhận: đã đối chiếu với thông báo nghỉ lễ, Tết"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[CalendarYear]) -> None:
        assert isinstance(request.user, User)
        by = request.user
        self._each(request, [row.year for row in queryset], lambda year: seeding.confirm_year(year, by=by))

        _point_to_due_days(self, request)

    def _each(self, request: HttpRequest, years: list[int], act: Any) -> None:
        for year in years:
            try:
                act(year)
            except UserError as error:
                self.message_user(request, f"{error.message} {error.hint}", messages.ERROR)


@admin.register(CalendarDay)
class CalendarDayAdmin(DayAdmin):
    """Days that differ from Monday-to-Friday."""

    list_display = ("day", "kind", "name", "basis")
    list_filter = ("kind",)
    date_hierarchy = "day"
    search_fields = ("name", "basis")

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        log.record("calendar.day_changed", user=request.user, target=obj, day=f"{obj.day}", kind=obj.kind)
        _point_to_due_days(self, request)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        log.record("calendar.day_deleted", user=request.user, target=obj, day=f"{obj.day}", kind=obj.kind)
        super().delete_model(request, obj)
        _point_to_due_days(self, request)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[CalendarDay]) -> None:
        for day in queryset:
            log.record("calendar.day_deleted", user=request.user, target=day, day=f"{day.day}", kind=day.kind)
        super().delete_queryset(request, queryset)
        _point_to_due_days(self, request)


def _point_to_due_days(page: "admin.ModelAdmin[Any]", request: HttpRequest) -> None:
    """The calendar has changed, the due days that were told have not: the way to the page on which one decides on them."""
    sentence = _("Thời hạn và cuộc họp đã báo không tự dời theo lịch.")
    link = _("Xem các nhiệm vụ, cuộc họp có ngày khác theo lịch này")
    text = format_html('{} <a href="{}">{}</a>', sentence, reverse("calendar-effects"), link)
    page.message_user(request, text, messages.WARNING)
