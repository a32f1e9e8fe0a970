"""Forms of the directory."""

import base64
import binascii
import zlib
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from eoffice.errors import UserError
from eoffice.organisation.models import Unit
from eoffice.organisation.sheets import MAX_BYTES


class UnitFilterForm(forms.Form):
    """Search and filters of the list of units."""

    q = forms.CharField(label=_("Tìm theo tên"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[("", _("Tất cả")), *Unit.Kind.choices])
    level = forms.ChoiceField(label=_("Cấp"), required=False, choices=[("", _("Tất cả")), *Unit.Level.choices])

    def value(self, name: str) -> str:
        """The cleaned value; "" for one that is missing or was not understood."""
        self.is_valid()
        return str(getattr(self, "cleaned_data", {}).get(name) or "")


class SheetForm(forms.Form):
    """A CSV or XLSX file to look at before it is loaded."""

    sheet = forms.FileField(
        label=_("Tệp danh sách (.xlsx hoặc .csv)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Chọn một tệp.")},
    )


def packed(content: bytes) -> str:
    """``content`` for a hidden field between preview and loading; it is checked again when it comes back."""
    return base64.b64encode(zlib.compress(content)).decode()


def unpacked(text: str) -> bytes:
    """The inverse of ``packed``; raises UserError("sheet-unreadable")."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MAX_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise UserError(
            "sheet-unreadable",
            gettext("Không đọc được tệp này."),
            hint=gettext("Chọn lại tệp và xem trước lần nữa."),
        ) from error


def template_rows() -> list[list[Any]]:
    """Header and two example rows of the sheet that people download and fill in."""
    from eoffice.organisation.importing import COLUMNS

    header = [aliases[1].capitalize() for aliases in COLUMNS.values()]
    first = ["SXD", "", "Sở Xây dựng", "Sở Xây dựng", "Sở, ban, ngành", "Sở, ngành", "SXD", "có", "", "", ""]
    second = ["SXD-QH", "SXD", "Phòng Quy hoạch", "", "Phòng, ban, đơn vị trực thuộc", "Sở, ngành", "", "không"]
    return [header, [*first, "01/07/2025", ""], [*second, "", "", "", "01/07/2025", ""]]
