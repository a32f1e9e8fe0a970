"""Which calendar, and for which device."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.feeds import subjects
from eoffice.feeds.models import FeedToken
from eoffice.feeds.subjects import Kind, Subject


class FeedForm(forms.Form):
    """What a person may subscribe to; ``user`` says what there is to choose from."""

    subject = forms.ChoiceField(label=_("Lịch"))
    label = forms.CharField(
        label=_("Dùng ở đâu"),
        required=False,
        max_length=FeedToken._meta.get_field("label").max_length,
        help_text=_(
            "Ví dụ: điện thoại của tôi. Mỗi thiết bị nên có địa chỉ riêng, để mất máy nào thì thu hồi của máy đó."
        ),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, user: User, resource: int | None = None, subject: str | None = None, **kwargs: Any
    ) -> None:
        named = f"resource-{resource}" if resource else subject
        kwargs.setdefault("initial", {"key": uuid.uuid4(), "subject": named})
        super().__init__(*args, **kwargs)
        self._subjects = {"person": Subject(Kind.PERSON), "free_busy": Subject(Kind.FREE_BUSY)}
        leaders = {f"leader-{one.pk}": one for one in subjects.leaders_for(user)}
        units = {f"unit-{one.pk}": one for one in subjects.units_for(user)}
        self._subjects |= {name: Subject(Kind.LEADER, appointment=one) for name, one in leaders.items()}
        self._subjects |= {name: Subject(Kind.UNIT, unit=one) for name, one in units.items()}
        resources = {f"resource-{one.pk}": one for one in subjects.resources_for(user, resource)}
        self._subjects |= {name: Subject(Kind.RESOURCE, resource=one) for name, one in resources.items()}
        weeks = {}
        for unit, of_unit in subjects.weeks_for(user):
            weeks[f"week-{unit.pk}"] = (unit.name, Subject(Kind.WEEK, unit=unit))
            for one in of_unit:
                weeks[f"week-{unit.pk}-{one.pk}"] = (str(one), Subject(Kind.WEEK, unit=unit, appointment=one))
        self._subjects |= {name: made for name, (_label, made) in weeks.items()}
        choices: list[Any] = [(_("Của tôi"), [(kind.value, kind.label) for kind in (Kind.PERSON, Kind.FREE_BUSY)])]
        if leaders:
            choices.append((_("Lãnh đạo"), [(name, str(one)) for name, one in leaders.items()]))
        if units:
            choices.append((_("Đơn vị"), [(name, one.name) for name, one in units.items()]))
        if weeks:
            choices.append((Kind.WEEK.label, [(name, label) for name, (label, _made) in weeks.items()]))
        if resources:
            choices.append((_("Phòng họp, xe, thiết bị"), [(name, one.where) for name, one in resources.items()]))
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]

    def clean_subject(self) -> Subject:
        """What was chosen."""
        return self._subjects[self.cleaned_data["subject"]]
