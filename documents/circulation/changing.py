"""What every change of an incoming document and its lines shares: the locked row, rights, how lines end."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import IncomingDocument, NumberAllocation, Routing
from documents.permissions import kept_registers
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment, Unit

_State = Routing.State
DECIDING = (Routing.Role.LEAD, Routing.Role.SUBMIT)
"""Roles whose end is the end of the line on which they were sent."""
RELATED = (
    "sending__by__person",
    "sending__parent",
    "unit",
    "person__person",
    "person__position",
    "person__unit",
    "task",
)


def locked(pk: int) -> IncomingDocument:
    """The document as it is now, locked until the transaction ends: whatever happens to its lines takes turns."""
    found = IncomingDocument.objects.select_for_update(of=("self",)).select_related("unit", "allocation__register")
    return found.get(pk=pk)


def lines_of(document: IncomingDocument) -> QuerySet[Routing]:
    """Its lines with whom they name, oldest first."""
    return Routing.objects.filter(document=document).select_related(*RELATED).order_by("pk")


def line_again(document: IncomingDocument, pk: int) -> Routing:
    """A line of the locked ``document`` as it is now."""
    line: Routing = lines_of(document).get(pk=pk)
    line.document = document
    return line


def require_keeper(by: Appointment, unit: Unit) -> None:
    """Raises NotAllowed("may-not-keep") unless ``by`` keeps the registers of ``unit``."""
    if not kept_registers(by.person).filter(pk=unit.pk).exists():
        raise NotAllowed(
            "may-not-keep",
            _("Bạn không giữ sổ văn bản của %(unit)s.") % {"unit": unit.name},
            hint=_("Văn thư và lãnh đạo của cơ quan giữ sổ văn bản."),
        )


def require(allowed: bool, line: Routing | None) -> None:  # noqa: FBT001
    """Raises Conflict("line-over") when the line has ended meanwhile, else NotAllowed("not-your-line")."""
    if allowed:
        return
    if line is not None and not line.is_live:
        raise Conflict(
            "line-over",
            _("Luồng xử lý này ở trạng thái “%(state)s” nên không làm được nữa.") % {"state": line.state_label},
            hint=_("Xem diễn biến mới của văn bản bên dưới."),
        )
    raise NotAllowed(
        "not-your-line",
        _("Bạn không thực hiện được việc này với văn bản ở trạng thái hiện nay."),
        hint=_("Liên hệ văn thư hoặc văn phòng của cơ quan nhận văn bản."),
    )


def end(
    by: Appointment,
    lines: Iterable[Routing],
    state: Routing.State,
    outcome: str,
    *,
    reply: NumberAllocation | None = None,
) -> list[Routing]:
    """End live ``lines`` and whatever was handed on from them; gives back all that ended. A query per level, one per line."""
    ended, level = [], [line for line in lines if line.state in Routing.LIVE]
    while level:
        for line in level:
            line.state, line.closed_by, line.closed_at = state, by, timezone.now()
            line.outcome, line.reply = outcome[:1000], reply
            line.save()
        ended += level
        below = Routing.objects.filter(sending__parent__in=[line.pk for line in level], state__in=Routing.LIVE)
        if state == _State.DONE:  # who is only informed may still look
            below = below.exclude(role=Routing.Role.INFORM)
        level = list(below.select_related(*RELATED))
    return ended


def settle(by: Appointment, document: IncomingDocument, line: Routing) -> None:
    """``line`` has ended: end what waited for it, or give it back to who had handed it on; then the document's state."""
    parent = line.sending.parent
    if parent is not None and parent.state == _State.IN_HAND and parent.task_id is None:
        children = list(lines_of(document).filter(sending__parent=parent))
        deciding = [child for child in children if child.role in DECIDING]
        if not any(child.is_live for child in deciding):
            if any(child.state == _State.DONE for child in deciding):
                helping = [child for child in children if child.role == Routing.Role.COORDINATE]
                end(by, helping, _State.DONE, "Chủ trì đã xử lý xong.")
                end(by, [parent], _State.DONE, line.outcome, reply=line.reply)
                settle(by, document, line_again(document, parent.pk))
                return
            parent.state = _State.WAITING
            parent.save()
    store_state(document)


def store_state(document: IncomingDocument) -> None:
    """What the first lines of a locked ``document`` come to."""
    states = set(document.lines.filter(sending__parent=None).values_list("state", flat=True))
    if states & set(Routing.LIVE):
        document.state = IncomingDocument.State.CIRCULATING
    elif _State.DONE in states:
        document.state = IncomingDocument.State.DONE
    else:
        document.state = IncomingDocument.State.UNSENT
    document.save()
