"""A filled-in form, told in a few lines."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from eoffice.organisation.models import Appointment, Unit


def summary_of(form: Any) -> list[dict[str, str]]:
    """Label and text of each visible field of a valid ``form`` that says something: ``[{label, text}]``. The form's ``told_as`` has
    labels of fields whose own ones need their neighbours.
    """
    lines, told_as = [], getattr(form, "told_as", {})
    for bound in form.visible_fields():
        text = _told(bound.field, form.cleaned_data.get(bound.name))
        if text:
            lines.append({"label": str(told_as.get(bound.name, bound.label)), "text": text})
    return lines


def _told(field: Any, value: Any) -> str:
    if value in (None, "", False):
        return ""
    if value is True:
        return _("Có")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Unit | Appointment):
        return _named(value)
    if isinstance(value, str):
        return _chosen(field, value)
    if isinstance(value, int):
        return str(value)
    return "; ".join(_named(one) for one in value)


def _chosen(field: Any, value: str) -> str:
    for code, label in _flat(getattr(field, "choices", [])):
        if str(code) == value:
            return str(label)
    return value


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    flat = []
    for code, label in choices:
        flat += list(label) if isinstance(label, list | tuple) else [(code, label)]
    return flat


def _named(one: Any) -> str:
    if isinstance(one, Appointment):
        return f"{one.person} – {one.title}"
    return one.name if isinstance(one, Unit) else str(one)
