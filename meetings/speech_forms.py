"""The form with which a site registers to speak."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.forms import ErrorsFromOperation
from meetings.models import AgendaItem, Meeting, MeetingSite
from meetings.protocol.floor import TOPIC_LIMIT
from meetings.speaking_queue import LONGEST_MINUTES, STATEMENT_LIMIT, Wish


class SpeechForm(ErrorsFromOperation, forms.Form):
    """Which site, at which item, on what, for how long; and the text, for the secretary."""

    place = forms.ModelChoiceField(MeetingSite.objects.none(), label=_("Điểm cầu"), empty_label=None)
    item = forms.ModelChoiceField(
        AgendaItem.objects.none(), label=_("Nội dung họp"), required=False, empty_label=_("Thảo luận chung")
    )
    topic = forms.CharField(label=_("Nội dung phát biểu"), required=False, max_length=TOPIC_LIMIT)
    minutes = forms.IntegerField(label=_("Số phút dự kiến"), required=False, min_value=1, max_value=LONGEST_MINUTES)
    statement = forms.CharField(
        label=_("Bài phát biểu gửi trước"),
        required=False,
        max_length=STATEMENT_LIMIT,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Chỉ thư ký cuộc họp và điểm cầu của quý vị đọc được, cho đến khi phát biểu xong."),
    )

    def __init__(self, data: Any = None, *, meeting: Meeting, user: User, sites: list[MeetingSite]) -> None:
        super().__init__(data, initial={"place": sites[0].pk})
        self.fields["place"].queryset = MeetingSite.objects.filter(pk__in=[site.pk for site in sites])  # type: ignore[attr-defined]
        self.fields["item"].queryset = meeting.items.known_to(user).order_by("order", "pk")  # type: ignore[attr-defined]
        if len(sites) == 1:
            self.fields["place"].widget = forms.HiddenInput()

    def site(self) -> MeetingSite:
        """The site that is to speak; only of a valid form."""
        chosen: MeetingSite = self.cleaned_data["place"]
        return chosen

    def wish(self) -> Wish:
        """What was filled in; only of a valid form."""
        data = self.cleaned_data
        return Wish(
            item=data["item"],
            topic=normalised(data["topic"]),
            minutes=data["minutes"],
            statement=data["statement"].strip(),
        )
