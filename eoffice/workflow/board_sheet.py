"""The figures of tasks as a spreadsheet: the table of the page, with what it counts and when."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from eoffice import spreadsheets
from eoffice.workflow import cells, periods
from eoffice.workflow.board import Board, Row

WIDTHS = (44, 12, 14, 16, 14, 18, 18, 18, 18)


def workbook(board: Board, now: dt.datetime) -> bytes:
    """As XLSX: numbers are numbers, ratios are of one decimal."""
    book = Workbook()
    sheet = spreadsheets.first_sheet(book)
    sheet.title = _("Theo dõi nhiệm vụ")
    spreadsheets.head(sheet, spreadsheets.plain(title(board)), heads(), now)
    for row in [*board.rows, board.total]:
        label, *numbers = _line(row)
        sheet.append([spreadsheets.plain(str(label)), *numbers])
    spreadsheets.lay_out(sheet, WIDTHS, stays="B")
    return spreadsheets.saved(book)


def as_csv(board: Board, now: dt.datetime) -> bytes:
    """As CSV that spreadsheets open with its letters right."""
    made = _("Lập lúc %(at)s") % {"at": f"{timezone.localtime(now):%H:%M, %d/%m/%Y}"}
    lines = [_line(row) for row in [*board.rows, board.total]]
    return spreadsheets.csv_file([[title(board)], [made], heads(), *lines])


def title(board: Board) -> str:
    """What is counted, as it stands above the table."""
    filters = board.filters
    unit = board.unit.name if board.unit else _("Các đơn vị")
    period = filters.period.label if filters.period else ""
    text = _("Theo dõi nhiệm vụ – %(unit)s – %(by)s: %(period)s") % {
        "unit": unit,
        "by": str(periods.BY[filters.by]).lower(),
        "period": period,
    }
    return f"{text} ({_('giả định thời hạn sớm hơn 24 giờ')})" if filters.earlier else text


def heads() -> list[str]:
    """Names of the columns; both ratios name what they are divided by."""
    return [
        _("Đơn vị chủ trì"),
        _("Tổng số"),
        *(str(label) for label in cells.Cell.labels),
        _("Trong đó: đúng hạn sau gia hạn"),
        _("Tỷ lệ đúng hạn trên số đã hoàn thành (%)"),
        _("Tỷ lệ đúng hạn và trong hạn trên tổng số (%)"),
    ]


def _line(row: Row) -> list[object]:
    figures = row.figures
    numbers = [getattr(figures, cell) for cell in cells.Cell.values]
    ratios = [_rounded(figures.on_time_of_done), _rounded(figures.in_time_of_all)]
    return [row.label, figures.total, *numbers, figures.done_extended, *ratios]


def _rounded(ratio: float | None) -> float | str:
    return "" if ratio is None else round(ratio, 1)
