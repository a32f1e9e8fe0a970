"""Forms of papers."""

import datetime as dt
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from documents.search.finding import KINDS, Filters
from documents.search.words import LONGEST_QUERY
from eoffice.accounts.names import normalised
from eoffice.forms import DateInput, PickerInput
from eoffice.organisation import directory
from eoffice.organisation.models import Unit


class SearchForm(forms.Form):
    """What is looked for, and what it is narrowed by; anything senseless is ignored."""

    q = forms.CharField(
        label=_("Tìm trong tên và nội dung"),
        required=False,
        widget=forms.TextInput(
            {"type": "search", "maxlength": LONGEST_QUERY, "placeholder": _("Ví dụ: giải ngân, 12/UBND-VP, “đất đai”")}
        ),
    )
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        label=_("Cơ quan soạn"),
        required=False,
        widget=PickerInput(reverse_lazy("pick-units"), directory.describe_units, placeholder=_("Gõ tên cơ quan")),
    )
    kind = forms.ChoiceField(
        label=_("Loại văn bản"), required=False, choices=[("", _("Tất cả")), *((kind, kind) for kind in KINDS)]
    )
    since = forms.DateField(label=_("Từ ngày"), required=False, widget=DateInput)
    until = forms.DateField(label=_("Đến ngày"), required=False, widget=DateInput)
    meeting = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def words(self) -> str:
        """What was typed."""
        return normalised(str(self.data.get("q", "")))[:LONGEST_QUERY]

    def filters(self) -> Filters:
        """What makes sense of the filters."""
        return Filters(
            unit=self._value("unit"),
            kind=self._value("kind") or "",
            since=self._day("since"),
            until=self._day("until"),
            meeting=self._value("meeting"),
        )

    def is_narrowed(self) -> bool:
        """A filter is set."""
        return self.filters() != Filters()

    def _value(self, name: str) -> Any:
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def _day(self, name: str) -> dt.date | None:
        day = self._value(name)
        return day if day is None or day.year > 1900 else None


class ViewAsForm(forms.Form):
    """As whom a paper is to be seen."""

    appointment = forms.CharField(
        label=_("Người khác"),
        widget=PickerInput(
            reverse_lazy("pick-appointments"),
            directory.describe_appointments,
            placeholder=_("Gõ tên người, chức vụ hoặc cơ quan"),
        ),
    )
