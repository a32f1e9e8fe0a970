"""The site in English, and the words of Django and allauth in Vietnamese."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from eoffice.accounts.adapter import AccountAdapter, MfaAdapter
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Unit
from meetings.models import MeetingType
from tests.architecture.test_translations import VIETNAMESE
from tests.city import City

PAGES = ["/", "/schedule/", "/meetings/", "/meetings/new/", "/tasks/", "/papers/", "/units/", "/notifications/"]
ACCOUNT_PAGES = ["/account/", "/account/sessions/", "/account/2fa/", "/account/password/change/"]


def own_names() -> list[str]:
    """What stays Vietnamese in English: names of the site, of languages, people, units, positions, types."""
    names = {settings.SITE_NAME, "Tiếng Việt"}
    names |= {name for unit in Unit.objects.all() for name in (unit.name, unit.short_name) if name}
    names |= {person.full_name for person in User.objects.all()}
    names |= {post.position_title for post in Appointment.objects.select_related("position", "unit")}
    names |= set(MeetingType.objects.values_list("name", flat=True))
    return sorted(names, key=len, reverse=True)


def vietnamese_left(html: str) -> list[str]:
    """The lines with Vietnamese letters once the names are out: text and attributes alike."""
    text = unescape(html)
    for name in own_names():
        text = text.replace(name, "")
    return [
        line.strip()
        for line in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).splitlines()
        if VIETNAMESE.search(line)
    ]


def test_the_language_switch_shows_the_today_page_in_english(city: City, client_as: Callable[[str], Client]) -> None:
    client = client_as("chair")
    assert "Hôm nay" in client.get("/").content.decode()
    client.post("/account/language/", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert '<html lang="en"' in page
    assert "No tasks are waiting for you." in page
    assert vietnamese_left(page) == []
    client.post("/account/language/", {"language": "vi", "next": "/"})
    assert "Không có nhiệm vụ nào đang chờ bạn." in client.get("/").content.decode()


@pytest.mark.parametrize("path", [*PAGES, *ACCOUNT_PAGES])
def test_pages_in_english_have_vietnamese_only_in_names(
    city: City, client_as: Callable[[str], Client], path: str
) -> None:
    client = client_as("chair")
    client.cookies["django_language"] = "en"
    assert vietnamese_left(client.get(path, follow=True).content.decode()) == []


@pytest.mark.parametrize("path", ["/account/login/", "/account/password/reset/", "/nowhere/"])
def test_pages_before_signing_in_are_english_too(db: None, path: str) -> None:
    client = Client()
    client.cookies["django_language"] = "en"
    assert vietnamese_left(client.get(path, follow=True).content.decode()) == []


def test_every_error_of_sign_in_is_vietnamese_for_vietnamese_readers() -> None:
    for adapter in (AccountAdapter, MfaAdapter):
        for code, message in adapter.error_messages.items():
            assert VIETNAMESE.search(str(message)), code
            with translation.override("en"):
                assert not VIETNAMESE.search(str(message)), code


@pytest.mark.parametrize("password", ["abc", "password", "1234567890", "chutich.hn"])
def test_what_is_wrong_with_a_password_is_said_in_vietnamese(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, User(username="chutich.hn"))
    for message in refused.value.messages:
        assert VIETNAMESE.search(message), message
