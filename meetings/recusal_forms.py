"""The form that keeps somebody out of the papers of an agenda item."""

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.forms import ErrorsFromOperation
from meetings.forms import person_field, unit_field
from meetings.recusals import REASON_LIMIT


class RecusalForm(ErrorsFromOperation, forms.Form):
    """A person or a unit, and why."""

    appointment = person_field(_("Người"), required=False)
    unit = unit_field(_("hoặc đơn vị"), required=False, help_text=_("Gồm mọi người của đơn vị và đơn vị trực thuộc."))
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Người bị loại trừ được báo lý do này."),
    )
