"""A site tests its line: runs are kept, and what holds of the site follows from them."""

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.models import LineTest, LineTestResult, Meeting, SiteProblem, SiteReadiness
from tests.city import City
from tests.meetings.rehearsal import found, report, send, whole
from tests.meetings.room import Browser, Sitting, build_sitting

pytestmark = pytest.mark.django_db

As = Callable[[str], Client]


@pytest.fixture
def sitting(city: City) -> Sitting:
    return build_sitting(city, state=Meeting.State.INVITED, starts_at=timezone.now() + dt.timedelta(hours=20))


@pytest.fixture
def ward(client_as: As) -> Client:
    """The ward's head at the machine of its site."""
    return client_as("invited_head")


def state(ward: Client, sitting: Sitting, findings: list[dict[str, Any]], **fields: Any) -> str:
    answer = send(ward, sitting.commune, report(findings, **fields))
    assert answer.status_code == 200, answer.content
    return str(answer.json()["state"])


def lamp(ward: Client, sitting: Sitting) -> str:
    page = ward.get(reverse("site-readiness", args=[sitting.commune.pk]))
    return str(page.context["state"].value)


def test_a_site_without_a_test_is_untested(ward: Client, sitting: Sitting) -> None:
    assert lamp(ward, sitting) == "untested"


def test_a_run_in_which_all_passes_makes_the_site_ready(ward: Client, sitting: Sitting) -> None:
    assert state(ward, sitting, whole()) == "ready"
    test = LineTest.objects.get()
    assert (test.by.person.full_name, test.machine_label) == ("Hoàng Ba Đình", "Máy phòng họp tầng 2")
    assert test.results.count() == 11


def test_what_is_weak_or_not_configured_stands_in_nobodys_way(ward: Client, sitting: Sitting) -> None:
    rest = [one for one in whole() if one["check_name"] not in ("udp", "relay")]
    odd = [found("udp", "weak", "detour", 80.0), found("relay", "skipped", "not-configured")]
    assert state(ward, sitting, rest + odd) == "ready"
    page = ward.get(reverse("site-readiness", args=[sitting.commune.pk])).content.decode()
    assert "Không cấu hình" in page
    assert "đi đường vòng" in page


def test_a_failed_check_says_what_to_do(ward: Client, sitting: Sitting) -> None:
    assert state(ward, sitting, whole(camera="denied")) == "problem"
    page = ward.get(reverse("site-readiness", args=[sitting.commune.pk])).content.decode()
    assert "Trình duyệt đang chặn camera." in page
    assert "chọn “Cho phép”" in page


def test_every_reason_that_the_page_may_send_has_its_words(ward: Client, sitting: Sitting) -> None:
    config = ward.get(reverse("line-test", args=[sitting.commune.pk])).context["config"]
    for check, reasons in config["words"].items():
        for reason, (sentence, _advice) in reasons.items():
            assert sentence, (check, reason)
    assert set(config["words"]) == set(config["names"])


def test_the_same_run_sent_twice_is_one(ward: Client, sitting: Sitting) -> None:
    message = report(whole())
    assert [send(ward, sitting.commune, message).status_code for _time in range(2)] == [200, 200]
    assert LineTest.objects.count() == 1
    assert LineTestResult.objects.count() == 11


def test_anothers_run_is_not_taken_over(ward: Client, client_as: As, sitting: Sitting) -> None:
    message = report(whole())
    send(ward, sitting.commune, message)
    answer = send(client_as("department_head"), sitting.department, message)
    assert (answer.status_code, answer.json()["code"]) == (409, "used-run")


@pytest.mark.parametrize(
    "fault",
    [
        {"findings": []},
        {"findings": [found("camera"), found("camera")]},
        {"findings": [found("teeth")]},
        {"findings": [found("camera", "splendid")]},
        {"findings": [found("camera", reason="<b>")]},
        {"findings": [found("udp", value=-1.0)]},
        {"machine": "here"},
        {"machine_label": "x" * 121},
    ],
)
def test_a_message_that_is_none_is_refused(ward: Client, sitting: Sitting, fault: dict[str, Any]) -> None:
    answer = send(ward, sitting.commune, {**report(whole()), **fault})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
    assert not LineTest.objects.exists()


# --- testing again --------------------------------------------------------------------------------------


def test_one_check_tested_again_leaves_the_others_as_they_are(ward: Client, sitting: Sitting) -> None:
    state(ward, sitting, whole(camera="busy"))
    assert state(ward, sitting, [found("camera")]) == "ready"
    assert LineTest.objects.count() == 2, "history is kept"


def test_findings_grow_old(ward: Client, sitting: Sitting) -> None:
    state(ward, sitting, whole())
    with time_machine.travel(timezone.now() + dt.timedelta(hours=23)):
        assert lamp(ward, sitting) == "ready"
        state(ward, sitting, [found("camera")])
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        assert lamp(ward, sitting) == "retest", "the other ten are older than a day"


def test_on_another_machine_everything_is_tested_again(ward: Client, sitting: Sitting) -> None:
    state(ward, sitting, whole())
    other = str(uuid.uuid4())
    assert state(ward, sitting, [found("camera")], machine=other) == "retest"
    assert state(ward, sitting, whole(), machine=other) == "ready"


def test_a_changed_machine_is_said_and_makes_the_findings_void(ward: Client, sitting: Sitting) -> None:
    state(ward, sitting, whole())
    ward.post(reverse("site-machine-changed", args=[sitting.commune.pk]))
    assert lamp(ward, sitting) == "retest"
    assert state(ward, sitting, whole()) == "ready"


def test_a_solved_problem_wants_its_check_again(ward: Client, client_as: As, sitting: Sitting) -> None:
    state(ward, sitting, whole(camera="missing"))
    secretary = client_as("secretary")
    care = {"owner": "Nguyễn Văn Kỹ", "phone": "0912 345 678", "note": "Mang camera dự phòng"}
    answer = secretary.post(reverse("site-problem", args=[sitting.commune.pk, "camera"]), care)
    assert answer.status_code == 302
    assert lamp(ward, sitting) == "problem"
    problem = SiteProblem.objects.get()
    secretary.post(reverse("site-problem-set", args=[problem.pk]), {"solved": "1"})
    assert lamp(ward, sitting) == "retest"
    plan = ward.get(reverse("line-test-plan", args=[sitting.commune.pk])).json()
    assert plan["retest"] is True, "a machine that is left alone tests again at once"
    assert state(ward, sitting, whole(camera="missing")) == "problem"
    problem.refresh_from_db()
    assert problem.state == "open", "it was not solved after all"
    assert state(ward, sitting, [found("camera")]) == "ready"
    problem.refresh_from_db()
    assert problem.state == "solved"


def test_a_problem_needs_somebody_who_sees_to_it(client_as: As, sitting: Sitting) -> None:
    address = reverse("site-problem", args=[sitting.commune.pk, "udp"])
    answer = client_as("secretary").post(address, {"owner": " ", "note": "Gọi lại lúc 15 giờ"})
    assert answer.status_code == 422
    assert "Gọi lại lúc 15 giờ" in answer.content.decode(), "what was typed is kept"


# --- who may ---------------------------------------------------------------------------------------------


def test_a_technician_named_by_the_unit_may_test(city: City, client_as: As, sitting: Sitting) -> None:
    SiteReadiness.objects.all().delete()
    from tests.factories import AttendeeFactory

    AttendeeFactory(site=sitting.commune, appointment=city["invited_officer"], role="technician")
    assert send(client_as("invited_officer"), sitting.commune, report(whole())).status_code == 200


def test_nothing_is_tested_after_the_meeting(ward: Client, sitting: Sitting) -> None:
    Meeting.objects.update(state=Meeting.State.ENDED)
    assert send(ward, sitting.commune, report(whole())).status_code == 403


def test_bytes_come_in_the_size_asked_for_and_are_counted(ward: Client, sitting: Sitting) -> None:
    address = reverse("line-test-bytes", args=[sitting.commune.pk])
    down = ward.get(address, {"size": "50000"})
    assert len(down.content) == 50_000
    assert "no-store" in down["Cache-Control"]
    up = ward.post(address, b"x" * 70_000, content_type="application/octet-stream")
    assert up.json() == {"received": 70_000}
    for size in ("", "0", "-1", "99999999", "²", "x"):
        assert ward.get(address, {"size": size}).status_code == 400


def test_without_a_media_node_the_offer_is_refused_in_words(ward: Client, sitting: Sitting) -> None:
    offer = {"run": str(uuid.uuid4()), "path": "udp", "connection": "send", "sdp": "v=0", "kinds": ["microphone"]}
    answer = ward.post(
        reverse("line-test-offer", args=[sitting.commune.pk]),
        json.dumps(offer),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "no-media-node")


# --- the echo socket -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
async def test_the_echo_socket_answers_and_hangs_up_when_asked(transactional_db: None) -> None:
    from asgiref.sync import sync_to_async

    from tests.city import build_city

    city = await sync_to_async(build_city)()
    sitting = await sync_to_async(build_sitting)(city)
    path = f"/ws/sites/{sitting.commune.pk}/test/"
    for stranger in (None, city.person("department_head"), city.person("outsider")):
        assert not await Browser(path, stranger).connect()
    tab = Browser(path, city.person("invited_head"))
    assert await tab.connect()
    await tab.socket.send_to(text_data='{"type":"echo","n":1}')
    assert await tab.socket.receive_from() == '{"type":"echo","n":1}'
    await tab.socket.send_to(text_data='{"type":"drop"}')
    assert (await tab.socket.receive_output())["code"] == 1012
    again = Browser(path, city.person("invited_head"))
    assert await again.connect()
    await again.socket.send_to(text_data="x" * 201)
    assert (await again.socket.receive_output())["code"] == 1008
