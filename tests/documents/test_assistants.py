"""A leader's assistant: reads what waits for the leader, drafts what the leader confirms, and never acts in their place."""

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.circulation import registering, sending
from documents.circulation.registering import Facts
from documents.models import Routing, Sending
from eoffice.notifications.models import Notification
from eoffice.organisation.models import AssistantLink
from eoffice.workflow import assisting, delegating
from eoffice.workflow.models import Draft, Task
from tests.city import City
from tests.eoffice.workflow.branch import build_branch

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
PAGE = "/tasks/assistants/"


def today(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def name(client: Client, city: City, leader: str, assistant: str, **typed: Any) -> Any:
    """Send the form of the page: for a month, in everything."""
    days = {"valid_from": f"{today():%d/%m/%Y}", "valid_to": f"{today(30):%d/%m/%Y}"}
    who = {"leader": city[leader].pk, "assistant": city[assistant].pk}
    return client.post(PAGE, {**who, **days, "documents": "on", "tasks": "on", **typed})


def helping(city: City, leader: str, assistant: str, **scopes: bool) -> AssistantLink:
    terms = assisting.Terms(
        city[leader], city[assistant], today(), today(30), **{"documents": True, "tasks": True, **scopes}
    )
    return assisting.name_assistant(city[leader], terms)


def line_before(city: City, leader: str, code: str = "05/BXD-KTXD") -> Routing:
    facts = Facts(sender="Bộ Xây dựng", code=code, issued_on=today(), subject="Rà soát trụ sở")
    document = registering.register(city["organiser_clerk"], city.committee, facts, arrived_on=today())
    return sending.submit(city["organiser_clerk"], document, city[leader]).lines.get()


def directive(city: City, **changed: Any) -> dict[str, Any]:
    words = {
        "text": "Giao Sở Xây dựng chủ trì, báo cáo.",
        "lead": f"u{city.department.pk}",
        "inform": f"u{city.commune.pk}",
    }
    return {"key": str(uuid.uuid4()), **words, "due_on": f"{today(9):%d/%m/%Y}", "as_task": "on", **changed}


def test_a_directive_is_drafted_read_and_confirmed_with_one_tap(city: City, client_as: As) -> None:
    line = line_before(city, "chair")
    assistant, chair = client_as("secretary"), client_as("chair")
    document, desk = f"/papers/incoming/{line.document_id}/", "/leaders/"
    new = f"/tasks/drafts/new/incoming-direct/{line.pk}/{city['chair'].pk}/"
    recipients = f"{document}lines/{line.pk}/recipients/?q=xay"
    hidden = [assistant.get(address).status_code for address in (document, new, recipients)]
    assert hidden == [404, 404, 404]
    assert "Bạn chưa được phân công" in assistant.get(desk).content.decode()

    assert name(client_as("organiser_clerk"), city, "chair", "secretary").status_code == 302
    assert name(client_as("organiser_clerk"), city, "chair", "secretary").status_code == 302, "a second click"
    assert AssistantLink.objects.count() == 1
    assert Notification.objects.filter(recipient=city.person("chair"), kind="assistant.named").exists()

    assert "Rà soát trụ sở" in assistant.get(desk).content.decode()
    assert new in assistant.get(document).content.decode()
    assert assistant.get(recipients).json()["results"][0]["text"] == "Sở Xây dựng"
    refused = assistant.post(new, directive(city, due_on=f"{today(-3):%d/%m/%Y}"))
    assert refused.status_code == 400
    assert "đã qua" in refused.content.decode()
    assert "Giao Sở Xây dựng chủ trì, báo cáo." in refused.content.decode(), "nothing typed is lost"
    typed = directive(city)
    assert assistant.post(new, typed).status_code == 302
    assert assistant.post(new, typed).status_code == 302, "a second click"
    draft = Draft.objects.get()
    assert not Sending.objects.filter(kind="directive").exists()
    assert not Task.objects.exists()

    confirm = f"/tasks/drafts/{draft.pk}/confirm/"
    assert assistant.post(confirm, {"draft_version": 1}).status_code == 403
    assert client_as("organiser_clerk").post(confirm, {"draft_version": 1}).status_code == 404
    assert assistant.post(f"{document}lines/{line.pk}/direct/", typed).status_code == 403, "it gives no right to act"
    page = chair.get("/").content.decode()
    assert "Dự thảo chờ bạn xác nhận" in page
    assert "Giao Sở Xây dựng chủ trì, báo cáo." in page
    assert "Sở Xây dựng" in page

    changed = directive(city, text="Giao Sở Xây dựng chủ trì, báo cáo trong tuần.")
    assert assistant.post(f"/tasks/drafts/{draft.pk}/", changed).status_code == 302
    assert chair.post(confirm, {"draft_version": 1}).status_code == 409, "not what they have read"
    assert not Task.objects.exists()
    assert chair.post(confirm, {"draft_version": 2}).status_code == 302
    assert chair.post(confirm, {"draft_version": 2}).status_code == 302, "a second click"
    sent, task = Sending.objects.get(kind="directive"), Task.objects.get()
    assert (sent.by, sent.text) == (city["chair"], "Giao Sở Xây dựng chủ trì, báo cáo trong tuần.")
    assert (task.assigner, task.lead_unit) == (city["chair"], city.department)
    shown = " ".join(re.sub(r"<[^>]+>", " ", client_as("department_head").get(document).content.decode()).split())
    assert re.search(r"Lê Thị Thư \([^)]+ – Văn phòng UBND thành phố\) soạn dự thảo; Trần Văn Chủ xác nhận", shown)


def test_the_leader_changes_or_does_not_use_it(city: City, client_as: As) -> None:
    line = line_before(city, "chair")
    helping(city, "chair", "secretary")
    new = f"/tasks/drafts/new/incoming-direct/{line.pk}/{city['chair'].pk}/"
    assistant, chair = client_as("secretary"), client_as("chair")
    assistant.post(new, directive(city))
    first = Draft.objects.get()
    assert chair.post(f"/tasks/drafts/{first.pk}/discard/", {"remark": "Chờ ý kiến Bộ."}).status_code == 302
    assert chair.post(f"/tasks/drafts/{first.pk}/confirm/", {"draft_version": 1}).status_code == 409
    assert "Chờ ý kiến Bộ." in assistant.get("/tasks/drafts/").content.decode()
    assert not Sending.objects.filter(kind="directive").exists()

    assistant.post(new, directive(city))
    second = Draft.objects.latest("pk")
    address = f"/tasks/drafts/{second.pk}/"
    bad = chair.post(address, directive(city, text="", due_on="hôm nào"))
    assert (bad.status_code, "hôm nào" in bad.content.decode()) == (422, True)
    assert chair.post(address, directive(city, text="Giao Sở Xây dựng, xong trước Tết.")).status_code == 302
    second.refresh_from_db()
    assert (second.state, second.edited, Sending.objects.get(kind="directive").text) == (
        "confirmed",
        True,
        "Giao Sở Xây dựng, xong trước Tết.",
    )
    assert assistant.post(f"{address}discard/").status_code == 409


def test_work_is_given_out_as_drafted_and_what_has_changed_meanwhile_is_said(city: City, client_as: As) -> None:
    branch = build_branch(city)
    helping(city, "department_head", "department_officer", documents=False)
    assistant, head = client_as("department_officer"), client_as("department_head")
    task = branch.task
    assert "Rà soát hạ tầng kỹ thuật" in assistant.get("/leaders/").content.decode()
    page = assistant.get(f"/tasks/{task.pk}/").content.decode()
    assert "Soạn dự thảo trình lãnh đạo" in page
    new = f"/tasks/drafts/new/task-{{}}/{task.pk}/{city['department_head'].pk}/"
    assert assistant.get(new.format("accept")).status_code == 404, "what a leader decides is not drafted"
    part = {
        "version": task.version,
        "key": str(uuid.uuid4()),
        "title": "Khảo sát",
        "recipient": f"unit-{branch.division.pk}",
    }
    due = f"{today(5):%d/%m/%Y}"
    assert assistant.post(new.format("subtask"), {**part, "due_on": f"{today(60):%d/%m/%Y}"}).status_code == 400
    assert assistant.post(new.format("subtask"), {**part, "due_on": due}).status_code == 302
    assert (
        assistant.post(
            new.format("assign-officer"), {"version": task.version, "officer": branch.officer.pk}
        ).status_code
        == 302
    )
    given, officer = (Draft.objects.get(kind=f"task-{code}") for code in ("subtask", "assign-officer"))
    assert assistant.post(f"/tasks/{task.pk}/subtask/", {**part, "due_on": due}).status_code == 403
    assert not Task.objects.filter(parent=task).exists()

    assert head.post(f"/tasks/drafts/{given.pk}/confirm/", {"draft_version": 1}).status_code == 302
    child = Task.objects.get(parent=task)
    assert child.assigner == city["department_head"]
    assert "soạn dự thảo" in head.get(f"/tasks/{child.pk}/").content.decode()
    late = head.post(f"/tasks/drafts/{officer.pk}/confirm/", {"draft_version": 1})
    assert late.status_code == 409, "the task is another since it was drafted"
    task.refresh_from_db()
    assert task.officer is None
    shown = late.content.decode()
    assert re.search(rf'name="version" value="{task.version}"', shown), "sent again it counts for what is shown"
    again = {"version": task.version, "officer": branch.officer.pk}
    assert head.post(f"/tasks/drafts/{officer.pk}/", again).status_code == 302
    task.refresh_from_db()
    officer.refresh_from_db()
    assert (task.officer, officer.edited) == (branch.officer, False)
    assert "xác nhận dự thảo" in head.get(f"/tasks/{task.pk}/history/").content.decode()
    assert assistant.get(f"/tasks/{task.pk}/").status_code == 200, "they see what became of what they drafted"


def test_who_may_be_named_by_whom_for_how_long_and_in_what(city: City, client_as: As) -> None:
    line = line_before(city, "chair")
    document = f"/papers/incoming/{line.document_id}/"
    assert name(client_as("outsider"), city, "chair", "secretary").status_code == 422
    assert name(client_as("chair"), city, "chair", "chair").status_code == 422
    assert name(client_as("chair"), city, "chair", "secretary", valid_to="01/01/2020").status_code == 422
    assert name(client_as("chair"), city, "chair", "secretary", documents="", tasks="").status_code == 422
    link = helping(city, "chair", "secretary", documents=False)
    assert client_as("secretary").get(document).status_code == 404, "not in that scope"
    assert name(client_as("chair"), city, "chair", "secretary").status_code == 409
    AssistantLink.objects.update(documents=True)
    assert client_as("secretary").get(document).status_code == 200
    AssistantLink.objects.update(valid_to=today(-1), valid_from=today(-9))
    assert client_as("secretary").get(document).status_code == 404
    AssistantLink.objects.update(valid_to=today(9))
    assert client_as("outsider").post(f"{PAGE}{link.pk}/end/").status_code == 404
    assert client_as("chair").post(f"{PAGE}{link.pk}/end/").status_code == 302
    assert client_as("secretary").get(document).status_code == 404


def test_an_assistant_does_not_confirm_their_own_draft_even_as_delegate(city: City, client_as: As) -> None:
    line = line_before(city, "chair")
    helping(city, "chair", "office_head")
    new = f"/tasks/drafts/new/incoming-direct/{line.pk}/{city['chair'].pk}/"
    assert client_as("office_head").post(new, directive(city)).status_code == 302
    scope = "Công việc thường xuyên."
    delegating.give(city["chair"], delegating.Terms(city["chair"], city["office_head"], today(), today(3), scope))
    draft = Draft.objects.get()
    assert client_as("office_head").post(f"/tasks/drafts/{draft.pk}/confirm/", {"draft_version": 1}).status_code == 403
    answer = client_as("office_head").post(
        f"/papers/incoming/{line.document_id}/lines/{line.pk}/direct/", directive(city)
    )
    assert answer.status_code == 302
    by = Sending.objects.get(kind="directive").by
    assert (by.person, by.in_place_of) == (city.person("office_head"), city["chair"]), "openly, in the chair's place"


def test_the_pages_ask_as_much_for_one_as_for_many(city: City, client_as: As) -> None:
    helping(city, "chair", "secretary")
    asked = []
    for number in (1, 2):
        for code in "AB":
            line = line_before(city, "chair", f"{number}/{code}")
            address = f"/tasks/drafts/new/incoming-direct/{line.pk}/{city['chair'].pk}/"
            client_as("secretary").post(address, directive(city))
        counts = []
        for role, page in (("secretary", "/leaders/"), ("chair", "/tasks/drafts/"), ("secretary", "/tasks/drafts/")):
            with CaptureQueriesContext(connection) as queries:
                assert client_as(role).get(page).status_code == 200
            counts.append(len(queries))
        asked.append(counts)
    assert asked[0] == asked[1]
