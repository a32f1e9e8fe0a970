"""The register of outgoing documents (sổ văn bản đi) of an agency and a year, as it is read, printed and taken away."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from documents.decree30.types import CHOICES, NO_ABBREVIATION, TYPES, chosen
from documents.models import NumberAllocation, Register
from documents.permissions import kept_registers
from eoffice import spreadsheets
from eoffice.accounts.models import User
from eoffice.http import number_of
from eoffice.organisation.models import Unit

PER_PAGE = 200
_State = NumberAllocation.State


@dataclass(frozen=True)
class Gap:
    """A number that no document bears."""

    code: str
    why: str


@dataclass(frozen=True)
class Book:
    """What was chosen: a unit, a year, one type or all (None)."""

    units: list[Unit]
    unit: Unit
    years: list[int]
    year: int
    series: str | None

    def lines(self) -> QuerySet[NumberAllocation]:
        """Every number in the order of the days, those void too."""
        found = NumberAllocation.objects.filter(
            register__unit=self.unit, register__year=self.year, register__direction=Register.Direction.OUTGOING
        )
        if self.series is not None:
            found = found.filter(register__series=self.series)
        return found.select_related("register").order_by("given_on", "register__series", "n")

    def page(self, number: str | None, *, whole: bool) -> Page[NumberAllocation]:
        """Those of a page, or all of them, to be printed."""
        lines = self.lines()
        return Paginator(lines, max(1, lines.count()) if whole else PER_PAGE).get_page(number)

    def gaps(self) -> list[Gap]:
        """Numbers below the last one of their series that no document bears: cancelled, lapsed, or never written."""
        return gaps_of(self.lines())

    types = CHOICES
    """Abbreviations and names to choose from."""

    @property
    def type_chosen(self) -> str:
        """The abbreviation, as one chooses it; "" for all types."""
        return "" if self.series is None else self.series or NO_ABBREVIATION


def book_of(user: User, query: Mapping[str, str]) -> Book | None:
    """The book that ``user`` asks for by ``unit``, ``year`` and ``type``; None: they keep no register."""
    units = list(kept_registers(user).select_related("agency"))
    if not units:
        return None
    by_id = {unit.pk: unit for unit in units}
    unit = by_id.get(number_of(query.get("unit", "")) or 0, units[0])
    this_year = timezone.localdate().year
    years = years_of(unit, Register.Direction.OUTGOING)
    year = number_of(query.get("year", ""), digits=4)
    named = query.get("type", "")
    series = chosen(named) if named else None
    return Book(units, unit, years, year if year in years else this_year, series if series in TYPES else None)


def years_of(unit: Unit, direction: Register.Direction) -> list[int]:
    """Years of which ``unit`` has a register, this year always, the latest first."""
    kept = unit.registers.filter(direction=direction).order_by().values_list("year", flat=True).distinct()
    return sorted({*kept, timezone.localdate().year}, reverse=True)


def gaps_of(lines: Iterable[NumberAllocation]) -> list[Gap]:
    """What is missing in each series of ``lines``, which were read with their registers."""
    now = timezone.now()
    series: dict[int, dict[int, NumberAllocation]] = {}
    for line in lines:
        series.setdefault(line.register_id, {})[line.n] = line
    return [gap for given in series.values() for gap in _gaps(given, now)]


def _gaps(given: dict[int, NumberAllocation], now: dt.datetime) -> Iterable[Gap]:
    last = next(iter(given.values()))
    for n in range(1, max(given) + 1):
        line = given.get(n)
        if line is None:
            yield Gap(NumberAllocation(n=n, symbol=last.symbol).code, _("Không có trong sổ"))
        elif line.state == _State.VOID:
            yield Gap(line.code, line.reason)
        elif line.has_expired(now):
            yield Gap(line.code, _("Quá hạn giữ số."))


def workbook(book: Book) -> bytes:
    """The register as XLSX, in the columns of Decree 30/2020/NĐ-CP, Annex IV."""
    heads = [_("Số, ký hiệu"), _("Ngày văn bản"), _("Tên loại và trích yếu"), _("Người ký"), _("Nơi nhận")]
    heads += [_("Đơn vị, người nhận bản lưu"), _("Số lượng bản"), _("Phương thức gửi"), _("Ghi chú")]
    title = _("Sổ văn bản đi năm %(year)d – %(unit)s") % {"year": book.year, "unit": book.unit.name}
    widths = (18, 14, 60, 28, 48, 20, 10, 20, 36)
    gaps = Gaps(_("Số, ký hiệu"), book.gaps())
    return as_workbook(_("Sổ văn bản đi"), title, heads, map(_row, book.lines()), widths, gaps)


class Gaps(NamedTuple):
    """Numbers that no document bears, and what a number is called."""

    number: str
    found: Sequence[Gap]


def as_workbook(
    name: str, title: str, heads: Sequence[str], rows: Iterable[list[object]], widths: Sequence[int], gaps: Gaps
) -> bytes:
    """A register as XLSX: its lines on a sheet called ``name``, and the numbers without a document on another."""
    made = Workbook()
    sheet = spreadsheets.first_sheet(made)
    sheet.title = name
    spreadsheets.head(sheet, title, heads, timezone.now())
    for row in rows:
        sheet.append(row)
    spreadsheets.lay_out(sheet, widths)
    missing = made.create_sheet(_("Số bỏ trống"))
    spreadsheets.head(missing, title, [gaps.number, _("Vì sao")], timezone.now())
    for gap in gaps.found:
        missing.append([spreadsheets.plain(gap.code), spreadsheets.plain(gap.why)])
    spreadsheets.lay_out(missing, (18, 60))
    return spreadsheets.saved(made)


def _row(line: NumberAllocation) -> list[object]:
    note = line.note
    if line.state != _State.ASSIGNED:
        note = ". ".join(part for part in (str(line.get_state_display()), line.reason) if part)
    texts = (
        line.code, f"{line.given_on:%d/%m/%Y}", f"{line.type_name} {line.subject}".strip(), line.signer, line.recipients,
        line.kept_by,
    )  # fmt: skip
    return [*map(spreadsheets.plain, texts), line.copies, spreadsheets.plain(line.sent_by), spreadsheets.plain(note)]
