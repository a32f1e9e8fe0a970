"""Loading an organisation from a sheet: read, check every row, show what would happen, then all or nothing."""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from eoffice.accounts.names import folded, normalised
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation import tree
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.sheets import MAX_BYTES, rows_of

if TYPE_CHECKING:
    from eoffice.accounts.models import User

DATA = Path(__file__).parent / "data"

__all__ = ["COLUMNS", "DATA", "MAX_BYTES", "Plan", "PlannedUnit", "RowError", "found", "load", "plan"]

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "mã"),
    "parent": ("parent", "mã cấp trên"),
    "name": ("name", "tên"),
    "short_name": ("short_name", "tên gọn"),
    "kind": ("kind", "loại"),
    "level": ("level", "cấp"),
    "symbol": ("symbol", "ký hiệu"),
    "agency": ("agency", "có con dấu"),
    "phone": ("phone", "điện thoại"),
    "email": ("email", "thư điện tử"),
    "address": ("address", "địa chỉ"),
    "valid_from": ("valid_from", "từ ngày"),
    "valid_to": ("valid_to", "đến hết"),
}
"""Field → names of its column: for programs, for people. Case and diacritics do not matter."""
REQUIRED = ("code", "name", "kind", "level", "valid_from")
_YES = {"yes", "co", "x", "1", "true"}
_NO = {"", "no", "khong", "0", "false"}


@dataclass(frozen=True)
class RowError:
    """What is wrong, in the row number that the spreadsheet shows."""

    row: int
    message: str


@dataclass
class PlannedUnit:
    """One row that can be loaded. ``existing`` when that code is already there from that day on."""

    row: int
    code: str
    parent: str
    name: str
    kind: str
    level: str
    valid_from: dt.date
    valid_to: dt.date | None
    agency: bool
    details: dict[str, str]
    depth: int = 0
    existing: Unit | None = None

    @property
    def indent(self) -> int:
        """How far the preview moves it in."""
        return min(self.depth, 4)


@dataclass
class Plan:
    """What a sheet would do."""

    units: list[PlannedUnit] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)

    @property
    def new(self) -> list[PlannedUnit]:
        """The units that would be founded."""
        return [unit for unit in self.units if unit.existing is None]


def plan(content: bytes) -> Plan:
    """Check every row of ``content``; nothing is written.

    Raises UserError when the file cannot be read at all, is empty, or lacks a column.
    """
    rows = list(rows_of(content))
    if len(rows) < 2:
        raise UserError("sheet-empty", _("Tệp không có dòng dữ liệu nào."), hint=_("Tải tệp mẫu để xem cách điền."))
    columns = _columns(rows[0][1])
    checker = _Checker()
    for number, cells in rows[1:]:
        checker.add(number, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
    return checker.plan


@transaction.atomic
def load(content: bytes, *, by: Appointment | None = None, user: "User | None" = None) -> list[Unit]:
    """Found every new unit of the sheet, or none: UserError("sheet-has-errors") names the first wrong row."""
    checked = plan(content)
    if checked.errors:
        first = checked.errors[0]
        raise UserError(
            "sheet-has-errors",
            _("Dòng %(row)d: %(message)s") % {"row": first.row, "message": first.message},
            hint=_("Sửa các dòng lỗi trong tệp rồi chọn lại. Chưa có đơn vị nào được ghi."),
        )
    return found(checked, by=by, user=user)


@transaction.atomic
def found(checked: Plan, *, by: Appointment | None = None, user: "User | None" = None) -> list[Unit]:
    """Found the new units of a plan without errors, parents first."""
    known: dict[str, Unit] = {}
    made = []
    for planned in checked.units:
        unit = planned.existing or _found_one(planned, known)
        known[planned.code] = unit
        if planned.existing is None:
            made.append(unit)
    log.record("organisation.loaded", by=by, user=user, units=len(made), first=made[0].name if made else "")
    return made


def _found_one(planned: PlannedUnit, known: dict[str, Unit]) -> Unit:
    parent = known.get(planned.parent) or _standing(planned.parent) if planned.parent else None
    unit = tree.place_unit(
        parent,
        name=planned.name,
        kind=planned.kind,
        level=planned.level,
        valid_from=planned.valid_from,
        valid_to=planned.valid_to,
        code=planned.code,
        **planned.details,
    )
    if planned.agency:
        tree.establish_agency(unit)
    return unit


def _standing(code: str) -> Unit | None:
    found: Unit | None = Unit.objects.filter(code=code).order_by("-valid_from").first()
    return found


def _columns(header: list[str]) -> dict[str, int]:
    names = {folded(alias): name for name, aliases in COLUMNS.items() for alias in aliases}
    columns = {names[folded(cell)]: at for at, cell in enumerate(header) if folded(cell) in names}
    missing = [COLUMNS[name][1] for name in REQUIRED if name not in columns]
    if missing:
        raise UserError(
            "sheet-lacks-columns",
            _("Thiếu cột: %(columns)s.") % {"columns": ", ".join(missing)},
            hint=_("Dòng đầu tiên của tệp phải là tên cột. Tải tệp mẫu để xem cách điền."),
        )
    return columns


class _Checker:
    """Collects the plan row by row; knows the codes already seen."""

    def __init__(self) -> None:
        self.plan = Plan()
        self._depths: dict[str, int] = {}
        self._standing: dict[str, list[Unit]] = {}
        for unit in Unit.objects.exclude(code=""):
            self._standing.setdefault(unit.code, []).append(unit)

    def add(self, row: int, cells: dict[str, str]) -> None:
        values = {name: normalised(cells.get(name, "")) for name in COLUMNS}
        messages = [_("Thiếu %(column)s.") % {"column": COLUMNS[name][1]} for name in REQUIRED if not values[name]]
        planned = None if messages else self._parsed(row, values, messages)
        self.plan.errors += [RowError(row, message) for message in messages]
        if planned is not None and not messages:
            self.plan.units.append(planned)
        if values["code"]:
            self._depths.setdefault(values["code"], self._depth_below(values["parent"]))

    def _parsed(self, row: int, values: dict[str, str], messages: list[str]) -> PlannedUnit | None:
        kind = _choice(Unit.Kind, values["kind"], _("loại"), messages)
        level = _choice(Unit.Level, values["level"], _("cấp"), messages)
        valid_from = _date(values["valid_from"], messages)
        valid_to = _date(values["valid_to"], messages) if values["valid_to"] else None
        self._check(values, valid_from, valid_to, messages)
        if valid_from is None:
            return None
        details = {name: values[name] for name in ("short_name", "symbol", "phone", "email", "address")}
        standing = self._standing.get(values["code"], [])
        return PlannedUnit(
            row=row,
            code=values["code"],
            parent=values["parent"],
            name=values["name"],
            kind=kind,
            level=level,
            valid_from=valid_from,
            valid_to=valid_to,
            agency=folded(values["agency"]) in _YES,
            details=details,
            depth=self._depth_below(values["parent"]),
            existing=next((unit for unit in standing if unit.valid_from == valid_from), None),
        )

    def _check(
        self, values: dict[str, str], valid_from: dt.date | None, valid_to: dt.date | None, messages: list[str]
    ) -> None:
        if values["code"] in self._depths:
            messages.append(_("Mã %(code)s đã có ở một dòng trên.") % values)
        if values["parent"] and values["parent"] not in self._depths and values["parent"] not in self._standing:
            messages.append(_("Không có đơn vị cấp trên mang mã %(parent)s ở các dòng trên.") % values)
        if valid_from and valid_to and valid_to < valid_from:
            messages.append(_("Ngày kết thúc trước ngày bắt đầu."))
        if folded(values["agency"]) not in _YES | _NO:
            messages.append(_("Cột “có con dấu” chỉ nhận “có” hoặc “không”."))
        if values["email"] and not _is_email(values["email"]):
            messages.append(_("Thư điện tử “%(email)s” không đúng.") % values)
        messages += _too_long(values)

    def _depth_below(self, parent: str) -> int:
        if not parent:
            return 0
        return self._depths.get(parent, 0) + 1


def _too_long(values: dict[str, str]) -> list[str]:
    messages = []
    for name in ("name", "short_name", "symbol", "code", "phone", "address"):
        limit: int = getattr(Unit._meta.get_field(name), "max_length", None) or 0
        if len(values[name]) > limit:
            messages.append(
                _("%(column)s dài quá %(limit)d ký tự.") % {"column": COLUMNS[name][1].capitalize(), "limit": limit}
            )
    return messages


def _choice(choices: type[Unit.Kind] | type[Unit.Level], text: str, column: str, messages: list[str]) -> str:
    value = _words(choices).get(folded(text))
    if value is not None:
        return value
    allowed = ", ".join(str(label) for _value, label in choices.choices)
    messages.append(
        _("%(column)s “%(text)s” không có. Chọn một trong: %(allowed)s.")
        % {"column": column.capitalize(), "text": text, "allowed": allowed}
    )
    return ""


@cache
def _words(choices: type[Unit.Kind] | type[Unit.Level]) -> dict[str, str]:
    """Word in a file → choice: the code, or the label in any language (the sample file is Vietnamese)."""
    words = {str(value): str(value) for value in choices.values}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {folded(str(label)): str(value) for value, label in choices.choices}
    return words


def _date(text: str, messages: list[str]) -> dt.date | None:
    """``2025-07-01`` or ``01/07/2025``."""
    for pattern, order in ((r"(\d{4})-(\d{1,2})-(\d{1,2})", (1, 2, 3)), (r"(\d{1,2})/(\d{1,2})/(\d{4})", (3, 2, 1))):
        match = re.fullmatch(pattern, text)
        if match:
            try:
                return dt.date(*(int(match[part]) for part in order))
            except ValueError:
                break
    messages.append(_("Ngày “%(text)s” không đúng; viết như 01/07/2025.") % {"text": text})
    return None


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
