"""The list of tasks as a spreadsheet."""

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from eoffice import spreadsheets
from eoffice.accounts.models import User
from eoffice.errors import UserError
from eoffice.workflow import filtering
from eoffice.workflow.filtering import Filters
from eoffice.workflow.models import Task, TaskParty
from eoffice.workflow.ordering import LateFirst, bounded
from eoffice.workflow.timeliness import Clock

MOST = 10_000
"""Lines of one file."""
BATCH = 500
WIDTHS = (6, 60, 40, 28, 28, 36, 26, 13, 13, 13, 22, 24, 10, 13)


def lines_of(user: User, filters: Filters, clock: Clock) -> list[list[str | int]]:
    """A line per task that ``filters`` show, late ones first.

    Raises UserError("too-many-lines") beyond ``MOST``: a file that leaves some out would be taken for the whole.
    """
    found = filtering.matching(user, filters, clock)
    if bounded(found.tasks, MOST) > MOST:
        raise UserError(
            "too-many-lines",
            _("Danh sách có hơn %(most)d nhiệm vụ nên chưa xuất được thành một tệp.") % {"most": MOST},
            hint=_("Chọn nhóm, trạng thái hoặc kỳ hẹp hơn rồi xuất lại."),
        )
    ids = LateFirst(found, clock, states=filters.states)[0:MOST]
    return [line for start in range(0, len(ids), BATCH) for line in _lines(ids[start : start + BATCH], start, clock)]


def workbook(lines: list[list[str | int]], now: dt.datetime) -> bytes:
    """As XLSX."""
    book = Workbook()
    sheet = spreadsheets.first_sheet(book)
    sheet.title = _("Nhiệm vụ")
    spreadsheets.head(sheet, _("Danh sách nhiệm vụ"), _heads(), now)
    for line in lines:
        sheet.append([spreadsheets.plain(cell) if isinstance(cell, str) else cell for cell in line])
    spreadsheets.lay_out(sheet, WIDTHS, stays="C")
    return spreadsheets.saved(book)


def as_csv(lines: list[list[str | int]]) -> bytes:
    """As CSV."""
    return spreadsheets.csv_file([_heads(), *lines])


def _heads() -> list[str]:
    heads = [_("STT"), _("Nội dung nhiệm vụ"), _("Nguồn giao"), _("Cơ quan giao"), _("Đơn vị chủ trì")]
    heads += [_("Đơn vị phối hợp"), _("Người thực hiện"), _("Ngày giao"), _("Thời hạn"), _("Thời hạn ban đầu")]
    return [*heads, _("Trạng thái"), _("Tình trạng thời hạn"), _("Tiến độ (%)"), _("Ngày nộp kết quả")]


def _lines(ids: list[int], start: int, clock: Clock) -> Iterator[list[str | int]]:
    """Two queries."""
    tasks = Task.objects.select_related("lead_unit", "assigner_unit", "officer__person").in_bulk(ids)
    helping: dict[int, list[str]] = {}
    parties = TaskParty.objects.filter(task__in=ids, role=TaskParty.Role.COORDINATE).order_by("pk")
    for key, name in parties.values_list("task", "unit__short_name"):
        helping.setdefault(key, []).append(name)
    for number, pk in enumerate(ids, start=start + 1):
        task = tasks[pk]
        yield [
            number, task.title, task.source_label, task.assigner_unit.short_name, task.lead_unit.short_name,
            "; ".join(helping.get(pk, [])), str(task.officer.person) if task.officer else "", _day(task.assigned_at),
            _day(task.due_on), _day(task.original_due_on), task.get_state_display(),
            str(clock.timeliness(task).label), task.percent, _day(task.submitted_at),
        ]  # fmt: skip


def _day(moment: dt.date | None) -> str:
    if moment is None:
        return ""
    return f"{timezone.localtime(moment) if isinstance(moment, dt.datetime) else moment:%d/%m/%Y}"
