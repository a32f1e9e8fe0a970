"""A person's own quiet hours, and what they want by mail: urgent things at once, the others in the morning, in one mail."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.notifications import digests, notify
from eoffice.notifications.digests import Contents, Line, Section
from eoffice.notifications.models import Notification
from eoffice.notifications.tasks import sweep
from tests.city import City

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
PAGE = "/notifications/settings/"


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of December 2026; the 7th is a Monday."""
    return dt.datetime(2026, 12, day, hour, minute, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.fixture(autouse=True)
def nights(settings: Any) -> None:
    settings.MAIL_QUIET_FROM, settings.MAIL_QUIET_UNTIL, settings.DIGEST_AT = dt.time(21), dt.time(6, 30), dt.time(7)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(at(7, 10), tick=False) as traveller:
        yield traveller


def choose(client: Client, **changed: str) -> Any:
    body = {"quiet_from": "18:00", "quiet_until": "08:00", "days_off": "on", "tasks": "now", "documents": "now"}
    return client.post(PAGE, {**body, "digest": "on", **changed})


def tell(person: User, title: str, kind: str = "task.note", **how: Any) -> None:
    notify.send([person], kind=kind, title=title, body=f"Nội dung: {title}", url="/tasks/1/", mail=True, **how)


def outbox() -> list[str]:
    """Subjects that were sent since it was last asked."""
    sweep()
    sent = [message.subject for message in mail.outbox]
    mail.outbox.clear()
    return sent


def test_urgent_ones_go_at_once_and_the_others_together_when_it_is_quiet_no_more(
    city: City, client_as: As, clock: time_machine.Traveller
) -> None:
    head, client = city.person("department_head"), client_as("department_head")
    assert 'value="21:00"' in client.get(PAGE).content.decode(), "what holds for everybody"
    assert choose(client).status_code == 302
    tell(head, "Ban ngày")
    assert outbox() == ["Ban ngày"]
    clock.move_to(at(7, 19))
    tell(head, "Chờ một")
    tell(head, "Chờ hai", kind="incoming.lead")
    tell(head, "Khẩn", urgent=True)
    tell(head, "Đổi giờ họp", kind="meeting.moved")
    tell(city.person("chair"), "Người khác")
    assert sorted(outbox()) == ["Khẩn", "Người khác", "Đổi giờ họp"]
    clock.move_to(at(8, 7, 59))
    assert outbox() == []
    clock.move_to(at(8, 8))
    sweep()
    (together,) = mail.outbox
    assert together.subject == "2 thông báo đã chờ gửi"
    assert "Chờ một (Nội dung: Chờ một)" in together.body
    assert "http://localhost:8000/tasks/1/" in together.body
    mail.outbox.clear()
    assert outbox() == [], "each once"
    assert set(Notification.objects.values_list("mail_state", flat=True)) == {"sent"}


def test_days_off_are_quiet_unless_the_person_works_on_them(
    city: City, client_as: As, clock: time_machine.Traveller
) -> None:
    head = city.person("department_head")
    choose(client_as("department_head"), quiet_from="00:00", quiet_until="00:00", days_off="on")
    choose(client_as("chair"), quiet_from="12:00", quiet_until="13:30", days_off="")
    clock.move_to(at(12, 12, 30))  # a Saturday
    tell(head, "Không giờ yên tĩnh")
    tell(city.person("chair"), "Nghỉ trưa")
    tell(city.person("organiser_clerk"), "Cuối tuần")
    assert outbox() == ["Không giờ yên tĩnh"]
    clock.move_to(at(12, 13, 30))
    assert outbox() == ["Nghỉ trưa"]
    clock.move_to(at(14, 6, 30))
    assert outbox() == ["Cuối tuần"]


def test_one_mail_in_the_morning_or_none_and_the_digest_when_it_is_wanted(
    city: City, client_as: As, clock: time_machine.Traveller
) -> None:
    head, chair = city.person("department_head"), city.person("chair")
    choose(client_as("department_head"), tasks="morning", documents="none")
    choose(client_as("chair"), digest="")
    for title in ("Một", "Hai", "Ba"):
        tell(head, title)
    tell(head, "Văn bản", kind="incoming.lead")
    tell(head, "Văn bản hỏa tốc", kind="incoming.lead", urgent=True)
    assert outbox() == ["Văn bản hỏa tốc"]
    assert Notification.objects.filter(recipient=head).count() == 5, "in the application there is everything"
    clock.move_to(at(8, 7, 30))
    said = Contents("Nhắc việc", "", [Section("Quá hạn", 1, [Line("Rà soát", "", "/tasks/1/")])])
    digests.deliver(dt.date(2026, 12, 8), {head: said, chair: said}, kind="task.digest", now=timezone.now())
    assert outbox() == []
    clock.move_to(at(8, 8))
    assert sorted(outbox()) == ["3 thông báo đã chờ gửi", "Nhắc việc"]
    assert Notification.objects.get(recipient=chair, kind="task.digest").mail_state == "none"


def test_what_cannot_be_is_said_and_what_was_typed_is_kept(client_as: As) -> None:
    answer = choose(client_as("department_head"), quiet_from="tối", tasks="hằng tuần")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "tối" in page
    assert "hằng tuần" in page
