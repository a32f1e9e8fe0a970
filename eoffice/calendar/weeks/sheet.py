"""The usual table of the week: its columns, and as a spreadsheet."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.properties import PageSetupProperties

from eoffice import spreadsheets
from eoffice.calendar.models import WeekEdition, WeekSchedule
from eoffice.calendar.weeks import days, rows
from eoffice.calendar.weeks.rows import Row

WIDTHS = (14, 13, 52, 34, 30, 40, 22, 14, 30)


def heads() -> list[str]:
    """Names of the columns."""
    return [
        _("Ngày"),
        _("Thời gian"),
        _("Nội dung"),
        _("Lãnh đạo chủ trì, tham dự"),
        _("Địa điểm"),
        _("Thành phần"),
        _("Cơ quan chuẩn bị"),
        _("Xe"),
        _("Ghi chú"),
    ]


def cells(row: Row) -> list[str]:
    """One row, without the day."""
    return [
        row.time,
        row.title,
        "; ".join(row.leaders),
        row.place,
        row.attendees,
        row.prepared_by,
        row.car,
        row.remarks,
    ]


def lines(shown: Sequence[Row], monday: dt.date) -> list[list[str]]:
    """The whole table; the day stands in its first row only, a day without anything has a row of its own."""
    found = []
    for one in rows.by_day(shown, monday):
        label = f"{days.weekday(one.day)} {one.day:%d/%m}"
        for row in one.rows:
            found.append([label, *cells(row)])
            label = ""
        if not one.rows:
            found.append([label, *[""] * (len(WIDTHS) - 1)])
    return found


def title(schedule: WeekSchedule, edition: WeekEdition) -> str:
    """What the table is of."""
    text = _("Lịch công tác tuần %(number)d (%(first)s – %(last)s) – %(unit)s, bản số %(edition)d")
    return text % {
        "number": schedule.number,
        "first": f"{schedule.monday:%d/%m/%Y}",
        "last": f"{schedule.sunday:%d/%m/%Y}",
        "unit": schedule.unit.name,
        "edition": edition.number,
    }


def workbook(schedule: WeekSchedule, edition: WeekEdition, shown: Sequence[Row]) -> bytes:
    """As XLSX; what was put off is struck through."""
    book = Workbook()
    sheet = spreadsheets.first_sheet(book)
    sheet.title = _("Lịch công tác tuần")[:31]
    spreadsheets.head(sheet, spreadsheets.plain(title(schedule, edition)), heads(), edition.at)
    gone = {(row.time, row.title) for row in shown if row.gone}
    for line in lines(shown, schedule.monday):
        sheet.append([spreadsheets.plain(cell) for cell in line])
        for cell in sheet[sheet.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if (line[1], line[2]) in gone:
                cell.font = Font(strike=True)
    spreadsheets.lay_out(sheet, WIDTHS, stays="C")
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return spreadsheets.saved(book)
