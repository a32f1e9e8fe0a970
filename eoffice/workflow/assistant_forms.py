"""The form that names a leader's assistant; the operation checks again."""

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.forms import ErrorsFromOperation, PickerInput
from eoffice.organisation import directory
from eoffice.organisation.models import Appointment
from eoffice.workflow.assisting import Terms, leaders_for
from eoffice.workflow.delegation_forms import LeaderField, PickedAppointment, day_field


class AssistantForm(ErrorsFromOperation, forms.Form):
    """Who helps whom, when, in what."""

    leader = LeaderField(Appointment.objects.none(), label=_("Lãnh đạo"), empty_label=_("Chọn lãnh đạo"))
    assistant = PickedAppointment(
        Appointment.objects.none(),
        label=_("Trợ lý, thư ký"),
        widget=PickerInput(
            reverse_lazy("pick-appointments"),
            directory.describe_appointments,
            placeholder=_("Gõ tên người hoặc chức vụ"),
        ),
        help_text=_("Người cùng cơ quan hoặc đơn vị trực thuộc."),
    )
    valid_from = day_field(_("Từ ngày"))
    valid_to = day_field(_("Đến hết ngày"))
    documents = forms.BooleanField(
        label=_("Văn bản đến: xem văn bản trình lãnh đạo, soạn dự thảo bút phê"), required=False, initial=True
    )
    tasks = forms.BooleanField(
        label=_("Nhiệm vụ: xem nhiệm vụ chờ lãnh đạo, soạn dự thảo giao việc"), required=False, initial=True
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leader: Any = self.fields["leader"]
        leader.queryset = leaders_for(user)
        own = [one.pk for one in leader.queryset if one.person_id == user.pk]
        self.initial = {"leader": own[0] if own else None, "valid_from": timezone.localdate(), **self.initial}

    def terms(self) -> Terms:
        """What was typed; of a valid form."""
        return Terms(**self.cleaned_data)
