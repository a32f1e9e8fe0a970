"""The form that sends a substitute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.forms import ErrorsFromOperation
from eoffice.organisation.models import Appointment
from meetings.models import Attendee
from meetings.substitutes import REASON_LIMIT, SHOWN_CANDIDATES, candidates, people_of


class _People(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    def label_from_instance(self, obj: Any) -> str:
        """Name, position and unit."""
        return f"{obj.person} – {obj.title}"


class SubstituteForm(ErrorsFromOperation, forms.Form):
    """Who goes instead, and why."""

    appointment = _People(
        Appointment.objects.none(),
        label=_("Người dự thay"),
        empty_label=_("Chọn người"),
        help_text=_("Người cùng đơn vị hoặc đơn vị trực thuộc, chưa có chỗ riêng trong cuộc họp."),
    )
    reason = forms.CharField(
        label=_("Lý do vắng"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Người dự thay, chủ trì và thư ký được báo lý do này."),
    )

    def __init__(self, *args: Any, attendee: Attendee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["appointment"]
        field.queryset = people_of(attendee)  # a second click names who has a seat since the first
        own = attendee.appointment.unit_id
        free = sorted(candidates(attendee)[:SHOWN_CANDIDATES], key=lambda one: one.unit_id != own)  # the deputies first
        field.choices = [("", field.empty_label), *((one.pk, field.label_from_instance(one)) for one in free)]
