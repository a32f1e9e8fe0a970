"""What a meeting sends out on paper, as official documents: the invitation (giấy mời) and the notice of conclusions.

Form of Decree 30/2020/NĐ-CP (``documents.decree30``). They go to everybody who is invited: of a confidential item they say
no more than that there is one.
"""

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from documents import registers
from documents.decree30.parts import Block, Heading, OfficialDocument, Paragraph, Signature, Table, in_words
from documents.models import NumberAllocation
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.signing import capacity, head_of, superior_of, symbol_of
from meetings import conclusions, dispatching
from meetings.models import (
    AgendaItem,
    Conclusion,
    ConclusionNotice,
    ConclusionTask,
    Dispatch,
    InvitationLine,
    Meeting,
    MeetingSite,
)

INVITATION, NOTICE = "GM", "TB"
"""Abbreviations of their types, which their registers have too."""
GATHERINGS = ("cuộc họp", "phiên họp", "kỳ họp", "hội nghị", "buổi làm việc", "buổi họp", "tọa đàm")
"""How a title begins that says itself what is held."""
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def invitation(meeting: Meeting) -> OfficialDocument:
    """The letter that invites to ``meeting``: as issued, with its number, or as it would be now."""
    issuer = meeting.organiser
    lines = meeting.invitation_lines.select_related("unit", "group", "appointment__person", "appointment__position")
    day = timezone.localdate(meeting.issued_at) if meeting.issued_at else None
    return OfficialDocument(
        type_name="Giấy mời",
        subject=meeting.title,
        issuer=issuer.name,
        superior=superior_of(issuer),
        number=meeting.letter_number,
        symbol=meeting.letter_symbol or f"{INVITATION}-{symbol_of(issuer)}",
        place=settings.PLACE_NAME,
        day=day,
        addressees=tuple(_addressee(line) for line in lines),
        body=tuple(_invitation_body(meeting)),
        signature=signed_by(meeting.chair, issuer),
        recipients=("Như trên",),
        mark=dispatching.mark_of(dispatching.latest(meeting, Dispatch.Kind.INVITATION)),
    )


def _addressee(line: InvitationLine) -> str:
    if line.appointment is None:
        return str(line.unit or line.group)
    return f"Đồng chí {line.appointment.person}, {office_of(line.appointment)}"


def _invitation_body(meeting: Meeting) -> list[Block]:
    blocks: list[Block] = [Paragraph(f"{meeting.organiser.name} trân trọng kính mời tham dự: {meeting.title}.")]
    blocks.append(Paragraph(f"1. Chủ trì: Đồng chí {meeting.chair.person}, {office_of(meeting.chair)}."))
    blocks.append(Paragraph(f"2. Thời gian: {clock_and_day(meeting.starts_at)}."))
    place = f" Địa điểm: {meeting.place}." if meeting.place else ""
    blocks.append(Paragraph(f"3. Hình thức họp: {meeting.get_form_display().lower()}.{place}"))
    items = list(meeting.items.select_related("presenter"))
    if items:
        blocks.append(Paragraph("4. Nội dung:"))
        blocks += [Paragraph(f"- {_agenda_line(item)};") for item in items]
    if meeting.note:
        blocks.append(Paragraph("Công tác chuẩn bị:" if not items else "5. Công tác chuẩn bị:"))
        blocks += paragraphs(meeting.note)
    blocks.append(Paragraph("Kính mời các đại biểu dự họp đúng thành phần, thời gian nêu trên./."))
    return blocks


def _agenda_line(item: AgendaItem) -> str:
    if item.presenter is None or item.confidential:
        return item.public_title
    return f"{item.title} ({item.presenter.name} trình bày)"


def issuing_unit(meeting: Meeting) -> Unit:
    """Whose number the notice bears: the secretary's office when it serves the organiser, else the organiser."""
    unit = meeting.secretary.unit
    agency = unit.legal_body.unit if unit.legal_body is not None else unit
    serves = agency.kind == Unit.Kind.OFFICE and agency.path.startswith(meeting.organiser.path)
    return agency if serves else meeting.organiser


def notice(meeting: Meeting, issued: ConclusionNotice) -> OfficialDocument:
    """An edition of the notice of conclusions, as issued or as it would be now."""
    issuer = issued.issuer or issuing_unit(meeting)
    written = list(conclusions.of_meeting(meeting, issued.edition))
    sent = dispatching.latest(meeting, Dispatch.Kind.NOTICE, issued.edition) if issued.issued_at else None
    return OfficialDocument(
        type_name="Thông báo",
        subject=f"Kết luận của đồng chí {meeting.chair.person}, {office_of(meeting.chair)} tại {named(meeting)}",
        issuer=issuer.name,
        superior=superior_of(issuer),
        number=issued.ordinal,
        symbol=f"{NOTICE}-{symbol_of(issuer)}",
        place=settings.PLACE_NAME,
        day=timezone.localdate(issued.issued_at) if issued.issued_at else None,
        body=tuple(_notice_body(issued, issuer, written)),
        signature=signed_by(issued.signed_by or issued.confirmed_by or meeting.chair, issuer),
        recipients=tuple(_recipients(meeting, written)),
        mark=dispatching.mark_of(sent),
    )


def _recipients(meeting: Meeting, written: list[Conclusion]) -> Iterable[str]:
    """Whom the meeting invited, then those who were not and have a task from it."""
    for line in meeting.invitation_lines.select_related("unit", "group", "appointment__person", "appointment__unit"):
        yield str(line.unit or line.group or line.appointment)
    told = set(meeting.sites.filter(kind=MeetingSite.Kind.BRANCH).values_list("unit", flat=True))
    groups = set(meeting.invitation_lines.filter(group__isnull=False).values_list("group", flat=True))
    for task in conclusions.planned_in(written):
        if task.lead_group is not None and task.lead_group.pk not in groups:
            groups.add(task.lead_group.pk)
            yield str(task.lead_group)
        for unit in (task.lead_unit, *task.coordinators.all()):
            if unit is not None and unit.pk not in told:
                told.add(unit.pk)
                yield unit.name


def notified_units(notice: ConclusionNotice) -> set[int]:
    """Ids of the units to which the notice goes: those with a site, and those with a task from it, leading or helping."""
    planned = ConclusionTask.objects.filter(conclusion__meeting=notice.meeting, conclusion__edition=notice.edition)
    units = set(notice.meeting.sites.filter(kind=MeetingSite.Kind.BRANCH).values_list("unit", flat=True))
    units |= set(planned.values_list("lead_unit", flat=True))
    units |= set(planned.filter(coordinators__isnull=False).values_list("coordinators", flat=True))
    return units


def _notice_body(issued: ConclusionNotice, issuer: Unit, written: list[Conclusion]) -> list[Block]:
    meeting = issued.meeting
    day = timezone.localdate(meeting.opened_at or meeting.starts_at)
    place = f", tại {meeting.place}" if meeting.place else ""
    chair = f"đồng chí {meeting.chair.person}, {office_of(meeting.chair)}"
    blocks: list[Block] = [
        Paragraph(
            f"Ngày {in_words(day)}{place}, {chair} chủ trì {named(meeting)}. "
            f"Sau khi nghe báo cáo và ý kiến của các đại biểu dự họp, {chair} kết luận như sau:"
        )
    ]
    for item, group in groupby(written, key=lambda conclusion: conclusion.item):
        blocks += [
            Heading(f"{item.order}. {item.public_title}" if item else "Kết luận chung"),
            *_concluded_at(item, group),
        ]
    planned = conclusions.planned_in(written)
    if planned:
        blocks += [Heading("Phân công nhiệm vụ"), _tasks(planned)]
    if issued.replaces is not None:
        blocks.append(Paragraph(f"Thông báo này thay thế {issued.replaces.in_words}."))
    blocks.append(Paragraph(f"{issuer.name} thông báo để các cơ quan, đơn vị, địa phương liên quan biết, thực hiện./."))
    return blocks


def _concluded_at(item: AgendaItem | None, written: Iterable[Conclusion]) -> list[Paragraph]:
    if item and item.confidential:
        return [Paragraph("Kết luận của mục này chỉ gửi những người dự mục kín.")]
    return [line for conclusion in written for line in paragraphs(conclusion.text)]


def paragraphs(text: str) -> list[Paragraph]:
    """What somebody typed, a paragraph for each line that is not empty."""
    return [Paragraph(line) for line in text.splitlines() if line.strip()]


def _tasks(planned: list[ConclusionTask]) -> Table:
    rows = tuple(
        (
            str(number),
            task.title,
            task.lead_name,
            "; ".join(unit.name for unit in task.coordinators.all()) or "–",
            _due(task),
        )
        for number, task in enumerate(planned, start=1)
    )
    return Table(("TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"), rows, (0.07, 0.37, 0.2, 0.2, 0.16))


def _due(task: ConclusionTask) -> str:
    if task.recurrence is not None:
        return task.recurrence.in_words
    if task.due_on is not None:
        return f"{task.due_on:%d/%m/%Y}"
    return f"{task.due_days} ngày làm việc" if task.due_days is not None else "Không ấn định ngày"


def invitation_number(meeting: Meeting) -> NumberAllocation | None:
    """The line of the register that the invitation bears as it was last issued."""
    if meeting.letter_number is None or meeting.issued_at is None:
        return None
    year = timezone.localdate(meeting.issued_at).year
    return registers.number_of(meeting.organiser, year, INVITATION, meeting.letter_number)


def page_of(notice: ConclusionNotice) -> str:
    """Where an issued edition is read, also when another one has come in its place."""
    return reverse("meeting-notice-edition", args=[notice.meeting_id, notice.edition])


def notice_number(issued: ConclusionNotice) -> NumberAllocation | None:
    """The line of the register that the notice bears."""
    if issued.issuer is None or issued.ordinal is None or issued.year is None:
        return None
    return registers.number_of(issued.issuer, issued.year, NOTICE, issued.ordinal)


def signer_of(leader: Appointment, issuer: Unit) -> Appointment | None:
    """``leader``, where they are of the issuing unit; else who heads it, and signs what it sends out."""
    return leader if leader.unit_id == issuer.pk else head_of(issuer)


def signed_by(leader: Appointment, issuer: Unit) -> Signature:
    """Capacity and name of ``signer_of``."""
    signer = signer_of(leader, issuer)
    return Signature(capacity(signer), str(signer.person)) if signer else Signature((), "")


def named(meeting: Meeting) -> str:
    """What it is called within a sentence: "cuộc họp về cụm công nghiệp" where the title says "Họp về cụm công nghiệp"."""
    title = meeting.title[:1].lower() + meeting.title[1:]
    if title.startswith("họp "):
        return f"cuộc {title}"
    return title if title.startswith(GATHERINGS) else f"cuộc họp: {meeting.title}"


def office_of(appointment: Appointment) -> str:
    """Position and unit as one says them: "Phó Chủ tịch Ủy ban nhân dân thành phố"."""
    return appointment.title.replace(" – ", " ")


def clock_and_day(at: dt.datetime) -> str:
    """ "14 giờ 00, thứ Ba, ngày 16 tháng 6 năm 2026"."""
    there = timezone.localtime(at)
    return f"{there:%H} giờ {there:%M}, {WEEKDAYS[there.weekday()]}, ngày {in_words(there.date())}"
