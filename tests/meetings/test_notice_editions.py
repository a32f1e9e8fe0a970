"""An issued notice of conclusions is corrected: another edition comes in its place, and tasks that did not change go on."""

import datetime as dt
import io
from collections.abc import Callable

import docx
import pytest
from django.test import Client
from django.utils import timezone

from documents.models import NumberAllocation
from eoffice.notifications.models import Notification
from eoffice.workflow.models import Task
from meetings import conclusions, notices, recalls, replacing
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import Conclusion, ConclusionTask, Dispatch, Meeting
from tests.city import City
from tests.meetings.concluding import confirm_calendars, ended_meeting, form, issue

Clients = Callable[[str], Client]
DAY = dt.timedelta(days=1)


@pytest.fixture
def meeting(city: City) -> Meeting:
    """Issued: tasks of the commune, the department and the other commune."""
    confirm_calendars(city)
    meeting = ended_meeting(city)
    today = timezone.localdate()
    for unit, planned in (
        (city.commune, {"due_days": 5}),
        (city.department, {"due_on": today + 30 * DAY}),
        (city.other_commune, {}),
    ):
        task = PlannedTask(lead_unit=unit, title=f"Việc của {unit.name}", **planned)
        conclusions.write(city["secretary"], meeting, Sentence(text=f"Giao {unit.name} rà soát.", task=task))
    issue(city, meeting)
    return meeting


def drafted(unit: object) -> Conclusion:
    return ConclusionTask.objects.get(lead_unit=unit, conclusion__edition=2).conclusion


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def test_a_corrected_notice_replaces_the_issued_one_and_unchanged_tasks_go_on(
    city: City, meeting: Meeting, client_as: Clients
) -> None:
    page, desk = f"/meetings/{meeting.pk}/notice/", f"/meetings/{meeting.pk}/conclusions/"
    secretary, chair, head = client_as("secretary"), client_as("chair"), client_as("office_head")
    tasks = {task.lead_unit_id: task for task in Task.objects.all()}
    Task.objects.filter(lead_unit=city.commune).update(state=Task.State.IN_PROGRESS, percent=40)
    assert client_as("invited_head").get(f"{page}replace/").status_code == 403
    assert secretary.post(f"{page}replace/", {"reason": " "}).status_code == 422
    for _click in range(2):
        assert secretary.post(f"{page}replace/", {"reason": "Sai thời hạn."}).status_code == 302
    assert Notification.objects.filter(kind="conclusions.replacing").count() == 1
    assert "giữ nguyên đến khi ban hành bản mới" in text(secretary, page)
    shown = text(client_as("invited_head"), page)
    assert "01/TB-" in shown, "until then the issued one is in force"
    assert "đang được soạn" not in shown
    first = Conclusion.objects.filter(edition=1).first()
    assert first is not None
    assert secretary.get(f"/meetings/conclusions/{first.pk}/edit/").status_code == 404, "what was issued stays"

    later = timezone.localdate() + 60 * DAY
    changed = drafted(city.department)
    body = form(city.department, text=changed.text, title=changed.tasks[0].title, version=changed.version)
    answer = secretary.post(
        f"/meetings/conclusions/{changed.pk}/edit/", body | {"due": "fixed", "due_on": f"{later:%d/%m/%Y}"}
    )
    assert answer.status_code == 302, answer.content.decode()
    secretary.post(f"/meetings/conclusions/{drafted(city.other_commune).pk}/delete/", {"confirmed": 1})
    secretary.post(f"{desk}new/", form(city.office, text="Giao Văn phòng tổng hợp."))
    preview = text(secretary, desk)
    for kind in ("Giao mới: 1", "Sửa: 1", "Thu hồi: 1", "Giữ nguyên: 1", "Thời hạn trước đây"):
        assert kind in preview
    secretary.post(f"{desk}submit/", {"confirmed": 1})

    def seen() -> str:
        notice = conclusions.notice_of(meeting)
        return replacing.seen_of(notice, list(conclusions.of_meeting(meeting)))

    before = seen()
    assert chair.post(f"{desk}confirm/", {"seen": before}).status_code == 302
    Task.objects.filter(lead_unit=city.other_commune).update(state=Task.State.COMPLETED)
    assert head.post(f"{desk}issue/", {"seen": before}).status_code == 409, "a task was finished meanwhile"
    Task.objects.filter(lead_unit=city.other_commune).update(state=Task.State.ASSIGNED)
    for _click in range(2):
        head.post(f"{desk}issue/", {"seen": seen()})

    now = {task.lead_unit_id: task for task in Task.objects.all()}
    assert len(now) == Task.objects.count() == 4, "nothing was given twice"
    assert {unit: task.pk for unit, task in now.items() if unit in tasks} == {u: t.pk for u, t in tasks.items()}
    commune = now[city.commune.pk]
    assert (commune.state, commune.percent, commune.due_on) == ("in_progress", 40, tasks[city.commune.pk].due_on)
    assert commune.source_label.startswith("Thông báo kết luận số 02/TB-")
    assert commune.source_url.startswith(f"{page}2/#conclusion-")
    assert now[city.department.pk].due_on == later
    assert now[city.other_commune.pk].state == Task.State.CANCELLED
    assert now[city.other_commune.pk].source_url.startswith(f"{page}1/#conclusion-")
    told = Notification.objects.filter(kind="task.amended").values_list("recipient__username", flat=True)
    assert "department.head" in told
    assert "invited.head" not in told, "of what is unchanged nobody is told"
    assert "sửa theo văn bản thay thế" in text(
        client_as("department_head"), f"/tasks/{now[city.department.pk].pk}/history/"
    )

    former, following = text(client_as("invited_head"), f"{page}1/"), text(client_as("invited_head"), page)
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" in former
    assert f"{page}2/" in former
    assert "Thông báo này thay thế Thông báo số 01/TB-" in following
    assert f"{page}1/" in following
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" not in following
    word = docx.Document(io.BytesIO(secretary.get(f"{page}2/word/").content))
    assert any("thay thế Thông báo số 01/TB-" in paragraph.text for paragraph in word.paragraphs)
    assert secretary.get(f"{page}1/word/").status_code == 200
    assert text(client_as("invited_head"), f"{page}3/", 404)
    states = NumberAllocation.objects.order_by("n").values_list("state", "reason")
    assert [state for state, _reason in states] == ["recalled", "assigned"]
    assert "Được thay thế bằng Thông báo số 02/TB-" in states[0][1]
    boards = {one.edition: one for one in Dispatch.objects.all()}
    assert client_as("invited_head").post(f"/meetings/dispatches/{boards[1].pk}/stop-using/").status_code == 302
    assert client_as("invited_head").post(f"/meetings/dispatches/{boards[2].pk}/acknowledge/").status_code == 302


def test_a_recalled_notice_is_issued_anew_with_new_tasks_and_a_draft_can_be_given_up(
    city: City, meeting: Meeting, client_as: Clients
) -> None:
    page, desk = f"/meetings/{meeting.pk}/notice/", f"/meetings/{meeting.pk}/conclusions/"
    secretary = client_as("secretary")
    recalls.recall(city["office_head"], Dispatch.objects.get(), reason="Sai căn cứ.", seen=3)
    client_as("office_head").post(f"{page}replace/", {"reason": "Sai căn cứ."})
    assert "Giao mới: 3" in text(secretary, desk)
    for _click in range(2):
        assert secretary.post(f"{page}replace/drop/", {"confirmed": 1}).status_code == 302
    assert Conclusion.objects.filter(edition=2).count() == 0
    secretary.post(f"{page}replace/", {"reason": "Sai căn cứ."})
    notices.submit(city["secretary"], meeting)
    notice = conclusions.notice_of(meeting)
    seen = replacing.seen_of(notice, list(conclusions.of_meeting(meeting)))
    notices.confirm(city["chair"], meeting, seen=seen)
    notices.issue(city["office_head"], meeting, seen=seen)
    assert sorted(Task.objects.values_list("state", flat=True)) == ["assigned"] * 3 + ["cancelled"] * 3
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" not in text(secretary, page)
