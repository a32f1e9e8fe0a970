"""The form of a slip that urges late tasks."""

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.urging import NOTE_LIMIT, Slip
from eoffice.forms import DateInput, ErrorsFromOperation, PickedMany
from eoffice.organisation.models import Unit
from eoffice.workflow.models import Task
from eoffice.workflow.timeliness import Clock
from eoffice.worktime.open_days import OpenDays

if TYPE_CHECKING:
    from eoffice.workflow.queries import TaskQuerySet

ANSWER_AFTER = 3
"""The working day from today that is suggested for the answer."""


class UrgingForm(ErrorsFromOperation, forms.Form):
    """Which late tasks of one lead, by when it answers, what else is asked of it."""

    tasks = PickedMany(Task.objects.none(), label=gettext_lazy("Nhiệm vụ quá hạn"), widget=forms.CheckboxSelectMultiple)
    answer_by = forms.DateField(
        label=gettext_lazy("Báo cáo chậm nhất ngày"), input_formats=["%d/%m/%Y"], widget=DateInput
    )
    note = forms.CharField(
        label=gettext_lazy("Yêu cầu thêm (nếu có)"),
        required=False,
        max_length=NOTE_LIMIT,
        widget=forms.Textarea({"rows": 3, "maxlength": NOTE_LIMIT}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, late: "TaskQuerySet", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = Clock.at(timezone.now())
        field = self.fields["tasks"]
        gone = _(
            "Có nhiệm vụ không còn quá hạn: vừa gửi kết quả, được gia hạn hoặc thu hồi. Xem lại danh sách dưới đây."
        )
        field.error_messages |= {"invalid_choice": gone, "required": _("Chọn ít nhất một nhiệm vụ.")}
        field.queryset = late.order_by("due_on", "pk")  # type: ignore[attr-defined]

        def described(task: Task) -> str:
            said = {"title": task.title, "day": f"{task.due_on:%d/%m/%Y}", "days": clock.days_late(task)}
            return _("%(title)s – hạn %(day)s, quá hạn %(days)d ngày") % said

        field.label_from_instance = described  # type: ignore[attr-defined]
        self.initial = {
            "tasks": [task.pk for task in late],
            "answer_by": OpenDays.since(timezone.localdate()).after(timezone.localdate(), ANSWER_AFTER),
            "key": uuid.uuid4(),
        }

    def slip(self, assigner_unit: Unit, lead_unit: Unit) -> Slip:
        """What was filled in."""
        data = self.cleaned_data
        return Slip(
            assigner_unit=assigner_unit,
            lead_unit=lead_unit,
            tasks=[task.pk for task in data["tasks"]],
            answer_by=data["answer_by"],
            note=data["note"],
            key=data["key"],
        )
