"""In which role a person acts: chosen by the role switcher, kept in their session."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import NotAllowed
from eoffice.organisation.models import Appointment

SESSION_KEY = "acting_appointment"


class ActingRequest(HttpRequest):
    """A request behind ``login_required``, as views annotate it: a person, and the role they act in."""

    user: User
    acting: Appointment | None


def acting_appointment(user: User | AnonymousUser, session: Any) -> Appointment | None:
    """The current appointment ``user`` acts under: the one kept in ``session``, else the most senior."""
    if not isinstance(user, User):
        return None
    held = list(Appointment.objects.held_by(user).select_related("unit", "position", "person"))
    chosen = session.get(SESSION_KEY)
    return next((a for a in held if a.pk == chosen), held[0] if held else None)


def required(acting: Appointment | None) -> Appointment:
    """``acting``, or NotAllowed("no-appointment") for somebody who holds no position today."""
    if not acting:
        raise NotAllowed(
            "no-appointment",
            _("Bạn chưa được phân công chức vụ nào."),
            hint=_("Liên hệ quản trị viên của cơ quan để được cập nhật chức vụ."),
        )
    return acting
