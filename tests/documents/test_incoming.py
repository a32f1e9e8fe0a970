"""Incoming documents: from the clerk's register over the leader's directive to the reply, and the ways back."""

import datetime as dt
import io
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from documents import registers
from documents.circulation import registering, sending
from documents.circulation.registering import Facts, key_of
from documents.models import IncomingDocument, NumberAllocation, Routing, Sending
from eoffice.audit.models import Entry
from eoffice.notifications.models import Notification
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import reporting, routing
from eoffice.workflow.models import Task
from eoffice.workflow.writing import Words
from eoffice.worktime import seeding
from tests import papers
from tests.city import City

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]
LIST = "/papers/incoming/"


def form(city: City, **changes: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "key": str(uuid.uuid4()),
        "unit": city.committee.pk,
        "arrived_on": f"{today:%d/%m/%Y}",
        "sender": "Bộ Xây dựng",
        "code": "05/BXD-KTXD",
        "issued_on": f"{today - dt.timedelta(days=2):%d/%m/%Y}",
        "series": "CV",
        "urgency": "urgent",
        "pages": "3",
        "subject": "Về việc rà soát  trụ sở làm việc",
        "note": "",
        **changes,
    }


def registered(city: City, **changes: Any) -> IncomingDocument:
    today = timezone.localdate()
    facts = {"sender": "Bộ Xây dựng", "code": "05/BXD-KTXD", "issued_on": today, "subject": "Rà soát trụ sở", **changes}
    return registering.register(city["organiser_clerk"], city.committee, Facts(**facts), arrived_on=today)


def submitted(city: City, to: str = "chair", **changes: Any) -> Routing:
    """A document that lies before a leader: their line."""
    document = registered(city, **changes)
    return sending.submit(city["organiser_clerk"], document, city[to]).lines.get()


def unit(one: Unit) -> str:
    return f"u{one.pk}"


def person(one: Appointment) -> str:
    return f"p{one.pk}"


def act(client: Client, line: Routing, code: str, **data: Any) -> Any:
    return client.post(f"{LIST}{line.document_id}/lines/{line.pk}/{code}/", {"key": str(uuid.uuid4()), **data})


def line_of(document: IncomingDocument, **of: Any) -> Routing:
    found: Routing = Routing.objects.filter(document=document, **of).latest("pk")
    return found


def states(document: IncomingDocument) -> list[tuple[str, str]]:
    return list(document.lines.order_by("pk").values_list("role", "state"))


def told(kind: str) -> set[str]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def test_from_the_clerk_over_the_leader_to_the_officers_reply(
    city: City, client_as: AsRole, django_capture_on_commit_callbacks: Any
) -> None:
    """Clerk → head of the office → leader's directive → department → officer → reply: every line is closed."""
    seeding.seed_year(timezone.localdate().year, confirmed_by=city.admin)
    seeding.seed_year(timezone.localdate().year + 1, confirmed_by=city.admin)
    clerk = client_as("organiser_clerk")
    upload = SimpleUploadedFile("cong-van.pdf", papers.pdf(3))
    sent = form(city, upload=upload)
    made = clerk.post(f"{LIST}new/", sent)
    document = IncomingDocument.objects.get()
    assert made["Location"] == f"{LIST}{document.pk}/"
    assert (document.allocation.code, document.subject) == ("01", "Về việc rà soát trụ sở làm việc")
    upload.seek(0)
    assert clerk.post(f"{LIST}new/", sent)["Location"] == made["Location"], "a double click"
    page = clerk.get(made["Location"]).content.decode()
    assert "cong-van.pdf" in page
    assert client_as("chair").get(f"{made['Location']}files/{document.files.get().pk}/").status_code == 200

    assert client_as("office_head").get(f"{LIST}?scope=waiting").content.decode().count("Bộ Xây dựng") == 0
    clerk.post(f"{made['Location']}submit/", {"to": city["office_head"].pk, "text": "Kính trình", "key": uuid.uuid4()})
    assert "rà soát trụ sở" in client_as("office_head").get("/").content.decode(), "a duty of today"
    act(client_as("office_head"), line_of(document), "submit", to=city["chair"].pk, text="Đề xuất giao Sở Xây dựng")

    before_chair = line_of(document)
    chair = client_as("chair")
    names = chair.get(f"{made['Location']}lines/{before_chair.pk}/recipients/", {"q": "so xay"}).json()["results"]
    assert unit(city.department) in [one["id"] for one in names]
    refused = act(chair, before_chair, "direct", text="Giao Sở Xây dựng", lead=[unit(city.department)], due_days="999")
    assert refused.status_code == 422
    assert "Giao Sở Xây dựng" in refused.content.decode(), "what was typed stays"
    directive = {
        "text": "Giao Sở Xây dựng chủ trì, báo cáo.", "lead": [unit(city.department)],
        "coordinate": [unit(city.commune)], "inform": [person(city["secretary"])], "due_days": "5",
        "key": str(uuid.uuid4()),
    }  # fmt: skip
    for _click in range(2):
        act(chair, before_chair, "direct", **directive)
    assert Sending.objects.filter(kind="directive").count() == 1
    assert told("incoming.lead") == {"department.head", "department.clerk"}

    lead = line_of(document, role="lead")
    assert lead.due_on is not None
    assert "5 ngày làm việc" in lead.due_explanation[0]
    too_late = f"{lead.due_on + dt.timedelta(days=1):%d/%m/%Y}"
    head, officer = client_as("department_head"), client_as("department_officer")
    assert officer.get(made["Location"]).status_code == 404, "it has not come to them"
    refused = act(head, lead, "forward", lead=[person(city["department_officer"])], due_on=too_late)
    assert refused.status_code == 400
    assert "không được sau" in refused.content.decode()
    act(head, lead, "forward", lead=[person(city["department_officer"])], text="Tham mưu trả lời")
    assert line_of(document, role="lead").due_on == lead.due_on, "the day of the line it came from"

    assert "Giao Sở Xây dựng chủ trì" in client_as("secretary").get(made["Location"]).content.decode()
    assert line_of(document, role="inform").state == "completed", "who is only informed has looked"

    at_officer = line_of(document, role="lead")
    assert act(officer, at_officer, "close", reply="12/SXD-QLN").status_code == 400, "not in the register"
    entry = registers.Entry(symbol="SXD-QLN", type_name="", subject="Trả lời", signer="Đỗ Giám Đốc", recipients="Bộ")
    registers.assign(city["department_clerk"], city.department, "", entry)
    act(officer, at_officer, "close", reply="1/sxd – qln")
    document.refresh_from_db()
    assert document.state == "done"
    assert [state for role, state in states(document)] == ["completed"] * 6
    assert {line.reply.code for line in document.lines.filter(role="lead") if line.reply} == {"01/SXD-QLN"}
    assert told("incoming.closed") == {"department.head"}
    shown = chair.get(made["Location"]).content.decode()
    assert shown.index("Kính trình") < shown.index("Đề xuất giao") < shown.index("Giao Sở Xây dựng chủ trì")
    assert "01/SXD-QLN" in shown
    assert Entry.objects.filter(action="incoming.closed").count() == 1


def test_returned_forwarded_and_withdrawn_with_reasons(city: City, client_as: AsRole) -> None:
    line = submitted(city)
    document = line.document
    chair, head, commune = client_as("chair"), client_as("department_head"), client_as("invited_head")
    act(chair, line, "direct", text="Giao Sở Xây dựng", lead=[unit(city.department)])
    wrong = line_of(document)
    assert act(head, wrong, "return", reason=" ").status_code == 422
    act(head, wrong, "return", reason="Không thuộc chức năng của Sở")
    assert told("incoming.returned") == {"chair"}
    assert states(document) == [("submit", "waiting"), ("lead", "returned")], "it is before the leader again"
    assert act(head, wrong, "close", outcome="Xong").status_code == 409, "it is over"

    act(chair, line, "direct", text="Giao phường Ba Đình", lead=[unit(city.commune)])
    at_commune = line_of(document)
    assert client_as("outsider_head").get(f"{LIST}{document.pk}/").status_code == 404
    outside = act(commune, at_commune, "forward", lead=[unit(city.department)])
    assert outside.status_code == 400
    assert "không thuộc phạm vi" in outside.content.decode()
    act(commune, at_commune, "forward", lead=[person(city["invited_officer"])], text="Xử lý")
    assert act(commune, line_of(document), "withdraw", reason="Giao người khác").status_code == 302
    assert line_of(document, pk=at_commune.pk).state == "waiting"
    act(commune, at_commune, "forward", lead=[person(city["invited_officer"])], text="Xử lý lại")
    assert act(commune, at_commune, "withdraw", reason="Thử").status_code == 403, "it was sent by the chair"
    act(chair, at_commune, "withdraw", reason="Giao nhầm")
    assert [state for _role, state in states(document)] == [
        "waiting", "returned", "withdrawn", "withdrawn", "withdrawn",
    ]  # fmt: skip
    assert "invited.officer" in told("incoming.withdrawn")
    assert client_as("invited_officer").get(f"{LIST}{document.pk}/").status_code == 404
    page = chair.get(f"{LIST}{document.pk}/").content.decode()
    assert "Không thuộc chức năng của Sở" in page
    assert "Giao nhầm" in page


def test_who_acts_for_an_absent_leader_has_what_was_submitted_to_them(city: City, client_as: AsRole) -> None:
    line = submitted(city)
    deputy, page = client_as("department_officer"), f"{LIST}{line.document_id}/"
    assert deputy.get(page).status_code == 404
    day = f"{timezone.localdate():%d/%m/%Y}"
    lent = {"giver": city["chair"].pk, "to": city["department_officer"].pk, "valid_from": day, "valid_to": day}
    client_as("chair").post("/tasks/delegations/", {**lent, "scope": "Chỉ đạo công việc thường xuyên."})
    assert "Rà soát trụ sở" in deputy.get(LIST, {"scope": "waiting"}).content.decode()
    act(deputy, line, "direct", text="Giao Sở Xây dựng", lead=[unit(city.department)])
    assert line_of(line.document).unit == city.department


def test_a_task_ends_the_line_that_became_it(city: City, client_as: AsRole) -> None:
    line = submitted(city)
    document = line.document
    act(
        client_as("chair"), line, "direct", text="Giao thành nhiệm vụ", lead=[unit(city.department)],
        coordinate=[unit(city.commune)], as_task="on",
    )  # fmt: skip
    task = Task.objects.get()
    assert (task.lead_unit, task.source, task.source_quote) == (city.department, document, "Giao thành nhiệm vụ")
    lead = line_of(document, role="lead")
    assert act(client_as("department_head"), lead, "close", outcome="Xong").status_code == 403, "the task says when"
    assert act(client_as("chair"), lead, "withdraw", reason="Thử").status_code == 409, "the task is recalled first"
    task = routing.acknowledge(city["department_head"], task, version=task.version)
    task = routing.assign_officer(city["department_head"], task, city["department_officer"], version=task.version)
    assert client_as("department_officer").get(f"{LIST}{document.pk}/").status_code == 200
    words = Words(text="Đã rà soát", reference="07/SXD-VP")
    reporting.report_completion(city["department_head"], task, words, version=task.version)
    task.refresh_from_db()
    reporting.accept(city["chair"], task, version=task.version)
    assert {state for _role, state in states(document)} == {"completed"}
    assert line_of(document, role="lead").outcome == "07/SXD-VP. Đã rà soát"
    document.refresh_from_db()
    assert document.state == "done"


def test_a_person_of_the_leaders_own_unit_leads_a_task(city: City, client_as: AsRole) -> None:
    line = submitted(city, "office_head")
    words = {
        "text": "Tham mưu trả lời",
        "as_task": "on",
        "due_on": f"{timezone.localdate() + dt.timedelta(days=9):%d/%m/%Y}",
    }
    head = client_as("office_head")
    refused = act(head, line, "direct", lead=[person(city["department_officer"])], **words)
    assert refused.status_code == 400
    assert "không thuộc cơ quan của bạn" in refused.content.decode()
    words["key"] = str(uuid.uuid4())
    for _click in range(2):
        act(head, line, "direct", lead=[person(city["secretary"])], coordinate=[unit(city.department)], **words)
    task = Task.objects.get()
    assert (task.officer, task.lead_unit, task.state) == (city["secretary"], city.office, Task.State.ACKNOWLEDGED)
    assert str(line.document.subject) in client_as("secretary").get("/").content.decode()
    reporting.report_completion(
        city["secretary"], task, Words(text="Đã trình dự thảo.", reference="07/VP-TH"), version=task.version
    )
    task.refresh_from_db()
    reporting.accept(city["office_head"], task, version=task.version)
    assert {state for _role, state in states(line.document)} == {"completed"}


def test_the_clerk_is_warned_of_what_is_in_the_book_already(city: City, client_as: AsRole) -> None:
    clerk = client_as("organiser_clerk")
    clerk.post(f"{LIST}new/", form(city))
    other = form(city, code="Số: 5 / BXD – KTXD", sender="bộ xây dựng")
    assert "Số đến 01" in clerk.get(f"{LIST}twins/", other).content.decode(), "while typing"
    warned = clerk.post(f"{LIST}new/", other)
    assert warned.status_code == 409
    assert "số đến 01" in warned.content.decode()
    assert NumberAllocation.objects.count() == 1, "no number is spent"
    assert clerk.post(f"{LIST}new/", {**other, "knowing": "on"}).status_code == 302
    assert clerk.post(f"{LIST}new/", form(city, code="05/BXD-VP")).status_code == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("05/TB-VP", "Số 5/tb–vp", True),
        ("5/TBVP", "05 / TB VP", True),
        ("1/2/QĐ", "12/QĐ", False),
        ("5/TB", "5/TT", False),
    ],
)
def test_one_symbol_in_several_spellings(one: str, other: str, *, same: bool) -> None:
    assert (key_of(one) == key_of(other)) is same


def test_what_cannot_be_registered_is_said_and_spends_no_number(city: City, client_as: AsRole) -> None:
    clerk = client_as("organiser_clerk")
    tomorrow = f"{timezone.localdate() + dt.timedelta(days=1):%d/%m/%Y}"
    stamped = SimpleUploadedFile("mat.docx", papers.word("TỐI MẬT"))
    for wrong, status, sentence in [
        ({"subject": ""}, 422, "bắt buộc"),
        ({"sender": ""}, 422, "Chọn hoặc ghi cơ quan ban hành"),
        ({"issued_on": tomorrow}, 400, "không được sau ngày đến"),
        ({"arrived_on": tomorrow}, 400, "không sau hôm nay"),
        ({"secrecy": "mat"}, 400, "Bảo vệ bí mật nhà nước"),
        ({"upload": stamped}, 400, "Tối mật"),
    ]:
        answer = clerk.post(f"{LIST}new/", form(city, **wrong, note="Giữ lại"))
        assert (answer.status_code, sentence in answer.content.decode()) == (status, True), wrong
        assert "Giữ lại" in answer.content.decode()
    assert not NumberAllocation.objects.exists()
    assert Entry.objects.filter(action="paper.secret_refused").count() == 2
    assert client_as("invited_officer").get(f"{LIST}new/").status_code == 403


def test_an_entry_is_corrected_and_cancelled_in_sight(city: City, client_as: AsRole) -> None:
    clerk, document = client_as("organiser_clerk"), registered(city)
    page = f"{LIST}{document.pk}/"
    changed = form(city, subject="Trích yếu đúng", version=1)
    assert clerk.post(f"{page}edit/", changed).status_code == 302
    stale = clerk.post(f"{page}edit/", {**changed, "subject": "Của người chậm"})
    assert stale.status_code == 409
    assert "Của người chậm" in stale.content.decode()
    clerk.post(f"{page}cancel/", {"reason": "Vào sổ nhầm cơ quan"})
    second = registered(city)
    assert second.allocation.n == 2, "a cancelled arrival number is not given again"
    book = clerk.get(f"{LIST}register/", {"unit": city.committee.pk}).content.decode()
    assert "Trích yếu đúng" in book
    assert re.search(r"<strong>01</strong>: Vào sổ nhầm cơ quan", book)
    out = clerk.get("/papers/register/", {"unit": city.committee.pk}).content.decode()
    assert "Trích yếu đúng" not in out, "the outgoing book has its own numbers"


def test_the_register_has_the_decrees_columns(city: City, client_as: AsRole) -> None:
    line = submitted(city, subject="=HYPERLINK(1)", pages=2)
    act(client_as("chair"), line, "direct", text="Giao Sở", lead=[unit(city.department)])
    client_as("department_head").get(f"{LIST}{line.document_id}/")
    sheet = load_workbook(io.BytesIO(client_as("chair").get(f"{LIST}register/export/").content)).worksheets[0]
    head, first = ([cell.value for cell in sheet[row]] for row in (4, 5))
    assert head == [
        "Ngày đến", "Số đến", "Tác giả", "Số, ký hiệu", "Ngày, tháng", "Tên loại và trích yếu nội dung",
        "Đơn vị hoặc người nhận", "Ngày chuyển", "Ký nhận", "Ghi chú",
    ]  # fmt: skip
    today = f"{timezone.localdate():%d/%m/%Y}"
    assert first[:8] == [
        today, 1, "Bộ Xây dựng", "05/BXD-KTXD", today, "Công văn =HYPERLINK(1)", "Sở Xây dựng", today,
    ]  # fmt: skip
    assert first[8], "the department has opened it"


def test_lists_find_without_diacritics_at_a_constant_cost(city: City, client_as: AsRole) -> None:
    def add(subject: str, n: int) -> None:
        line = submitted(city, subject=subject, code=f"{n}/BXD")
        words = sending.Words(text="Giao", lead=[city.department], due_on=timezone.localdate())
        sending.direct(city["chair"], line, words)

    def asked(client: Client, **query: str) -> tuple[str, int]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST, query).content.decode()
        return page, len(queries)

    chair, head = client_as("chair"), client_as("department_head")
    add("Kế hoạch phòng, chống lụt bão", 1)
    asked(head)  # the first request of a session costs more
    few = asked(head, scope="waiting")[1]
    for n in range(2, 8):
        add(f"Văn bản {n}", n)
    assert asked(head, scope="waiting")[1] == few
    found, _count = asked(chair, scope="agency", q="lut bao")
    assert "lụt bão" in found
    assert "Văn bản 7" not in found
    assert "Văn bản 7" in asked(chair, scope="following")[0]
    Routing.objects.filter(document__subject="Văn bản 7", role="lead").update(
        due_on=timezone.localdate() - dt.timedelta(days=3)
    )
    late, _count = asked(chair, scope="agency", state="late")
    assert "Văn bản 7" in late
    assert "Văn bản 6" not in late
    nothing, _count = asked(client_as("outsider_head"), scope="agency", state="any")
    assert "BXD" not in nothing
