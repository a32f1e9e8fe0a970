"""In which role a person acts: chosen by the role switcher, kept in their session."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import NotAllowed, NotFound
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import appointments_of, counting

SESSION_KEY = "acting_appointment"


class ActingRequest(HttpRequest):
    """A request behind ``login_required``, as views annotate it: a person, the role they act in, and all that they hold."""

    user: User
    acting: Appointment | None
    appointments: list[Appointment]


def held_appointments(user: User | AnonymousUser) -> list[Appointment]:
    """Current appointments of ``user``, most senior first, delegated ones last; none for nobody. One query, none where they are kept."""
    if not isinstance(user, User):
        return []
    today = timezone.localdate()
    held = [appointment for appointment in appointments_of(user) if appointment.is_valid_on(today)]
    for appointment in held:
        appointment.person = user
    return held


def chosen(held: list[Appointment], session: Any) -> Appointment | None:
    """Of ``held``, the one kept in ``session``, else the most senior."""
    kept = session.get(SESSION_KEY)
    return next((a for a in held if a.pk == kept), held[0] if held else None)


def acting_appointment(user: User | AnonymousUser, session: Any) -> Appointment | None:
    """The current appointment ``user`` acts under: the one kept in ``session``, else the most senior."""
    return chosen(held_appointments(user), session)


def switch(user: User | AnonymousUser, session: Any, pk: int) -> Appointment:
    """Act under the appointment ``pk`` from now on; NotFound when ``user`` does not hold it today."""
    appointment = next((a for a in held_appointments(user) if a.pk == pk), None)
    if appointment is None:
        raise NotFound("no-such-appointment", _("Bạn không giữ chức vụ này."), hint=_("Chọn một chức vụ khác."))
    session[SESSION_KEY] = appointment.pk
    log.record("person.switched_role", by=appointment, target=appointment)
    return appointment


def required(acting: Appointment | None) -> Appointment:
    """``acting``, or NotAllowed("no-appointment") for somebody who holds no position today."""
    if not acting:
        raise NotAllowed(
            "no-appointment",
            _("Bạn chưa được phân công chức vụ nào."),
            hint=_("Liên hệ quản trị viên của cơ quan để được cập nhật chức vụ."),
        )
    return acting


def behind(request: ActingRequest, may: Callable[[], bool]) -> Appointment:
    """The appointment behind what ``may`` allows: the one the person acts in, unless only another one gives the right.

    Who does in an absent leader's place what they may not do themselves does it under the delegation, whatever role they have
    chosen; who does what is their own does it under their own. Asks ``may`` again only where somebody holds a delegation.
    """
    acting, held = required(request.acting), list(request.appointments)
    lent = [one for one in held if one.is_delegated]
    if not lent:
        return acting
    own = [one for one in held if not one.is_delegated]
    ways = [(acting, own), *((one, [one]) for one in lent)]
    if acting.is_delegated:
        ways = [(acting, [acting]), *((one, own) for one in own[:1]), *((one, [one]) for one in lent)]
    for one, counted in ways:
        with counting(request.user, counted):
            if may():
                return one
    return acting
