"""What one agency issues waits for the clerks of those it is addressed to."""

import io
from collections.abc import Callable

import docx
import pytest
from django.test import Client
from django.utils import timezone

from documents.models import Delivery, IncomingDocument, NumberAllocation
from eoffice.notifications.models import Notification
from meetings import conclusions, invitations, notices
from meetings.conclusions import PlannedTask, Sentence
from meetings.models import InvitationLine, Meeting
from tests.city import City
from tests.documents.test_incoming import LIST, told
from tests.factories import MeetingFactory

pytestmark = pytest.mark.django_db
AsRole = Callable[[str], Client]


def test_what_was_issued_here_is_registered_at_one_click(city: City, client_as: AsRole) -> None:
    leaders = {"chair": city["chair"], "secretary": city["secretary"], "organiser": city.office}
    meeting = MeetingFactory(**leaders, state=Meeting.State.ENDED)
    InvitationLine.objects.create(meeting=meeting, unit=city.department)
    task = PlannedTask(lead_unit=city.department, due_on=timezone.localdate())
    conclusions.write(city["secretary"], meeting, Sentence(text="Giao Sở Xây dựng rà soát.", task=task))
    seen = conclusions.fingerprint(list(conclusions.of_meeting(meeting)))
    notices.submit(city["secretary"], meeting)
    notices.confirm(city["chair"], meeting, seen=seen)
    notice = notices.issue(city["office_head"], meeting, seen=seen)

    delivery = Delivery.objects.get()
    assert (delivery.unit, told("incoming.delivered")) == (city.department, {"department.clerk"})
    clerk = client_as("department_clerk")
    assert notice.number in clerk.get(LIST).content.decode()
    assert client_as("invited_clerk").post(f"{LIST}deliveries/{delivery.pk}/").status_code == 404
    for _click in range(2):
        clerk.post(f"{LIST}deliveries/{delivery.pk}/")
    document = IncomingDocument.objects.get()
    assert (document.code, document.sender_unit, document.allocation.n) == (notice.number, city.office, 1)
    assert document.files.get().name.endswith(".docx")
    assert "chờ vào sổ" not in clerk.get(LIST).content.decode()


def test_an_invitation_arrives_at_the_registers_of_the_invited_agencies(city: City, client_as: AsRole) -> None:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state="draft")
    invitations.add_lines(city["secretary"], meeting, [city.department, city["invited_head"]])
    for _click in range(2):
        meeting = invitations.issue(city["secretary"], meeting)
    line = Delivery.objects.get()
    assert line.unit == city.department, "a letter to a person is that person's"
    clerk = client_as("department_clerk")
    assert "01/GM-UBND" in clerk.get(LIST).content.decode()
    clerk.post(f"{LIST}deliveries/{line.pk}/")
    assert IncomingDocument.objects.get().code == "01/GM-UBND"

    late = invitations.add_line(city["secretary"], meeting, city.commune)
    assert "01/GM-UBND" in client_as("invited_clerk").get(LIST).content.decode()
    assert told("incoming.delivered") == {"department.clerk", "invited.clerk"}
    assert Notification.objects.filter(kind="incoming.delivered").count() == 2, "who had it is not told again"
    invitations.remove_line(city["secretary"], late)
    assert "01/GM-UBND" not in client_as("invited_clerk").get(LIST).content.decode()
    assert IncomingDocument.objects.count() == 1, "what is in a book stays"


def test_another_organiser_invites_under_a_number_of_its_own_register(city: City, client_as: AsRole) -> None:
    meeting = MeetingFactory(chair=city["chair"], secretary=city["secretary"], organiser=city.committee, state="draft")
    invitations.add_lines(city["secretary"], meeting, [city.department])
    meeting = invitations.issue(city["secretary"], meeting)
    secretary = client_as("secretary")
    page = secretary.get(f"/meetings/{meeting.pk}/edit/").context["form"]
    sent = {name: page[name].value() for name in page.fields} | {"organiser": city.office.pk}
    answer = secretary.post(f"/meetings/{meeting.pk}/edit/", {k: v for k, v in sent.items() if v not in (None, False)})
    assert answer.status_code == 302, answer.context["form"].errors

    former, now = NumberAllocation.objects.filter(register__series="GM").order_by("pk")
    assert (former.register.unit, former.state) == (city.committee, "void")
    assert f"sang {city.office.name}; thay bằng giấy mời số {now.code}" in former.reason
    assert (now.register.unit, now.n, now.state) == (city.office, 1, "assigned")
    letter = docx.Document(io.BytesIO(secretary.get(f"/meetings/{meeting.pk}/invitation/word/").content))
    assert f"Số: {now.code}" in "\n".join(c.text for t in letter.tables for row in t.rows for c in row.cells)
    assert [one.number for one in Delivery.objects.order_by("pk")] == [former, now]
    assert client_as("department_clerk").get(LIST).content.decode().count("Vào sổ<span") == 1, "the former one is void"
    assert "VĂN BẢN ĐÃ BỊ THU HỒI" not in client_as("department_head").get(f"/meetings/{meeting.pk}/").content.decode()
    assert "meeting.changed" in Notification.objects.values_list("kind", flat=True)
    assert NumberAllocation.objects.filter(register__unit=city.committee).count() == 1, "its number is not given again"
