"""The account pages: profile, language, password, sessions, second step."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from eoffice.accounts.models import User
from eoffice.accounts.templatetags.devices import device
from eoffice.audit.models import Entry
from tests.city import City
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "mat-khau-moi-dai"


def signed_in_by_form(login: str = "invited.officer", **extra: str) -> Client:
    client = Client(headers=extra)
    client.post("/account/login/", {"login": login, "password": PASSWORD})
    return client


def test_people_keep_their_own_name_phone_and_language(city: City, client_as: Callable[[str], Client]) -> None:
    client = client_as("invited_officer")
    answer = client.post("/account/", {"full_name": "  Nguyễn   Thị Mới ", "phone": "024 3825 3536", "language": "en"})
    person = User.objects.get(username="invited.officer")
    assert (person.full_name, person.search_name) == ("Nguyễn Thị Mới", "nguyen thi moi")
    assert answer.cookies["django_language"].value == "en"
    assert Entry.objects.get(action="person.renamed").detail == {"former": "Nguyễn Công Chức"}


@pytest.mark.parametrize(
    "wrong",
    [{"full_name": ""}, {"full_name": "123"}, {"full_name": "a" * 151}, {"phone": "gọi tôi"}, {"language": "fr"}],
)
def test_a_wrong_profile_is_shown_again_with_what_was_typed(
    city: City, client_as: Callable[[str], Client], wrong: dict[str, str]
) -> None:
    data = {"full_name": "Nguyễn Thị Mới", "phone": "0912345678", "language": "vi", **wrong}
    page = client_as("invited_officer").post("/account/", data)
    assert page.status_code == 422
    assert "0912345678" in page.content.decode() or "phone" in wrong
    assert User.objects.get(username="invited.officer").full_name == "Nguyễn Công Chức"


def test_the_language_is_remembered_in_the_browser_and_with_the_person(city: City) -> None:
    client = signed_in_by_form()
    answer = client.post("/account/language/", {"language": "en", "next": "/units/"})
    assert (answer.url, answer.cookies["django_language"].value) == ("/units/", "en")
    assert client.get("/units/").headers["Content-Language"] == "en"
    elsewhere = signed_in_by_form()
    assert elsewhere.get("/units/").headers["Content-Language"] == "en"


def test_a_language_we_do_not_speak_is_vietnamese() -> None:
    answer = Client().post("/account/language/", {"language": "xx", "next": "https://ac.example/"})
    assert (answer.url, answer.cookies["django_language"].value) == ("/", "vi")


def test_the_browser_does_not_choose_the_language() -> None:
    page = Client(headers={"Accept-Language": "en"}).get("/account/login/")
    assert page.headers["Content-Language"] == "vi"


def test_a_forgotten_password_is_set_anew_by_mail(city: City) -> None:
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "invited.officer@eoffice.example"})
    (letter,) = mail.outbox
    assert letter.subject == "Đặt lại mật khẩu eOffice"
    link = re.search(r"http://testserver(\S+)", letter.body)
    assert link
    form = client.get(link[1], follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert "Đã đổi mật khẩu" in done.content.decode()
    assert Client().post("/account/login/", {"login": "invited.officer", "password": NEW}).status_code == 302
    again = Client().get(link[1], follow=True)
    assert "không còn dùng được" in again.content.decode()


def test_asking_for_an_unknown_address_tells_nothing_and_sends_nothing(city: City) -> None:
    page = Client().post(reverse("account_reset_password"), {"email": "ai.do@eoffice.example"}, follow=True)
    assert "Hãy xem hộp thư" in page.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("new", "says"),
    [("ngan", "10"), ("invited.officer", "giống"), ("1234567890", "phổ biến"), (NEW + "x", "giống nhau")],
)
def test_a_poor_new_password_is_refused(city: City, new: str, says: str) -> None:
    second = NEW if new == NEW + "x" else new
    page = signed_in_by_form().post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": second}
    )
    assert says in page.content.decode()


def test_the_password_is_changed_with_the_present_one(city: City) -> None:
    client = signed_in_by_form()
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post(reverse("account_change_password"), data).status_code == 302
    assert User.objects.get(username="invited.officer").check_password(NEW)


def test_a_lost_device_is_signed_out_from_another(city: City) -> None:
    here, lost = signed_in_by_form(), signed_in_by_form(**{"User-Agent": "Điện thoại"})
    assert "Thiết bị này" in here.get(reverse("usersessions_list")).content.decode()
    session = UserSession.objects.get(session_key=lost.session.session_key)
    here.post(reverse("session-end", args=[session.pk]))
    assert lost.get("/units/").status_code == 302
    assert here.get("/units/").status_code == 200


def test_nobody_ends_another_persons_session(city: City) -> None:
    theirs = signed_in_by_form("invited.head")
    session = UserSession.objects.get()
    assert signed_in_by_form().post(reverse("session-end", args=[session.pk])).status_code == 404
    assert theirs.get("/units/").status_code == 200


def test_all_other_devices_are_signed_out_at_once(city: City) -> None:
    here, there = signed_in_by_form(), signed_in_by_form()
    here.post(reverse("usersessions_list"))
    assert there.get("/units/").status_code == 302


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_second_step_can_be_switched_on_used_and_switched_off(city: City) -> None:
    client = signed_in_by_form()
    asked_again = client.get(reverse("mfa_activate_totp"))
    page = client.post(asked_again.url, {"password": PASSWORD}, follow=True)
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": _code(secret)}).status_code == 302
    assert Authenticator.objects.filter(user__username="invited.officer").count() == 2
    for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"):
        assert client.get(reverse(name)).status_code == 200, name

    again = Client()
    step = again.post("/account/login/", {"login": "invited.officer", "password": PASSWORD})
    assert step.url == reverse("mfa_authenticate")
    assert again.get("/units/").status_code == 302
    assert "Mã không đúng" in again.post(step.url, {"code": "000000"}).content.decode()
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert again.post(step.url, {"code": codes[0]}).status_code == 302
    assert again.get("/units/").status_code == 200

    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


def test_the_role_switcher_is_offered_to_who_holds_several_positions(
    city: City, client_as: Callable[[str], Client]
) -> None:
    from tests.factories import AppointmentFactory

    assert "Chuyển sang" not in client_as("organiser_clerk").get("/account/").content.decode()
    second = AppointmentFactory(person=city.person("organiser_clerk"), unit=city.committee, kind="concurrent")
    client = client_as("organiser_clerk")
    assert "Chuyển sang" in client.get("/account/").content.decode()
    assert client.post(reverse("acting-switch"), {"appointment": second.pk, "next": "/units/"}).url == "/units/"
    assert client.get("/account/").wsgi_request.acting == second
    assert Entry.objects.get(action="person.switched_role").appointment == second


@pytest.mark.parametrize("appointment", ["", "abc", "-1", "9" * 30, "theirs"])
def test_nobody_acts_under_an_appointment_they_do_not_hold(
    city: City, client_as: Callable[[str], Client], appointment: str
) -> None:
    wanted = city["chair"].pk if appointment == "theirs" else appointment
    client = client_as("invited_officer")
    assert client.post(reverse("acting-switch"), {"appointment": wanted}).status_code == 404
    assert client.get("/account/").wsgi_request.acting == city["invited_officer"]


def test_an_appointment_that_ended_is_not_acted_under(city: City, client_as: Callable[[str], Client]) -> None:
    import datetime as dt

    from eoffice.organisation import appointing

    client = client_as("invited_officer")
    client.post(reverse("acting-switch"), {"appointment": city["invited_officer"].pk})
    appointing.end_appointment(city["invited_officer"], last_day=dt.date(2025, 8, 1))
    assert client.get("/account/").wsgi_request.acting == None  # noqa: E711 - a lazy object


def test_the_last_use_of_a_device_is_written_once_a_minute_at_most(city: City, django_assert_num_queries: Any) -> None:
    client = signed_in_by_form()
    client.get("/units/pick/groups/")
    with django_assert_num_queries(3):  # session, person, groups: nothing is written
        client.get("/units/pick/groups/")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36", "Chrome trên Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge trên Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1", "Safari trên iPhone"),
        ("curl/8.5", "curl/8.5"),
        ("", "Không rõ"),
    ],
)
def test_devices_are_named_in_words(said: str, shown: str) -> None:
    assert device(said) == shown
