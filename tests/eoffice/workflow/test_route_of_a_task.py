"""A task from assignment to acceptance, through the pages, with whose hand it needs at every step."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.workflow import assigning
from eoffice.workflow.models import Duty, Evidence, Report, Task
from eoffice.worktime.deadlines import on_day
from tests.city import City


@pytest.fixture
def task(city: City) -> Task:
    assignment = assigning.Assignment(
        title="Rà soát trụ sở dôi dư trên địa bàn",
        lead_unit=city.commune,
        coordinators=[city.department],
        deadline=on_day(timezone.localdate() + dt.timedelta(days=30)),
    )
    return assigning.assign(city["chair"], [assignment], unit=city.committee)[0]


def duties(task: Task) -> set[tuple[str, str]]:
    """Without those of the coordinators (test_coordinators.py)."""
    return set(task.duties.exclude(need="contribute").values_list("person__username", "need"))


def photograph(name: str = "hiện trường.jpg") -> SimpleUploadedFile:
    import io

    content = io.BytesIO()
    Image.new("RGB", (4, 4)).save(content, "JPEG")
    return SimpleUploadedFile(name, content.getvalue(), "image/jpeg")


def do(client: Client, task: Task, act: str, **data: object):
    task.refresh_from_db()
    body = {"version": task.version, "key": str(uuid.uuid4()), **data}
    return client.post(f"/tasks/{task.pk}/{act}/", body)


def test_from_assigned_to_accepted_with_one_return(city: City, task: Task, client_as: Callable[[str], Client]) -> None:
    head, officer, chair = client_as("invited_head"), client_as("invited_officer"), client_as("chair")
    assert duties(task) == {("invited.head", "acknowledge"), ("invited.clerk", "acknowledge")}
    assert officer.get(f"/tasks/{task.pk}/").status_code == 404

    assert do(client_as("invited_clerk"), task, "acknowledge").status_code == 302
    assert duties(task) == {("invited.head", "assign")}

    assert do(head, task, "assign-officer", officer=city["invited_officer"].pk).status_code == 302
    assert duties(task) == {("invited.officer", "do")}
    assert officer.get(f"/tasks/{task.pk}/").status_code == 200

    assert do(officer, task, "progress", text="Đã rà soát 3/5 trụ sở.", percent=60).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.percent) == ("in_progress", 60)
    assert duties(task) == {("invited.officer", "do")}

    complete = {"text": "Đã rà soát xong.", "evidence": [photograph()]}
    assert do(officer, task, "complete", **complete).status_code == 302
    assert duties(task) == {("invited.head", "review")}
    assert do(head, task, "review").status_code == 302
    assert duties(task) == {("chair", "approve")}

    assert do(chair, task, "return", reason="Thiếu danh sách.").status_code == 302
    assert duties(task) == {("invited.officer", "do")}

    again = {"text": "Bổ sung danh sách.", "reference": "15/BC-UBND"}
    assert do(officer, task, "complete", **again).status_code == 302
    assert do(head, task, "review", text="Đồng ý.").status_code == 302
    assert do(chair, task, "accept").status_code == 302
    task.refresh_from_db()
    assert (task.state, task.percent) == ("completed", 100)
    assert duties(task) == set()
    kinds = list(task.reports.values_list("kind", flat=True))
    assert kinds == ["progress", "completion", "reviewed", "return", "completion", "reviewed", "acceptance"]
    recorded = set(Entry.objects.filter(target_id=task.pk).values_list("action", flat=True))
    assert {"task.assigned", "task.acknowledged", "task.officer_assigned", "task.acceptance"} <= recorded


def test_evidence_is_kept_and_read_by_those_who_see_the_task(
    city: City, task: Task, client_as: Callable[[str], Client]
) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    do(head, task, "complete", text="Xong.", evidence=[photograph(), photograph("thứ hai.jpg")])
    assert Evidence.objects.count() == 2
    url = f"/tasks/{task.pk}/evidence/{Evidence.objects.first().pk}/"
    served = client_as("chair").get(url)
    assert (served.status_code, served["Content-Type"]) == (200, "image/jpeg")
    assert client_as("outsider").get(url).status_code == 404


def test_completion_without_evidence_is_refused_and_the_words_stay(
    city: City, task: Task, client_as: Callable[[str], Client]
) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    refused = do(head, task, "complete", text="Đã xong mọi việc.")
    assert refused.status_code == 400
    assert "Đã xong mọi việc." in refused.content.decode()
    assert "minh chứng" in refused.content.decode()
    task.refresh_from_db()
    assert task.state == "acknowledged"


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("báo cáo.docx", b"MZ\x90\x00 this is a programme"),
        SimpleUploadedFile("rỗng.pdf", b""),
        SimpleUploadedFile("hỏng.pdf", b"%PDF-1.7 broken"),
    ],
    ids=["programme", "empty", "corrupt"],
)
def test_bad_evidence_changes_nothing(
    city: City, task: Task, client_as: Callable[[str], Client], upload: SimpleUploadedFile
) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    upload.seek(0)
    refused = do(head, task, "complete", text="Đã xong.", reference="15/BC", evidence=[upload])
    assert refused.status_code in (400, 422)
    assert not Report.objects.exists()
    task.refresh_from_db()
    assert task.state == "acknowledged"


def test_a_double_click_is_one_report(city: City, task: Task, client_as: Callable[[str], Client]) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    task.refresh_from_db()
    body = {"version": task.version, "key": str(uuid.uuid4()), "text": "Xong.", "reference": "15/BC-UBND"}
    first = head.post(f"/tasks/{task.pk}/complete/", body)
    second = head.post(f"/tasks/{task.pk}/complete/", body)
    assert (first.status_code, second.status_code) == (302, 302)
    assert task.reports.count() == 1


@pytest.mark.parametrize("act", ["acknowledge", "accept", "return", "recall"])
def test_a_double_click_on_an_act_without_words_is_harmless(
    city: City, task: Task, client_as: Callable[[str], Client], act: str
) -> None:
    head, chair = client_as("invited_head"), client_as("chair")
    client = head if act == "acknowledge" else chair
    if act in ("accept", "return"):
        do(head, task, "acknowledge")
        do(head, task, "complete", text="Xong.", reference="15/BC-UBND")
    task.refresh_from_db()
    body = {"version": task.version, "reason": "Vì trùng."}
    answers = [client.post(f"/tasks/{task.pk}/{act}/", body).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Entry.objects.filter(target_id=task.pk, action__startswith="task.").values("action").distinct().count() == (
        Entry.objects.filter(target_id=task.pk).count()
    )
    if act in ("accept", "return"):  # other words are not swallowed: they are refused, and shown again
        late = client.post(f"/tasks/{task.pk}/{act}/", {**body, "reason": "Vì lẽ khác.", "text": "Ý kiến khác."})
        assert late.status_code == 409
        assert ("Vì lẽ khác." if act == "return" else "Ý kiến khác.") in late.content.decode()


def test_who_comes_second_is_told_and_keeps_their_words(
    city: City, task: Task, client_as: Callable[[str], Client]
) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    task.refresh_from_db()
    seen = task.version
    do(head, task, "progress", text="Bản của người thứ nhất.", percent=30)
    late = do(head, task, "progress", text="Bản của người thứ hai.", percent=50, version=seen)
    page = late.content.decode()
    assert late.status_code == 409
    assert "Bản của người thứ nhất." in page
    assert "Bản của người thứ hai." in page
    task.refresh_from_db()
    assert task.percent == 30
    assert f'value="{task.version}"' in page  # sent again, it counts for what is shown now


def test_coordinators_write_notes_and_nothing_else(city: City, task: Task, client_as: Callable[[str], Client]) -> None:
    department = client_as("department_head")
    do(client_as("invited_head"), task, "acknowledge")
    assert do(department, task, "note", text="Sở đã gửi số liệu.").status_code == 302
    assert do(department, task, "progress", text="x", percent=10).status_code == 403
    assert do(department, task, "complete", text="x", reference="1").status_code == 403
    assert "Sở đã gửi số liệu." in client_as("chair").get(f"/tasks/{task.pk}/").content.decode()


def test_a_recalled_task_needs_nobodys_hand_and_says_why(
    city: City, task: Task, client_as: Callable[[str], Client]
) -> None:
    assert do(client_as("invited_head"), task, "recall", reason="x").status_code == 403
    assert do(client_as("chair"), task, "recall", reason="Giao nhầm đơn vị.").status_code == 302
    assert duties(task) == set()
    assert "Giao nhầm đơn vị." in client_as("invited_head").get(f"/tasks/{task.pk}/").content.decode()


def test_an_officer_of_another_unit_cannot_be_given_the_work(
    city: City, task: Task, client_as: Callable[[str], Client]
) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    refused = do(head, task, "assign-officer", officer=city["department_officer"].pk)
    assert refused.status_code == 422
    task.refresh_from_db()
    assert task.officer is None


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("progress", {"text": "", "percent": 10}),
        ("progress", {"text": "x", "percent": "abc"}),
        ("progress", {"text": "x", "percent": 100}),
        ("progress", {"text": "ă" * 10_000, "percent": 10}),
        ("progress", {"text": "x", "percent": 10, "version": "không"}),
        ("progress", {"text": "x", "percent": 10, "key": "không"}),
        ("complete", {"text": "x", "reference": "9" * 200}),
        ("assign-officer", {"officer": "9" * 30}),
        ("assign-officer", {"officer": ""}),
    ],
)
def test_bad_input_is_shown_again_and_changes_nothing(
    city: City, task: Task, client_as: Callable[[str], Client], act: str, data: dict[str, object]
) -> None:
    head = client_as("invited_head")
    do(head, task, "acknowledge")
    task.refresh_from_db()
    before = task.version
    assert do(head, task, act, **data).status_code in (400, 422)
    task.refresh_from_db()
    assert task.version == before


def test_everybody_concerned_is_told_once_it_is_committed(
    city: City, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    assignment = assigning.Assignment(title="Việc mới", lead_unit=city.commune, coordinators=[city.department])
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        assigning.assign(city["chair"], [assignment], unit=city.committee)
    told = set(Notification.objects.values_list("recipient__username", "kind"))
    assert told == {
        ("invited.head", "task.assigned"),
        ("invited.clerk", "task.assigned"),
        ("department.head", "task.coordinating"),
        ("department.clerk", "task.coordinating"),
    }
    assert callbacks


def test_an_officer_who_leaves_gives_the_task_back_to_the_head(city: City, task: Task) -> None:
    from eoffice.workflow.tasks import refresh_duties

    task.officer, task.state = city["invited_officer"], Task.State.IN_PROGRESS
    task.save()
    refresh_duties()
    assert duties(task) == {("invited.officer", "do")}
    city["invited_officer"].valid_to = timezone.localdate() - dt.timedelta(days=1)
    city["invited_officer"].save()
    refresh_duties()
    assert duties(task) == {("invited.head", "assign")}


def test_duties_of_many_tasks_cost_a_constant_number_of_queries(
    city: City, django_assert_max_num_queries: Callable[..., object]
) -> None:
    from eoffice.workflow import duties as duty_rows
    from tests.factories import TaskFactory

    tasks = [TaskFactory(assigner=city["chair"], lead_unit=city.commune) for _ in range(40)]
    with django_assert_max_num_queries(8):
        duty_rows.recompute(tasks)
    assert Duty.objects.count() == 80
