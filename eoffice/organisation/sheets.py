"""Rows of a CSV or XLSX file, as text, whatever program wrote it. Knows no domain."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from eoffice.errors import UserError

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
MAX_UNPACKED = 100 * 1024 * 1024


def rows_of(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(row number as the spreadsheet shows it, cells) of each row that is not empty.

    XLSX is recognised by its content, the rest is read as CSV (comma, semicolon or tab; UTF-8 with or
    without a mark, else UTF-16). Raises UserError("sheet-too-large"), ("sheet-unreadable").
    """
    if len(content) > MAX_BYTES:
        raise UserError("sheet-too-large", _("Tệp lớn quá 5 MB."), hint=_("Chia danh sách thành nhiều tệp."))
    lines = _xlsx_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    for number, cells in enumerate(lines, start=1):
        if number > MAX_ROWS:
            raise UserError("sheet-too-large", _("Tệp có quá 20.000 dòng."), hint=_("Chia danh sách thành nhiều tệp."))
        if any(cells):
            yield number, cells


def _unreadable() -> UserError:
    return UserError(
        "sheet-unreadable",
        _("Không đọc được tệp này."),
        hint=_("Lưu lại danh sách dưới dạng Excel (.xlsx) hoặc CSV (UTF-8) rồi chọn lại."),
    )


def _xlsx_rows(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise _unreadable()
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_text(cell) for cell in row]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError) as error:
        raise _unreadable() from error


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _csv_rows(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise _unreadable() from error


def _decoded(content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable() from error
    if "\x00" in text:
        raise _unreadable()
    return text
