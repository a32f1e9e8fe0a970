"""Accounts: the door is open to all, the rest to whoever is signed in, for themselves."""

from collections.abc import Callable
from typing import Any

from tests.architecture.world import World

_OWN = {"*": 200, "anonymous": 302}
_DOOR = {"*": 302, "anonymous": 200}
"""Somebody signed in is led on."""
_AFTER_PASSWORD = {"*": 302}
"""Needs the password again."""

EXPECTED: dict[str, dict[str, int]] = {
    "account-profile": _OWN,
    "set_language": {"*": 302},
    "session-end": {"*": 404, "anonymous": 302, "invited_head": 302},
    "account_login": _DOOR,
    "account_logout": {"*": 200, "anonymous": 302},
    "account_signup": _DOOR,
    "account_inactive": {"*": 200},
    "account_reauthenticate": _OWN,
    "account_change_password": _OWN,
    "account_set_password": {"*": 302},
    "account_reset_password": {"*": 200},
    "account_reset_password_done": {"*": 200},
    "account_reset_password_from_key": {"*": 200},
    "account_reset_password_from_key_done": {"*": 200},
    "mfa_index": _OWN,
    "mfa_authenticate": {"*": 302},
    "mfa_reauthenticate": {"*": 302},
    "mfa_activate_totp": _AFTER_PASSWORD,
    "mfa_deactivate_totp": {"*": 404, "anonymous": 302},
    "mfa_view_recovery_codes": {"*": 404, "anonymous": 302},
    "mfa_generate_recovery_codes": _AFTER_PASSWORD,
    "mfa_download_recovery_codes": {"*": 404, "anonymous": 302},
    "usersessions_list": _OWN,
}
ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "account_reset_password_from_key": lambda world: {"uidb36": "1", "key": "abc-def"},
    "session-end": lambda world: {"pk": world.session.pk},
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "set_language": lambda world: {"language": "en"},
    "session-end": lambda world: {},
}
