"""The form of one conclusion; the operations check again."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput, PickerInput
from eoffice.http import number_of
from eoffice.organisation import directory
from eoffice.organisation.models import Unit, UnitGroup
from eoffice.workflow.recurring_forms import RecurrenceFields
from eoffice.workflow.recurring_forms import initial_of as recurrence_shown
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import AgendaItem, Conclusion, ConclusionTask

DUE_CHOICES = [
    ("fixed", _("Ngày cụ thể")),
    ("days", _("Số ngày làm việc kể từ ngày ban hành")),
    ("recurring", _("Định kỳ")),
    ("open", _("Không ấn định ngày")),
]


def _units(ids: list[str]) -> list[Unit]:
    """Units of ``ids`` that exist today, in the order chosen."""
    numbers = [int(pk) for pk in ids if pk.isascii() and pk.isdigit() and len(pk) < 19]
    found = {unit.pk: unit for unit in Unit.objects.valid_on(timezone.localdate()).filter(pk__in=numbers)}
    return [found[pk] for pk in dict.fromkeys(numbers) if pk in found]


class UnitField(forms.Field):
    """One unit, by typing its name."""

    def clean(self, value: Any) -> Unit | None:
        super().clean(value)
        found = _units([str(value)]) if value else []
        if value and not found:
            raise forms.ValidationError(_("Đơn vị này không còn hoạt động. Chọn đơn vị khác."), code="no-unit")
        return found[0] if found else None


class GroupField(forms.Field):
    """One group of units, by typing its name."""

    def clean(self, value: Any) -> UnitGroup | None:
        super().clean(value)
        key = number_of(str(value or ""))
        found = UnitGroup.objects.filter(pk=key).first() if key else None
        if value and found is None:
            raise forms.ValidationError(_("Nhóm này không còn. Chọn nhóm khác."), code="no-group")
        return found


class UnitsField(forms.Field):
    """Several units."""

    def clean(self, value: Any) -> list[Unit]:
        return _units([str(pk) for pk in value or []])


class TaskFields(RecurrenceFields):
    """A task as the secretary plans it."""

    title = forms.CharField(
        label=_("Tên nhiệm vụ"),
        required=False,
        max_length=300,
        help_text=_("Để trống: lấy nội dung kết luận."),
    )
    lead_unit = UnitField(
        label=_("Cơ quan chủ trì"),
        required=False,
        widget=PickerInput(
            reverse_lazy("pick-units"), directory.describe_units, placeholder=_("Gõ tên cơ quan, đơn vị")
        ),
    )
    lead_group = GroupField(
        label=_("Hoặc giao cho từng đơn vị của nhóm"),
        required=False,
        help_text=_("Mỗi đơn vị trong nhóm có một nhiệm vụ riêng. Cơ quan phối hợp theo dõi được tất cả."),
        widget=PickerInput(
            reverse_lazy("pick-groups"), directory.describe_groups, placeholder=_("Ví dụ: 126 phường, xã")
        ),
    )
    coordinators = UnitsField(
        label=_("Cơ quan phối hợp"),
        required=False,
        widget=PickerInput(
            reverse_lazy("pick-units"),
            directory.describe_units,
            multiple=True,
            placeholder=_("Gõ tên để thêm, có thể chọn nhiều"),
        ),
    )
    due = forms.ChoiceField(
        label=_("Thời hạn"), choices=DUE_CHOICES, required=False, initial="fixed", widget=forms.RadioSelect
    )
    due_on = forms.DateField(label=_("Đến hết ngày"), required=False, widget=DateInput, input_formats=["%d/%m/%Y"])
    due_days = forms.IntegerField(label=_("Số ngày làm việc"), required=False, min_value=1, max_value=365)

    def check_task(self) -> None:
        """Blame what is missing; of a form that gives a task."""
        data = self.cleaned_data
        if not (data.get("lead_unit") or data.get("lead_group") or {"lead_unit", "lead_group"} & set(self.errors)):
            self.add_error("lead_unit", _("Chọn cơ quan chủ trì."))
        if data.get("lead_unit") and data.get("lead_group"):
            self.add_error("lead_group", _("Chọn một cơ quan chủ trì hoặc một nhóm, không chọn cả hai."))
        for due, field in (("fixed", "due_on"), ("days", "due_days"), ("recurring", "recur_day")):
            missing = not data.get(field) and (field != "recur_day" or self.needs_day)
            if (data.get("due") or "fixed") == due and missing and field not in self.errors:
                self.add_error(field, _("Nhập thời hạn, hoặc chọn “Không ấn định ngày”."))

    def task(self) -> PlannedTask:
        """What was filled in; of a valid form."""
        data = self.cleaned_data
        due = data["due"] or "fixed"
        return PlannedTask(
            lead_unit=data["lead_unit"],
            lead_group=data["lead_group"],
            title=data["title"],
            coordinators=data["coordinators"],
            due_on=data["due_on"] if due == "fixed" else None,
            due_days=data["due_days"] if due == "days" else None,
            recurrence=self.recurrence() if due == "recurring" else None,
        )


class MarkForm(TaskFields):
    """A part of a conclusion that gives a task: its words, and the task."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    quote = forms.CharField(
        label=_("Đoạn giao nhiệm vụ"),
        max_length=4000,
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 3, "maxlength": 4000}),
        help_text=_("Bôi đen một đoạn của kết luận trước khi bấm nút, hoặc chép đúng câu chữ vào đây."),
    )

    def clean(self) -> dict[str, Any]:
        self.check_task()
        return self.cleaned_data


class ConclusionForm(TaskFields):
    """What the secretary fills in about one conclusion; ``items``: those of the meeting that they know.

    A new one needs the ``key`` of the form it was written in: sent again, it is the same conclusion (ADR 0061).
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    item = forms.ChoiceField(label=_("Thuộc nội dung họp"), required=False)
    text = forms.CharField(
        label=_("Nội dung kết luận"), max_length=4000, widget=forms.Textarea({"rows": 4, "maxlength": 4000})
    )
    is_task = forms.BooleanField(label=_("Giao thành nhiệm vụ"), required=False)

    def __init__(self, *args: Any, items: Iterable[AgendaItem], new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._new = new
        self._items = {str(item.pk): item for item in items}
        choices = [(pk, f"{item.order}. {item.title}") for pk, item in self._items.items()]
        chosen = self.fields["item"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("Kết luận chung")), *choices]
        self.initial.setdefault("key", uuid.uuid4())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self._new and not data.get("key"):
            self.add_error(None, _("Biểu mẫu này thiếu mã gửi. Tải lại trang rồi gửi lại."))
        if data.get("is_task"):
            self.check_task()
        else:
            for field in (
                "title",
                "lead_unit",
                "lead_group",
                "due_on",
                "due_days",
                "recur_day",
                "recur_month",
                "recur_until",
            ):
                self.errors.pop(field, None)
        return data

    def sentence(self) -> Sentence:
        data = self.cleaned_data
        task = self.task() if data["is_task"] else None
        return Sentence(text=data["text"], item=self._items.get(data["item"]), task=task)


def initial_of(conclusion: Conclusion) -> dict[str, Any]:
    """What the form shows of a stored conclusion."""
    shown: dict[str, Any] = {
        "version": conclusion.version,
        "item": str(conclusion.item_id or ""),
        "text": conclusion.text,
        "due": "fixed",
    }
    planned = conclusion.whole_task
    return {**shown, "is_task": True, **task_shown(planned)} if planned is not None else shown


def task_shown(planned: ConclusionTask) -> dict[str, Any]:
    """What the form shows of a planned task."""
    recurs = recurrence_shown(planned.recurrence) if planned.recurrence is not None else {}
    due = "days" if planned.due_days is not None else "fixed" if planned.due_on else "open"
    return {
        **recurs,
        "title": planned.title,
        "lead_unit": planned.lead_unit_id,
        "lead_group": planned.lead_group_id,
        "coordinators": [unit.pk for unit in planned.coordinators.all()],
        "due": "recurring" if recurs else due,
        "due_on": planned.due_on,
        "due_days": planned.due_days,
    }
