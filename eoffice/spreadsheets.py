"""Lists as spreadsheets (XLSX): a title, when it was made, a row of headings that stays, and lines; lists as CSV."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HEADING_ROW = 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def first_sheet(book: Workbook) -> Worksheet:
    """The sheet that a new book has."""
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def head(sheet: Worksheet, title: str, heads: Sequence[str], now: dt.datetime) -> None:
    """What stands above the lines."""
    sheet.append([title])
    sheet.append([_("Lập lúc %(at)s") % {"at": f"{timezone.localtime(now):%H:%M, %d/%m/%Y}"}])
    sheet.append([])
    sheet.append(list(heads))


def lay_out(sheet: Worksheet, widths: Iterable[int], *, stays: str = "A") -> None:
    """Widths in characters, bold headings; the columns before ``stays`` and all above the lines do not scroll."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for cell in (*sheet[1], *sheet[HEADING_ROW]):
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=cell.row == HEADING_ROW, vertical="center")
    sheet.freeze_panes = f"{stays}{HEADING_ROW + 1}"


def plain(text: str) -> str:
    """Never a formula, whatever somebody typed."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def saved(book: Workbook) -> bytes:
    """The file."""
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def csv_file(lines: Iterable[Sequence[object]]) -> bytes:
    """``lines`` as CSV (RFC 4180); the mark at its beginning tells Excel that it is UTF-8. No text is a formula."""
    output = io.StringIO()
    made = csv.writer(output)
    for line in lines:
        made.writerow([plain(cell) if isinstance(cell, str) else cell for cell in line])
    return output.getvalue().encode("utf-8-sig")
