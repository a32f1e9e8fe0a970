"""Saying which part of a meeting: by the clock, or by items of its agenda."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings import parts


class Items(forms.TypedMultipleChoiceField):
    """The agenda with its times; of these some that follow one another."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Hoặc theo nội dung trong chương trình"),
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Chọn nội dung thì giờ được tính theo chương trình, không theo giờ ghi ở trên."),
        )


def offer(form: forms.Form, timed: list[parts.TimedItem]) -> None:
    """Let ``form`` choose among ``timed``; nothing when the meeting has no agenda."""
    field: Any = form.fields["items"]
    field.choices = [(one.item.pk, f"{_clock(one.starts_at)}–{_clock(one.ends_at)} {one.item.title}") for one in timed]
    if not timed:
        del form.fields["items"]


def chosen(
    form: forms.Form, timed: list[parts.TimedItem], start: str, end: str
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From–to as the form says: of the chosen items, else of its fields ``start`` and ``end``.

    Raises UserError("bad-part") with ``fields``.
    """
    items = form.cleaned_data.get("items")
    if items:
        return parts.of_items(timed, items)
    return form.cleaned_data[start], form.cleaned_data[end]


def _clock(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
