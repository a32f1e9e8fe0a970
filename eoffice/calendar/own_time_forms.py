"""Forms of a person's own time."""

import datetime as dt
import uuid
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.calendar.models import Entry, WorkingHours
from eoffice.calendar.own_time import OWN, OwnTime, whole_days
from eoffice.forms import DateInput, ErrorsFromOperation, TimeInput
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, input_formats=["%d/%m/%Y"], widget=DateInput, **options)


def _time(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, input_formats=["%H:%M"], widget=TimeInput, **options)


class OwnTimeForm(ErrorsFromOperation, forms.Form):
    """Leave or private time: whole days, or from a time of day to another."""

    renamed: ClassVar = {"starts_at": "first", "ends_at": "last"}

    kind = forms.ChoiceField(
        label=_("Loại"),
        choices=[(kind.value, kind.label) for kind in OWN],
        widget=forms.RadioSelect,
        help_text=_("Việc riêng: người khác chỉ thấy “Bận”. Nghỉ phép: lãnh đạo và văn thư đơn vị thấy nội dung."),
    )
    title = forms.CharField(label=_("Nội dung"), required=False, max_length=500)
    first = _day(_("Từ ngày"))
    begins = _time(_("Từ giờ"), required=False, help_text=_("Để trống: cả ngày."))
    last = _day(_("Đến hết ngày"), required=False, help_text=_("Để trống: trong một ngày."))
    ends = _time(_("Đến giờ"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    @classmethod
    def starting(cls) -> dict[str, Any]:
        """What a new one begins with."""
        return {"kind": Entry.Kind.LEAVE, "first": timezone.localdate(), "key": uuid.uuid4()}

    @classmethod
    def showing(cls, entry: Entry) -> dict[str, Any]:
        """What the form of ``entry`` begins with."""
        start, end = timezone.localtime(entry.starts_at), timezone.localtime(entry.ends_at)
        midnight = end.time() == dt.time()
        return {
            "kind": entry.kind,
            "title": entry.title,
            "first": start.date(),
            "begins": start.time() if start.time() != dt.time() or not midnight else None,
            "last": end.date() - dt.timedelta(days=1) if midnight else end.date(),
            "ends": None if midnight else end.time(),
            "version": entry.version,
        }

    def own_time(self) -> OwnTime:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        start, end = whole_days(data["first"], data["last"] or data["first"], data["begins"], data["ends"])
        return OwnTime(kind=data["kind"], title=data["title"], starts_at=start, ends_at=end)


class HoursForm(ErrorsFromOperation, forms.Form):
    """Working hours of the person, or of a unit for which they answer."""

    whose = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Áp dụng cho"), required=False, empty_label=_("Riêng tôi")
    )
    morning_from = _time(_("Sáng từ"))
    morning_to = _time(_("Sáng đến"))
    afternoon_from = _time(_("Chiều từ"))
    afternoon_to = _time(_("Chiều đến"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whose: Any = self.fields["whose"]
        whose.queryset = Unit.objects.filter(pk__in=standing_of(user).represents)
        own = WorkingHours.objects.filter(person=user).first()
        spans = own.spans if own else settings.CALENDAR_WORKING_HOURS
        names = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")
        self.initial = {**dict(zip(names, (time for span in spans for time in span), strict=True)), **self.initial}
        self.has_own = own is not None

    def spans(self) -> list[dt.time]:
        """The four times; only of a valid form."""
        return [self.cleaned_data[name] for name in ("morning_from", "morning_to", "afternoon_from", "afternoon_to")]
