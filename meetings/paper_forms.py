"""Forms about papers that are asked for, approved and taken back."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.forms import TimesForm
from documents.models import Paper
from eoffice.forms import ErrorsFromOperation, moment_field
from meetings.forms import units_field
from meetings.models import AgendaItem, PaperRequest
from meetings.paper_requests import NOTE_LIMIT, Wish, usual_deadline
from meetings.scheduling import TITLE_LIMIT


class WishForm(ErrorsFromOperation, forms.Form):
    """Which paper is asked of whom, until when."""

    units = units_field(_("Cơ quan gửi tài liệu"), required=True)
    title = forms.CharField(label=_("Tài liệu cần gửi"), max_length=TITLE_LIMIT, widget=forms.Textarea({"rows": 2}))
    note = forms.CharField(
        label=_("Yêu cầu"), required=False, max_length=NOTE_LIMIT, widget=forms.Textarea({"rows": 3}),
        help_text=_("Ví dụ: không quá 5 trang, nêu rõ kiến nghị."),
    )  # fmt: skip
    due = moment_field(_("Hạn gửi"))
    key = forms.UUIDField(widget=forms.HiddenInput)

    @classmethod
    def starting(cls, item: AgendaItem) -> dict[str, Any]:
        """What the form begins with: the presenting unit, the item's title, the deadline of the meeting's type."""
        due_at = usual_deadline(item.meeting)
        if due_at is not None and due_at <= timezone.now():
            due_at = item.meeting.starts_at  # the rule's time has passed
        return {
            "units": [item.presenter_id] if item.presenter_id else [],
            "title": "" if item.confidential else item.title,
            "due": due_at,
            "key": uuid.uuid4(),
        }

    def wish(self) -> Wish:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        return Wish(title=data["title"], note=data["note"], due_at=data["due"])


class DeadlineForm(ErrorsFromOperation, forms.Form):
    """Another deadline."""

    due = moment_field(_("Hạn gửi mới"))

    @classmethod
    def of(cls, request: PaperRequest) -> dict[str, Any]:
        """What the form begins with."""
        return {"due": request.due_at}


class ApproveForm(TimesForm):
    """When readers are shown an approved paper, and when it is taken back from them."""

    releases = (Paper.Release.NOW, Paper.Release.AT, Paper.Release.ITEM)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=32767)


class TakeBackForm(ErrorsFromOperation, forms.Form):
    """Papers of a meeting that is over leave their readers: now, or at a time."""

    when = forms.ChoiceField(
        label=_("Thu hồi"),
        choices=[("now", _("Thu hồi ngay")), ("at", _("Vào một thời điểm"))],
        initial="now",
        widget=forms.RadioSelect,
    )
    at = moment_field(_("Thu hồi lúc"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == "at" and not data.get("at") and "at" not in self.errors:
            self.add_error("at", _("Nhập ngày giờ thu hồi."))
        return data

    def time(self) -> dt.datetime | None:
        """When, None for now; only of a valid form."""
        return self.cleaned_data["at"] if self.cleaned_data["when"] == "at" else None
