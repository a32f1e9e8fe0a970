"""What every template may use without loading it (settings: TEMPLATES "builtins")."""

import datetime as dt
import functools
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

TONES = {
    "info": (
        "invited",
        "acknowledged",
        "in_progress",
        "running",
        "published",
        "stopping",
        "joining",
        "closed",
        "circulating",
    ),
    "success": (
        "done",
        "concluded",
        "completed",
        "ready",
        "issued",
        "confirmed",
        "accepted",
        "ok",
        "solved",
        "granted",
        "answered",
        "signed",
    ),
    "warning": (
        "postponed",
        "assigned",
        "review",
        "submitted",
        "waiting",
        "proposed",
        "urgent",
        "paused",
        "weak",
        "retest",
        "pending",
        "unsent",
    ),
    "danger": ("returned", "failed", "late", "very_urgent", "flash", "problem", "refused"),
    "live": ("in_session", "live", "recording", "open"),
    "gone": ("cancelled", "withdrawn", "deleted", "annulled"),
}
"""Tone of a chip → the state codes that wear it; any other code is neutral."""


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """An icon of static/icons.svg; decoration only, so the words beside it say the same."""
    return _icon(static("icons.svg"), name, classes)


@functools.lru_cache(maxsize=500)
def _icon(sheet: str, name: str, classes: str) -> SafeString:
    """Every page has some twenty, the same ones again and again."""
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', classes, sheet, name)


@register.filter
def tone(state: str) -> str:
    """CSS class of the chip for a state code: "chip-success"; "" for a neutral one."""
    return next((f"chip-{name}" for name, states in TONES.items() if state in states), "")


@register.filter
def initials(person: object) -> str:
    """At most two letters: first letters of the family and the given name."""
    words = str(person).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def is_check(field: BoundField) -> bool:
    """True for a single check box: its label stands after it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or None."""
    return mapping.get(key)


@register.filter
def weekday(day: dt.date) -> str:
    """ "Thứ Hai" … "Chủ nhật", in the reader's language."""
    names = [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ nhật")]
    return names[int(_local(day).weekday())]


@register.filter
def day(value: dt.date | None) -> str:
    """ "24/11/2026" in Vietnam's time; "" for None."""
    return f"{_local(value):%d/%m/%Y}" if value else ""


@register.filter
def long_day(value: dt.date) -> str:
    """ "Thứ Ba, 24/11/2026"."""
    return f"{weekday(value)}, {day(value)}"


@register.filter
def moment(value: dt.datetime | None) -> str:
    """ "08:30, 24/11/2026"; "" for None."""
    return f"{_local(value):%H:%M, %d/%m/%Y}" if value else ""


@register.filter
def clock(value: dt.datetime) -> str:
    """ "08:30"."""
    return f"{_local(value):%H:%M}"


@register.filter
def running_time(seconds: float) -> str:
    """ "4:05", "1:02:03": hours, minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.simple_tag
def span(start: dt.datetime, end: dt.datetime) -> str:
    """ "08:30–11:00, Thứ Ba, 24/11/2026"; both days when they differ."""
    if _local(start).date() == _local(end).date():
        return f"{clock(start)}–{clock(end)}, {long_day(start)}"
    return f"{clock(start)}, {long_day(start)} – {clock(end)}, {long_day(end)}"


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, dt.datetime) else value


@register.filter
def days_left(due: dt.date) -> int:
    """Days from today to ``due``; negative when it is over."""
    return (due - timezone.localdate()).days


@register.filter
def positive(number: int) -> int:
    """The number without its sign."""
    return abs(number)
