"""Forms of the registers of documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.decree30.types import CHOICES, chosen
from documents.models import NumberAllocation
from documents.registers import Entry
from eoffice.forms import ErrorsFromOperation


class ReserveForm(ErrorsFromOperation, forms.Form):
    """A number for a document on paper."""

    series = forms.ChoiceField(label=_("Loại văn bản"), choices=CHOICES)
    reason = forms.CharField(label=_("Văn bản cần lấy số"), max_length=300, widget=forms.TextInput({"maxlength": 300}))

    def series_chosen(self) -> str:
        """As the register has it."""
        return chosen(self.cleaned_data["series"])


class EntryForm(ErrorsFromOperation, forms.Form):
    """A line of the register."""

    symbol = forms.CharField(label=_("Ký hiệu (sau số)"), max_length=40)
    type_name = forms.CharField(label=_("Tên loại"), max_length=100, required=False)
    subject = forms.CharField(label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea({"rows": 2}))
    signer = forms.CharField(label=_("Người ký"), max_length=200)
    recipients = forms.CharField(label=_("Nơi nhận"), max_length=4000, widget=forms.Textarea({"rows": 3}))
    kept_by = forms.CharField(label=_("Đơn vị, người nhận bản lưu"), max_length=100, required=False)
    copies = forms.IntegerField(label=_("Số lượng bản"), min_value=1, max_value=30000, required=False)
    sent_by = forms.CharField(label=_("Phương thức gửi"), max_length=100, required=False)
    note = forms.CharField(label=_("Ghi chú"), max_length=300, required=False)

    @staticmethod
    def of(number: NumberAllocation) -> dict[str, Any]:
        """What the line says now."""
        return {name: getattr(number, name) for name in EntryForm.base_fields}

    def entry(self) -> Entry:
        """What was filled in."""
        return Entry(**self.cleaned_data)


class CancelForm(ErrorsFromOperation, forms.Form):
    """Why a number is cancelled."""

    reason = forms.CharField(label=_("Lý do"), max_length=300, widget=forms.Textarea({"rows": 3, "maxlength": 300}))
