"""Forms of rooms, cars and their bookings: they turn what is typed into the values the operations take."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import normalised
from eoffice.calendar.booking import Wish
from eoffice.calendar.lending import Description
from eoffice.calendar.models import Booking, Resource
from eoffice.calendar.models.resource import Hours
from eoffice.calendar.occupancy import Times
from eoffice.calendar.repeating import MOST
from eoffice.forms import DateInput, ErrorsFromOperation, TimeInput, moment_field
from eoffice.organisation.models import Unit
from eoffice.worktime.recurrence import coming
from eoffice.worktime.recurrence_forms import RecurrenceFields
from eoffice.worktime.recurrence_words import in_words

DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d"]
WEEKDAYS = (
    _("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật"),
)  # fmt: skip


SEATS_EXAMPLE = _("Đoàn chủ tịch: 5\nA: 6 6\nB: 6 6")
SEATS_HELP = _("Mỗi hàng một dòng, hàng đầu trước: tên hàng, dấu hai chấm, số ghế. Hai số cách nhau là có lối đi giữa.")


class TimesForm(forms.Form):
    """A day and two times of day, all optional: of an address, or of a form that is still being typed."""

    day = forms.DateField(label=_("Ngày"), widget=DateInput, required=False, input_formats=DAY_FORMATS)
    start = forms.TimeField(label=_("Từ giờ"), widget=TimeInput, required=False)
    end = forms.TimeField(label=_("Đến giờ"), widget=TimeInput, required=False)
    end_day = forms.DateField(widget=DateInput, required=False, input_formats=DAY_FORMATS)
    attendees = forms.IntegerField(required=False, min_value=1, max_value=30_000)

    def times(self) -> Times | None:
        """From when to when; None while it is not all there, or makes no sense."""
        self.is_valid()
        data = self.cleaned_data
        if not (data.get("day") and data.get("start") and data.get("end")):
            return None
        start = moment_of(data["day"], data["start"])
        end = moment_of(data.get("end_day") or data["day"], data["end"])
        return Times(start, end) if start < end <= start + dt.timedelta(days=7) else None

    def value(self, name: str) -> Any:
        """The cleaned value of one field; None when it is empty or senseless."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class CatalogueForm(TimesForm):
    """What the catalogue is narrowed by; anything senseless is ignored."""

    q = forms.CharField(label=_("Tìm theo tên, nơi đặt, thiết bị"), required=False)
    attendees = forms.IntegerField(label=_("Số chỗ từ"), required=False, min_value=1, max_value=30_000)
    bridge = forms.BooleanField(label=_("Có thiết bị cầu truyền hình"), required=False)

    def clean_q(self) -> str:
        return normalised(self.cleaned_data["q"])[:200]


class BookingForm(ErrorsFromOperation, forms.Form):
    """From when to when, for whom and what for."""

    day = forms.DateField(label=_("Ngày"), widget=DateInput, input_formats=DAY_FORMATS)
    start = forms.TimeField(label=_("Từ giờ"), widget=TimeInput)
    end = forms.TimeField(label=_("Đến giờ"), widget=TimeInput)
    end_day = forms.DateField(
        label=_("Ngày kết thúc"),
        widget=DateInput,
        required=False,
        input_formats=DAY_FORMATS,
        help_text=_("Chỉ nhập khi dùng nhiều ngày."),
    )
    purpose = forms.CharField(label=_("Mục đích sử dụng"), max_length=320)
    attendees = forms.IntegerField(label=_("Số người"), required=False, min_value=1, max_value=30_000)
    departure = forms.CharField(label=_("Nơi đi"), required=False, max_length=200)
    destination = forms.CharField(label=_("Nơi đến"), required=False, max_length=200)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị sử dụng"), empty_label=None)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, resource: Resource, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resource = resource
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in units])  # type: ignore[attr-defined]
        if resource.kind != Resource.Kind.CAR:
            del self.fields["departure"], self.fields["destination"]

    @classmethod
    def starting(cls, asked: TimesForm, units: list[Unit], *, purpose: str) -> dict[str, Any]:
        """What a new booking begins with: what the address says, else the next full hour."""
        now = timezone.localtime()
        first = (now + dt.timedelta(hours=1)).replace(minute=0)
        start = asked.value("start") or first.time()
        end = asked.value("end") or (dt.datetime.combine(now, start) + dt.timedelta(hours=1)).time()
        return {
            "day": asked.value("day") or first.date(),
            "start": start,
            "end": end,
            "end_day": asked.value("end_day"),
            "attendees": asked.value("attendees"),
            "purpose": purpose,
            "unit": units[0].pk,
            "key": uuid.uuid4(),
        }

    @classmethod
    def of_booking(cls, booking: Booking) -> dict[str, Any]:
        """What the form of an existing booking begins with."""
        start, end = timezone.localtime(booking.starts_at), timezone.localtime(booking.ends_at)
        names = ("purpose", "attendees", "departure", "destination", "version")
        return {
            "day": start.date(),
            "start": start.time(),
            "end": end.time(),
            "end_day": end.date() if end.date() != start.date() else None,
            "unit": booking.unit_id,
            **{name: getattr(booking, name) for name in names},
        }

    def wish(self) -> Wish:
        """The wish that was filled in; only of a valid form."""
        data = self.cleaned_data
        return Wish(
            resource=self.resource,
            starts_at=moment_of(data["day"], data["start"]),
            ends_at=moment_of(data["end_day"] or data["day"], data["end"]),
            unit=data["unit"],
            purpose=data["purpose"],
            attendees=data["attendees"],
            departure=data.get("departure", ""),
            destination=data.get("destination", ""),
        )


class RepeatForm(RecurrenceFields, BookingForm):
    """A booking that comes back: its first day counts the rule, its times of day hold for all."""

    repeat_from = None  # type: ignore[assignment]  # the first day is ``day``
    skip = forms.BooleanField(label=_("Bỏ những lượt không trống, đặt các lượt còn lại"), required=False)

    def days(self) -> tuple[list[dt.date], str, int | None]:
        """The days on which it is held, the rule in words, the year that has to be confirmed first; only of a valid form."""
        rule = self.rule(self.cleaned_data["day"])
        assert rule is not None
        found = coming(rule, rule.starts_on, MOST + 1)
        return [one.day for one in found.held if one.day], in_words(rule), found.unconfirmed


class ReasonForm(ErrorsFromOperation, forms.Form):
    """Why a booking is refused or called off."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=500, widget=forms.Textarea({"rows": 2, "maxlength": 500})
    )


class ResourceForm(ErrorsFromOperation, forms.Form):
    """What is said of a resource. Hours of each weekday are two fields, both empty for a day on which it is not lent."""

    kind = forms.ChoiceField(label=_("Loại"), choices=Resource.Kind.choices)
    name = forms.CharField(label=_("Tên"), max_length=120)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Đơn vị quản lý"), empty_label=None)
    place = forms.CharField(
        label=_("Địa điểm"), required=False, max_length=200, help_text=_("Tầng, nhà, địa chỉ; ghi trong giấy mời.")
    )
    seats = forms.IntegerField(label=_("Số chỗ"), required=False, min_value=1, max_value=30_000)
    equipment = forms.CharField(
        label=_("Trang thiết bị"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Mỗi thứ một dòng."),
    )  # fmt: skip
    bridge = forms.CharField(
        label=_("Thiết bị cầu truyền hình"),
        required=False,
        max_length=250,
        help_text=_("Của phòng họp. Để trống nếu không có."),
    )
    seat_layout = forms.CharField(
        label=_("Sơ đồ ghế của phòng họp"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4, "placeholder": SEATS_EXAMPLE}),
        help_text=SEATS_HELP,
    )
    plate = forms.CharField(label=_("Biển số xe"), required=False, max_length=20)
    driver = forms.CharField(label=_("Lái xe"), required=False, max_length=120)
    driver_phone = forms.CharField(label=_("Điện thoại lái xe"), required=False, max_length=30)
    photo = forms.FileField(label=_("Ảnh"), required=False, help_text=_("Tệp .jpg, .png hoặc .webp."))
    open_to = forms.ChoiceField(label=_("Ai được đặt"), choices=Resource.OpenTo.choices)
    needs_approval = forms.BooleanField(label=_("Đơn vị quản lý duyệt từng lượt đặt"), required=False)
    check_in_minutes = forms.IntegerField(
        label=_("Thu hồi khi không có người nhận sau (phút)"),
        required=False,
        min_value=5,
        max_value=240,
        help_text=_("Để trống: không thu hồi."),
    )
    reconfirm_days = forms.IntegerField(
        label=_("Hỏi lại lượt đặt định kỳ trước (ngày)"),
        required=False,
        min_value=2,
        max_value=30,
        help_text=_("Không xác nhận đến một ngày trước giờ bắt đầu thì thu hồi. Để trống: không hỏi lại."),
    )
    active = forms.BooleanField(label=_("Đang cho đặt"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, units: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units)  # type: ignore[attr-defined]
        for day, name in enumerate(WEEKDAYS):
            for edge, words in (("opens", _("từ giờ")), ("closes", _("đến giờ"))):
                widget = TimeInput({"aria-label": f"{name}, {words}"})
                self.fields[f"{edge}_{day}"] = forms.TimeField(label=words, required=False, widget=widget)

    @property
    def weekdays(self) -> list[tuple[Any, Any, Any]]:
        """Name of the day, field of its opening, field of its closing."""
        return [(name, self[f"opens_{day}"], self[f"closes_{day}"]) for day, name in enumerate(WEEKDAYS)]

    @classmethod
    def showing(cls, described: Description | Resource) -> dict[str, Any]:
        """What the form begins with."""
        initial = {name: getattr(described, name) for name in Description.__dataclass_fields__}
        for day, hours in enumerate(described.hours):
            opens, closes = hours or (None, None)
            initial[f"opens_{day}"] = dt.time.fromisoformat(opens) if opens else None
            initial[f"closes_{day}"] = dt.time.fromisoformat(closes) if closes else None
        return {**initial, "unit": described.unit.pk, "version": getattr(described, "version", 0)}

    def clean(self) -> None:
        for day in range(7):
            if bool(self.cleaned_data.get(f"opens_{day}")) != bool(self.cleaned_data.get(f"closes_{day}")):
                self.add_error(f"closes_{day}", _("Nhập cả hai giờ, hoặc để trống cả hai."))

    def description(self) -> Description:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        hours: Hours = [
            [f"{data[f'opens_{day}']:%H:%M}", f"{data[f'closes_{day}']:%H:%M}"] if data[f"opens_{day}"] else None
            for day in range(7)
        ]
        names = set(Description.__dataclass_fields__) - {"hours"}
        return Description(hours=hours, **{name: data[name] for name in names})


class BlockForm(ErrorsFromOperation, forms.Form):
    """When a resource is lent to nobody, and why."""

    starts_at = moment_field(_("Từ"))
    ends_at = moment_field(_("Đến"))
    reason = forms.CharField(label=_("Lý do"), max_length=250)
    knowing = forms.BooleanField(label=_("Hủy các lượt đã đặt và báo cho người đặt"), required=False)


def moment_of(day: dt.date, time: dt.time) -> dt.datetime:
    """That time of that day in Vietnam."""
    return timezone.make_aware(dt.datetime.combine(day, time))
