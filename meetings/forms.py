"""Forms of meetings: they turn what is typed into the values the operations take."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.names import normalised
from eoffice.calendar.forms import AnswersConflicts
from eoffice.calendar.models import Resource
from eoffice.calendar.room_picking import describe_resources
from eoffice.forms import DateInput, ErrorsFromOperation, PickedMany, PickerInput, TimeInput, moment_field
from eoffice.organisation import directory
from eoffice.organisation.models import Appointment, Position, Unit, UnitGroup
from eoffice.organisation.positions import with_level
from meetings import roles
from meetings.agenda import Point
from meetings.allotting import MOST
from meetings.engagements import LONGEST
from meetings.models import Meeting, MeetingType, Role
from meetings.scheduling import LONGEST_LOBBY, Plan
from meetings.seating import SiteDescription


def held_today() -> QuerySet[Appointment]:
    """The appointments from which people are picked."""
    return Appointment.objects.current().own().select_related("person", "position", "unit")


class PickedPerson(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One person in a position that they hold today, not on the day on which this process began."""

    def clean(self, value: Any) -> Any:
        self.queryset = held_today()
        return super().clean(value)


class PickedPeople(PickedMany):
    """As ``PickedPerson``, several."""

    def clean(self, value: Any) -> Any:
        self.queryset = held_today()
        return super().clean(value)


def person_field(label: Any, **options: Any) -> Any:
    """A picker of one person in a position they hold today."""
    picker = PickerInput(
        reverse_lazy("pick-appointments"),
        directory.describe_appointments,
        placeholder=_("Gõ tên người, chức vụ hoặc cơ quan"),
    )
    return PickedPerson(Appointment.objects.none(), label=label, widget=picker, **options)


def people_field(label: Any, **options: Any) -> Any:
    """A picker of people in positions they hold today, as many as are wanted, or nobody."""
    picker = PickerInput(
        reverse_lazy("pick-appointments"),
        directory.describe_appointments,
        multiple=True,
        placeholder=_("Gõ tên người hoặc chức vụ"),
    )
    return PickedPeople(Appointment.objects.none(), label=label, required=False, widget=picker, **options)


def unit_field(label: Any, **options: Any) -> Any:
    """A picker of one unit."""
    return forms.ModelChoiceField(
        Unit.objects.all(),
        label=label,
        widget=PickerInput(reverse_lazy("pick-units"), directory.describe_units, placeholder=_("Gõ tên cơ quan")),
        **options,
    )


def units_field(label: Any, *, required: bool = False, **options: Any) -> Any:
    """A picker of units, as many as are wanted."""
    picker = PickerInput(
        reverse_lazy("pick-units"), directory.describe_units, multiple=True, placeholder=_("Gõ tên cơ quan")
    )
    return PickedMany(Unit.objects.all(), label=label, required=required, widget=picker, **options)


class PlanForm(ErrorsFromOperation, AnswersConflicts):
    """What a meeting is, when, where, and who leads it."""

    renamed: ClassVar = {"starts_at": "start", "ends_at": "end"}

    title = forms.CharField(label=_("Tên cuộc họp"), widget=forms.Textarea({"rows": 2}))
    type = forms.ModelChoiceField(MeetingType.objects.all(), label=_("Loại phiên họp"), empty_label=None)
    form = forms.ChoiceField(label=_("Hình thức"), choices=Meeting.Form.choices, widget=forms.RadioSelect)
    day = forms.DateField(label=_("Ngày họp"), widget=DateInput)
    start = forms.TimeField(label=_("Từ giờ"), widget=TimeInput)
    end = forms.TimeField(label=_("Đến giờ"), widget=TimeInput)
    end_day = forms.DateField(
        label=_("Ngày kết thúc"), widget=DateInput, required=False, help_text=_("Chỉ nhập khi họp nhiều ngày.")
    )
    room = forms.ModelChoiceField(
        Resource.objects.filter(kind=Resource.Kind.ROOM),
        label=_("Phòng họp"),
        required=False,
        widget=PickerInput(
            reverse_lazy("pick-rooms"), describe_resources, placeholder=_("Gõ tên phòng hoặc nơi đặt phòng")
        ),
        help_text=_("Chọn trong danh mục thì phòng được đặt cùng cuộc họp, và địa điểm ghi theo phòng."),
    )
    place = forms.CharField(
        label=_("Địa điểm"), required=False, help_text=_("Chỉ nhập khi phòng không có trong danh mục.")
    )
    organiser = forms.ModelChoiceField(Unit.objects.none(), label=_("Cơ quan tổ chức"), empty_label=None)
    chair = person_field(_("Chủ trì"))
    secretary = person_field(_("Thư ký"))
    lobby_minutes = forms.IntegerField(
        label=_("Mở phòng họp trước (phút)"),
        required=False,
        min_value=0,
        max_value=LONGEST_LOBBY,
        initial=30,
        help_text=_("Trước lúc đó người được mời chờ ở cửa và được vào tự động."),
    )
    late_entry = forms.ChoiceField(
        label=_("Người đến muộn quá 15 phút"), required=False, choices=Meeting.LateEntry.choices
    )
    reply_by = moment_field(
        _("Hạn trả lời giấy mời, phân công người dự"),
        required=False,
        help_text=_("Để trống: theo loại phiên họp. Ai chưa trả lời được nhắc khi đã qua 50% và 90% thời gian."),
    )
    note = forms.CharField(
        label=_("Yêu cầu chuẩn bị"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Ghi trong giấy mời: tài liệu, báo cáo cần mang theo, thời hạn gửi."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, organisers: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = Unit.objects.filter(pk__in=[unit.pk for unit in organisers])  # type: ignore[attr-defined]

    @classmethod
    def starting(cls, by: Appointment) -> dict[str, Any]:
        """What a new meeting's form begins with."""
        return {
            "form": Meeting.Form.HYBRID,
            "start": dt.time(8),
            "end": dt.time(10),
            "organiser": by.unit_id,
            "secretary": by.pk,
            "key": uuid.uuid4(),
        }

    @classmethod
    def showing(cls, meeting: Meeting) -> dict[str, Any]:
        """What the form of an existing meeting begins with."""
        start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
        return {
            "title": meeting.title,
            "type": meeting.type_id,
            "form": meeting.form,
            "day": start.date(),
            "start": start.time(),
            "end": end.time(),
            "end_day": end.date() if end.date() != start.date() else None,
            "room": meeting.room.pk if meeting.room else None,
            "place": meeting.place,
            "organiser": meeting.organiser_id,
            "chair": meeting.chair_id,
            "secretary": meeting.secretary_id,
            "lobby_minutes": meeting.lobby_minutes,
            "late_entry": meeting.late_entry,
            "reply_by": meeting.reply_by,
            "note": meeting.note,
            "version": meeting.version,
        }

    def plan(self) -> Plan:
        """The plan that was filled in; only of a valid form."""
        data = self.cleaned_data
        names = ("title", "type", "form", "room", "place", "note", "organiser", "chair", "secretary")
        return Plan(
            starts_at=_moment(data["day"], data["start"]),
            ends_at=_moment(data["end_day"] or data["day"], data["end"]),
            lobby_minutes=30 if data["lobby_minutes"] is None else data["lobby_minutes"],
            late_entry=data["late_entry"] or Meeting.LateEntry.FREE,
            reply_by=data["reply_by"],
            **{name: data[name] for name in names},
        )

    def sketch(self, meeting: Meeting | None = None) -> Meeting | None:
        """What is typed so far, to ask about conflicts: ``meeting`` or a new one, in memory; None while day, time or people are missing."""
        self.is_valid()
        data = self.cleaned_data
        leaders = [data[name] for name in ("chair", "secretary") if data.get(name)]
        if not leaders or not all(data.get(name) for name in ("day", "start", "end")):
            return None
        starts_at, ends_at = (
            _moment(data["day"], data["start"]),
            _moment(data.get("end_day") or data["day"], data["end"]),
        )
        if not dt.timedelta() < ends_at - starts_at <= LONGEST:
            return None
        sketch = meeting or Meeting()
        sketch.starts_at, sketch.ends_at = starts_at, ends_at
        sketch.form = data.get("form") or Meeting.Form.HYBRID
        sketch.place = data["room"].where if data.get("room") else data.get("place", "")
        sketch.chair, sketch.secretary = leaders[0], leaders[-1]
        return sketch


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


class ItemForm(ErrorsFromOperation, forms.Form):
    """One item of the agenda."""

    title = forms.CharField(label=_("Nội dung"), widget=forms.Textarea({"rows": 2}))
    minutes = forms.IntegerField(label=_("Số phút"), initial=15, min_value=1, max_value=600)
    speech_minutes = forms.IntegerField(
        label=_("Số phút tối đa mỗi lượt phát biểu"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=_("Để trống: theo số phút đăng ký, hoặc 5 phút."),
    )
    presenter = unit_field(_("Cơ quan trình bày"), required=False)
    confidential = forms.BooleanField(
        label=_("Mục kín: chỉ những người được chọn biết nội dung và ở lại trong phòng khi bàn"),
        required=False,
        help_text=_(
            "Không dùng cho bí mật nhà nước: nội dung, tài liệu từ mức Mật trở lên không được đưa lên hệ thống này."
        ),
    )
    units = units_field(
        _("Đơn vị được dự mục kín"),
        help_text=_(
            "Gồm người đứng đầu, cấp phó, văn thư và đại biểu của đơn vị. Kỹ thuật viên, đạo diễn hình phải chọn đích danh."
        ),
    )
    people = people_field(
        _("Người được dự mục kín"),
        help_text=_("Chủ trì, đồng chủ trì, thư ký và cơ quan trình bày luôn được dự, không cần chọn."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def point(self) -> Point:
        """The item that was filled in; only of a valid form."""
        names = ("title", "minutes", "presenter", "speech_minutes", "confidential")
        return Point(
            **{name: self.cleaned_data[name] for name in names},
            units=frozenset(unit.pk for unit in self.cleaned_data["units"]),
            people=frozenset(appointment.person_id for appointment in self.cleaned_data["people"]),
        )


class RoleForm(forms.Form):
    """In which role somebody takes part."""

    role = forms.ChoiceField(
        label=_("Vai trò"), choices=[(role.value, role.label) for role in roles.ASSIGNABLE], initial=Role.INVITED
    )


class LowestPosition(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A position with its level: several are called "Phó Chủ tịch"."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and level."""
        return with_level(obj)


class SeatsForm(forms.Form):
    """How many people each unit of a line names, from which position on."""

    seats = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    lowest = forms.ModelChoiceField(Position.objects.all(), required=False)


class SiteForm(ErrorsFromOperation, forms.Form):
    """What an invited unit says of its site."""

    room = forms.CharField(label=_("Phòng họp"), required=False, max_length=120)
    phone = forms.CharField(
        label=_("Điện thoại"),
        required=False,
        max_length=30,
        help_text=_("Số gọi được trong lúc họp, khi mất hình hoặc tiếng."),
    )
    chair = forms.ModelChoiceField(
        Appointment.objects.none(), label=_("Chủ trì tại điểm cầu"), required=False, empty_label=_("Chưa chọn")
    )
    technician = forms.ModelChoiceField(
        Appointment.objects.none(),
        label=_("Kỹ thuật viên"),
        required=False,
        empty_label=_("Chưa chọn"),
        help_text=_("Người trực máy của điểm cầu; vào phòng trước giờ mở được."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, people: "QuerySet[Appointment]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("chair", "technician"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]

    def description(self) -> SiteDescription:
        """What was filled in; only of a valid form."""
        return SiteDescription(**{name: self.cleaned_data[name] for name in ("room", "phone", "chair", "technician")})


class InviteForm(forms.Form):
    """Whom to invite: any number of groups, units and people; in which role."""

    groups = PickedMany(
        UnitGroup.objects.select_related("below"),
        label=_("Nhóm đơn vị"),
        required=False,
        widget=PickerInput(
            reverse_lazy("pick-groups"),
            directory.describe_groups,
            multiple=True,
            placeholder=_("Ví dụ: 126 phường, xã"),
        ),
    )
    units = units_field(_("Đơn vị"))
    people = people_field(_("Cá nhân"))

    role = forms.ChoiceField(
        label=_("Vai trò"),
        required=False,
        choices=[(role.value, role.label) for role in roles.ASSIGNABLE],
        initial=Role.INVITED,
    )

    seats = forms.IntegerField(
        label=_("Mỗi đơn vị cử (người)"),
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=_("Để trống: đơn vị tự quyết. Chỉ dùng cho đơn vị và nhóm đơn vị."),
    )
    lowest = LowestPosition(
        Position.objects.all(), label=_("Chức vụ từ"), required=False, empty_label=_("Không yêu cầu")
    )

    def terms(self) -> dict[str, Any]:
        """As what they take part, and how many; only of a valid form."""
        return {
            "role": self.cleaned_data["role"] or Role.INVITED,
            "seats": self.cleaned_data["seats"],
            "lowest": self.cleaned_data["lowest"],
        }

    def chosen(self) -> list[Any]:
        """Everything chosen, in the order of the fields."""
        return [invitee for name in ("groups", "units", "people") for invitee in self.cleaned_data[name]]


class ReasonForm(ErrorsFromOperation, forms.Form):
    """Why a meeting is called off."""

    reason = forms.CharField(label=_("Lý do"), widget=forms.Textarea({"rows": 3}))


class FilterForm(forms.Form):
    """What the list of meetings is narrowed by; anything senseless is ignored."""

    q = forms.CharField(label=_("Tìm theo tên"), required=False, widget=forms.TextInput({"type": "search"}))
    type = forms.ModelChoiceField(
        MeetingType.objects.all(), label=_("Loại phiên họp"), required=False, empty_label=_("Tất cả")
    )
    form = forms.ChoiceField(label=_("Hình thức"), required=False, choices=[("", _("Tất cả")), *Meeting.Form.choices])
    organiser = unit_field(_("Cơ quan tổ chức"), required=False)
    since = forms.DateField(label=_("Từ ngày"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Đến ngày"), required=False, widget=DateInput)

    def value(self, name: str) -> Any:
        """The cleaned value of one field; None when it is empty or senseless."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def clean_q(self) -> str:
        return normalised(self.cleaned_data["q"])[:200]
