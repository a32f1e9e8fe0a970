"""The economy of meetings as a spreadsheet: by unit, by month, meeting by meeting, and how each figure is computed."""

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from eoffice import spreadsheets
from meetings.economy.figures import Sums
from meetings.economy.formulas import formulas
from meetings.economy.report import Line, Report


def workbook(report: Report, lines: Sequence[Line], now: dt.datetime) -> bytes:
    """As XLSX: numbers are numbers; times in minutes, shares in percent of one decimal."""
    book = Workbook()
    title = f"{_('Hiệu quả họp')} – {report.filters.period.label}"
    by_unit = [[row.unit.name, *_numbers(row.sums)] for row in report.rows]
    units = spreadsheets.first_sheet(book)
    units.title = _("Theo đơn vị tổ chức")
    _fill(units, title, [_("Đơn vị tổ chức"), *_heads()], [*by_unit, [_("Tổng cộng"), *_numbers(report.total)]], now)
    by_month = [[month.period.label, *_numbers(month.sums)] for month in report.months]
    _fill(book.create_sheet(_("Theo tháng")), title, [_("Tháng"), *_heads()], by_month, now)
    one_by_one = [_line(line) for line in lines]
    heads = [_("Cuộc họp"), _("Đơn vị tổ chức"), _("Ngày"), _("Hình thức"), *_heads()]
    _fill(book.create_sheet(_("Từng cuộc họp")), title, heads, one_by_one, now)
    ways = [[heading, text] for heading, text in formulas(report.baselines)]
    _fill(book.create_sheet(_("Cách tính")), title, [_("Số liệu"), _("Cách tính")], ways, now, widths=(40, 110))
    return spreadsheets.saved(book)


def _fill(
    sheet: Worksheet,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    now: dt.datetime,
    widths: Sequence[int] = (),
) -> None:
    spreadsheets.head(sheet, spreadsheets.plain(title), heads, now)
    for row in rows:
        sheet.append([spreadsheets.plain(cell) if isinstance(cell, str) else cell for cell in row])
    spreadsheets.lay_out(sheet, widths or (44, *(16 for _head in heads[1:])), stays="B")


def _line(line: Line) -> list[object]:
    name = line.meeting.title if line.meeting else _("(nội dung không thuộc phạm vi được biết)")
    return [name, line.organiser, line.day, line.form, *_numbers(line.sums)]


def _heads() -> list[str]:
    return [
        _("Đã họp"),
        _("Đã hủy"),
        _("Đã hoãn"),
        _("Họp diện rộng đến cấp xã"),
        _("Trong đó trực tuyến"),
        _("Trong đó kết hợp"),
        _("Tỷ lệ trực tuyến (%)"),
        _("Thời gian dự kiến (phút)"),
        _("Thời gian thực tế (phút)"),
        _("Tiết kiệm so với dự kiến (%)"),
        _("Tiết kiệm so với trước đây (%)"),
        _("Đại biểu được mời"),
        _("Đại biểu có mặt"),
        _("Giờ-người"),
        _("Số trang không phải in"),
        _("Km không phải đi"),
    ]


def _numbers(sums: Sums) -> list[object]:
    return [
        sums.held,
        sums.cancelled,
        sums.postponed,
        sums.wide,
        sums.wide_online,
        sums.wide_hybrid,
        _rounded(sums.wide_share),
        sums.planned,
        sums.actual,
        _rounded(sums.saved_of_plan),
        _rounded(sums.saved_of_baseline),
        sums.invited,
        sums.present,
        _rounded(sums.person_minutes / 60),
        sums.pages,
        sums.km,
    ]


def _rounded(ratio: float | None) -> float | str:
    return "" if ratio is None else round(ratio, 1)
