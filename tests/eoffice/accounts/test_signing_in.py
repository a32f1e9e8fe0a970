"""Signing in, and being led back to where one was."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from eoffice.audit.models import Entry
from tests.city import City
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str):
    return client.post(LOGIN, {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["invited.officer", "invited.officer@eoffice.example"])
def test_people_sign_in_by_name_or_by_mail_address(city: City, login: str) -> None:
    client = Client()
    assert sign_in(client, login).url == reverse("today")
    assert client.get(reverse("account-profile")).status_code == 200
    assert Entry.objects.get(action="person.signed_in").actor == city.person("invited_officer")


def test_a_wrong_password_says_so_in_vietnamese_and_is_recorded_without_the_password(city: City) -> None:
    page = sign_in(Client(), "invited.officer", "sai-mat-khau")
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in page.content.decode()
    assert Entry.objects.get(action="person.sign_in_failed").detail == {"login": "invited.officer"}


def test_after_five_wrong_passwords_even_the_right_one_waits(city: City) -> None:
    for _ in range(5):
        sign_in(Client(), "invited.officer", "sai-mat-khau")
    page = sign_in(Client(), "invited.officer")
    assert page.status_code == 200
    assert "Chờ 5 phút" in page.content.decode()
    assert sign_in(Client(), "invited.head").status_code == 302


@override_settings(ACCOUNT_RATE_LIMITS={"login": "3/m/ip"})
def test_one_address_cannot_try_without_end(city: City) -> None:
    cache.clear()
    statuses = [sign_in(Client(), f"nguoi{n}", "sai-mat-khau").status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_a_locked_account_cannot_sign_in(city: City) -> None:
    UserFactory(username="khoa", is_active=False)
    assert sign_in(Client(), "khoa").status_code in (200, 302)
    client = Client()
    sign_in(client, "khoa")
    assert client.get(reverse("account-profile")).status_code == 302


def test_nobody_can_sign_up() -> None:
    page = Client().post(reverse("account_signup"), {"username": "la", "email": "la@la.vn", "password1": PASSWORD})
    assert "Tài khoản do cơ quan cấp" in page.content.decode()
    assert not Entry.objects.exists()


def test_signing_in_opens_the_page_that_was_asked_for(city: City) -> None:
    client = Client()
    asked = client.get("/units/?q=ba")
    assert asked.url == f"{LOGIN}?next=/units/%3Fq%3Dba"
    assert sign_in(client, "invited.officer", next="/units/?q=ba").url == "/units/?q=ba"


@pytest.mark.parametrize("elsewhere", ["https://ac.example/", "//ac.example/", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(city: City, elsewhere: str) -> None:
    assert sign_in(Client(), "invited.officer", next=elsewhere).url == reverse("today")


def test_a_form_sent_after_the_session_ended_leads_back_to_the_form() -> None:
    answer = Client().post("/account/", {"full_name": "X"}, headers={"Referer": "http://testserver/account/?a=1"})
    assert answer.url == f"{LOGIN}?next=/account/%3Fa%3D1"
    page = Client().get(answer.url)
    assert page.status_code == 200


def test_a_form_sent_from_nowhere_leads_to_today() -> None:
    answer = Client().post("/account/", {}, headers={"Referer": "https://ac.example/"})
    assert answer.url == f"{LOGIN}?next=/"


def test_an_htmx_request_without_session_takes_the_whole_page_along() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/units/"}
    answer = Client().get("/units/", {"q": "x"}, headers=headers)
    assert answer.headers["HX-Redirect"] == f"{LOGIN}?next=/units/"


def test_a_script_without_session_gets_json(city: City) -> None:
    answer = Client().get(reverse("pick-units"), headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (401, "signed-out")


def test_a_form_from_an_older_session_is_refused_in_words(city: City) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(city.person("invited_officer"))
    answer = client.post("/account/", {"full_name": "X"})
    assert answer.status_code == 403
    assert "tải lại trang" in answer.content.decode()


def test_demo_people_stand_on_the_sign_in_page_of_a_demo_only(
    city: City, django_user_model: object, signed_in: Callable[..., Client]
) -> None:
    person = UserFactory(username="chutich", full_name="Người Dùng Thử")
    city["chair"].person = person
    city["chair"].save()
    assert "Người Dùng Thử" in Client().get(LOGIN).content.decode()
    with override_settings(DEMO=False):
        assert "Người Dùng Thử" not in Client().get(LOGIN).content.decode()


def test_signing_out_ends_the_session(city: City, client_as: Callable[[str], Client]) -> None:
    client = client_as("chair")
    assert client.post(reverse("account_logout")).url == LOGIN
    assert client.get("/units/").status_code == 302


def test_the_administration_has_no_door_of_its_own(city: City, client_as: Callable[[str], Client]) -> None:
    assert Client().get("/admin/").url.startswith(LOGIN)
    assert Client().get("/admin/login/").url.startswith(LOGIN)
    assert client_as("chair").get("/admin/", follow=True).status_code == 403
    assert client_as("admin").get("/admin/").status_code == 200
