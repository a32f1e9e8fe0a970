"""The slip with which the draft of the conclusions is laid before those who confirm and sign it (phiếu trình)."""

from collections.abc import Iterable

from django.conf import settings

from documents.decree30.parts import Block, Heading, OfficialDocument, Paragraph, Signature, Table
from eoffice.accounts.models import User
from eoffice.organisation.signing import capacity, head_of, superior_of
from meetings import conclusions, confidential
from meetings.letters import clock_and_day, issuing_unit, named, office_of
from meetings.models import Conclusion, ConclusionNotice, Meeting


def submission(meeting: Meeting, notice: ConclusionNotice, *, reader: User) -> OfficialDocument:
    """The slip as it would be handed in now, with room for what its readers write; of confidential items what ``reader`` knows."""
    unit = meeting.secretary.unit
    agency = unit.legal_body.unit if unit.legal_body is not None else unit
    written = list(confidential.without_hidden(conclusions.of_meeting(meeting, notice.edition), reader))
    return OfficialDocument(
        type_name="Phiếu trình",
        subject=f"Dự thảo Thông báo kết luận {named(meeting)}",
        issuer=agency.name,
        superior=superior_of(agency),
        number=None,
        symbol="",
        place=settings.PLACE_NAME,
        day=None,
        addressees=tuple(_readers(meeting, notice)),
        body=tuple(_body(meeting, notice, written)),
        signature=Signature(capacity(meeting.secretary)[-1:], str(meeting.secretary.person)),
        recipients=(),
    )


def _readers(meeting: Meeting, notice: ConclusionNotice) -> list[str]:
    """Who confirms, then who signs for the issuing unit, if that is somebody else."""
    head = head_of(notice.issuer or issuing_unit(meeting))
    people = [meeting.chair, *([head] if head is not None and head.person_id != meeting.chair.person_id else [])]
    return [f"Đồng chí {one.person}, {office_of(one)}" for one in people]


def _body(meeting: Meeting, notice: ConclusionNotice, written: list[Conclusion]) -> Iterable[Block]:
    planned = conclusions.planned_in(written)
    yield Heading("1. Nội dung trình")
    yield Paragraph(
        f"Dự thảo Thông báo kết luận {named(meeting)}, họp lúc {clock_and_day(meeting.opened_at or meeting.starts_at)}, "
        f"do đồng chí {meeting.chair.person}, {office_of(meeting.chair)} chủ trì."
    )
    if notice.replaces is not None:
        yield Paragraph(f"Dự thảo thay thế {notice.replaces.in_words}. Lý do: {notice.why}")
    yield Heading("2. Tóm tắt")
    yield Paragraph(f"Dự thảo có {len(written)} kết luận, giao {len(planned)} nhiệm vụ.")
    if planned:
        rows = tuple((str(n), task.title, task.lead_name) for n, task in enumerate(planned, start=1))
        yield Table(("TT", "Nhiệm vụ", "Chủ trì"), rows, (0.08, 0.57, 0.35))
    if notice.remark:
        yield Paragraph(f"Ý kiến lần trình trước: {notice.remark}")
    yield Heading("3. Đề xuất")
    yield Paragraph("Kính trình xem xét, duyệt kết luận và ký ban hành Thông báo.")
    yield Heading("4. Ý kiến của người xem xét")
    readers = tuple((reader, "", "") for reader in _readers(meeting, notice))
    yield Table(("Người xem xét", "Ý kiến", "Ngày, ký tên"), readers, (0.34, 0.42, 0.24))
