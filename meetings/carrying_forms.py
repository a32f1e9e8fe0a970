"""What a meeting's page shows of the one before, and the form that says which one that is; the operation checks again."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.workflow.timeliness import Clock
from meetings import carrying
from meetings.models import Meeting


class FollowForm(forms.Form):
    """The earlier meeting; until one was chosen, the latest of the same type is suggested."""

    previous = forms.ModelChoiceField(
        Meeting.objects.none(), label=_("Cuộc họp kỳ trước"), required=False, empty_label=_("Không có kỳ trước")
    )

    def __init__(self, *args: Any, user: User, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = list(carrying.earlier(user, meeting)[: carrying.OFFERED])
        field = self.fields["previous"]
        chosen = [one.pk for one in offered]
        if meeting.previous_id is not None:
            chosen.append(meeting.previous_id)
        field.queryset = Meeting.objects.visible_to(user).filter(pk__in=chosen)  # type: ignore[attr-defined]
        field.label_from_instance = _label  # type: ignore[attr-defined]
        latest = next((one.pk for one in offered if one.type_id == meeting.type_id), None)
        self.initial["previous"] = meeting.previous_id or latest
        self.offers = bool(offered) or meeting.previous_id is not None


def of_page(user: User, meeting: Meeting, *, may_choose: bool) -> dict[str, Any]:
    """``carried`` and ``follow_form`` of the page; each is None where there is nothing to show or to choose."""
    form = FollowForm(user=user, meeting=meeting) if may_choose else None
    return {
        "carried": carrying.carried(user, meeting, Clock.at(timezone.now())) if meeting.previous_id else None,
        "follow_form": form if form and form.offers else None,
    }


def _label(meeting: Meeting) -> str:
    return f"{timezone.localtime(meeting.starts_at):%d/%m/%Y} – {meeting.title}"
