"""``manage.py check --deploy`` names what is missing and says what to do."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings


@pytest.fixture
def production(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a site that lacks everything."""
    settings.EMBEDDED = False
    settings.SECRET_KEY = "short"
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"
    settings.DATA_DIR = tmp_path / "file" / "data"
    (tmp_path / "file").write_text("")
    settings.STATIC_ROOT = tmp_path / "static"
    settings.SOFFICE = str(tmp_path / "soffice")
    settings.MEDIA_NODES = []
    settings.TURN_URLS = []
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.PUBLIC_URL = "http://localhost:8000"
    texts = tmp_path / "locale" / "en" / "LC_MESSAGES"
    texts.mkdir(parents=True)
    (texts / "django.po").write_text("")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.DJANGO_VITE = {"default": {"manifest_path": tmp_path / "manifest.json"}}
    return settings


def found() -> dict[str, str]:
    messages = run_checks(tags=["eoffice"], include_deployment_checks=True)
    return {str(message.id).removeprefix("eoffice."): f"{message.msg} {message.hint}" for message in messages}


def test_a_site_that_lacks_everything_is_told_everything(production: Settings) -> None:
    assert set(found()) == {"E001", "E002", "E003", "E004", "E005", "E006", "E007", "W010", "W011", "W012", "W013"}


@pytest.mark.parametrize(
    ("code", "variable"),
    [
        ("E001", "EOFFICE_SECRET_KEY"),
        ("E002", "EOFFICE_REDIS_URL"),
        ("E005", "EOFFICE_DATA_DIR"),
        ("E006", "EOFFICE_SOFFICE"),
        ("E007", "EOFFICE_MEDIA_NODES"),
        ("W010", "EOFFICE_TURN_URLS"),
        ("W011", "EOFFICE_MAIL_URL"),
        ("W012", "EOFFICE_PUBLIC_URL"),
    ],
)
def test_each_message_names_the_variable_to_set(production: Settings, code: str, variable: str) -> None:
    assert variable in found()[code]


def test_passwords_in_addresses_are_not_shown(production: Settings) -> None:
    assert "hidden" not in found()["E002"]


def test_a_node_elsewhere_needs_the_secret(production: Settings) -> None:
    production.MEDIA_NODES = ["tcp:10.0.0.5:7400"]
    production.MEDIA_NODE_SECRET = ""
    assert "EOFFICE_MEDIA_NODE_SECRET" in found()["E008"]


def test_a_relay_needs_its_secret(production: Settings) -> None:
    production.TURN_URLS = ["turn:turn.example.vn:3478"]
    production.TURN_SECRET = ""
    assert "EOFFICE_TURN_SECRET" in found()["E009"]


def test_texts_that_are_not_compiled_are_told_without_deploy_too(production: Settings) -> None:
    message = next(one for one in run_checks(tags=["eoffice"]) if one.id == "eoffice.W013")
    assert "en/LC_MESSAGES/django.mo" in message.msg
    assert "scripts.translations" in str(message.hint)
    (Path(production.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.mo").write_bytes(b"")
    assert not run_checks(tags=["eoffice"])
