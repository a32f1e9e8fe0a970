"""Conclusions: written by the secretary, confirmed by the chair, signed and issued, and only then tasks of the agencies."""

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.workflow.models import Task, TaskParty
from eoffice.worktime import deadlines, seeding
from meetings import conclusions, notices
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import AgendaItem, Conclusion, ConclusionNotice, Meeting, MeetingSite
from tests.city import City
from tests.factories import (
    AgendaItemFactory,
    AppointmentFactory,
    AttendeeFactory,
    InvitationLineFactory,
    MeetingFactory,
    MeetingSiteFactory,
)

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def calendar(city: City) -> None:
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        seeding.seed_year(year, confirmed_by=city.admin)


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Ended; the commune was invited."""
    meeting = MeetingFactory(
        chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state=Meeting.State.ENDED
    )
    MeetingSiteFactory(meeting=meeting, unit=city.committee, kind=MeetingSite.Kind.MAIN)
    site = MeetingSiteFactory(meeting=meeting, unit=city.commune)
    AttendeeFactory(site=site, appointment=city["invited_head"])
    InvitationLineFactory(meeting=meeting, unit=city.commune)
    return meeting


@pytest.fixture
def item(meeting: Meeting) -> AgendaItem:
    return AgendaItemFactory(meeting=meeting, order=1, title="Trụ sở dôi dư")


def form(unit: Unit | None = None, **data: object) -> dict[str, object]:
    body: dict[str, object] = {
        "key": str(uuid.uuid4()),
        "item": "",
        "text": "Giao rà soát trụ sở dôi dư.",
        "due": "open",
    }
    if unit is not None:
        body |= {"is_task": "on", "lead_unit": unit.pk}
    return body | data


def seen(meeting: Meeting) -> str:
    return conclusions.fingerprint(conclusions.of_meeting(meeting))


def confirm(city: City, meeting: Meeting) -> ConclusionNotice:
    notices.submit(city["secretary"], meeting)
    return notices.confirm(city["chair"], meeting, seen=seen(meeting))


def issue(city: City, meeting: Meeting) -> ConclusionNotice:
    """The head of the office, which issues what its secretary wrote, signs."""
    confirm(city, meeting)
    return notices.issue(city["office_head"], meeting, seen=seen(meeting))


@pytest.mark.usefixtures("calendar")
def test_from_a_sentence_to_an_accepted_task(
    city: City, meeting: Meeting, item: AgendaItem, client_as: Callable[[str], Client]
) -> None:
    secretary, chair, office = map(client_as, ("secretary", "chair", "office_head"))
    head, officer = map(client_as, ("invited_head", "invited_officer"))
    text = "Giao UBND phường Ba Đình chủ trì rà soát trụ sở dôi dư, báo cáo sau 5 ngày làm việc."
    body = form(city.commune, item=item.pk, text=text, coordinators=[city.department.pk], due="days", due_days=5)
    assert secretary.post(f"/meetings/{meeting.pk}/conclusions/new/", body).status_code == 302
    assert secretary.post(f"/meetings/{meeting.pk}/conclusions/submit/").status_code == 302
    assert not Task.objects.exists()
    assert head.get(f"/meetings/{meeting.pk}/notice/").status_code == 404

    for signer, act, state in ((chair, "confirm", "confirmed"), (office, "issue", "issued")):
        assert f"/meetings/{meeting.pk}/conclusions/" in signer.get("/").content.decode()
        page = signer.get(f"/meetings/{meeting.pk}/conclusions/").content.decode()
        shown = re.search(r'name="seen" value="(\w+)"', page)
        assert shown
        assert not Task.objects.exists()
        assert signer.post(f"/meetings/{meeting.pk}/conclusions/{act}/", {"seen": shown[1]}).status_code == 302
        assert ConclusionNotice.objects.get().state == state

    meeting.refresh_from_db()
    notice = meeting.notice
    assert meeting.state == Meeting.State.CONCLUDED
    assert notice.number == "01/TB-UBND"
    assert (notice.issuer, notice.confirmed_by, notice.signed_by) == (city.office, city["chair"], city["office_head"])
    task = Task.objects.get()
    assert task.assigner == city["chair"]
    assert (task.lead_unit, task.source_quote, task.state) == (city.commune, text, "assigned")
    assert task.due_on == deadlines.working_days_after(timezone.localdate(), 5).due_on
    assert task.due_explanation[0].startswith("5 ngày làm việc")
    roles = set(task.parties.values_list("unit", "role"))
    assert (city.department.pk, TaskParty.Role.COORDINATE) in roles
    assert set(task.duties.values_list("person__username", "need")) == {
        ("invited.head", "acknowledge"),
        ("invited.clerk", "acknowledge"),
    }

    page = head.get(f"/tasks/{task.pk}/").content.decode()
    assert text in page
    assert f"/meetings/{meeting.pk}/notice/#conclusion-" in page
    shown = head.get(f"/meetings/{meeting.pk}/notice/").content.decode()
    assert "Đơn vị của bạn" in shown

    def do(client: Client, act: str, **data: object) -> None:
        task.refresh_from_db()
        fields = {"version": task.version, "key": str(uuid.uuid4()), **data}
        assert client.post(f"/tasks/{task.pk}/{act}/", fields).status_code == 302

    do(head, "acknowledge")
    do(head, "assign-officer", officer=city["invited_officer"].pk)
    helping = {("department.head", "contribute"), ("department.clerk", "contribute")}
    assert set(task.duties.values_list("person__username", "need")) == {("invited.officer", "do")} | helping
    do(officer, "progress", text="Đã rà soát một nửa.", percent=50)
    do(officer, "complete", text="Xong.", reference="20/BC-UBND")
    do(head, "review")
    do(chair, "return", reason="Bổ sung danh mục.")
    do(officer, "complete", text="Đã bổ sung.", reference="21/BC-UBND")
    do(head, "review")
    assert set(task.duties.values_list("person__username", "need")) == {("chair", "approve")}
    do(chair, "accept")
    task.refresh_from_db()
    assert (task.state, task.duties.count()) == ("completed", 0)


def test_issuing_twice_is_one_notice_and_one_set_of_tasks(city: City, meeting: Meeting) -> None:
    task = PlannedTask(lead_unit=city.commune)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    first = issue(city, meeting)
    second = notices.issue(city["office_head"], meeting, seen="cũ")
    notices.confirm(city["chair"], meeting, seen="cũ")
    assert (first.number, first.pk) == (second.number, second.pk)
    assert Task.objects.count() == 1


def test_numbers_run_on_per_office_and_year(city: City) -> None:
    numbers = []
    for _each in range(3):
        meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], state=Meeting.State.ENDED)
        InvitationLineFactory(meeting=meeting, unit=city.commune)
        conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
        numbers.append(issue(city, meeting).number)
    assert numbers == ["01/TB-UBND", "02/TB-UBND", "03/TB-UBND"]


def test_everybody_invited_is_told_of_the_notice(city: City, meeting: Meeting) -> None:
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    issue(city, meeting)
    told = Notification.objects.filter(kind="meeting.concluded").values_list("recipient__username", flat=True)
    assert "invited.head" in told


@pytest.mark.usefixtures("calendar")
def test_the_notice_is_vietnamese_for_readers_of_english_too(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    task = PlannedTask(lead_unit=city.commune, due_days=5)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    issue(city, meeting)
    reader = client_as("invited_head")
    reader.cookies["django_language"] = "en"
    page = reader.get(f"/meetings/{meeting.pk}/notice/").content.decode()
    sheet = page[page.index("<article") : page.index("</article>")]
    assert "Print" in page
    assert "5 ngày làm việc" in sheet
    assert not any(word in sheet for word in ("working day", "day,", "Your unit"))


def test_a_meeting_that_sits_cannot_be_concluded_yet(city: City, meeting: Meeting) -> None:
    meeting.state = Meeting.State.IN_SESSION
    meeting.save()
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    with pytest.raises(Conflict, match="meeting-not-ended"):
        issue(city, meeting)
    meeting.refresh_from_db()
    assert meeting.notice.state == ConclusionNotice.State.SUBMITTED


def test_without_a_confirmed_calendar_nothing_is_issued_and_it_is_said(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    task = PlannedTask(lead_unit=city.commune, due_days=5)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    confirm(city, meeting)
    answer = client_as("office_head").post(f"/meetings/{meeting.pk}/conclusions/issue/", {"seen": seen(meeting)})
    assert answer.status_code == 400
    assert "chưa được xác nhận" in answer.content.decode()
    assert not Task.objects.exists()
    assert ConclusionNotice.objects.get().number == ""


def test_the_chair_confirms_only_what_they_have_read(city: City, meeting: Meeting) -> None:
    conclusions.write(city["secretary"], meeting, Sentence(text="Bản một."))
    notices.submit(city["secretary"], meeting)
    read = seen(meeting)
    conclusions.write(city["chair"], meeting, Sentence(text="Thêm sau khi đọc."))
    with pytest.raises(Conflict, match="conclusions-changed"):
        notices.confirm(city["chair"], meeting, seen=read)


def test_where_the_chair_heads_the_issuing_office_one_act_does_both(city: City, meeting: Meeting) -> None:
    secretary = AppointmentFactory(unit=city.committee)
    meeting.secretary = secretary
    meeting.save()
    conclusions.write(secretary, meeting, Sentence(text="Thống nhất."))
    notices.submit(secretary, meeting)
    issued = notices.confirm(city["chair"], meeting, seen=seen(meeting))
    assert (issued.state, issued.issuer, issued.signed_by) == ("issued", city.committee, city["chair"])


def test_nobody_but_who_leads_the_issuing_office_signs(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    confirm(city, meeting)
    for role in ("chair", "secretary", "organiser_clerk", "department_head"):
        with pytest.raises(NotAllowed):
            notices.issue(city[role], meeting, seen=seen(meeting))
    told = Notification.objects.filter(kind="conclusions.confirmed").values_list("recipient__username", flat=True)
    assert list(told) == ["office.head"]
    assert f"/meetings/{meeting.pk}/conclusions/" not in client_as("organiser_clerk").get("/").content.decode()


def test_a_deputy_signs_for_the_head(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    deputy = AppointmentFactory(
        unit=city.office, position=Position.objects.get(code="pho-chanh-van-phong"), person__full_name="Vũ Thị Phó"
    )
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    confirm(city, meeting)
    notices.issue(deputy, meeting, seen=seen(meeting))
    page = client_as("invited_head").get(f"/meetings/{meeting.pk}/notice/").content.decode()
    assert re.search(r"KT. Chánh Văn phòng<br>Phó Chánh Văn phòng.*Xác nhận điện tử.*Vũ Thị Phó", page, re.DOTALL)


def test_what_is_confirmed_is_changed_only_after_it_was_sent_back(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    made = conclusions.write(city["secretary"], meeting, Sentence(text="Bản một."))
    confirm(city, meeting)
    with pytest.raises(NotAllowed):
        conclusions.edit(city["chair"], made, Sentence(text="Bản hai."), version=1)
    url = f"/meetings/{meeting.pk}/conclusions/"
    assert client_as("office_head").post(f"{url}send-back/", {"remark": "Ghi rõ thời hạn."}).status_code == 302
    page = client_as("secretary").get(url).content.decode()
    assert f"{city.person('office_head')} yêu cầu sửa" in page
    assert "Ghi rõ thời hạn." in page
    told = Notification.objects.filter(kind="conclusions.sent_back").values_list("recipient__username", flat=True)
    assert set(told) == {"secretary", "chair"}
    assert conclusions.edit(city["secretary"], made, Sentence(text="Bản hai."), version=1).version == 2


def test_who_signs_without_preparing_the_meeting_reads_the_draft_and_then_the_notice(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    meeting.created_by = city["chair"]
    meeting.save()
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    head, url = client_as("office_head"), f"/meetings/{meeting.pk}/conclusions/"
    assert head.get(url).status_code == 404
    confirm(city, meeting)
    assert head.get(url).status_code == 200
    answer = head.post(f"{url}issue/", {"seen": seen(meeting)})
    assert answer["Location"] == f"/meetings/{meeting.pk}/notice/"
    assert head.get(answer["Location"]).status_code == 200


def test_what_the_notice_lacks_is_named_before_it_is_confirmed(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    meeting.invitation_lines.all().delete()
    Appointment.objects.filter(unit=city.office, position__duty="head").delete()
    conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    notices.submit(city["secretary"], meeting)
    url = f"/meetings/{meeting.pk}/conclusions/"
    lacking = "chức vụ người ký, họ tên người ký, nơi nhận"
    assert lacking in client_as("chair").get(url).content.decode()
    answer = client_as("chair").post(f"{url}confirm/", {"seen": seen(meeting)})
    assert answer.status_code == 400
    assert f"Thông báo còn thiếu: {lacking}." in answer.content.decode()
    assert ConclusionNotice.objects.get().state == "submitted"


def test_the_chair_sends_the_draft_back_with_a_remark(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    conclusion = conclusions.write(city["secretary"], meeting, Sentence(text="Bản một."))
    notices.submit(city["secretary"], meeting)
    with pytest.raises(NotAllowed):
        conclusions.edit(city["secretary"], conclusion, Sentence(text="Sửa vụng."), version=1)
    empty = client_as("chair").post(f"/meetings/{meeting.pk}/conclusions/send-back/", {"remark": " "})
    assert empty.status_code == 400
    client_as("chair").post(f"/meetings/{meeting.pk}/conclusions/send-back/", {"remark": "Ghi rõ đơn vị chủ trì."})
    assert (
        "Ghi rõ đơn vị chủ trì." in client_as("secretary").get(f"/meetings/{meeting.pk}/conclusions/").content.decode()
    )
    assert conclusions.edit(city["secretary"], conclusion, Sentence(text="Bản hai."), version=1).version == 2


def test_who_saves_second_is_told_and_sees_both_texts(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    conclusion = conclusions.write(city["secretary"], meeting, Sentence(text="Bản gốc."))
    client_as("chair").post(f"/meetings/conclusions/{conclusion.pk}/edit/", form(text="Bản của chủ trì.", version=1))
    late = client_as("secretary").post(
        f"/meetings/conclusions/{conclusion.pk}/edit/", form(text="Bản của thư ký.", version=1), **HTMX
    )
    page = late.content.decode()
    assert late.status_code == 422
    assert "Bản của chủ trì." in page
    assert "Bản của thư ký." in page
    conclusion.refresh_from_db()
    assert conclusion.text == "Bản của chủ trì."
    assert 'name="version" value="2"' in page


def test_a_double_click_writes_one_conclusion(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    body = form()
    for _click in range(2):
        assert client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", body).status_code == 302
    assert Conclusion.objects.count() == 1


@pytest.mark.parametrize("key", ["", "không phải mã"])
def test_a_form_without_its_key_is_not_taken(
    city: City, meeting: Meeting, client_as: Callable[[str], Client], key: str
) -> None:
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", form(key=key), **HTMX)
    assert answer.status_code == 422
    assert "Tải lại trang rồi gửi lại." in answer.content.decode()
    assert not Conclusion.objects.exists()


def test_in_the_room_each_answer_is_only_the_part_that_changed(
    city: City, meeting: Meeting, item: AgendaItem, client_as: Callable[[str], Client]
) -> None:
    secretary = client_as("secretary")
    panel = secretary.get(f"/meetings/{meeting.pk}/conclusions/panel/").content.decode()
    assert "<html" not in panel
    assert f'id="conclusions-of-{item.pk}"' in panel
    added = secretary.post(f"/meetings/{meeting.pk}/conclusions/new/", form(item=item.pk), **HTMX)
    assert f'hx-swap-oob="beforeend:#conclusions-of-{item.pk}"' in added.content.decode()
    made = Conclusion.objects.get()
    edited = secretary.post(f"/meetings/conclusions/{made.pk}/edit/", form(text="Đã sửa.", version=1), **HTMX)
    assert edited.content.decode().strip().startswith(f'<li id="conclusion-{made.pk}"') or "Đã sửa." in (
        edited.content.decode()
    )
    deleted = secretary.post(f"/meetings/conclusions/{made.pk}/delete/", **HTMX)
    again = secretary.post(f"/meetings/conclusions/{made.pk}/delete/", **HTMX)
    assert (deleted.status_code, deleted.content, again.status_code) == (200, b"", 200)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": ""}, "bắt buộc"),
        ({"text": "ă" * 10_000}, "4000"),
        ({"is_task": "on", "lead_unit": ""}, "Chọn cơ quan chủ trì."),
        ({"is_task": "on", "lead_unit": "9" * 30}, "không còn hoạt động"),
        ({"is_task": "on", "due": "fixed", "due_on": ""}, "Nhập thời hạn"),
        ({"is_task": "on", "due": "fixed", "due_on": "31/02/2027"}, "Ngày không đúng"),
        ({"is_task": "on", "due": "fixed", "due_on": "01/01/2020"}, "đã qua"),
        ({"is_task": "on", "due": "days", "due_days": "-3"}, "từ 1 trở lên"),
        ({"item": "999999"}, "không"),
    ],
)
def test_bad_input_keeps_what_was_typed(
    city: City, meeting: Meeting, client_as: Callable[[str], Client], data: dict[str, str], said: str
) -> None:
    body = {**form(title="Tên đã gõ"), "lead_unit": city.commune.pk, **data}
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Tên đã gõ" in page
    assert not Conclusion.objects.exists()


def test_a_date_that_has_passed_before_issue_stops_the_issue(city: City, meeting: Meeting) -> None:
    task = PlannedTask(lead_unit=city.commune, due_on=timezone.localdate())
    made = conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
    made.planned_task.due_on = timezone.localdate() - dt.timedelta(days=1)
    made.planned_task.save()
    with pytest.raises(UserError, match="bad-assignment"):
        issue(city, meeting)
    meeting.refresh_from_db()
    assert meeting.state == Meeting.State.ENDED


@pytest.mark.parametrize(
    ("role", "status"),
    [("secretary", 200), ("chair", 200), ("office_head", 200), ("invited_head", 403), ("outsider", 404)],
)
def test_who_reads_the_draft(
    city: City, meeting: Meeting, client_as: Callable[[str], Client], role: str, status: int
) -> None:
    meeting.organiser = city.office
    meeting.save()
    assert client_as(role).get(f"/meetings/{meeting.pk}/conclusions/").status_code == status


def test_only_chair_and_secretary_write(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    answer = client_as("organiser_clerk").post(f"/meetings/{meeting.pk}/conclusions/new/", form())
    assert answer.status_code == 403
    assert not Conclusion.objects.exists()


def test_a_lead_that_was_not_invited_reads_the_notice_of_its_task(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    task = PlannedTask(lead_unit=city.other_commune)
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao phường Đống Đa.", task=task))
    issue(city, meeting)
    assert client_as("outsider_head").get(f"/meetings/{meeting.pk}/notice/").status_code == 200
    assert client_as("outsider").get(f"/meetings/{meeting.pk}/notice/").status_code == 404


def test_nothing_changes_after_issue(city: City, meeting: Meeting, client_as: Callable[[str], Client]) -> None:
    made = conclusions.write(city["secretary"], meeting, Sentence(text="Thống nhất."))
    issue(city, meeting)
    with pytest.raises(Conflict, match="notice-issued"):
        conclusions.edit(city["chair"], made, Sentence(text="Sửa lén."), version=1)
    answer = client_as("secretary").post(f"/meetings/{meeting.pk}/conclusions/new/", form())
    assert answer.status_code == 422
    assert "đã ban hành" in answer.content.decode()


def test_the_desk_costs_a_constant_number_of_queries(
    city: City, meeting: Meeting, client_as: Callable[[str], Client]
) -> None:
    client, costs = client_as("secretary"), []
    for size in (2, 10):
        while meeting.conclusions.count() < size:
            task = PlannedTask(lead_unit=city.commune, coordinators=[city.department])
            conclusions.write(city["secretary"], meeting, Sentence(text="Giao việc.", task=task))
        client.get(f"/meetings/{meeting.pk}/conclusions/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/meetings/{meeting.pk}/conclusions/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
