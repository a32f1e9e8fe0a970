"""The form that gives or registers a delegation; the operation checks again."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.forms import DateInput, ErrorsFromOperation, PickerInput
from eoffice.organisation import directory
from eoffice.organisation.models import Appointment
from eoffice.workflow.delegating import Terms, givers_for


class LeaderField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """One of the leaders for whom somebody may arrange something."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, position and unit."""
        return f"{obj.person} – {obj.title}"


class PickedAppointment(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody in a position that they hold today."""

    def clean(self, value: Any) -> Any:
        """Of today's appointments, not of those on the day on which this process began."""
        self.queryset = Appointment.objects.current().own().select_related("person", "position", "unit")
        return super().clean(value)


def day_field(label: Any) -> forms.DateField:
    """A day as dd/mm/yyyy."""
    return forms.DateField(label=label, input_formats=["%d/%m/%Y"], widget=DateInput)


class DelegationForm(ErrorsFromOperation, forms.Form):
    """Who acts for whom, when, in what."""

    giver = LeaderField(Appointment.objects.none(), label=_("Người ủy quyền"), empty_label=_("Chọn lãnh đạo vắng mặt"))
    to = PickedAppointment(
        Appointment.objects.none(),
        label=_("Người được ủy quyền"),
        widget=PickerInput(
            reverse_lazy("pick-appointments"),
            directory.describe_appointments,
            placeholder=_("Gõ tên người hoặc chức vụ"),
        ),
        help_text=_("Người cùng cơ quan hoặc đơn vị trực thuộc. Không được ủy quyền lại cho người khác."),
    )
    valid_from = day_field(_("Từ ngày"))
    valid_to = day_field(_("Đến hết ngày"))
    scope = forms.CharField(
        label=_("Nội dung ủy quyền"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Ví dụ: chỉ đạo, giải quyết công việc thường xuyên của Sở trong thời gian đi công tác."),
    )
    basis = forms.CharField(
        label=_("Văn bản ủy quyền"),
        max_length=120,
        required=False,
        help_text=_("Số, ký hiệu, ngày tháng. Để trống nếu chưa có."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        giver: Any = self.fields["giver"]
        giver.queryset = givers_for(user)
        own = [one.pk for one in giver.queryset if one.person_id == user.pk]
        self.initial = {"giver": own[0] if own else None, "valid_from": timezone.localdate(), **self.initial}

    def terms(self) -> Terms:
        """What was typed; of a valid form."""
        return Terms(**self.cleaned_data)
