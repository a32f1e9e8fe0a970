"""``manage.py check --deploy``: what a production site lacks, and what to do about it.

They look at servers and files beside the code, which development and tests do not have; only the compiled texts
are asked for by every ``manage.py check``.
"""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.mail.backends.smtp import EmailBackend

REACH_WITHIN_S = 2.0


Check = Callable[[], CheckMessage | None]


def _deploy(check: Check) -> Check:
    return _registered(check, deploy=True)


def _always(check: Check) -> Check:
    return _registered(check, deploy=False)


def _registered(check: Check, *, deploy: bool) -> Check:
    def run(app_configs: Any, **_options: Any) -> list[CheckMessage]:
        message = check()
        return [message] if message else []

    register(run, "eoffice", deploy=deploy)
    return check


@_deploy
def secret_key() -> CheckMessage | None:
    """Sessions and reset links are signed with it."""
    if len(settings.SECRET_KEY) >= 40:
        return None
    return Error(
        "EOFFICE_SECRET_KEY is shorter than 40 characters.",
        hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
        id="eoffice.E001",
    )


@_deploy
def redis() -> CheckMessage | None:
    """Sockets, jobs and rate limits of several processes meet in Redis."""
    url = getattr(settings, "REDIS_URL", "")
    if settings.EMBEDDED or (url.startswith("unix:") and Path(urlsplit(url).path).exists()):
        return None
    parts = urlsplit(url)
    if parts.hostname and _reachable(parts.hostname, parts.port or 6379):
        return None
    return Error(
        f"Redis is not reachable at {_without_password(url) or 'no address'} (EOFFICE_REDIS_URL).",
        hint="Start it (systemctl start redis-server), or correct the address.",
        id="eoffice.E002",
    )


@_deploy
def bundle() -> CheckMessage | None:
    """The front end is built, not committed."""
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    if manifest.is_file():
        return None
    return Error(
        f"The front end is not built: {manifest} is missing.",
        hint="Run `.venv/bin/npm ci --ignore-scripts && .venv/bin/npm run build` in frontend/.",
        id="eoffice.E003",
    )


@_deploy
def collected_static() -> CheckMessage | None:
    """nginx serves the collected files; Django looks names up in their manifest."""
    if settings.EMBEDDED or (Path(settings.STATIC_ROOT or "") / "staticfiles.json").is_file():
        return None
    return Error(
        f"Static files are not collected in {settings.STATIC_ROOT}.",
        hint="Run `manage.py collectstatic --noinput`.",
        id="eoffice.E004",
    )


@_deploy
def data_folder() -> CheckMessage | None:
    """Papers are kept there."""
    folder = Path(settings.DATA_DIR)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as error:
        return Error(
            f"The data folder {folder} (EOFFICE_DATA_DIR) cannot be written: {error.strerror}.",
            hint="Make it and give it to the user that the services run as.",
            id="eoffice.E005",
        )
    return None


@_deploy
def soffice() -> CheckMessage | None:
    """Office papers become PDF through LibreOffice."""
    if shutil.which(settings.SOFFICE):
        return None
    return Error(
        f"LibreOffice ({settings.SOFFICE}, EOFFICE_SOFFICE) is missing: Office papers cannot be shown.",
        hint="apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
        id="eoffice.E006",
    )


@_deploy
def recognition() -> CheckMessage | None:
    """The words of scans are recognised by OCRmyPDF; everything else works without it."""
    if shutil.which(settings.OCR):
        return None
    return Warning(
        f"OCRmyPDF ({settings.OCR}, EOFFICE_OCR) is missing: scanned papers are found by their title only.",
        hint="apt-get install ocrmypdf tesseract-ocr tesseract-ocr-vie",
        id="eoffice.W014",
    )


@_deploy
def media_nodes() -> CheckMessage | None:
    """Without one nobody sees or hears anybody; a node elsewhere asks for the secret."""
    if not settings.MEDIA_NODES and not settings.MEDIA_NODES_REDIS_URL:
        return Error(
            "No media node is named (EOFFICE_MEDIA_NODES): meetings have no sound and no picture.",
            hint="Start eoffice-media.service and set EOFFICE_MEDIA_NODES=unix:/run/eoffice/media.sock",
            id="eoffice.E007",
        )
    elsewhere = any(address.startswith("tcp:") for address in settings.MEDIA_NODES) or settings.MEDIA_NODES_REDIS_URL
    if elsewhere and not settings.MEDIA_NODE_SECRET:
        return Error(
            "A media node is reached by TCP, but EOFFICE_MEDIA_NODE_SECRET is empty.",
            hint="Set the same secret here and on the node.",
            id="eoffice.E008",
        )
    return None


@_deploy
def turn() -> CheckMessage | None:
    """Networks that let no UDP through reach the meeting only through a relay."""
    if settings.TURN_URLS and not settings.TURN_SECRET:
        return Error(
            "EOFFICE_TURN_URLS is set, but EOFFICE_TURN_SECRET is empty: the relay refuses everybody.",
            hint="Set it to the static-auth-secret of coturn.",
            id="eoffice.E009",
        )
    if settings.TURN_URLS:
        return None
    return Warning(
        "No TURN relay is named (EOFFICE_TURN_URLS): people behind a firewall without UDP cannot join by video.",
        hint="Install coturn, or silence this when every agency reaches the media node by UDP.",
        id="eoffice.W010",
    )


@_deploy
def mail() -> CheckMessage | None:
    """Invitations and password resets go by mail."""
    if f"{EmailBackend.__module__}.{EmailBackend.__name__}" != settings.EMAIL_BACKEND:
        return None
    if _reachable(settings.EMAIL_HOST, settings.EMAIL_PORT):
        return None
    return Warning(
        f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT} (EOFFICE_MAIL_URL) cannot be reached.",
        hint="Set EOFFICE_MAIL_URL, for example smtp+tls://name:password@mail.example.vn:587",
        id="eoffice.W011",
    )


@_deploy
def reply_mailbox() -> CheckMessage | None:
    """Who is asked to reply to an address must be read there."""
    if bool(settings.REPLY_ADDRESS) == bool(settings.REPLY_MAILBOX) and settings.REPLY_ADDRESS.count("@") <= 1:
        return None
    return Warning(
        "EOFFICE_REPLY_ADDRESS and EOFFICE_REPLY_MAILBOX belong together: an address, and where its mails are read.",
        hint="See docs/operations/replies-by-mail.md.",
        id="eoffice.W015",
    )


@_deploy
def public_address() -> CheckMessage | None:
    """Links in mail start with it, and browsers give a camera only to HTTPS."""
    parts = urlsplit(settings.PUBLIC_URL)
    if settings.EMBEDDED or (parts.scheme == "https" and parts.hostname in settings.ALLOWED_HOSTS):
        return None
    return Warning(
        f"EOFFICE_PUBLIC_URL is {settings.PUBLIC_URL}: it should start with https:// and name a host of EOFFICE_HOSTS.",
        hint="Links in mail start with this address.",
        id="eoffice.W012",
    )


@_always
def compiled_texts() -> CheckMessage | None:
    """Django reads the compiled catalogues, which are not committed; without them nobody sees English."""
    sources = [path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")]
    missing = [path for path in sources if not path.with_suffix(".mo").is_file()]
    if not missing:
        return None
    return Warning(
        f"The translated texts are not compiled: {', '.join(str(path.with_suffix('.mo')) for path in missing)} is missing.",
        hint="Run `.venv/bin/python -m scripts.translations`, then restart the site.",
        id="eoffice.W013",
    )


def _reachable(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=REACH_WITHIN_S):
            return True
    except OSError:
        return False


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    if not parts.password:
        return url
    return parts._replace(netloc=f"{parts.hostname}:{parts.port or 6379}").geturl()
