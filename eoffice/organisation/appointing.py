"""Giving a person a position in a unit, and ending it."""

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.organisation.standing import forget

if TYPE_CHECKING:
    from eoffice.accounts.models import User


@transaction.atomic
def appoint(
    person: "User",
    position: Position,
    unit: Unit,
    *,
    valid_from: dt.date,
    kind: str = Appointment.Kind.PRIMARY,
    basis: str = "",
    by: Appointment | None = None,
    user: "User | None" = None,
) -> Appointment:
    """``person`` holds ``position`` in ``unit`` from ``valid_from`` on.

    Raises Conflict("already-appointed") for the same position in the same unit at the same time, and
    Conflict("unit-not-valid") when the unit does not exist on that day.
    """
    if not Unit.objects.valid_on(valid_from).filter(pk=unit.pk).exists():
        raise Conflict("unit-not-valid", _("Đơn vị chưa hoặc không còn hoạt động vào ngày này."))
    same = Appointment.objects.filter(person=person, position=position, unit=unit)
    if same.current(valid_from).exists():
        raise Conflict("already-appointed", _("Người này đang giữ chức vụ đó tại đơn vị."))
    try:
        with transaction.atomic():
            appointment = Appointment.objects.create(
                person=person, position=position, unit=unit, kind=kind, valid_from=valid_from, basis=basis
            )
    except IntegrityError as error:  # two administrators at the same moment
        raise Conflict("already-appointed", _("Người này đang giữ chức vụ đó tại đơn vị.")) from error
    forget()
    log.record("appointment.made", by=by, user=user, target=appointment)
    return appointment


@transaction.atomic
def end_appointment(
    appointment: Appointment, *, last_day: dt.date, by: Appointment | None = None, user: "User | None" = None
) -> Appointment:
    """End ``appointment`` after ``last_day``; what was done under it keeps naming it."""
    appointment = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if last_day < appointment.valid_from:
        raise UserError("ends-before-start", _("Ngày kết thúc phải sau ngày bắt đầu giữ chức vụ."))
    appointment.valid_to = last_day
    appointment.save(update_fields=["valid_to"])
    end_delegations([appointment], last_day)
    forget()
    log.record("appointment.ended", by=by, user=user, target=appointment, last_day=last_day.isoformat())
    return appointment


def end_delegations(appointments: Iterable[Appointment], last_day: dt.date) -> None:
    """What was delegated by these ``appointments``, or to them, ends with them; what has not begun by then never does."""
    ended = [appointment.pk for appointment in appointments]
    concerned = Q(delegation__giver__in=ended) | Q(delegation__to__in=ended)
    lent = Appointment.objects.filter(concerned, revoked_at__isnull=True, valid_to__gt=last_day)
    lent.filter(valid_from__gt=last_day).update(revoked_at=timezone.now())
    lent.filter(valid_from__lte=last_day).update(valid_to=last_day)
