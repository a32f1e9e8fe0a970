"""Forms of the weekly schedule; the operations check again."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from eoffice.calendar.models import Entry, Resource, ScheduleRequest, WeekLine, WeekSchedule, WeekSettings
from eoffice.calendar.room_picking import describe_resources
from eoffice.calendar.weeks import days, reading
from eoffice.calendar.weeks.compiling import Plan
from eoffice.calendar.weeks.leaders import leaders_of
from eoffice.calendar.weeks.registering import Wish
from eoffice.forms import ErrorsFromOperation, PickerInput, TimeInput
from eoffice.organisation import directory
from eoffice.organisation.models import Appointment, Unit


class _Leader(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    def label_from_instance(self, obj: Any) -> str:
        """Position and name."""
        return f"{obj.position_title} {obj.person}"


class _Leaders(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Position and name."""
        return f"{obj.position_title} {obj.person}"


class _Picked(forms.ModelChoiceField):  # type: ignore[type-arg]
    def clean(self, value: Any) -> Any:
        """Ids that no database can hold are no valid choice."""
        if value and not (str(value).isascii() and str(value).isdigit() and len(str(value)) < 19):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


def _unit_field(label: Any, help_text: Any = "") -> forms.Field:
    return _Picked(
        Unit.objects.all(),
        label=label,
        required=False,
        help_text=help_text,
        widget=PickerInput(reverse_lazy("pick-units"), directory.describe_units, placeholder=_("Gõ tên đơn vị")),
    )


def _resource_field(kind: str, label: Any, url: str, placeholder: Any, help_text: Any) -> forms.Field:
    return _Picked(
        Resource.objects.filter(kind=kind),
        label=label,
        required=False,
        help_text=help_text,
        widget=PickerInput(reverse_lazy(url), describe_resources, placeholder=placeholder),
    )


def _words(label: Any, length: int, *, required: bool = False, rows: int = 2, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea({"rows": rows, "maxlength": length})
    return forms.CharField(label=label, max_length=length, required=required, widget=widget, help_text=help_text)


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, input_formats=["%H:%M"], widget=TimeInput)


class InWeek(ErrorsFromOperation, forms.Form):
    """Something at a time of one week."""

    day = forms.ChoiceField(label=_("Ngày"))
    starts = _time(_("Từ giờ"))
    ends = _time(_("Đến giờ"))
    title = _words(_("Nội dung"), 500, required=True)
    room = _resource_field(
        Resource.Kind.ROOM,
        _("Phòng họp trong danh mục"),
        "pick-rooms",
        _("Gõ tên phòng hoặc nơi đặt phòng"),
        _("Phòng được đặt khi văn phòng xếp lịch; địa điểm ghi theo phòng."),
    )
    place = forms.CharField(
        label=_("Địa điểm"), max_length=250, required=False, help_text=_("Chỉ nhập khi phòng không có trong danh mục.")
    )
    attendees = _words(_("Thành phần"), 1000)
    vehicle = _resource_field(
        Resource.Kind.CAR,
        _("Xe trong danh mục"),
        "pick-cars",
        _("Gõ tên xe hoặc biển số"),
        _("Xe được đặt khi văn phòng xếp lịch."),
    )
    car = forms.CharField(
        label=_("Xe"), max_length=120, required=False, help_text=_("Chỉ nhập khi xe không có trong danh mục.")
    )
    kind = forms.ChoiceField(label=_("Loại việc"), choices=Entry.Kind)
    visibility = forms.ChoiceField(label=_("Ai xem được"), choices=Entry.Visibility)
    public_text = forms.CharField(
        label=_("Nội dung công khai"),
        max_length=500,
        required=False,
        help_text=_("Chỉ dùng khi chọn “Công khai”. Để trống: dùng nguyên nội dung."),
    )

    def __init__(self, *args: Any, schedule: WeekSchedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schedule = schedule
        dates = [schedule.monday + dt.timedelta(days=n) for n in range(7)]
        self.fields["day"].choices = [(day.isoformat(), f"{days.weekday(day)}, {day:%d/%m/%Y}") for day in dates]  # type: ignore[attr-defined]

    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """From–to, as filled in; only of a valid form."""
        data = self.cleaned_data
        day = dt.date.fromisoformat(data["day"])
        return days.at(day, data["starts"]), days.at(day, data["ends"])


class WishForm(InWeek):
    """What a unit registers."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị đăng ký"), empty_label=None)
    leader = _Leader(Appointment.objects.none(), label=_("Lãnh đạo chủ trì"), empty_label=_("Chọn lãnh đạo"))
    priority = forms.ChoiceField(label=_("Mức độ"), choices=ScheduleRequest.Priority)
    alternatives = forms.CharField(
        label=_("Thời gian khác có thể"),
        max_length=500,
        required=False,
        help_text=_("Ví dụ: chiều thứ Ba, hoặc sáng thứ Năm."),
    )
    papers_by = _unit_field(_("Cơ quan chuẩn bị tài liệu"), _("Để trống: đơn vị đăng ký."))

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Unit.objects.filter(pk__in=[unit.pk for unit in units])
        self.fields["unit"].queryset = chosen  # type: ignore[attr-defined]
        self.fields["leader"].queryset = leaders_of(self.schedule.unit)  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial.setdefault("unit", units[0].pk)
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("version", 1)
        self.initial.setdefault("visibility", Entry.Visibility.AGENCY)

    def wish(self) -> Wish:
        """As filled in; only of a valid form."""
        data = self.cleaned_data
        starts_at, ends_at = self.moments()
        return Wish(
            leader=data["leader"],
            starts_at=starts_at,
            ends_at=ends_at,
            title=data["title"],
            place=data["place"],
            attendees=data["attendees"],
            papers_by=data["papers_by"],
            car=data["car"],
            room=data.get("room"),
            vehicle=data["vehicle"],
            priority=data["priority"],
            alternatives=data["alternatives"],
            kind=data["kind"],
            visibility=data["visibility"],
            public_text=data["public_text"],
        )


def initial_of_wish(request: ScheduleRequest) -> dict[str, Any]:
    """What the form shows of a registration."""
    return {
        **_initial(request.starts_at, request.ends_at),
        **{name: getattr(request, name) for name in (*_TEXTS, "priority", "alternatives", "attendees", "car")},
        "key": request.key,
        "version": request.version,
        "unit": request.unit_id,
        "leader": request.leader_id,
        "papers_by": request.papers_by_id,
        "room": request.room_id,
        "vehicle": request.vehicle_id,
    }


class LineForm(InWeek):
    """A line of the schedule, as the desk writes it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    chair = _Leader(Appointment.objects.none(), label=_("Lãnh đạo chủ trì"), empty_label=_("Chọn lãnh đạo"))
    attending = _Leaders(
        Appointment.objects.none(), label=_("Lãnh đạo cùng dự"), required=False, widget=forms.CheckboxSelectMultiple
    )
    prepared_by = _unit_field(_("Cơ quan chuẩn bị"))
    note = forms.CharField(label=_("Ghi chú"), max_length=500, required=False)

    def __init__(self, *args: Any, became: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if became:  # the meeting has the room
            del self.fields["room"]
        leaders = leaders_of(self.schedule.unit)
        self.fields["chair"].queryset = self.fields["attending"].queryset = leaders  # type: ignore[attr-defined]
        self.initial.setdefault("version", 1)
        self.initial.setdefault("visibility", Entry.Visibility.AGENCY)
        if self.schedule.is_out:
            self.fields["reason"] = _words(
                _("Lý do thay đổi"),
                500,
                help_text=_(
                    "Lịch đã đăng. Bắt buộc khi đổi thời gian, địa điểm, nội dung, lãnh đạo hoặc thêm mục mới."
                ),
            )

    def plan(self) -> Plan:
        """As filled in; only of a valid form."""
        data = self.cleaned_data
        starts_at, ends_at = self.moments()
        return Plan(
            chair=data["chair"],
            attending=list(data["attending"]),
            starts_at=starts_at,
            ends_at=ends_at,
            title=data["title"],
            place=data["place"],
            attendees=data["attendees"],
            prepared_by=data["prepared_by"],
            car=data["car"],
            room=data.get("room"),
            vehicle=data["vehicle"],
            note=data["note"],
            kind=data["kind"],
            visibility=data["visibility"],
            public_text=data["public_text"],
        )


def initial_of_line(line: WeekLine) -> dict[str, Any]:
    """What the form shows of a line that ``reading.lines_of`` has read."""
    chair = reading.chair_of(line)
    parts = reading.parts_of(line)
    wanted = {one.resource.kind: one.resource_id for one in line.resources.all()}
    return {
        **_initial(line.entry.starts_at, line.entry.ends_at),
        **{name: getattr(line.entry, name) for name in _TEXTS},
        **{name: getattr(line, name) for name in ("attendees", "car", "note", "version")},
        "prepared_by": line.prepared_by_id,
        "room": wanted.get(Resource.Kind.ROOM),
        "vehicle": wanted.get(Resource.Kind.CAR),
        "chair": chair.pk if chair else None,
        "attending": [part.appointment_id for part in parts if part.appointment != chair],
    }


_TEXTS = ("title", "place", "kind", "visibility", "public_text")


def _initial(starts_at: dt.datetime, ends_at: dt.datetime) -> dict[str, Any]:
    start, end = days.local(starts_at), days.local(ends_at)
    return {"day": start.date().isoformat(), "starts": start.time(), "ends": end.time()}


class MoveForm(forms.Form):
    """To which leader and half-day."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    leader = _Leader(Appointment.objects.none(), label=_("Lãnh đạo"), empty_label=None)
    slot = forms.ChoiceField(label=_("Buổi"))

    def __init__(self, *args: Any, schedule: WeekSchedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders_of(schedule.unit)  # type: ignore[attr-defined]
        self.slots = {slot.code: slot for slot in days.slots_of(schedule.monday)}
        names = [
            (code, f"{slot.label} {days.weekday(slot.day)}, {slot.day:%d/%m}") for code, slot in self.slots.items()
        ]
        self.fields["slot"].choices = names  # type: ignore[attr-defined]
        if schedule.is_out:
            self.fields["reason"] = _words(_("Lý do thay đổi"), 500, required=True)

    @property
    def chosen(self) -> days.Slot:
        return self.slots[self.cleaned_data["slot"]]


class ReasonForm(ErrorsFromOperation, forms.Form):
    """An act that needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = _words(_("Lý do"), 500, required=True)


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """How an agency goes about its week."""

    class Meta:
        model = WeekSettings
        fields = (
            "cut_off_day",
            "cut_off_time",
            "refuse_late",
            "publish_day",
            "publish_time",
            "public",
            "busy_in_public",
        )
        widgets: ClassVar[dict[str, Any]] = {"cut_off_time": TimeInput, "publish_time": TimeInput}
