"""Sending an incoming document on: submitted to a leader, directed by one, handed on by who received it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.circulation import announcing, changing, rights
from documents.decree30.types import TYPES
from documents.models import IncomingDocument, Routing, Sending
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import assigning
from eoffice.workflow.models import Task
from eoffice.worktime import deadlines
from eoffice.worktime.deadlines import Deadline

TEXT_LIMIT = 2000
RECIPIENTS_LIMIT = 200
_Role, _State = Routing.Role, Routing.State
ROLES = (_Role.LEAD, _Role.COORDINATE, _Role.INFORM)
Recipient = Unit | Appointment


@dataclass(frozen=True, kw_only=True)
class Words:
    """What is sent with the document: words, whom to, by when. ``key`` comes with the form."""

    text: str
    lead: Sequence[Recipient] = ()
    coordinate: Sequence[Recipient] = ()
    inform: Sequence[Recipient] = ()
    due_on: dt.date | None = None
    due_days: int | None = None
    """Working days from today; not together with ``due_on``."""
    as_task: bool = False
    """The leads, units or people of the leader's own unit, get a task each: it is reported on, accepted, and ends their lines."""
    key: uuid.UUID | None = None

    def by_role(self) -> dict[Routing.Role, Sequence[Recipient]]:
        return {_Role.LEAD: self.lead, _Role.COORDINATE: self.coordinate, _Role.INFORM: self.inform}


@transaction.atomic
def submit(
    by: Appointment,
    document: IncomingDocument,
    to: Appointment,
    *,
    text: str = "",
    line: Routing | None = None,
    key: uuid.UUID | None = None,
) -> Sending:
    """Submit (trình) to a leader: the clerk for the first time, or whom it was submitted to (``line``) to another one.

    Raises NotAllowed, Conflict("line-over"), UserError("not-a-leader").
    """
    document = changing.locked(document.pk)
    if (twin := _twin(by, document, key)) is not None:
        return twin
    if line is None:
        changing.require(rights.may_submit_first(by.person, document), None)
    else:
        line = changing.line_again(document, line.pk)
        changing.require(rights.may_submit_on(by.person, line), line)
    if to.person_id == by.person_id or not rights.leaders_of(document.unit).filter(pk=to.pk).exists():
        sentence = _("Chọn lãnh đạo cơ quan hoặc lãnh đạo văn phòng.")
        raise UserError("not-a-leader", sentence, fields={"to": sentence})
    text = _checked_text(text, needed=False)
    sending = _sending(by, document, line, Sending.Kind.SUBMISSION, text, key)
    Routing.objects.create(document=document, sending=sending, person=to, role=_Role.SUBMIT)
    _handed_on(by, document, line, sending)
    return sending


@transaction.atomic
def direct(by: Appointment, line: Routing, words: Words) -> Sending:
    """A leader's directive (bút phê): who leads, who helps, who is informed, in which words, by when.

    Raises NotAllowed, Conflict("line-over"), UserError("bad-directive") with ``fields``, and what ``worktime.deadlines``
    and ``workflow.assigning`` find wrong.
    """
    document = changing.locked(line.document_id)
    if (twin := _twin(by, document, words.key)) is not None:
        return twin
    line = changing.line_again(document, line.pk)
    changing.require(rights.may_direct(by.person, line), line)
    deadline = _checked(by, document, line, words)
    text = _checked_text(words.text, needed=True)
    sending = _sending(by, document, line, Sending.Kind.DIRECTIVE, text, words.key)
    lines = _lines(document, sending, words, deadline)
    if words.as_task:
        _give_tasks(by, document, sending, lines, deadline)
    _handed_on(by, document, line, sending)
    return sending


@transaction.atomic
def forward(by: Appointment, line: Routing, words: Words) -> Sending:
    """Hand on (chuyển tiếp) to units and people of one's own, by the day of one's own line at the latest.

    Raises as ``direct``.
    """
    document = changing.locked(line.document_id)
    if (twin := _twin(by, document, words.key)) is not None:
        return twin
    line = changing.line_again(document, line.pk)
    changing.require(rights.may_forward(by.person, line), line)
    deadline = _checked(by, document, line, words)
    text = _checked_text(words.text, needed=False)
    sending = _sending(by, document, line, Sending.Kind.FORWARD, text, words.key)
    _lines(document, sending, words, deadline)
    _handed_on(by, document, line, sending)
    return sending


def _twin(by: Appointment, document: IncomingDocument, key: uuid.UUID | None) -> Sending | None:
    """What the first of two clicks has sent."""
    found = Sending.objects.filter(document=document, key=key, by__person=by.person) if key else Sending.objects.none()
    return found.first()


def _sending(
    by: Appointment, document: IncomingDocument, line: Routing | None, kind: str, text: str, key: uuid.UUID | None
) -> Sending:
    return Sending.objects.create(document=document, parent=line, kind=kind, by=by, text=text, key=key)


def _lines(document: IncomingDocument, sending: Sending, words: Words, deadline: Deadline | None) -> list[Routing]:
    lines = []
    for role, recipients in words.by_role().items():
        due = deadline if role != _Role.INFORM else None
        lines += [
            Routing(
                document=document,
                sending=sending,
                unit=one if isinstance(one, Unit) else None,
                person=one if isinstance(one, Appointment) else None,
                role=role,
                due_on=due.due_on if due else None,
                due_explanation=due.explanation if due else [],
            )
            for one in recipients
        ]
    made: list[Routing] = Routing.objects.bulk_create(lines)
    return made


def _handed_on(by: Appointment, document: IncomingDocument, line: Routing | None, sending: Sending) -> None:
    """The line on which it was, is in others' hands now; where nobody is to act, a directive is all that was wanted."""
    lines = list(changing.lines_of(document).filter(sending=sending))
    if line is not None and any(one.role in changing.DECIDING for one in lines):
        line.state = _State.IN_HAND
        line.save()
    elif line is not None and sending.kind == Sending.Kind.DIRECTIVE and line.state == _State.WAITING:
        changing.end(by, [line], _State.DONE, sending.text)
        changing.settle(by, document, line)
    changing.store_state(document)
    log.record(f"incoming.{sending.kind}", by=by, target=document, to=[str(one) for one in lines])
    announcing.sent(document, sending, lines)


def _give_tasks(
    by: Appointment, document: IncomingDocument, sending: Sending, lines: list[Routing], deadline: Deadline | None
) -> None:
    """A task for each unit, and each person of one's own, that leads; the units that coordinate help with the first one."""
    leads = sorted((line for line in lines if line.role == _Role.LEAD), key=lambda line: line.person is not None)
    helping = [line for line in lines if line.role == _Role.COORDINATE and line.unit is not None]
    name = f"{TYPES[document.series]} {document.code}".strip()
    subject = document.subject
    source = assigning.Source(
        row=document,
        label=f"{name}, {document.sender}",
        url=reverse("incoming-detail", args=[document.pk]),
        quote=sending.text,
    )
    assignments = [
        assigning.Assignment(
            title=subject if len(subject) <= assigning.TITLE_LIMIT else f"{subject[: assigning.TITLE_LIMIT - 1]}…",
            detail=sending.text,
            lead_unit=line.unit or line.person.unit,  # type: ignore[union-attr]  # one of the two leads
            officer=line.person,
            coordinators=[one.unit for one in helping if one.unit is not None] if line is leads[0] else [],
            deadline=deadline,
            urgency=Task.Urgency(document.urgency),
            source=source,
        )
        for line in leads
    ]
    tasks = [
        *assigning.assign(by, [one for one in assignments if one.officer is None], unit=document.unit),
        *assigning.assign(by, [one for one in assignments if one.officer is not None], unit=by.unit),
    ]
    for line, task in [*zip(leads, tasks, strict=True), *((one, tasks[0]) for one in helping)]:
        line.task, line.state = task, _State.IN_HAND
        line.save()


def _checked(by: Appointment, document: IncomingDocument, line: Routing, words: Words) -> Deadline | None:
    """The deadline; raises UserError("bad-directive") whose ``fields`` say what is wrong where."""
    wrong: dict[str, str] = {}
    chosen = [(role, one) for role, some in words.by_role().items() for one in some]
    if not chosen:
        wrong["lead"] = _("Chọn nơi nhận.")
    if len(chosen) > RECIPIENTS_LIMIT:
        wrong["lead"] = _("Chọn tối đa %(limit)d nơi nhận.") % {"limit": RECIPIENTS_LIMIT}
    base, seen = rights.reach(document, line), set()
    for role, one in chosen:
        name = (type(one), one.pk)
        if name in seen:
            wrong[role] = _("%(name)s được chọn hai lần.") % {"name": one}
        elif not _in_reach(base, one, by):
            wrong[role] = _("%(name)s không thuộc phạm vi bạn được chuyển.") % {"name": one}
        seen.add(name)
    if words.as_task and (problem := _wrong_with_tasks(words.lead, by.unit_id)):
        wrong["lead"] = problem
    if wrong:
        raise UserError("bad-directive", next(iter(wrong.values())), fields=wrong)
    return _deadline(line, words)


def _wrong_with_tasks(leads: Sequence[Recipient], own: int) -> str:
    """Why ``leads`` cannot get a task each: people lead one only within the unit ``own``; "" where they can."""
    if not leads:
        return _("Chọn đơn vị hoặc người chủ trì để giao thành nhiệm vụ.")
    others = [one for one in leads if isinstance(one, Appointment) and one.unit_id != own]
    if not others:
        return ""
    return _("%(name)s không thuộc cơ quan của bạn. Chọn đơn vị của người này chủ trì.") % {"name": others[0].person}


def _in_reach(base: Unit, one: Recipient, by: Appointment) -> bool:
    """Below ``base``; people also of ``base`` itself, but not the sender."""
    if isinstance(one, Unit):
        return one.path.startswith(base.path) and one.pk != base.pk
    return one.unit.path.startswith(base.path) and one.person_id != by.person_id


def _deadline(line: Routing, words: Words) -> Deadline | None:
    today = timezone.localdate()
    if words.due_on is not None and words.due_days is not None:
        raise _bad_due(_("Chỉ nhập số ngày làm việc hoặc ngày cụ thể."))
    if words.due_days is not None:
        deadline = deadlines.working_days_after(today, words.due_days)
    elif words.due_on is not None:
        deadline = deadlines.on_day(words.due_on)
    elif line.due_on is not None:
        deadline = deadlines.on_day(line.due_on)
    else:
        return None
    if line.due_on is not None and deadline.due_on > max(line.due_on, today):
        raise _bad_due(_("Thời hạn không được sau %(day)s.") % {"day": f"{line.due_on:%d/%m/%Y}"})
    if deadline.due_on < today and (line.due_on is None or words.due_on is not None):
        raise _bad_due(_("Thời hạn %(day)s đã qua.") % {"day": f"{deadline.due_on:%d/%m/%Y}"})
    return deadline


def _bad_due(sentence: str) -> UserError:
    return UserError("bad-directive", sentence, fields={"due_on": sentence})


def _checked_text(text: str, *, needed: bool) -> str:
    text = text.replace("\r\n", "\n").strip()
    wrong = ""
    if needed and not text:
        wrong = _("Ghi ý kiến chỉ đạo.")
    elif len(text) > TEXT_LIMIT:
        wrong = _("Nội dung dài %(length)d ký tự; tối đa là %(limit)d.") % {"length": len(text), "limit": TEXT_LIMIT}
    if wrong:
        raise UserError("bad-directive", wrong, fields={"text": wrong})
    return text
