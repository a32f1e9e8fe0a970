"""Phiếu đôn đốc: whoever assigned late tasks sends their lead an official document about them."""

import datetime as dt
import io
import uuid
from collections.abc import Callable

import docx
from django.test import Client
from django.utils import timezone

from documents.models import NumberAllocation, UrgingSlip
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.workflow.models import Task
from eoffice.worktime.deadlines import working_date
from tests.city import City
from tests.factories import TaskFactory

As = Callable[[str], Client]


def late_task(city: City, title: str, days: int) -> Task:
    today = working_date(timezone.now())
    return TaskFactory(
        title=title,
        assigner=city["chair"],
        lead_unit=city.department,
        state=Task.State.ACKNOWLEDGED,
        due_on=today - dt.timedelta(days=days),
        source_label="Thông báo số 12/TB-UBND",
    )


def form(*tasks: Task, **data: object) -> dict[str, object]:
    day = timezone.localdate() + dt.timedelta(days=3)
    return {
        "tasks": [task.pk for task in tasks],
        "answer_by": f"{day:%d/%m/%Y}",
        "note": "Gửi kèm danh sách cán bộ phụ trách.",
        "key": str(uuid.uuid4()),
        **data,
    }


def test_late_tasks_of_one_lead_become_a_numbered_document_that_stays_with_them(city: City, client_as: As) -> None:
    tasks = [late_task(city, "Rà soát quy hoạch", 9), late_task(city, "Lập danh mục dự án", 4)]
    late_task(city, "Còn trong hạn", -5)
    chair, director = client_as("chair"), client_as("department_head")
    address = f"/papers/urging/new/{city.committee.pk}/{city.department.pk}/"
    overview = chair.get("/papers/urging/").content.decode()
    assert "Sở Xây dựng" in overview
    assert "2 nhiệm vụ quá hạn" in overview
    assert address in overview
    asked = form(*tasks)
    preview = chair.post(address, asked)
    assert preview.status_code == 200
    assert "Số: ……/PĐĐ-UBND" in preview.content.decode()
    assert "Còn trong hạn" not in preview.content.decode()
    assert not UrgingSlip.objects.exists()
    issued = [chair.post(address, {**asked, "issue": "1"}) for _click in range(2)]
    slip = UrgingSlip.objects.get()
    assert [one["Location"] for one in issued] == [f"/papers/urging/{slip.pk}/"] * 2
    assert NumberAllocation.objects.get().code == "01/PĐĐ-UBND"
    assert Entry.objects.filter(action="urging.issued").count() == 1
    Task.objects.filter(pk=tasks[0].pk).update(title="Tên đổi về sau")
    page = director.get(f"/papers/urging/{slip.pk}/").content.decode()
    assert all(words in page for words in ("Phiếu đôn đốc", "Rà soát quy hoạch", "Trần Văn Chủ", "danh sách cán bộ"))
    written = docx.Document(io.BytesIO(director.get(f"/papers/urging/{slip.pk}/word/").content))
    [lines] = [table for table in written.tables if table.rows[0].cells[0].text == "TT"]
    assert [[cell.text for cell in row.cells] for row in lines.rows[1:]] == [
        [str(n), task.title, "Thông báo số 12/TB-UBND", "Sở Xây dựng", f"{task.due_on:%d/%m/%Y}", str(days)]
        for n, (task, days) in enumerate(zip(tasks, (9, 4), strict=True), start=1)
    ]
    assert "Phiếu đôn đốc số 01/PĐĐ-UBND" in director.get(f"/tasks/{tasks[0].pk}/").content.decode()
    told = Notification.objects.filter(kind="task.urged").values_list("recipient__username", flat=True)
    assert sorted(told) == ["department.clerk", "department.head"]


def test_what_was_handed_in_meanwhile_is_not_urged_and_nothing_typed_is_lost(city: City, client_as: As) -> None:
    handed_in, still = late_task(city, "Rà soát quy hoạch", 9), late_task(city, "Lập danh mục dự án", 4)
    address = f"/papers/urging/new/{city.committee.pk}/{city.department.pk}/"
    Task.objects.filter(pk=handed_in.pk).update(state=Task.State.SUBMITTED, submitted_at=timezone.now())
    answer = client_as("chair").post(address, form(handed_in, still, issue="1"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Có nhiệm vụ không còn quá hạn" in page
    assert "Gửi kèm danh sách cán bộ phụ trách." in page
    assert not UrgingSlip.objects.exists()
    past = form(still, answer_by="01/01/2020")
    assert "Chọn ngày từ hôm nay trở đi." in client_as("chair").post(address, past).content.decode()
    assert client_as("department_head").get(address).status_code == 404
    assert client_as("department_head").post(address, form(still, issue="1")).status_code == 404
