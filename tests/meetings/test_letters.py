"""The invitation and the notice of conclusions as official documents: who gets them, and what they say."""

import datetime as dt
import io

import docx
import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import registers
from documents.decree30.parts import in_words
from documents.models import NumberAllocation
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from eoffice.organisation.signing import capacity
from eoffice.worktime import seeding
from meetings import conclusions, invitations, notices, scheduling
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import AgendaItem, Attendee, CheckIn, FloorTurn, Meeting, MeetingSite, Poll
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    AttendeeFactory,
    InvitationLineFactory,
    MeetingFactory,
    MeetingSiteFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Of the committee, recorded by its office; one item."""
    meeting = MeetingFactory(
        title="Họp về các cụm công nghiệp",
        chair=city["chair"],
        secretary=city["secretary"],
        organiser=city.committee,
        state=Meeting.State.DRAFT,
        place="Phòng họp số 1",
    )
    AgendaItemFactory(meeting=meeting, order=1, title="Tiến độ giải phóng mặt bằng", presenter=city.department)
    return meeting


def word(client: Client, name: str, meeting: Model) -> docx.document.Document:
    answer = client.get(reverse(name, args=[meeting.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return docx.Document(io.BytesIO(answer.content))


def cell(document: docx.document.Document, table: int, side: int) -> list[str]:
    return [p.text for p in document.tables[table].rows[0].cells[side].paragraphs if p.text]


def body(document: docx.document.Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.text]


def paper_entry() -> registers.Entry:
    return registers.Entry(
        symbol="GM-UBND", type_name="Giấy mời", subject="Mời họp", signer="Trần Văn Chủ", recipients="Sở Xây dựng"
    )


def test_the_invitation_names_who_is_invited_when_where_and_to_what(
    client: Client, city: City, meeting: Meeting
) -> None:
    invitations.add_lines(city["secretary"], meeting, [city.department, city.commune])
    client.force_login(city.person("secretary"))
    letter = word(client, "meeting-invitation-word", meeting)
    assert cell(letter, 0, 0)[0] == city.committee.name.upper()
    assert any(line.startswith("Số: ……/GM-") for line in cell(letter, 0, 0)), "numbered when it is issued"
    lines = body(letter)
    assert lines[:2] == ["GIẤY MỜI", meeting.title]
    assert f"- {city.department.name};" in lines
    assert f"- {city.commune.name}." in lines
    there = timezone.localtime(meeting.starts_at)
    assert any(f"{there:%H} giờ {there:%M}" in line and str(there.year) in line for line in lines)
    assert any("Phòng họp số 1" in line for line in lines)
    assert f"- Tiến độ giải phóng mặt bằng ({city.department.name} trình bày);" in lines
    assert cell(letter, -1, 1) == [*(line.upper() for line in capacity(city["chair"])), str(city.person("chair"))]


def test_an_invitation_gets_its_number_when_it_is_issued(client: Client, city: City, meeting: Meeting) -> None:
    registers.assign(city["organiser_clerk"], city.committee, "GM", paper_entry())
    invitations.add_lines(city["secretary"], meeting, [city.department])
    invitations.issue(city["secretary"], meeting)
    client.force_login(city.person("department_head"))
    letter = word(client, "meeting-invitation-word", meeting)
    assert "Số: 02/GM-UBND" in cell(letter, 0, 0)
    line = NumberAllocation.objects.get(n=2)
    assert (line.register.unit, line.subject, line.recipients) == (city.committee, meeting.title, city.department.name)
    assert line.signer == str(city.person("chair"))


def test_an_invitation_that_is_sent_again_is_another_letter(city: City, meeting: Meeting) -> None:
    invitations.add_lines(city["secretary"], meeting, [city.department])
    meeting = invitations.issue(city["secretary"], meeting)
    assert invitations.issue(city["secretary"], meeting).letter_number == 1, "a second click"
    scheduling.postpone_meeting(city["secretary"], meeting, reason="Bão.")
    assert invitations.issue(city["secretary"], meeting).letter_number == 2


def test_what_an_invitation_lacks_is_named_and_it_is_not_sent(client: Client, city: City, meeting: Meeting) -> None:
    invitations.add_lines(city["secretary"], meeting, [city.department])
    Meeting.objects.filter(pk=meeting.pk).update(organiser=city.other_commune)
    Appointment.objects.filter(unit=city.other_commune).delete()
    client.force_login(city.person("secretary"))
    page = client.get(reverse("meeting-issue", args=[meeting.pk])).content.decode()
    assert "chức vụ người ký, họ tên người ký" in page
    meeting.refresh_from_db()
    with pytest.raises(UserError, match="document-incomplete"):
        invitations.issue(city["secretary"], meeting)
    meeting.refresh_from_db()
    assert (meeting.state, meeting.letter_number) == (Meeting.State.DRAFT, None)


def test_units_that_have_a_task_and_were_not_invited_receive_the_notice(
    client: Client, city: City, concluded: Meeting
) -> None:
    client.force_login(city.person("secretary"))
    notice = word(client, "meeting-notice-word", concluded)
    assert cell(notice, -1, 0) == ["Nơi nhận:", f"- {city.department.name};", f"- {city.commune.name};", "- Lưu: VT."]


def test_a_draft_invitation_is_for_those_who_prepare_the_meeting(client: Client, city: City, meeting: Meeting) -> None:
    client.force_login(city.person("invited_head"))
    assert client.get(reverse("meeting-invitation-word", args=[meeting.pk])).status_code == 404


@pytest.fixture
def concluded(city: City, meeting: Meeting) -> Meeting:
    """Its notice is issued, with a task for the department."""
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        seeding.seed_year(year, confirmed_by=city.admin)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.ENDED)
    meeting.refresh_from_db()
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind=MeetingSite.Kind.MAIN)
    MeetingSiteFactory(meeting=meeting, unit=city.department)
    InvitationLineFactory(meeting=meeting, unit=city.department)
    task = PlannedTask(
        lead_unit=city.department, coordinators=[city.commune], title="Rà soát thủ tục thành lập", due_days=5
    )
    text = "Sở Xây dựng chủ trì rà soát.\nBáo cáo kết quả."
    item = AgendaItem.objects.get(meeting=meeting)
    conclusions.write(city["secretary"], meeting, Sentence(text=text, item=item, task=task))
    notices.submit(city["secretary"], meeting)
    seen = conclusions.fingerprint(conclusions.of_meeting(meeting))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)
    return meeting


def test_the_notice_has_number_conclusions_and_tasks(client: Client, city: City, concluded: Meeting) -> None:
    client.force_login(city.person("department_head"))
    notice = word(client, "meeting-notice-word", concluded)
    issued = conclusions.notice_of(concluded)
    assert f"Số: {issued.number}" in cell(notice, 0, 0)
    lines = body(notice)
    assert lines[0] == "THÔNG BÁO"
    assert lines[1].startswith(f"Kết luận của đồng chí {city.person('chair')}")
    assert "1. Tiến độ giải phóng mặt bằng" in lines
    assert lines.index("Báo cáo kết quả.") == lines.index("Sở Xây dựng chủ trì rà soát.") + 1
    head, row = ([c.text for c in row.cells] for row in notice.tables[1].rows)
    assert head == ["TT", "Nhiệm vụ", "Chủ trì", "Phối hợp", "Thời hạn"]
    due = conclusions.of_meeting(concluded).get().tasks[0].due_on
    assert row == ["1", "Rà soát thủ tục thành lập", city.department.name, city.commune.name, f"{due:%d/%m/%Y}"]
    client.force_login(city.person("chair"))
    told = client.get(reverse("notice-history", args=[concluded.pk])).content.decode()
    assert "ký, ban hành thông báo kết luận số 01/TB" in told
    assert "tải về thông báo kết luận" in told, "who took it away is on record"


def test_a_notice_of_the_office_is_signed_by_who_heads_the_office(
    client: Client, city: City, concluded: Meeting
) -> None:
    issuer = conclusions.notice_of(concluded).issuer
    assert issuer == city.office
    head = Appointment.objects.filter(unit=city.office, position__duty="head").select_related("person").first()
    client.force_login(city.person("chair"))
    notice = word(client, "meeting-notice-word", concluded)
    assert cell(notice, 0, 0)[:2] == [city.committee.name.upper(), city.office.name.upper()]
    name = str(head.person) if head else ""
    assert cell(notice, -1, 1) == ([*(line.upper() for line in capacity(head)), name] if head else [])


def test_a_draft_notice_has_no_number_and_is_for_those_who_prepare_the_meeting(
    client: Client, city: City, meeting: Meeting
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.ENDED)
    client.force_login(city.person("secretary"))
    draft = word(client, "meeting-notice-word", meeting)
    assert any(line.startswith("Số: ……/TB-") for line in cell(draft, 0, 0))
    client.force_login(city.person("department_head"))
    assert client.get(reverse("meeting-notice-word", args=[meeting.pk])).status_code == 404


def test_the_minutes_tell_who_came_spoke_and_voted(client: Client, city: City, concluded: Meeting) -> None:
    item = AgendaItem.objects.get(meeting=concluded)
    opened = timezone.now() - dt.timedelta(hours=1)
    Meeting.objects.filter(pk=concluded.pk).update(opened_at=opened, ended_at=opened + dt.timedelta(minutes=50))
    main, department = MeetingSite.objects.filter(meeting=concluded).order_by("pk")
    came = AttendeeFactory(site=department, appointment=city["department_head"])
    AttendeeFactory(site=main, appointment=city["chair"], role=Attendee.Role.CHAIR)
    CheckIn.objects.create(attendee=came, method=CheckIn.Method.SELF, at=opened, by=came.person)
    stands_in = AttendeeFactory(site=main, appointment=city["secretary"])
    AttendeeFactory(site=main, appointment=city["organiser_clerk"], substitute=stands_in)  # one of two takes part
    FloorTurn.objects.create(
        meeting=concluded, site=department, item=item, granted_by=city["chair"], granted_at=opened,
        ended_at=opened + dt.timedelta(minutes=7), paused_s=60,
    )  # fmt: skip
    Poll.objects.create(
        meeting=concluded, item=item, question="Thông qua phương án?", state=Poll.State.PUBLISHED, created_by=city["secretary"],
        agreed=20, disagreed=3, others=1, members=30, present=24, passed=True,
    )  # fmt: skip
    client.force_login(city.person("secretary"))
    made = word(client, "meeting-minutes-word", concluded)
    lines = body(made)
    assert lines[:2] == ["BIÊN BẢN", "Cuộc họp về các cụm công nghiệp"]
    assert "Có 1 đại biểu điểm danh trên 3 đại biểu được cử, tại 1 trên 2 điểm cầu." in lines
    assert [c.text for c in made.tables[1].rows[1].cells][1:] == [
        department.name,
        f"{came.person} ({came.appointment.position.name})",
    ]
    assert f"Điểm cầu chưa có đại biểu điểm danh: {main.name}." in lines
    assert any(line.endswith(f"{department.name} phát biểu (6 phút): ……") for line in lines)
    assert any("20 tán thành, 3 không tán thành, 1 ý kiến khác" in line and "được thông qua" in line for line in lines)
    assert "Sở Xây dựng chủ trì rà soát." in lines
    assert lines[-1].startswith("Cuộc họp kết thúc lúc")
    left, right = cell(made, -1, 0), cell(made, -1, 1)
    assert left[:2] == ["NGƯỜI GHI BIÊN BẢN", str(city.person("secretary"))]
    assert right == ["CHỦ TRÌ", str(city.person("chair"))]


def test_the_slip_that_goes_with_the_draft_has_room_for_those_who_confirm_and_sign(
    client: Client, city: City, meeting: Meeting
) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.ENDED)
    meeting.refresh_from_db()
    task = PlannedTask(lead_unit=city.department, title="Rà soát thủ tục thành lập", due_days=5)
    conclusions.write(city["secretary"], meeting, Sentence(text="Sở Xây dựng rà soát.", task=task))
    client.force_login(city.person("secretary"))
    slip = word(client, "meeting-submission-word", meeting)
    lines = body(slip)
    assert lines[:2] == ["PHIẾU TRÌNH", "Dự thảo Thông báo kết luận cuộc họp về các cụm công nghiệp"]
    assert "Dự thảo có 1 kết luận, giao 1 nhiệm vụ." in lines
    asked = [row.cells[0].text for row in slip.tables[2].rows[1:]]
    assert [str(city.person(role)) in line for role, line in zip(("chair", "office_head"), asked, strict=True)] == [
        True
    ] * 2
    client.force_login(city.person("department_head"))
    assert client.get(reverse("meeting-submission-word", args=[meeting.pk])).status_code == 404


def test_the_minutes_get_a_number_once_and_bear_the_day_on_which_they_got_it(
    client: Client, city: City, concluded: Meeting
) -> None:
    client.force_login(city.person("secretary"))
    assert any(line.startswith("Số: ……/BB-") for line in cell(word(client, "meeting-minutes-word", concluded), 0, 0))
    for _click in range(2):
        assert client.post(reverse("meeting-minutes-number", args=[concluded.pk])).status_code == 302
    made, line = word(client, "meeting-minutes-word", concluded), NumberAllocation.objects.get(register__series="BB")
    assert f"Số: {line.code}" in cell(made, 0, 0)
    assert line.code.startswith("01/BB-")
    assert any(text.endswith(f"ngày {in_words(line.given_on)}") for text in cell(made, 0, 1))
    assert "Cấp số biên bản" not in client.get(reverse("meeting-detail", args=[concluded.pk])).content.decode()
    Meeting.objects.filter(pk=concluded.pk).update(state=Meeting.State.INVITED, minutes_line=None)
    assert client.post(reverse("meeting-minutes-number", args=[concluded.pk])).status_code == 409


def test_lists_to_sign_the_record_of_a_count_and_the_slip_of_a_task_have_the_form_without_a_number(
    client: Client, city: City, concluded: Meeting
) -> None:
    client.force_login(city.person("secretary"))
    site = MeetingSite.objects.get(meeting=concluded, unit=city.department)
    came = AttendeeFactory(site=site, appointment=city["department_head"])
    CheckIn.objects.create(attendee=came, method=CheckIn.Method.SELF, at=timezone.now(), by=came.person)
    AttendeeFactory(site=site, appointment=city["department_officer"])
    listed = word(client, "meeting-attendance-word", concluded)
    assert not any("Số:" in line for line in cell(listed, 0, 0))
    assert body(listed)[:2] == ["DANH SÁCH ĐIỂM DANH", "Đại biểu dự cuộc họp về các cụm công nghiệp"]
    first, second = ([c.text for c in row.cells] for row in listed.tables[1].rows[1:])
    assert first[:3] == ["1", str(came.person), came.appointment.title]
    assert first[3].endswith(" –"), "still there"
    assert second[3:] == ["Vắng mặt", ""]
    assert cell(listed, -1, 0) == ["THƯ KÝ", str(city.person("secretary"))]

    moment = timezone.now()
    poll = Poll.objects.create(
        meeting=concluded, question="Thông qua phương án?", state=Poll.State.PUBLISHED, created_by=city["secretary"],
        agreed=20, disagreed=3, others=1, members=30, present=24, present_at_opening=22, passed=True,
        opened_at=moment, closed_at=moment, published_at=moment,
    )  # fmt: skip
    record = word(client, "poll-sheet-word", poll)
    assert body(record)[0] == "BIÊN BẢN KIỂM PHIẾU"
    assert [c.text for c in record.tables[1].rows[1].cells][1] == "20"
    assert any(line.endswith("nội dung biểu quyết được thông qua.") for line in body(record))

    task = conclusions.of_meeting(concluded).get().tasks[0].task
    assert task is not None
    client.force_login(city.person("department_head"))
    slip = word(client, "task-slip-word", task)
    assert body(slip)[:2] == ["PHIẾU GIAO VIỆC", task.title]
    rows = {row.cells[0].text: row.cells[1].text for row in slip.tables[1].rows}
    assert rows["Chủ trì"] == city.department.name
    assert rows["Phối hợp"] == city.commune.name
    assert rows["Thời hạn"] == f"Ngày {in_words(task.due_on)}"
    assert cell(slip, -1, 1)[-1] == str(task.assigner.person)


def test_nothing_of_a_confidential_item_goes_to_those_who_do_not_take_part(
    client: Client, city: City, concluded: Meeting
) -> None:
    item = AgendaItem.objects.get(meeting=concluded)
    AgendaItem.objects.filter(pk=item.pk).update(confidential=True)
    Poll.objects.create(
        meeting=concluded, item=item, question="Bí mật của mục?", state=Poll.State.PUBLISHED, created_by=city["secretary"],
        agreed=20, disagreed=3, others=1, members=30, present=24, passed=True,
    )  # fmt: skip
    letters = ("meeting-invitation-word", "meeting-notice-word")
    for who, name in [*(("secretary", name) for name in letters), ("organiser_clerk", "meeting-minutes-word")]:
        client.force_login(city.person(who))
        made = word(client, name, concluded)
        said = "\n".join([*body(made), *(c.text for table in made.tables for row in table.rows for c in row.cells)])
        for secret in (item.title, "chủ trì rà soát", "Bí mật"):
            assert secret not in said, name
        assert "Mục kín" in said
