"""The form of a recurrence; the operations check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput, ErrorsFromOperation
from eoffice.worktime.periods import Every, Recurrence, Rule, Shift

_LAST_MONTHS = {Every.QUARTER: 3, Every.HALF: 6, Every.YEAR: 12}


class RecurrenceFields(forms.Form):
    """How often, on which day, until when."""

    recur_every = forms.ChoiceField(label=_("Lặp lại"), choices=Every, required=False, initial=Every.QUARTER)
    recur_day = forms.IntegerField(
        label=_("Ngày trong kỳ"),
        required=False,
        min_value=1,
        max_value=31,
        help_text=_(
            "Hằng tuần: 1 là thứ Hai, 7 là Chủ nhật. Hằng ngày: để trống. Các kỳ khác: ngày trong tháng, 31 là ngày cuối tháng."
        ),
    )
    recur_month = forms.IntegerField(
        label=_("Tháng trong kỳ"),
        required=False,
        min_value=1,
        max_value=12,
        help_text=_(
            "Hằng quý: tháng thứ 1, 2 hoặc 3 của quý. 6 tháng một lần: tháng thứ 1 đến 6. Hằng năm: tháng 1 đến 12. Kỳ khác: để trống."
        ),
    )
    recur_shift = forms.ChoiceField(
        label=_("Gặp ngày nghỉ thì lấy"), choices=Shift, required=False, initial=Shift.BEFORE
    )
    recur_until = forms.DateField(
        label=_("Kết thúc sau ngày"),
        required=False,
        widget=DateInput,
        input_formats=["%d/%m/%Y"],
        help_text=_("Để trống: lặp lại đến khi dừng."),
    )

    @property
    def needs_day(self) -> bool:
        """The chosen period needs a day; of a form that was cleaned."""
        return self.cleaned_data.get("recur_every") != Every.DAY

    def recurrence(self) -> Recurrence:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        every = data["recur_every"] or Every.QUARTER
        month = data["recur_month"] or _LAST_MONTHS.get(Every(every), 1)
        day = 1 if every == Every.DAY else data["recur_day"] or 0
        rule = Rule(every, day, month, data["recur_shift"] or Shift.BEFORE)
        return Recurrence(rule=rule, ends_on=data["recur_until"])


def initial_of(recurrence: Recurrence) -> dict[str, Any]:
    """What the form shows of a recurrence."""
    rule = recurrence.rule
    return {
        "recur_every": rule.every,
        "recur_day": rule.day,
        "recur_month": rule.month,
        "recur_shift": rule.shift,
        "recur_until": recurrence.ends_on,
    }


class ChangeForm(ErrorsFromOperation, RecurrenceFields):
    """Another rule for the periods to come."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class StopForm(ErrorsFromOperation, forms.Form):
    """Why no more is given."""

    reason = forms.CharField(label=_("Lý do"), max_length=500, widget=forms.Textarea({"rows": 3, "maxlength": 500}))
