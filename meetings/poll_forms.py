"""Forms of votes."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.forms import ErrorsFromOperation
from meetings.models import Choice, Meeting, Poll
from meetings.voting import Question


class QuestionForm(ErrorsFromOperation, forms.Form):
    """A question to be voted on, and the rule."""

    question = forms.CharField(
        label=_("Câu hỏi biểu quyết"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Viết đủ để trả lời được “Đồng ý” hoặc “Không đồng ý”."),
    )
    item = forms.ChoiceField(label=_("Thuộc nội dung"), required=False)
    kind = forms.ChoiceField(label=_("Hình thức"), choices=Poll.Kind, widget=forms.RadioSelect, initial=Poll.Kind.OPEN)
    threshold = forms.ChoiceField(label=_("Tỷ lệ thông qua"), choices=Poll.Threshold, initial=Poll.Threshold.MAJORITY)
    base = forms.ChoiceField(label=_("Tính trên"), choices=Poll.Base, initial=Poll.Base.MEMBERS)
    quorum = forms.ChoiceField(label=_("Điều kiện tiến hành"), choices=Poll.Quorum, initial=Poll.Quorum.MAJORITY)
    with_other = forms.BooleanField(label=_("Cho phép ý kiến khác"), required=False, initial=True)
    may_change = forms.BooleanField(
        label=_("Được đổi ý khi đang biểu quyết"),
        required=False,
        help_text=_("Chỉ khi biểu quyết công khai. Phiếu kín đã bỏ thì không đổi được."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9)

    def __init__(self, *args: Any, meeting: Meeting, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        items = [(str(item.pk), item.title) for item in meeting.items.known_to(user)]
        self.fields["item"].choices = [("", _("Không thuộc nội dung nào")), *items]  # type: ignore[attr-defined]

    @staticmethod
    def starting() -> dict[str, Any]:
        """What the form of a new question holds."""
        return {"key": uuid.uuid4(), "version": 1}

    @staticmethod
    def of(poll: Poll) -> dict[str, Any]:
        """What the form of ``poll`` holds."""
        names = ("question", "kind", "threshold", "base", "quorum", "with_other", "may_change", "version")
        return {"item": str(poll.item_id or ""), **{name: getattr(poll, name) for name in names}}

    def asked(self) -> Question:
        """What was typed, as the operation takes it."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version")}
        return Question(**{**data, "item": int(data["item"]) if data["item"] else None})


class BallotForm(ErrorsFromOperation, forms.Form):
    """A ballot. ``key`` makes sending again harmless."""

    choice = forms.ChoiceField(choices=Choice)
    text = forms.CharField(required=False)
    key = forms.UUIDField()


class HandForm(ErrorsFromOperation, forms.Form):
    """A ballot entered by hand: whose, what, seen by whom."""

    seat = forms.IntegerField(min_value=1, max_value=2**53)
    choice = forms.ChoiceField(choices=Choice)
    text = forms.CharField(required=False)
    witness = forms.IntegerField(min_value=1, max_value=2**53)
