"""Forms of recurring meetings; the operations check again."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.forms import ErrorsFromOperation
from eoffice.organisation.models import Appointment
from eoffice.worktime.recurrence import Cycle, OnDayOff, Rule
from eoffice.worktime.recurrence_forms import RecurrenceFields
from meetings import series_changes
from meetings.agenda import Point
from meetings.forms import PlanForm, unit_field
from meetings.models import Meeting, MeetingSeries, SeriesItem
from meetings.repeating import Outline


class SeriesForm(PlanForm, RecurrenceFields):
    """What the meetings have in common, and when they are held."""

    renamed: ClassVar = {"starts_at": "start", "ends_at": "end"}

    day = None  # type: ignore[assignment]
    end_day = None  # type: ignore[assignment]
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """What the preview showed, once there was one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["room"].help_text = _(
            "Phòng được đặt cho từng kỳ khi kỳ đó được tạo. Kỳ nào phòng đã có người đặt thì chưa có phòng, thư ký được báo."
        )

    @classmethod
    def beginning(cls, by: Appointment, like: Meeting | None) -> dict[str, Any]:
        """What the form of a new series begins with; ``like`` a meeting that is to come back."""
        start = timezone.localtime(like.starts_at) if like else None
        day = start.date() if start else timezone.localdate() + dt.timedelta(days=1)
        shown = PlanForm.showing(like) if like else {}
        rule = Rule(every=Cycle.WEEK, starts_on=day, weekdays=(day.weekday(),), on_day_off=OnDayOff.AFTER)
        by_position = {
            "repeat_by": "position",
            "repeat_weekday": day.weekday(),
            "repeat_position": min((day.day + 6) // 7, 4),
        }
        in_month = {"repeat_monthday": min(day.day, 28), "repeat_month": day.month}
        return {
            **cls.starting(by),
            **shown,
            **cls.of_rule(rule),
            **by_position,
            **in_month,
            "key": uuid.uuid4(),
        }

    @classmethod
    def of_series(cls, series: MeetingSeries, since: dt.date | None) -> dict[str, Any]:
        """What the form of an existing series begins with; ``since``: only from that day on."""
        names = ("title", "form", "place", "note", "lobby_minutes", "late_entry", "version")
        picked = ("type", "organiser", "chair", "secretary", "room")
        rule = series.rule
        if since is not None:
            rule = replace(rule, starts_on=since, count=series_changes.remaining(series, since))
        return {
            **{name: getattr(series, name) for name in names},
            **{name: getattr(series, f"{name}_id") for name in picked},
            "start": series.start_time,
            "end": series.end_time,
            **cls.of_rule(rule),
        }

    def outline(self, since: dt.date | None = None) -> Outline:
        """What was filled in; only of a valid form. Nothing begins before ``since``."""
        data = self.cleaned_data
        rule = self.rule()
        assert rule is not None
        if since is not None and rule.starts_on < since:
            rule = replace(rule, starts_on=since)
        begins, ends = (dt.datetime.combine(rule.starts_on, data[name]) for name in ("start", "end"))
        names = ("title", "type", "form", "place", "note", "organiser", "chair", "secretary", "room")
        return Outline(
            rule=rule,
            start_time=data["start"],
            minutes=int((ends - begins).total_seconds() // 60),
            lobby_minutes=30 if data["lobby_minutes"] is None else data["lobby_minutes"],
            late_entry=data["late_entry"] or Meeting.LateEntry.FREE,
            **{name: data[name] for name in names},
        )


class StandardItemForm(ErrorsFromOperation, forms.Form):
    """One item of the standard agenda."""

    title = forms.CharField(label=_("Nội dung"), widget=forms.Textarea({"rows": 2}))
    minutes = forms.IntegerField(label=_("Số phút"), initial=15, min_value=1, max_value=600)
    presenter = unit_field(_("Cơ quan trình bày"), required=False)
    place = forms.IntegerField(label=_("Thứ tự"), required=False, min_value=1, max_value=1000)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    @classmethod
    def of(cls, item: SeriesItem, data: Any = None) -> "StandardItemForm":
        """The form of an item that is there; its fields bear its number."""
        names = ("title", "minutes")
        shown = {name: getattr(item, name) for name in names} | {"presenter": item.presenter_id, "place": item.order}
        return cls(data, initial=shown, prefix=f"item-{item.pk}")

    def point(self) -> Point:
        """What was filled in; only of a valid form."""
        return Point(**{name: self.cleaned_data[name] for name in ("title", "minutes", "presenter")})


class LeaveOutForm(ErrorsFromOperation, forms.Form):
    """Which time is left out, and why."""

    day = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])
    reason = forms.CharField(label=_("Lý do"), max_length=500)


class EndForm(ErrorsFromOperation, forms.Form):
    """Why no more is held, and what becomes of the meetings that were made."""

    reason = forms.CharField(label=_("Lý do"), max_length=500, widget=forms.Textarea({"rows": 3, "maxlength": 500}))
    made = forms.ChoiceField(
        label=_("Các cuộc họp đã tạo mà chưa họp"),
        choices=[("keep", _("Giữ lại")), ("cancel", _("Hủy; người đã được mời nhận thông báo kèm lý do"))],
        initial="keep",
        widget=forms.RadioSelect,
    )
