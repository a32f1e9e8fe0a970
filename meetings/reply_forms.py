"""Forms of replies to an invitation, and of the chair's word on an absence."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.forms import ErrorsFromOperation, moment_field
from meetings import parts
from meetings.excusing import WORD_LIMIT
from meetings.models import Attendee, Reply
from meetings.part_forms import Items, chosen, offer
from meetings.replying import REASON_LIMIT


class ReplyForm(ErrorsFromOperation, forms.Form):
    """Coming, coming for a part, staying away."""

    ANSWERS = (("accept", _("Dự họp")), ("part", _("Dự một phần cuộc họp")), ("decline", _("Vắng mặt")))

    answer = forms.ChoiceField(label=_("Trả lời"), choices=ANSWERS, widget=forms.RadioSelect)
    attends_from = moment_field(_("Đến lúc"), required=False)
    attends_to = moment_field(_("Về lúc"), required=False)
    items = Items()
    reason = forms.CharField(
        label=_("Lý do vắng"), required=False, max_length=REASON_LIMIT, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, timed: list[parts.TimedItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._timed = timed
        offer(self, timed)

    @classmethod
    def showing(cls, attendee: Attendee) -> dict[str, Any]:
        """What the form begins with: what was said last; nothing was: that they stay away, coming is one press elsewhere."""
        meeting = attendee.meeting
        answer = "decline"
        if attendee.reply == Reply.ACCEPTED:
            answer = "part" if attendee.part else "accept"
        return {
            "answer": answer,
            "attends_from": attendee.attends_from or meeting.starts_at,
            "attends_to": attendee.attends_to or meeting.ends_at,
            "reason": attendee.reply_reason,
        }

    def part(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        """From–to, as ``replying.attend_part`` takes it. Raises UserError("bad-part") with ``fields``."""
        return chosen(self, self._timed, "attends_from", "attends_to")


class AbsenceForm(ErrorsFromOperation, forms.Form):
    """The chair's word."""

    DECISIONS = (("grant", _("Đồng ý cho vắng")), ("refuse", _("Chưa đồng ý")))

    decision = forms.ChoiceField(label=_("Ý kiến về đề nghị vắng mặt"), choices=DECISIONS, widget=forms.RadioSelect)
    word = forms.CharField(
        label=_("Ghi chú cho người xin vắng"),
        required=False,
        max_length=WORD_LIMIT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Bắt buộc khi chưa đồng ý."),
    )
