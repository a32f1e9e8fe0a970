"""Forms of papers."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from documents.models import Paper
from documents.search.finding import KINDS, Filters
from documents.search.words import LONGEST_QUERY
from documents.timing import Plan
from eoffice.accounts.names import normalised
from eoffice.forms import DateInput, ErrorsFromOperation, PickerInput, moment_field
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


class TimesForm(ErrorsFromOperation, forms.Form):
    """When readers are shown a paper, when it is taken back from them, and what they may do with it."""

    releases: ClassVar[Iterable[Paper.Release]] = Paper.Release
    release = forms.ChoiceField(label=_("Phát hành"), initial=Paper.Release.NOW, widget=forms.RadioSelect)
    release_at = moment_field(_("Phát hành lúc"), required=False)
    expiry = forms.ChoiceField(
        label=_("Thu hồi"),
        choices=[("", _("Không tự thu hồi")), ("meeting", _("Khi cuộc họp kết thúc")), ("at", _("Vào một thời điểm"))],
        required=False,
        widget=forms.RadioSelect,
    )
    expires_at = moment_field(_("Thu hồi lúc"), required=False)
    circulation = forms.ChoiceField(
        label=_("Người được mời đọc được làm gì"),
        choices=Paper.Circulation.choices,
        initial=Paper.Circulation.NONE,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Đơn vị soạn và nơi duyệt luôn tải về và in được."),
    )

    def __init__(self, *args: Any, now: Any = None, shown: bool = False, **kwargs: Any) -> None:
        """``now``: what the first way to release it is called here; ``shown``: readers have the paper already."""
        super().__init__(*args, **kwargs)
        field = self.fields["release"]
        assert isinstance(field, forms.ChoiceField)
        labels = {Paper.Release.NOW.value: now} if now else {}
        field.choices = [(each.value, labels.get(each.value, each.label)) for each in self.releases]
        if shown:
            del self.fields["release"], self.fields["release_at"]

    @classmethod
    def of(cls, paper: Paper) -> dict[str, Any]:
        """What the form begins with."""
        expiry = "meeting" if paper.expires_with_meeting else "at" if paper.expires_at else ""
        return {
            "release": paper.release,
            "release_at": paper.release_at,
            "expiry": expiry,
            "expires_at": paper.expires_at,
            "circulation": paper.circulation,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("expiry") == "at" and not data.get("expires_at") and "expires_at" not in self.errors:
            self.add_error("expires_at", _("Nhập ngày giờ thu hồi."))
        return data

    def plan(self) -> Plan:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        return Plan(
            release=data.get("release", Paper.Release.NOW),
            release_at=data.get("release_at"),
            expires_at=data["expires_at"] if data["expiry"] == "at" else None,
            expires_with_meeting=data["expiry"] == "meeting",
            circulation=data["circulation"],
        )


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
