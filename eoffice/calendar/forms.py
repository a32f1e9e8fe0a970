"""What a form that takes people's time says of conflicts, and the strip that shows them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from eoffice.calendar.accepting import REASON_LIMIT, Answer
from eoffice.calendar.conflicts import Conflict
from eoffice.calendar.slots import Slot

SHOWN = 8
"""Conflicts on the strip; the others are folded away."""
SEEN = "conflict_seen"


class AnswersConflicts(forms.Form):
    """Fields by which a person goes on in spite of conflicts; ``calendar/_conflicts.html`` shows them."""

    accept_conflicts = forms.BooleanField(label=_("Vẫn giữ thời gian này"), required=False)
    conflict_reason = forms.CharField(
        label=_("Lý do vẫn giữ thời gian này"),
        required=False,
        max_length=REASON_LIMIT,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text=_("Ghi cùng tên của bạn, người xếp lịch đọc được."),
    )

    def answer(self) -> Answer:
        """What was said; of a valid form."""
        seen: Any = self.data
        keys = seen.getlist(SEEN) if hasattr(seen, "getlist") else seen.get(SEEN, [])
        return Answer(frozenset(keys), self.cleaned_data["accept_conflicts"], self.cleaned_data["conflict_reason"])


def strip(form: forms.Form, conflicts: Sequence[Conflict], slots: Sequence[Slot] = ()) -> dict[str, Any]:
    """What the strip shows: context of ``calendar/_conflicts.html``."""
    return {
        "form": form,
        "conflicts": conflicts[:SHOWN],
        "more_conflicts": conflicts[SHOWN:],
        "open_conflicts": [one for one in conflicts if one.is_open],
        "slots": slots,
        "asks": any(one.is_open for one in conflicts) or (form.is_bound and bool(form["accept_conflicts"].value())),
    }
