"""What is signed in a meeting, as official documents: the list of who attends, and the record of a count.

Form of Decree 30/2020/NĐ-CP; neither has a number, both go with the minutes.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone

from documents.decree30.parts import Block, Heading, OfficialDocument, Paragraph, Signature, Table
from eoffice.organisation.signing import superior_of
from meetings.attendance_sheet import Person, Site
from meetings.letters import clock_and_day, named, office_of
from meetings.models import Meeting, Poll, PollSeat


def attendance(meeting: Meeting, sites: list[Site], *, over: bool) -> OfficialDocument:
    """The list of the people of ``sites`` with a column to sign; ``over``: who did not come is marked absent."""
    return _sheet(
        meeting,
        "Danh sách điểm danh",
        f"Đại biểu dự {named(meeting)}",
        tuple(_attendance(meeting, sites, over)),
        timezone.localdate(),
    )


def _attendance(meeting: Meeting, sites: list[Site], over: bool) -> Iterable[Block]:  # noqa: FBT001
    listed = sum(site.listed for site in sites)
    attended = sum(bool(person.stays) for site in sites for person in site.people)
    yield Paragraph(f"Thời gian: {clock_and_day(meeting.starts_at)}.")
    yield Paragraph(
        f"Chủ trì: Đồng chí {meeting.chair.person}, {office_of(meeting.chair)}. "
        f"Thư ký: Đồng chí {meeting.secretary.person}, {office_of(meeting.secretary)}."
    )
    yield Paragraph(f"Số điểm cầu: {len(sites)}. Đại biểu trong danh sách: {listed}; đã điểm danh: {attended}.")
    for number, site in enumerate(sites, start=1):
        yield Heading(f"{number}. {site.site.name}")
        if site.site.headcount is not None:
            yield Paragraph(f"Số người có mặt tại điểm cầu: {site.site.headcount}.")
        if not site.people:
            yield Paragraph("Đơn vị chưa phân công người dự họp.")
            continue
        rows = tuple(_attendee(n, person, over) for n, person in enumerate(site.people, start=1))
        head = ("TT", "Họ và tên", "Chức vụ, đơn vị", "Vào – rời", "Ký tên")
        yield Table(head, rows, (0.07, 0.25, 0.34, 0.16, 0.18))


def _attendee(number: int, person: Person, over: bool) -> tuple[str, ...]:  # noqa: FBT001
    note = f" ({person.note})" if person.note else ""
    stays = "; ".join(f"{_clock(stay.at)} – {_clock(stay.left_at)}" for stay in person.stays)
    name = f"{person.attendee.person}{note}"
    return str(number), name, person.attendee.appointment.title, stays or ("Vắng mặt" if over else ""), ""


def count(poll: Poll, gathered: dict[str, Any]) -> OfficialDocument:
    """The record of the count (biên bản kiểm phiếu) of a published vote; ``gathered``: ``poll_page.gather``."""
    meeting = poll.meeting
    day = timezone.localdate(poll.closed_at) if poll.closed_at else None
    subject = f"{poll.get_kind_display()} tại {named(meeting)}"
    return _sheet(meeting, "Biên bản kiểm phiếu", subject, tuple(_count(poll, gathered)), day)


def _count(poll: Poll, gathered: dict[str, Any]) -> Iterable[Block]:
    meeting, result = poll.meeting, gathered["result"]
    item = f" (thuộc nội dung “{poll.item.title}”)" if poll.item else ""
    base = poll.get_base_display().lower()
    yield Paragraph(f"1. Nội dung biểu quyết: {poll.question}{item}")
    yield Paragraph(
        f"2. Chủ trì: Đồng chí {meeting.chair.person}, {office_of(meeting.chair)}. "
        f"Thư ký: Đồng chí {meeting.secretary.person}, {office_of(meeting.secretary)}."
    )
    if poll.opened_at and poll.closed_at:
        yield Paragraph(f"3. Thời gian biểu quyết: từ {_moment(poll.opened_at)} đến {_moment(poll.closed_at)}.")
    yield Paragraph(
        f"4. Quy tắc: {poll.get_threshold_display().lower()}, tính trên {base}. "
        f"Điều kiện tiến hành: {poll.get_quorum_display().lower()}."
    )
    yield Paragraph(
        f"5. Thành viên có quyền biểu quyết: {gathered['turnout'].members}; có mặt khi mở biểu quyết: "
        f"{poll.present_at_opening}; có mặt trong thời gian biểu quyết: {poll.present}."
    )
    rows = tuple(
        (bar["words"] or "Không biểu quyết", str(bar["number"]), f"{bar['share']:g}%".replace(".", ","))
        for bar in gathered["bars"]
    )
    yield Table(("Kết quả", "Số phiếu", "Tỷ lệ trên tổng số thành viên"), rows, (0.5, 0.2, 0.3))
    decided = "được thông qua" if result.passed else "không được thông qua"
    yield Paragraph(
        f"6. Cần ít nhất {result.needed} đồng ý trên {result.counted_on} ({base}). "
        f"Kết luận: nội dung biểu quyết {decided}."
    )
    if gathered["by_hand"]:
        yield Paragraph(f"7. Phiếu nhập tay: {gathered['by_hand']}, có người làm chứng, ghi trong danh sách.")
    if gathered["opinions"]:
        yield Heading("Ý kiến khác")
        yield from (Paragraph(f"- {opinion}") for opinion in gathered["opinions"])
    if gathered["names"]:
        yield Heading("Danh sách biểu quyết")
        seats = tuple(_seat(number, seat) for number, seat in enumerate(gathered["names"], start=1))
        yield Table(("TT", "Họ và tên", "Chức vụ, đơn vị", "Biểu quyết"), seats, (0.07, 0.27, 0.36, 0.3))


def _seat(number: int, seat: PollSeat) -> tuple[str, ...]:
    name = f"{seat.name} (dự thay cho {seat.stands_for})" if seat.stands_for else seat.name
    return str(number), name, seat.title, _said(seat)


def _said(seat: PollSeat) -> str:
    if not seat.voted:
        return "Không biểu quyết" if seat.present else "Vắng mặt"
    ballot = seat.ballot
    said = f"{ballot.get_choice_display()}: {ballot.text}" if ballot.text else str(ballot.get_choice_display())
    return f"{said} (nhập tay, {ballot.witness} làm chứng)" if ballot.entered_by else said


def _sheet(
    meeting: Meeting, type_name: str, subject: str, body: tuple[Block, ...], day: dt.date | None
) -> OfficialDocument:
    return OfficialDocument(
        type_name=type_name,
        subject=subject,
        issuer=meeting.organiser.name,
        superior=superior_of(meeting.organiser),
        number=None,
        symbol="",
        place=settings.PLACE_NAME,
        day=day,
        body=body,
        signature=Signature(("Chủ trì",), str(meeting.chair.person)),
        countersignature=Signature(("Thư ký",), str(meeting.secretary.person)),
        recipients=(),
    )


def _clock(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M}" if at else ""


def _moment(at: dt.datetime) -> str:
    there = timezone.localtime(at)
    return f"{there:%H} giờ {there:%M} ngày {there:%d/%m/%Y}"
