"""How a line ends: answered, returned, withdrawn, or with the task that came of it."""

import re
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.circulation import announcing, changing, rights
from documents.circulation.registering import key_of
from documents.models import IncomingDocument, NumberAllocation, Register, Routing
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.organisation import paths
from eoffice.organisation.models import Appointment
from eoffice.workflow.models import Report, Task

OUTCOME_LIMIT = 1000
REASON_LIMIT = 500
_State = Routing.State
_CODE = re.compile(r"\s*(?:số)?\W*(\d{1,9})\s*/\s*\S", re.IGNORECASE)


@transaction.atomic
def close(by: Appointment, line: Routing, *, outcome: str = "", reply: str = "") -> Routing:
    """Say that it is dealt with: in words, or by a reply, named by its number in the register of outgoing documents.

    What was handed on from the line ends with it, and what it was handed on from as soon as nobody else is at it. Again:
    harmless. Raises NotAllowed, Conflict("line-over", "line-has-task"), UserError("outcome-missing", "no-such-reply").
    """
    document = changing.locked(line.document_id)
    line = changing.line_again(document, line.pk)
    if line.state == _State.DONE and rights.holds(by.person, line):
        return line
    changing.require(rights.may_close(by.person, line), line)
    _refuse_tasks(line)
    answer = _reply(by, document, reply) if reply.strip() else None
    outcome = normalised(outcome)
    if not outcome and answer is None:
        raise _bad("outcome-missing", "outcome", _("Ghi kết quả xử lý, hoặc số, ký hiệu văn bản trả lời."))
    if len(outcome) > OUTCOME_LIMIT:
        raise _bad("outcome-missing", "outcome", _too_long(OUTCOME_LIMIT))
    _finish(by, document, line, outcome, answer)
    log.record("incoming.closed", by=by, target=document, line=str(line), reply=answer.code if answer else "")
    announcing.closed(document, line)
    return line


@transaction.atomic
def give_back(by: Appointment, line: Routing, *, reason: str) -> Routing:
    """Return (trả lại) to who sent it, with a reason; it takes effect at once. Again: harmless.

    Raises NotAllowed, Conflict("line-over"), UserError("reason-missing").
    """
    document = changing.locked(line.document_id)
    line = changing.line_again(document, line.pk)
    if line.state == _State.RETURNED and rights.holds(by.person, line):
        return line
    changing.require(rights.may_return(by.person, line), line)
    changing.end(by, [line], _State.RETURNED, _reason(reason))
    changing.settle(by, document, line)
    log.record("incoming.returned", by=by, target=document, line=str(line), reason=line.outcome)
    announcing.returned(document, line)
    return line


@transaction.atomic
def withdraw(by: Appointment, line: Routing, *, reason: str) -> Routing:
    """Take back (thu hồi) what was sent, with all that was handed on from it. Again: harmless.

    Raises as ``give_back``, and Conflict("line-has-task"): a task is recalled on its own page.
    """
    document = changing.locked(line.document_id)
    line = changing.line_again(document, line.pk)
    if line.state == _State.WITHDRAWN:
        return line
    changing.require(rights.may_withdraw(by.person, line), line)
    _refuse_tasks(line)
    ended = changing.end(by, [line], _State.WITHDRAWN, _reason(reason))
    changing.settle(by, document, line)
    log.record("incoming.withdrawn", by=by, target=document, lines=[str(one) for one in ended], reason=line.outcome)
    announcing.withdrawn(document, ended)
    return line


@transaction.atomic
def opened(by: Appointment, lines: list[Routing]) -> None:
    """``by`` has looked at what came to them; who is only informed has nothing else to do."""
    now = timezone.now()
    new = [line for line in lines if line.opened_at is None and rights.holds(by.person, line)]
    for line in new:
        seen: dict[str, Any] = {"opened_at": now}
        if line.role == Routing.Role.INFORM and line.state == _State.WAITING:
            seen |= {"state": _State.DONE, "closed_by": by, "closed_at": now}
        if Routing.objects.filter(pk=line.pk, opened_at=None, state=line.state).update(**seen):
            for name, value in seen.items():
                setattr(line, name, value)


def task_ended(by: Appointment, task: Task) -> None:
    """The task that lines became was completed or recalled: so are they (``workflow.endings``)."""
    first = Routing.objects.filter(task=task, state__in=Routing.LIVE).order_by("pk").first()
    if first is None:
        return
    document = changing.locked(first.document_id)
    lines = list(changing.lines_of(document).filter(task=task, state__in=Routing.LIVE))
    if task.state == Task.State.CANCELLED:
        changing.end(by, lines, _State.WITHDRAWN, task.cancel_reason)
    else:
        result = Report.objects.filter(task=task, kind=Report.Kind.COMPLETION).order_by("-pk").first()
        said = ". ".join(part for part in (result.reference, result.text) if part) if result else ""
        changing.end(by, lines, _State.DONE, said or "Nhiệm vụ đã hoàn thành.")
    for line in lines:
        changing.settle(by, document, changing.line_again(document, line.pk))
    log.record("incoming.task_ended", by=by, target=document, task=task.pk, state=task.state)


def _finish(
    by: Appointment, document: IncomingDocument, line: Routing, outcome: str, reply: NumberAllocation | None
) -> None:
    changing.end(by, [line], _State.DONE, outcome, reply=reply)
    changing.settle(by, document, line)


def _refuse_tasks(line: Routing) -> None:
    """Raises Conflict("line-has-task") while a task of the line, or of one handed on from it, is open."""
    level = [line.pk]
    found = line.task if line.task is not None and line.task.state in Task.OPEN_STATES else None
    while level and found is None:
        below = list(Routing.objects.filter(sending__parent__in=level, state__in=Routing.LIVE).select_related("task"))
        found = next((one.task for one in below if one.task is not None and one.task.state in Task.OPEN_STATES), None)
        level = [one.pk for one in below]
    if found is not None:
        raise Conflict(
            "line-has-task",
            _("Văn bản đã giao thành nhiệm vụ “%(title)s” đang thực hiện.") % {"title": found.title[:80]},
            hint=_("Duyệt kết quả hoặc thu hồi nhiệm vụ ở trang nhiệm vụ; luồng xử lý kết thúc theo."),
        )


def _reply(by: Appointment, document: IncomingDocument, code: str) -> NumberAllocation:
    """The document that was issued with that number by the closing person's unit, or one above it."""
    found, parts = None, _CODE.match(code)
    if parts:
        numbers = NumberAllocation.objects.filter(
            n=int(parts[1]),
            state=NumberAllocation.State.ASSIGNED,
            register__direction=Register.Direction.OUTGOING,
            register__unit__path__in=paths.line(by.unit.path),
            given_on__gte=document.issued_on,
        ).order_by("-given_on", "-pk")
        wanted = key_of(code)
        found = next((one for one in numbers if key_of(one.code) == wanted), None)
    if found is None:
        sentence = _("Không có số, ký hiệu này trong sổ văn bản đi, kể từ ngày của văn bản đến.")
        raise UserError(
            "no-such-reply",
            sentence,
            hint=_("Nhờ văn thư ghi văn bản trả lời vào sổ văn bản đi trước."),
            fields={"reply": sentence},
        )
    return found


def _reason(reason: str) -> str:
    reason = normalised(reason)
    if not reason:
        raise _bad("reason-missing", "reason", _("Ghi rõ lý do để người gửi và người nhận biết."))
    if len(reason) > REASON_LIMIT:
        raise _bad("reason-missing", "reason", _too_long(REASON_LIMIT))
    return reason


def _bad(code: str, field: str, sentence: str) -> UserError:
    return UserError(code, sentence, fields={field: sentence})


def _too_long(limit: int) -> str:
    return _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": limit}
