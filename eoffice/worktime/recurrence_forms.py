"""Form fields that make a recurrence rule, for any form that plans something that comes back (templates/worktime)."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from eoffice.forms import DateInput
from eoffice.worktime.recurrence import LAST_COMMON_DAY, LONGEST_COUNT, LONGEST_INTERVAL, Cycle, OnDayOff, Rule
from eoffice.worktime.recurrence_words import WEEKDAYS

_YEARS = (2000, 2098)
_LONGEST = dt.timedelta(days=3660)
_DAYS = [(day, str(day)) for day in range(1, LAST_COMMON_DAY + 1)]


def _whole(limit: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=1, max_value=limit, **options)


def _one_of(label: Any, choices: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, empty_value=None, required=False, **options)


class RecurrenceFields(forms.Form):
    """How often, on which day, what on a day off, until when. Show with ``worktime/_recurrence_fields.html``.

    ``repeat_from`` is the day from which it counts; a form that asks for its first day elsewhere leaves it out and hands
    that day to ``rule``.
    """

    may_be_once: ClassVar[bool] = False
    """Whether "does not repeat" can be chosen; then ``rule`` may be None."""

    repeat_every = forms.ChoiceField(label=_("Lặp lại"), choices=Cycle, required=False)
    repeat_interval = _whole(
        LONGEST_INTERVAL, label=_("Mấy kỳ một lần"), initial=1, help_text=_("1: kỳ nào cũng có. 2: cách một kỳ.")
    )
    repeat_weekdays = forms.TypedMultipleChoiceField(
        label=_("Vào các thứ"),
        choices=[(number, day) for number, day in enumerate(WEEKDAYS)],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    repeat_by = forms.ChoiceField(
        label=_("Ngày họp trong tháng tính theo"),
        choices=[("position", _("Thứ trong tuần")), ("day", _("Ngày trong tháng"))],
        required=False,
        initial="position",
        widget=forms.RadioSelect,
    )
    repeat_position = _one_of(
        _("Tuần"),
        [
            (1, _("Đầu tháng")),
            (2, _("Thứ hai của tháng")),
            (3, _("Thứ ba của tháng")),
            (4, _("Thứ tư của tháng")),
            (-1, _("Cuối tháng")),
        ],
        initial=1,
    )
    repeat_weekday = _one_of(_("Vào thứ"), [(number, day) for number, day in enumerate(WEEKDAYS)], initial=0)
    repeat_monthday = _one_of(_("Ngày"), [*_DAYS, (-1, _("Ngày cuối tháng"))], initial=15)
    repeat_quarter_month = _one_of(
        _("Tháng trong quý"), [(1, _("Tháng đầu quý")), (2, _("Tháng giữa quý")), (3, _("Tháng cuối quý"))], initial=1
    )
    repeat_month = _one_of(
        _("Tháng trong năm"), [(month, _("Tháng %(month)d") % {"month": month}) for month in range(1, 13)], initial=1
    )
    repeat_on_day_off = forms.ChoiceField(
        label=_("Gặp ngày nghỉ lễ, Tết, ngày nghỉ cuối tuần"),
        choices=OnDayOff,
        required=False,
        initial=OnDayOff.AFTER,
        help_text=_("Theo lịch năm đã được xác nhận; tính cả ngày nghỉ bù, ngày làm bù."),
    )
    repeat_from = forms.DateField(
        label=_("Kể từ ngày"), required=False, widget=DateInput, input_formats=["%d/%m/%Y", "%Y-%m-%d"]
    )
    repeat_until = forms.DateField(
        label=_("Lặp đến hết ngày"),
        required=False,
        widget=DateInput,
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        help_text=_("Để trống: lặp lại đến khi dừng."),
    )
    repeat_count = _whole(
        LONGEST_COUNT, label=_("Hoặc số kỳ"), help_text=_("Tính cả những kỳ bỏ vì ngày nghỉ. Chỉ nhập một trong hai.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.may_be_once:
            every: Any = self.fields["repeat_every"]
            every.choices = [("", _("Không lặp lại")), *Cycle.choices]
        for name in ("repeat_weekdays", "repeat_weekday"):
            field: Any = self.fields[name]
            field.choices = [(number, capfirst(str(day))) for number, day in enumerate(WEEKDAYS)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name, sentence in self._wrong(data).items():
            if name in self.fields and name not in self.errors:
                self.add_error(name, sentence)
        return data

    def rule(self, starts_on: dt.date | None = None) -> Rule | None:
        """The rule that was filled in, None: does not repeat; only of a valid form. ``starts_on`` before ``repeat_from``."""
        data = self.cleaned_data
        every = self._every(data)
        if not every:
            return None
        begins = starts_on or data["repeat_from"]
        assert begins is not None
        of_month = every in (Cycle.MONTH, Cycle.QUARTER, Cycle.YEAR)
        by_position = of_month and data["repeat_by"] != "day"
        weekdays = tuple(data["repeat_weekdays"]) if every == Cycle.WEEK else ()
        months = {Cycle.QUARTER: data["repeat_quarter_month"], Cycle.YEAR: data["repeat_month"]}
        repeats = every not in (Cycle.QUARTER, Cycle.YEAR)
        return Rule(
            every=every,
            starts_on=begins,
            interval=(data["repeat_interval"] or 1) if repeats else 1,
            weekdays=(data["repeat_weekday"] or 0,) if by_position else tuple(sorted(weekdays)),
            position=(data["repeat_position"] or 1) if by_position else 0,
            monthday=(data["repeat_monthday"] or 1) if of_month and not by_position else 1,
            month=months.get(Cycle(every)) or 1,
            until=data["repeat_until"],
            count=None if data["repeat_until"] else data["repeat_count"],
            on_day_off=data["repeat_on_day_off"] or OnDayOff.AFTER,
        )

    @staticmethod
    def of_rule(rule: Rule) -> dict[str, Any]:
        """What the fields of an existing rule begin with."""
        return {
            "repeat_every": rule.every,
            "repeat_interval": rule.interval,
            "repeat_weekdays": list(rule.weekdays),
            "repeat_by": "position" if rule.position else "day",
            "repeat_position": rule.position or 1,
            "repeat_weekday": rule.weekdays[0] if rule.weekdays else 0,
            "repeat_monthday": rule.monthday,
            "repeat_quarter_month": rule.month if rule.every == Cycle.QUARTER else 1,
            "repeat_month": rule.month,
            "repeat_on_day_off": rule.on_day_off,
            "repeat_from": rule.starts_on,
            "repeat_until": rule.until,
            "repeat_count": rule.count,
        }

    def _every(self, data: dict[str, Any]) -> str:
        return data.get("repeat_every") or ("" if self.may_be_once else Cycle.WEEK)

    def _wrong(self, data: dict[str, Any]) -> dict[str, Any]:
        every = self._every(data)
        if not every:
            return {}
        wrong: dict[str, Any] = {}
        if every == Cycle.WEEK and not data.get("repeat_weekdays"):
            wrong["repeat_weekdays"] = _("Chọn ít nhất một ngày trong tuần.")
        begins, until = data.get("repeat_from"), data.get("repeat_until")
        if begins is None:
            wrong["repeat_from"] = _("Nhập ngày bắt đầu.")
        elif not _YEARS[0] <= begins.year <= _YEARS[1]:
            wrong["repeat_from"] = _("Năm phải từ %(first)d đến %(last)d.") % {"first": _YEARS[0], "last": _YEARS[1]}
        elif until and until < begins:
            wrong["repeat_until"] = _("Ngày kết thúc phải từ ngày bắt đầu trở đi.")
        elif until and until - begins > _LONGEST:
            wrong["repeat_until"] = _("Không quá 10 năm. Để trống nếu lặp lại đến khi dừng.")
        if until and data.get("repeat_count"):
            wrong["repeat_count"] = _("Chỉ nhập ngày kết thúc hoặc số kỳ.")
        return wrong
