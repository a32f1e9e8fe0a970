"""Phiếu đôn đốc: whoever assigned late tasks urges their lead by an official document (docs/domain/official-documents.md)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import registers
from documents.decree30 import required
from documents.decree30.parts import Block, OfficialDocument, Paragraph, Signature, Table, in_words
from documents.decree30.types import TYPES
from documents.models import UrgedTask, UrgingSlip
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.signing import capacity, head_of, signs_for, superior_of, symbol_of
from eoffice.workflow import urging
from eoffice.workflow.models import Task, TaskParty
from eoffice.workflow.timeliness import Clock

SERIES = "PĐĐ"
"""Of its register; the decree's list has no abbreviation for it (ADR 0120)."""
NOTE_LIMIT = 2000


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What the person has chosen. ``key`` comes with the form: the same key is the same slip."""

    assigner_unit: Unit
    lead_unit: Unit
    tasks: Sequence[int]
    answer_by: dt.date
    note: str = ""
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@transaction.atomic
def preview(by: Appointment, wanted: Slip) -> OfficialDocument:
    """The document as it would be issued now. Raises as ``issue``."""
    slip, lines = _drafted(by, wanted)
    return letter(slip, lines)


@transaction.atomic
def issue(by: Appointment, wanted: Slip) -> UrgingSlip:
    """Issue the slip: it gets its number, stands in the timeline of each task, and those concerned are told.

    The second of two clicks finds the first one's slip. Raises Conflict("not-late-any-more") when a task is not late any
    more or not this person's to urge; UserError: "bad-slip" with ``fields``, "document-incomplete".
    """
    twins = UrgingSlip.objects.filter(key=wanted.key, by__person=by.person)
    if (twin := twins.first()) is not None:
        return twin
    slip, lines = _drafted(by, wanted)
    if (twin := twins.first()) is not None:  # made while this click waited for the tasks
        return twin
    required.check_complete(letter(slip, lines))
    slip.issued_at = timezone.now()
    slip.save()
    UrgedTask.objects.bulk_create(lines)
    url = reverse("urging-detail", args=[slip.pk])
    given = registers.assign(by, slip.issuer, SERIES, registers.entry_of(letter(slip, lines), url=url))
    slip.number, slip.symbol = given.n, given.symbol
    slip.save(update_fields=["number", "symbol"])
    log.record("urging.issued", by=by, target=slip, tasks=[line.task_id for line in lines])
    text = f"Phiếu đôn đốc số {slip.code}; báo cáo chậm nhất ngày {slip.answer_by:%d/%m/%Y}."
    title = f"Phiếu đôn đốc số {slip.code}: {len(lines)} nhiệm vụ quá hạn"
    urging.urge(by, [line.task for line in lines], title=title, text=text, url=url)
    return slip


def letter(slip: UrgingSlip, lines: Sequence[UrgedTask]) -> OfficialDocument:
    """The document of a slip, issued or not."""
    return OfficialDocument(
        type_name=TYPES[SERIES],
        subject="Thực hiện nhiệm vụ quá hạn",
        issuer=slip.issuer.name,
        superior=superior_of(slip.issuer),
        number=slip.number,
        symbol=slip.symbol,
        place=settings.PLACE_NAME,
        day=timezone.localdate(slip.issued_at) if slip.issued_at else None,
        addressees=(slip.lead_unit.name,),
        body=tuple(_body(slip, lines)),
        signature=Signature(capacity(slip.signer), str(slip.signer.person)) if slip.signer else Signature((), ""),
        recipients=("Như trên", *_watching(lines)),
    )


def _body(slip: UrgingSlip, lines: Sequence[UrgedTask]) -> Iterable[Block]:
    day = timezone.localdate(slip.issued_at or timezone.now())
    lead = slip.lead_unit.name
    yield Paragraph(
        f"Qua theo dõi việc thực hiện nhiệm vụ do {slip.assigner_unit.name} giao, đến ngày {in_words(day)}, {lead} còn "
        f"{len(lines):02d} nhiệm vụ quá hạn chưa gửi kết quả, cụ thể như sau:"
    )
    rows = tuple(
        (str(number), line.title, line.source or "–", lead, f"{line.due_on:%d/%m/%Y}", str(line.days_late))
        for number, line in enumerate(lines, start=1)
    )
    head = ("TT", "Nội dung nhiệm vụ", "Nguồn giao", "Chủ trì", "Thời hạn", "Số ngày quá hạn")
    yield Table(head, rows, (0.06, 0.31, 0.19, 0.15, 0.18, 0.11))
    yield Paragraph(
        f"Đề nghị {lead} khẩn trương thực hiện các nhiệm vụ trên, gửi kết quả trên hệ thống và báo cáo rõ nguyên nhân "
        f"quá hạn, chậm nhất vào ngày {in_words(slip.answer_by)}."
    )
    for text in slip.note.splitlines():
        if text.strip():
            yield Paragraph(text.strip())
    yield Paragraph("Trường hợp có khó khăn, vướng mắc, đề nghị báo cáo để được xem xét, giải quyết./.")


def _watching(lines: Sequence[UrgedTask]) -> list[str]:
    """Units that watch one of the tasks."""
    tasks = [line.task_id for line in lines]
    parties = TaskParty.objects.filter(task__in=tasks, role=TaskParty.Role.MONITOR)
    return list(Unit.objects.filter(pk__in=parties.values("unit")).values_list("name", flat=True))


def _drafted(by: Appointment, wanted: Slip) -> tuple[UrgingSlip, list[UrgedTask]]:
    """The slip and its lines, not stored; the tasks are locked."""
    _check(wanted)
    tasks = urging.lock(by, wanted.tasks)
    if any(
        (task.assigner_unit_id, task.lead_unit_id) != (wanted.assigner_unit.pk, wanted.lead_unit.pk) for task in tasks
    ):
        raise UserError("bad-slip", _("Phiếu chỉ gồm nhiệm vụ của một cơ quan giao và một đơn vị chủ trì."))
    agency = wanted.assigner_unit.legal_body
    issuer = agency.unit if agency is not None else wanted.assigner_unit
    slip = UrgingSlip(
        issuer=issuer,
        assigner_unit=wanted.assigner_unit,
        lead_unit=wanted.lead_unit,
        by=by,
        signer=signs_for(by.person, issuer) or head_of(issuer),
        symbol=f"{SERIES}-{symbol_of(issuer)}",
        answer_by=wanted.answer_by,
        note=wanted.note.strip(),
        key=wanted.key,
    )
    clock = Clock.at(timezone.now())
    return slip, [_line(slip, task, clock) for task in tasks]


def _line(slip: UrgingSlip, task: Task, clock: Clock) -> UrgedTask:
    line = UrgedTask(slip=slip, task=task, title=task.title, source=task.source_label)
    line.due_on, line.days_late = task.due_on, clock.days_late(task)  # type: ignore[assignment]  # late: it has a day
    return line


def _check(wanted: Slip) -> None:
    wrong = {}
    if not wanted.tasks:
        wrong["tasks"] = _("Chọn ít nhất một nhiệm vụ.")
    if wanted.answer_by < timezone.localdate():
        wrong["answer_by"] = _("Chọn ngày từ hôm nay trở đi.")
    if len(wanted.note) > NOTE_LIMIT:
        wrong["note"] = _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": NOTE_LIMIT}
    if wrong:
        raise UserError("bad-slip", next(iter(wrong.values())), fields=wrong)
