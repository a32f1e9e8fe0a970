"""The remote signing service: who has the key asks the signer elsewhere (on a telephone), and answers some time later.

Four things over HTTPS with JSON, which a small adapter of the provider's own interface offers (docs/operations/signing.md).
Whoever calls this waits for the network: jobs, and the administrator who binds an account.
"""

import base64
import binascii
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _

from eoffice.errors import UserError

TIMEOUT_S = 10
_MOST_BYTES = 1024 * 1024


class Unreachable(Exception):
    """No answer, or none that is understood: asked again later."""


@dataclass(frozen=True)
class Answer:
    """``pending``, ``signed`` with the signature, or ``refused`` with the service's reason."""

    state: str
    signature: bytes = b""
    reason: str = ""


def is_configured() -> bool:
    """Whether the operator has named a signing service."""
    return bool(settings.SIGNING_SERVICE_URL)


def certificates_of(account: str) -> list[x509.Certificate]:
    """Of an account: the signer's first. Raises UserError("signing-service-away", "unknown-signing-account")."""
    if not is_configured():
        raise _refused("signing-service-away", _("Hệ thống chưa cấu hình dịch vụ ký số từ xa."))
    try:
        told = _call(f"accounts/{quote(account, safe='')}")
        return [x509.load_pem_x509_certificate(str(one).encode()) for one in told["certificates"]] or _none()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise _refused("unknown-signing-account", _("Dịch vụ ký số không có tài khoản này.")) from error
        raise _refused("signing-service-away", _("Dịch vụ ký số chưa trả lời được.")) from error
    except (Unreachable, KeyError, TypeError, ValueError) as error:
        raise _refused("signing-service-away", _("Dịch vụ ký số chưa trả lời được.")) from error


def order(*, key: str, account: str, algorithm: str, digest: bytes, title: str, callback: str) -> str:
    """Ask for a signature of ``digest`` (SHA-256); the service's name for the order, the same for the same ``key``.

    Raises Unreachable.
    """
    asked = {
        "key": key,
        "account": account,
        "algorithm": algorithm,
        "digest": base64.b64encode(digest).decode(),
        "title": title,
        "callback": callback,
    }
    try:
        return str(_call("signatures", asked)["id"])
    except (urllib.error.HTTPError, KeyError, TypeError) as error:
        raise Unreachable(str(error)) from error


def answer(order_id: str) -> Answer:
    """What has become of an order. Raises Unreachable."""
    try:
        told = _call(f"signatures/{quote(order_id, safe='')}")
        signature = base64.b64decode(told.get("signature") or "", validate=True)
        return Answer(str(told["state"]), signature, str(told.get("reason") or "")[:300])
    except (urllib.error.HTTPError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Unreachable(str(error)) from error


def _call(path: str, body: dict[str, str] | None = None) -> Any:
    address = f"{settings.SIGNING_SERVICE_URL.rstrip('/')}/{path}"
    if not _is_safe(address):
        raise Unreachable("not https")
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if settings.SIGNING_SERVICE_TOKEN:
        headers["Authorization"] = f"Bearer {settings.SIGNING_SERVICE_TOKEN}"
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address, data=data, headers=headers)  # noqa: S310 - the operator's own address
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
            return json.loads(response.read(_MOST_BYTES))
    except urllib.error.HTTPError:
        raise
    except (OSError, ValueError) as error:
        raise Unreachable(str(error)) from error


def _is_safe(address: str) -> bool:
    """The token goes over encrypted lines only, or does not leave the machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def _none() -> list[x509.Certificate]:
    raise KeyError("certificates")


def _refused(code: str, sentence: str) -> UserError:
    hint = _("Kiểm tra tên tài khoản, hoặc thử lại sau.")
    return UserError(code, sentence, hint=hint, fields={"account": sentence})
