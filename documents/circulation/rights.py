"""Who may do what with an incoming document and its lines (docs/domain/incoming-documents.md, table of rights)."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from documents.models import IncomingDocument, Routing
from documents.permissions import kept_registers
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.organisation.standing import appointments_of, standing_of

_State, _Role = Routing.State, Routing.Role
LEADING = (Position.Duty.HEAD, Position.Duty.DEPUTY)


def keeps(user: User, document: IncomingDocument) -> bool:
    """Keeps the register in which it stands."""
    return kept_registers(user).filter(pk=document.unit_id).exists()


def holds(user: User, line: Routing) -> bool:
    """It came to a position that ``user`` holds today, or for whose absent holder they act, or to a unit they answer for."""
    standing = standing_of(user)
    if line.unit_id is not None:
        return line.unit_id in standing.represents
    if line.person_id in standing.in_place_of:
        return True
    today = timezone.localdate()
    return any(one.pk == line.person_id and one.is_valid_on(today) for one in appointments_of(user))


def may_submit_first(user: User, document: IncomingDocument) -> bool:
    """Submit what nobody has in hand: who keeps the register."""
    return document.state == IncomingDocument.State.UNSENT and keeps(user, document)


def may_submit_on(user: User, line: Routing) -> bool:
    """Submit to somebody above what was submitted to oneself."""
    return line.role == _Role.SUBMIT and line.state == _State.WAITING and holds(user, line)


def may_direct(user: User, line: Routing) -> bool:
    """Write a directive: a leader to whom it was submitted; once more while the first one is carried out."""
    return line.role == _Role.SUBMIT and line.is_live and holds(user, line) and _leads(line)


def may_forward(user: User, line: Routing) -> bool:
    """Hand on what one is to deal with oneself; what became a task is handed on as a task."""
    to_deal_with = line.role in (_Role.LEAD, _Role.COORDINATE)
    return to_deal_with and line.is_live and line.task_id is None and holds(user, line)


def may_close(user: User, line: Routing) -> bool:
    """Say that it is dealt with; what became a task ends with the task."""
    return line.is_live and line.task_id is None and holds(user, line)


def may_return(user: User, line: Routing) -> bool:
    """Give back, with a reason, what one has not handed on."""
    waiting = line.state == _State.WAITING and line.role != _Role.INFORM
    return waiting and holds(user, line)


def may_withdraw(user: User, line: Routing) -> bool:
    """Take back what one has sent, or what was sent in the name of a unit one answers for."""
    by = line.sending.by
    own = by.person_id == user.pk or by.unit_id in standing_of(user).represents
    return line.state in Routing.LIVE and own


def leaders_of(unit: Unit) -> QuerySet[Appointment]:
    """To whom a document of ``unit`` may be submitted: its heads and deputies, and those of the office that serves it."""
    leading = Appointment.objects.current().filter(position__duty__in=LEADING, person__is_active=True)
    served = Q(unit=unit) | Q(unit__kind=Unit.Kind.OFFICE, unit__path__startswith=unit.path, unit__depth=unit.depth + 1)
    return leading.filter(served).select_related("person", "position", "unit").in_protocol_order()


def reach(document: IncomingDocument, line: Routing) -> Unit:
    """The unit to and below whose people the holder of ``line`` may send: the agency's own, or the one that received it."""
    if line.role == _Role.SUBMIT:
        return document.unit
    if line.unit is not None:
        return line.unit
    assert line.person is not None
    return line.person.unit


def _leads(line: Routing) -> bool:
    return line.person is not None and line.person.position.duty in LEADING
