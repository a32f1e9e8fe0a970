"""The weekly schedule of an agency as a document, in the form of Decree 30/2020/NĐ-CP with the usual table, on A4 across."""

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from documents.decree30.parts import OfficialDocument, Paragraph, Signature, Table
from eoffice.calendar.models import WeekEdition, WeekSchedule
from eoffice.calendar.weeks import sheet
from eoffice.calendar.weeks.rows import Row
from eoffice.organisation.signing import capacity, head_of, superior_of

SHARES = (0.075, 0.07, 0.22, 0.14, 0.115, 0.14, 0.08, 0.06, 0.10)
HEADS = (
    "Ngày",
    "Thời gian",
    "Nội dung",
    "Lãnh đạo chủ trì, tham dự",
    "Địa điểm",
    "Thành phần",
    "Cơ quan chuẩn bị",
    "Xe",
    "Ghi chú",
)


def week_document(schedule: WeekSchedule, edition: WeekEdition, shown: Sequence[Row]) -> OfficialDocument:
    """An edition as ``shown`` to its reader; it bears no number."""
    day = timezone.localdate(edition.at)
    return OfficialDocument(
        type_name="Lịch công tác tuần",
        subject=f"Tuần {schedule.number} (từ ngày {schedule.monday:%d/%m/%Y} đến ngày {schedule.sunday:%d/%m/%Y})",
        issuer=schedule.unit.name,
        superior=superior_of(schedule.unit),
        number=None,
        symbol="",
        place=settings.PLACE_NAME,
        day=day,
        body=(
            *([Paragraph(_edition(edition))] if edition.number > 1 else []),
            Table(HEADS, tuple(tuple(line) for line in sheet.lines(shown, schedule.monday)), SHARES, small=True),
        ),
        signature=_signature(schedule, day),
        recipients=("Lãnh đạo cơ quan", "Các đơn vị có liên quan"),
        landscape=True,
    )


def _signature(schedule: WeekSchedule, day: dt.date) -> Signature:
    """Of who approved it: who leads the agency's office does so by order of its head."""
    signer = schedule.approved_by
    if signer is None:
        return Signature(("",), "")
    head = head_of(schedule.unit, day) if signer.unit_id != schedule.unit_id else None
    lines = (f"TL. {head.position.name}", *capacity(signer, day)) if head else capacity(signer, day)
    return Signature(lines, str(signer.person))


def _edition(edition: WeekEdition) -> str:
    at = f"{timezone.localtime(edition.at):%H giờ %M, ngày %d/%m/%Y}"
    return f"Bản số {edition.number}, đăng lúc {at}, thay các bản trước; thay đổi được ghi ở cột Ghi chú."
