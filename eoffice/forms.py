"""Form parts for the whole site: dates as dd/mm/yyyy, people and units found by typing.

Templates of the parts lie in frontend/templates/django/forms/widgets; ``{{ form }}`` and
``{% include "components/field.html" %}`` put label, help and errors around them.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eoffice.errors import UserError


class DateInput(forms.DateInput):
    """A day as dd/mm/yyyy whatever the browser's language; a button opens a calendar (src/lib/dates.ts).

    The browser's own date field would show mm/dd/yyyy on an English machine.
    """

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"data-date": "", "inputmode": "numeric", "autocomplete": "off", "placeholder": "dd/mm/yyyy"}
        super().__init__({**own, **(attrs or {})}, format="%d/%m/%Y")


class TimeInput(forms.TimeInput):
    """A time of day as hh:mm, 24 hours."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        own = {"data-time": "", "inputmode": "numeric", "autocomplete": "off", "placeholder": "08:30", "maxlength": 5}
        super().__init__({**own, **(attrs or {})}, format="%H:%M")


class DateTimeInput(forms.SplitDateTimeWidget):
    """A day and a time side by side; for ``forms.SplitDateTimeField``."""

    template_name = "django/forms/widgets/datetime_parts.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts = [
            DateInput({"aria-label": _("Ngày"), **(attrs or {})}),
            TimeInput({"aria-label": _("Giờ"), **(attrs or {})}),
        ]
        forms.MultiWidget.__init__(self, parts, attrs)


class Picked(NamedTuple):
    """One thing that may be, or is, chosen in a picker; also an element of ``{"results": […]}``."""

    id: str
    text: str
    detail: str = ""


class PickerInput(forms.Widget):
    """``<eo-picker>``: the person types, the server answers ``GET src?q=…`` with ``{"results": [Picked…]}``.

    ``describe`` turns the chosen ids back into ``Picked`` when the form is shown again; ids that it does
    not give back are dropped. ``src`` is a path, or a lazy one (``reverse_lazy``).
    """

    template_name = "django/forms/widgets/picker.html"

    def __init__(
        self,
        src: str | Promise,
        describe: Any,
        *,
        multiple: bool = False,
        placeholder: str | Promise = "",
        attrs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(attrs)
        self.src = src
        self.describe = describe
        self.multiple = multiple
        self.placeholder = placeholder

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        chosen = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return chosen if self.multiple else (chosen[-1] if chosen else None)

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False  # nothing chosen sends nothing

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "src": str(self.src),
            "multiple": self.multiple,
            "placeholder": str(self.placeholder),
            "required": self.is_required,
            "items": [item._asdict() for item in self._described(value)],
        }
        return context

    def format_value(self, value: Any) -> Any:
        return None

    def _described(self, value: Any) -> Iterable[Picked]:
        if value in (None, "", []):
            return []
        ids = [value] if isinstance(value, str | int) else list(value)
        found = {item.id: item for item in self.describe([str(pk) for pk in ids])}
        return [found[str(pk)] for pk in ids if str(pk) in found]


class PickedMany(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Several things chosen; ids that no database can hold are no valid choice."""

    def clean(self, value: Any) -> Any:
        if any(not (str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19) for pk in value or []):
            raise forms.ValidationError(self.error_messages["invalid_list"], code="invalid_list")
        return super().clean(value)


def moment_field(label: Any, **options: Any) -> Any:
    """A day and a time of day."""
    return forms.SplitDateTimeField(
        label=label, widget=DateTimeInput, input_date_formats=["%d/%m/%Y"], input_time_formats=["%H:%M"], **options
    )


class ErrorsFromOperation:
    """Puts the ``fields`` of a UserError beside the form's fields."""

    renamed: ClassVar[Mapping[str, str]] = {}
    """Name in the operation → name in the form, where they differ."""

    def blame(self, error: UserError) -> None:
        """Show ``error`` where it belongs; on top when it names no field of this form."""
        form: Any = self
        named = {self.renamed.get(name, name): text for name, text in error.fields.items()}
        known = {name: text for name, text in named.items() if name in form.fields}
        for name, text in known.items():
            form.add_error(name, text)
        if not known:
            form.add_error(None, " ".join(str(part) for part in (error.message, error.hint) if part))
