"""The form that sends a substitute."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.forms import ErrorsFromOperation, moment_field
from eoffice.organisation.models import Appointment
from meetings import parts
from meetings.models import Attendee
from meetings.part_forms import Items, chosen, offer
from meetings.substitute_checks import REASON_LIMIT, SHOWN_CANDIDATES, candidates, people_of


class _People(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    def label_from_instance(self, obj: Any) -> str:
        """Name, position and unit."""
        return f"{obj.person} – {obj.title}"


class SubstituteForm(ErrorsFromOperation, forms.Form):
    """Who goes instead, for how long, and why."""

    SCOPES = (("whole", _("Cả cuộc họp")), ("part", _("Một phần cuộc họp")))

    appointment = _People(
        Appointment.objects.none(),
        label=_("Người dự thay"),
        empty_label=_("Chọn người"),
        help_text=_("Người cùng đơn vị hoặc đơn vị trực thuộc, chưa có chỗ riêng trong cuộc họp."),
    )
    scope = forms.ChoiceField(label=_("Dự thay"), choices=SCOPES, widget=forms.RadioSelect, required=False)
    starts_at = moment_field(_("Từ lúc"), required=False)
    ends_at = moment_field(_("Đến lúc"), required=False)
    items = Items()
    reason = forms.CharField(
        label=_("Lý do vắng"),
        max_length=REASON_LIMIT,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Người dự thay, chủ trì và thư ký được báo lý do này."),
    )

    def __init__(self, *args: Any, attendee: Attendee, timed: list[parts.TimedItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = self.showing(attendee)
        self._timed = timed
        offer(self, timed)
        field: Any = self.fields["appointment"]
        field.queryset = people_of(attendee)  # a second click names who has a seat since the first
        own = attendee.appointment.unit_id
        free = sorted(candidates(attendee)[:SHOWN_CANDIDATES], key=lambda one: one.unit_id != own)  # the deputies first
        field.choices = [("", field.empty_label), *((one.pk, field.label_from_instance(one)) for one in free)]

    @classmethod
    def showing(cls, attendee: Attendee) -> dict[str, Any]:
        """What the form begins with: of who comes for a part, the rest that nobody has yet; else all of the meeting."""
        meeting = attendee.meeting
        taken = list(attendee.substitutions.filter(ended_at__isnull=True))
        free = [parts.of(meeting, *one) for one in parts.rest(meeting, attendee.attends_from, attendee.attends_to)]
        for one in taken:
            free = parts.without(free, parts.of(meeting, one.starts_at, one.ends_at))
        start, end = free[0] if free else (meeting.starts_at, meeting.ends_at)
        return {"scope": "part" if free or taken else "whole", "starts_at": start, "ends_at": end}

    def part(self) -> parts.Ends:
        """From–to, as ``substitutes.send`` takes it. Raises UserError("bad-part") with ``fields``."""
        if self.cleaned_data["scope"] != "part":
            return None, None
        return chosen(self, self._timed, "starts_at", "ends_at")
