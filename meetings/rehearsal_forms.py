"""Forms of the rehearsal: a window of time, and who sees to a problem."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput, ErrorsFromOperation, TimeInput
from meetings.site_problems import LIMITS, Care


class WindowForm(ErrorsFromOperation, forms.Form):
    """One day, from when to when."""

    day = forms.DateField(label=_("Ngày"), input_formats=["%d/%m/%Y"], widget=DateInput())
    starts = forms.TimeField(label=_("Từ"), input_formats=["%H:%M"], widget=TimeInput())
    ends = forms.TimeField(label=_("Đến"), input_formats=["%H:%M"], widget=TimeInput())

    @staticmethod
    def shown(start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
        """What the form begins with."""
        start, end = timezone.localtime(start), timezone.localtime(end)
        return {"day": start.date(), "starts": start.time(), "ends": end.time()}

    def times(self) -> tuple[dt.datetime, dt.datetime]:
        """Of a form that is valid."""
        day = self.cleaned_data["day"]
        starts, ends = (
            timezone.make_aware(dt.datetime.combine(day, self.cleaned_data[name])) for name in ("starts", "ends")
        )
        return starts, ends

    def blame_window(self, fields: dict[str, str]) -> None:
        """Show what is wrong with the times beside them."""
        for name, field in (("starts_at", "starts"), ("ends_at", "ends")):
            if name in fields:
                self.add_error(field, fields[name])


class CareForm(ErrorsFromOperation, forms.Form):
    """Who sees to a failed check."""

    owner = forms.CharField(label=_("Người xử lý"), max_length=LIMITS["owner"])
    phone = forms.CharField(label=_("Điện thoại"), max_length=LIMITS["phone"], required=False)
    note = forms.CharField(
        label=_("Ghi chú"), max_length=LIMITS["note"], required=False, widget=forms.Textarea({"rows": 2})
    )

    def care(self) -> Care:
        """Of a form that is valid."""
        return Care(**self.cleaned_data)
