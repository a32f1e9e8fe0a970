"""The acts that an assistant may draft for a leader. Their products say which (``register``, as an app is made ready): workflow knows
no product.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import models
from django.http import QueryDict
from django.utils.functional import Promise

if TYPE_CHECKING:
    from eoffice.accounts.models import User
    from eoffice.organisation.models import Appointment


@dataclass(frozen=True, kw_only=True)
class Kind:
    """An act that may be drafted."""

    code: str
    label: Promise
    button: Promise
    """What the leader presses."""
    scope: Literal["documents", "tasks"]
    """Of the assistant's link."""
    model: type[models.Model]
    related: tuple[str, ...]
    """Read with the target."""
    may: "Callable[[User, Any], bool]"
    """The leader's right."""
    form: Callable[[QueryDict | None, Any], Any]
    """The form of the act, of data (or None) and the target."""
    do: "Callable[[Appointment, Any, Any], Any]"
    """The act, by whom, on what, with the valid form; gives what it made."""
    name: Callable[[Any], str]
    """How the target is called."""
    url: Callable[[Any], str]
    """Its page."""
    about: Callable[[Any], models.Model]
    """The row whose history tells of the draft."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let ``kind`` be drafted."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> Kind | None:
    """The kind called ``code``."""
    return _kinds.get(code)
