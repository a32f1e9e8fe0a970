"""A task as a slip (phiếu giao việc): what its assigner signs and its lead takes away, in the form of Decree 30/2020/NĐ-CP."""

from collections.abc import Iterable

from django.conf import settings
from django.utils import timezone

from documents.decree30.parts import Block, Heading, OfficialDocument, Paragraph, Signature, Table, in_words
from eoffice.organisation.signing import capacity, superior_of
from eoffice.workflow.models import Task, TaskParty


def slip(task: Task) -> OfficialDocument:
    """The slip of ``task`` as it stands now; it bears no number, the task's own is in its last line."""
    issuer = task.assigner_unit
    day = timezone.localdate(task.assigned_at)
    return OfficialDocument(
        type_name="Phiếu giao việc",
        subject=task.title,
        issuer=issuer.name,
        superior=superior_of(issuer),
        number=None,
        symbol="",
        place=settings.PLACE_NAME,
        day=day,
        addressees=(task.lead_unit.name,),
        body=tuple(_body(task)),
        signature=Signature(capacity(task.assigner, day), str(task.assigner.person)),
        recipients=("Như trên", *(unit for unit in _units(task) if unit != task.lead_unit.name)),
        urgency="" if task.urgency == Task.Urgency.NORMAL else str(Task.Urgency(task.urgency).label),
    )


def _body(task: Task) -> Iterable[Block]:
    if task.source_label:
        yield Paragraph(f"Căn cứ: {task.source_label}.")
    if task.source_quote:
        yield Paragraph(f"Trích: “{' '.join(task.source_quote.split())}”")
    rows = [
        ("Nhiệm vụ", task.title),
        ("Chủ trì", task.lead_unit.name),
        ("Phối hợp", "; ".join(_coordinators(task)) or "–"),
    ]
    if task.officer is not None:
        rows.append(("Người thực hiện", f"{task.officer.person}, {task.officer.title}"))
    rows.append(("Thời hạn", _due(task)))
    yield Table(("Mục", "Nội dung"), tuple(rows), (0.24, 0.76))
    if task.detail.strip():
        yield Heading("Yêu cầu cụ thể")
        yield from (Paragraph(line) for line in task.detail.splitlines() if line.strip())
    yield Paragraph(f"Kết quả báo cáo trên hệ thống, tại nhiệm vụ số {task.pk}./.")


def _due(task: Task) -> str:
    if task.due_on is None:
        return "Không ấn định ngày; thực hiện sớm nhất có thể"
    extended = f" (đã gia hạn; ban đầu: ngày {in_words(task.original_due_on)})" if task.original_due_on else ""
    return f"Ngày {in_words(task.due_on)}{extended}"


def _coordinators(task: Task) -> list[str]:
    parties = task.parties.filter(role=TaskParty.Role.COORDINATE).select_related("unit").order_by("unit__path")
    return [party.unit.name for party in parties]


def _units(task: Task) -> list[str]:
    """Who works on it or watches it; a former lead does not."""
    parties = task.parties.exclude(role=TaskParty.Role.FORMER).select_related("unit").order_by("unit__path")
    return list(dict.fromkeys(party.unit.name for party in parties))
