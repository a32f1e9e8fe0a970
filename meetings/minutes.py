"""The minutes of a meeting (biên bản) as an official document: what the system recorded, in the form of Decree 30/2020/NĐ-CP.

Who came, what was on the table, who spoke and for how long, what was voted, what was concluded. What was said the secretary adds.
"""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from documents.decree30.parts import Block, Heading, OfficialDocument, Paragraph, Signature, Table
from eoffice.organisation.signing import superior_of, symbol_of
from meetings import conclusions, poll_state, replies
from meetings.letters import clock_and_day, named, office_of, paragraphs
from meetings.models import AgendaItem, Attendee, Conclusion, FloorTurn, Meeting, MeetingSite, Poll, TabledPaper

MINUTES = "BB"
"""Abbreviation of their type, which their register has too."""


def minutes(meeting: Meeting, *, hidden: frozenset[int] = frozenset()) -> OfficialDocument:
    """The minutes as far as the meeting has come; of the items in ``hidden`` they say no more than that there are such."""
    issuer = meeting.organiser
    ended, line = meeting.ended_at, meeting.minutes_line
    day = line.given_on if line else timezone.localdate(ended) if ended else None
    return OfficialDocument(
        type_name="Biên bản",
        subject=f"{named(meeting)[:1].upper()}{named(meeting)[1:]}",
        issuer=issuer.name,
        superior=superior_of(issuer),
        number=line.n if line else None,
        symbol=line.symbol if line else f"{MINUTES}-{symbol_of(issuer)}",
        place=settings.PLACE_NAME,
        day=day,
        body=(
            *_opening(meeting),
            *_present(meeting),
            *_course(meeting, hidden),
            *_concluded(meeting, hidden),
            *_end(ended),
        ),
        signature=Signature(("Chủ trì",), str(meeting.chair.person)),
        countersignature=Signature(("Người ghi biên bản",), str(meeting.secretary.person)),
        recipients=("Thành phần dự họp",),
    )


def _opening(meeting: Meeting) -> Iterable[Block]:
    yield Paragraph(f"Thời gian bắt đầu: {clock_and_day(meeting.opened_at) if meeting.opened_at else '……'}.")
    place = meeting.place or meeting.organiser.name
    yield Paragraph(f"Địa điểm: {place}. Hình thức: {meeting.get_form_display().lower()}.")
    yield Paragraph(f"Chủ trì: Đồng chí {meeting.chair.person}, {office_of(meeting.chair)}.")
    yield Paragraph(f"Người ghi biên bản: Đồng chí {meeting.secretary.person}, {office_of(meeting.secretary)}.")


def _present(meeting: Meeting) -> Iterable[Block]:
    yield Heading("I. Thành phần tham dự")
    came = Attendee.objects.filter(meeting=meeting, check_ins__isnull=False).distinct()
    people: dict[int, list[Attendee]] = {}
    for attendee in came.select_related("person", "appointment__position").order_by(
        "appointment__position__rank", "pk"
    ):
        people.setdefault(attendee.site_id, []).append(attendee)
    sites = list(MeetingSite.objects.filter(meeting=meeting).order_by("unit__path", "pk"))
    listed = meeting.attendees.filter(substitute__isnull=True).count()
    with_people = [site for site in sites if site.pk in people]
    yield Paragraph(
        f"Có {sum(map(len, people.values()))} đại biểu điểm danh trên {listed} đại biểu được cử, "
        f"tại {len(with_people)} trên {len(sites)} điểm cầu."
    )
    if with_people:
        rows = tuple(
            (
                str(number),
                site.name,
                "; ".join(f"{one.person} ({one.appointment.position.name})" for one in people[site.pk]),
            )
            for number, site in enumerate(with_people, start=1)
        )
        yield Table(("TT", "Điểm cầu", "Đại biểu có mặt"), rows, (0.08, 0.32, 0.6))
    if absent := [site.name for site in sites if site.pk not in people]:
        yield Paragraph(f"Điểm cầu chưa có đại biểu điểm danh: {'; '.join(absent)}.")
    if excused := replies.excused(meeting):
        names = "; ".join(f"Đồng chí {one.person}, {one.appointment.position.name}" for one in excused)
        yield Paragraph(f"Vắng có lý do: {names}.")


def _course(meeting: Meeting, hidden: frozenset[int]) -> Iterable[Block]:
    yield Heading("II. Nội dung, diễn biến cuộc họp")
    turns: dict[int | None, list[FloorTurn]] = {}
    for turn in FloorTurn.objects.filter(meeting=meeting, ended_at__isnull=False).select_related("site"):
        turns.setdefault(turn.item_id, []).append(turn)
    polls: dict[int | None, list[Poll]] = {}
    for poll in Poll.objects.filter(meeting=meeting, state=Poll.State.PUBLISHED).order_by("opened_at", "pk"):
        polls.setdefault(poll.item_id, []).append(poll)
    papers: dict[int, list[str]] = {}
    tabled = TabledPaper.objects.filter(item__meeting=meeting).exclude(paper__state="draft")
    for row in tabled.select_related("paper").order_by("order", "pk"):
        papers.setdefault(row.item_id, []).append(row.paper.title)
    for item in meeting.items.select_related("presenter"):
        if item.pk in hidden:
            yield Heading(f"{item.order}. {item.public_title}")
            continue
        yield from _item(item, papers.get(item.pk, []), turns.get(item.pk, []), polls.get(item.pk, []))
    yield from _spoken(turns.get(None, []))
    yield from _voted(polls.get(None, []))


def _item(item: AgendaItem, papers: list[str], turns: list[FloorTurn], polls: list[Poll]) -> Iterable[Block]:
    yield Heading(f"{item.order}. {item.title}")
    if item.presenter:
        yield Paragraph(f"{item.presenter.name} trình bày.")
    if papers:
        yield Paragraph(f"Tài liệu: {'; '.join(papers)}.")
    yield from _spoken(turns)
    yield from _voted(polls)


def _spoken(turns: list[FloorTurn]) -> Iterable[Block]:
    for turn in turns:
        assert turn.ended_at is not None
        at = timezone.localtime(turn.granted_at)
        lasted = (turn.ended_at - turn.granted_at).total_seconds() - turn.paused_s
        yield Paragraph(f"- {at:%H} giờ {at:%M}: {turn.site.name} phát biểu ({max(1, round(lasted / 60))} phút): ……")


def _voted(polls: list[Poll]) -> Iterable[Block]:
    for poll in polls:
        result = poll_state.result_of(poll)
        if result is None:
            continue
        counted = f"{result.agree} tán thành, {result.disagree} không tán thành, {result.other} ý kiến khác"
        decided = "được thông qua" if result.passed else "không được thông qua"
        yield Paragraph(
            f"- {poll.get_kind_display()}: {poll.question} Kết quả: {counted} (tính trên {result.counted_on}); {decided}."
        )


def _concluded(meeting: Meeting, hidden: frozenset[int]) -> Iterable[Block]:
    written: list[Conclusion] = [one for one in conclusions.of_meeting(meeting) if one.item_id not in hidden]
    if not written:
        return
    yield Heading("III. Kết luận")
    for conclusion in written:
        yield from paragraphs(conclusion.text)


def _end(ended: dt.datetime | None) -> Iterable[Block]:
    yield Paragraph(f"Cuộc họp kết thúc lúc {clock_and_day(ended) if ended else '……'}./.")
