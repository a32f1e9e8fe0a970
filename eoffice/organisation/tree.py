"""The tree of units: founding, moving, renaming, merging and closing them (docs/domain/organisation.md)."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation.appointing import end_delegations
from eoffice.organisation.models import Agency, Appointment, Unit
from eoffice.organisation.standing import forget

if TYPE_CHECKING:
    from eoffice.accounts.models import User


@transaction.atomic
def add_unit(
    parent: Unit | None,
    *,
    name: str,
    kind: str,
    level: str,
    valid_from: dt.date,
    by: Appointment | None = None,
    user: "User | None" = None,
    **fields: Any,
) -> Unit:
    """Found a unit below ``parent`` (None: at the top), as its last child.

    It belongs to the legal body of its parent until ``establish_agency`` makes it one itself.
    ``fields`` are further columns of ``Unit``. ``by`` or ``user`` is who did it; neither for a command.
    """
    unit = place_unit(parent, name=name, kind=kind, level=level, valid_from=valid_from, **fields)
    log.record("unit.added", by=by, user=user, target=unit)
    return unit


def place_unit(parent: Unit | None, **fields: Any) -> Unit:
    """As ``add_unit``, without an entry in the record: for loaders, which record the whole load once."""
    unit = Unit(**fields)
    if parent is None:
        Unit.objects.add_root(instance=unit)
    else:
        unit.legal_body = parent.legal_body
        Unit.objects.add_child(parent, instance=unit)
    return unit


@transaction.atomic
def establish_agency(unit: Unit, *, symbol: str = "", edoc_code: str | None = None) -> Agency:
    """Make ``unit`` a legal body with a seal; units founded below it afterwards belong to it."""
    agency, _created = Agency.objects.get_or_create(
        unit=unit, defaults={"symbol": symbol or unit.symbol, "edoc_code": edoc_code}
    )
    if unit.legal_body_id != agency.pk:
        unit.legal_body = agency
        unit.save(update_fields=["legal_body"])
    return agency


@transaction.atomic
def move_unit(unit: Unit, *, to: Unit, by: Appointment | None = None, user: "User | None" = None) -> Unit:
    """Put ``unit``, with everything below it, under ``to`` as its last child.

    Raises Conflict("move-below-itself") when ``to`` is ``unit`` or lies below it.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    to = Unit.objects.get(pk=to.pk)
    if to.path.startswith(unit.path):
        raise Conflict(
            "move-below-itself",
            _("Không thể chuyển một đơn vị vào chính nó hoặc đơn vị cấp dưới của nó."),
            hint=_("Chọn một đơn vị cấp trên khác."),
        )
    former = Unit.objects.get_parent(unit)
    Unit.objects.move(unit, to, "last-child")
    forget()
    log.record("unit.moved", by=by, user=user, target=unit, former=former.pk if former else None, to=to.pk)
    return Unit.objects.get(pk=unit.pk)


@transaction.atomic
def close_unit(
    unit: Unit,
    *,
    last_day: dt.date,
    successors: tuple[Unit, ...] = (),
    by: Appointment | None = None,
    user: "User | None" = None,
) -> Unit:
    """End ``unit`` after ``last_day``; ``successors`` take over. Appointments in it end the same day.

    Nothing is deleted: an old conclusion still prints the old name. Raises Conflict("unit-has-children")
    while units below it go on, UserError("ends-before-start") when it began later.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if last_day < unit.valid_from:
        raise UserError("ends-before-start", _("Ngày kết thúc phải sau ngày đơn vị bắt đầu có hiệu lực."))
    next_day = last_day + dt.timedelta(days=1)
    if Unit.objects.below(unit).exclude(pk=unit.pk).valid_on(next_day).exists():
        raise Conflict(
            "unit-has-children",
            _("Đơn vị này còn đơn vị trực thuộc đang hoạt động."),
            hint=_("Chuyển hoặc kết thúc các đơn vị trực thuộc trước."),
        )
    unit.valid_to = last_day
    unit.save(update_fields=["valid_to"])
    for successor in successors:
        successor.predecessors.add(unit)
    ending = list(Appointment.objects.filter(unit=unit).current(next_day))
    Appointment.objects.filter(pk__in=[one.pk for one in ending]).update(valid_to=last_day)
    end_delegations(ending, last_day)
    forget()
    log.record("unit.closed", by=by, user=user, target=unit, last_day=last_day.isoformat())
    return unit
