"""Readiness as a spreadsheet: one line per site, in the order of the tree (docs/domain/rehearsal.md)."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from eoffice import spreadsheets
from meetings.models import Check, Meeting, Outcome
from meetings.readiness import Branch, SiteRow

WIDTHS = (6, 28, 32, 18, 34, *(14 for _check in Check.values), 18, 28, 18, 40, 40)


def workbook(meeting: Meeting, branches: Sequence[Branch], now: dt.datetime) -> bytes:
    """The board as XLSX: state, what each check found, who sees to what failed, whom to call."""
    book = Workbook()
    sheet = spreadsheets.first_sheet(book)
    sheet.title = _("Kiểm tra đường truyền")
    title = _("Kết quả kiểm tra đường truyền: %(title)s") % {"title": meeting.title}
    spreadsheets.head(sheet, title, _heads(), now)
    lines = ((branch, row) for branch in branches for row in branch.rows)
    for number, (branch, row) in enumerate(lines, start=1):
        sheet.append(_line(number, branch, row))
    spreadsheets.lay_out(sheet, WIDTHS, stays="D")
    return spreadsheets.saved(book)


def _heads() -> list[str]:
    first = [_("STT"), _("Cơ quan cấp trên"), _("Điểm cầu"), _("Tình trạng"), _("Lý do")]
    last = [_("Kiểm tra lúc"), _("Máy"), _("Điện thoại"), _("Người liên hệ"), _("Người xử lý")]
    return [*first, *(str(label) for label in Check.labels), *last]


def _line(number: int, branch: Branch, row: SiteRow) -> list[object]:
    readiness = row.readiness
    people = "; ".join(f"{one.name} {one.phone}".strip() for one in row.contacts.people)
    care = "; ".join(
        f"{problem.get_check_name_display()}: {problem.owner} {problem.phone} ({problem.get_state_display()})"
        for problem in row.problems
    )
    first = [number, spreadsheets.plain(branch.name), spreadsheets.plain(row.site.name), str(row.state.label), row.why]
    last = [
        f"{timezone.localtime(readiness.last_at):%H:%M %d/%m/%Y}" if readiness else "",
        spreadsheets.plain(readiness.machine_label) if readiness else "",
        spreadsheets.plain(row.contacts.phone),
        spreadsheets.plain(people),
        spreadsheets.plain(care),
    ]
    return [*first, *(_outcome(row, check) for check in Check.values), *last]


def _outcome(row: SiteRow, check: str) -> str:
    found = row.readiness.findings.get(check) if row.readiness else None
    return str(Outcome(found["outcome"]).label) if found else ""
