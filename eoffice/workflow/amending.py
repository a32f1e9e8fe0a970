"""Tasks whose source was replaced by a newer document: they go on, with what that one says otherwise (văn bản thay thế)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import announcing, assigning, changing, duties
from eoffice.workflow.assigning import Assignment, Source
from eoffice.workflow.models import RecurringTask, Task, TaskParty, TaskRequest


@dataclass(frozen=True)
class Amendment:
    """What the newer document says of a task: ``new`` as it is to be, ``due_changes`` where its day is another one."""

    new: Assignment
    due_changes: bool
    reason: str


def move_source(keys: "Iterable[int] | QuerySet[Task, int]", source: Source) -> None:
    """The tasks ``keys`` have ``source`` from now on. One query."""
    Task.objects.filter(pk__in=keys).update(**source.columns())


def move_source_of_recurring(recurring: RecurringTask, source: Source) -> None:
    """The same of what is given in each period, and what was given of it."""
    RecurringTask.objects.filter(pk=recurring.pk).update(**source.columns())
    move_source(Task.objects.filter(batch__occurrence__recurring=recurring).values_list("pk", flat=True), source)


@transaction.atomic
def amend(by: Appointment, keys: Sequence[int], amendment: Amendment) -> None:
    """Change those of the tasks ``keys`` that are open; everybody at work on one is told of it. What is done stays as it was.

    The caller has checked that ``by`` may. Raises UserError("bad-assignment", "subtasks-later"): nothing is changed then.
    """
    if amendment.due_changes:
        assigning.check(amendment.new, timezone.localdate())
    open_ones = Task.objects.filter(pk__in=keys, state__in=Task.OPEN_STATES).order_by("pk")
    tasks = [changing.locked(key) for key in open_ones.values_list("pk", flat=True)]
    helping = TaskParty.Role.COORDINATE if len(keys) == 1 else TaskParty.Role.INFORM
    for task in tasks:
        sentences = [*_retitle(task, amendment.new.title)]
        if amendment.due_changes:
            sentences.append(_redate(by, task, amendment))
        added, gone = _change_helpers(task, amendment.new.coordinators, helping)
        if gone:
            sentences.append(_("Thôi phối hợp: %(units)s.") % {"units": ", ".join(gone)})
        changing.save(task)
        log.record("task.amended", by=by, target=task, reason=amendment.reason, what=" ".join(sentences)[:500])
        announcing.amended(task, " ".join([amendment.reason, *sentences]), added)
    duties.recompute(tasks)


def _retitle(task: Task, title: str) -> list[str]:
    title, before = normalised(title), task.title
    if title == before:
        return []
    task.title = title
    return [_("Nội dung trước đây: %(title)s.") % {"title": before}]


def _redate(by: Appointment, task: Task, amendment: Amendment) -> str:
    """Its day is what the newer document says; what was asked about the former one is over."""
    deadline, before = amendment.new.deadline, task.due_on
    day = deadline.due_on if deadline else None
    later = Task.objects.filter(parent=task, due_on__gt=day).open().order_by("-due_on").first() if day else None
    if later is not None:
        raise UserError(
            "subtasks-later",
            _("Nhiệm vụ con “%(title)s” có thời hạn %(day)s, sau thời hạn mới của nhiệm vụ.")
            % {"title": later.title[:80], "day": f"{later.due_on:%d/%m/%Y}"},
            hint=_("Chọn thời hạn muộn hơn, hoặc đề nghị đơn vị chủ trì đổi thời hạn nhiệm vụ con trước."),
        )
    changing.settle(by, [task], TaskRequest.Kind.EXTENSION)
    sentence = _("Thời hạn đổi từ %(before)s thành %(after)s.") % {"before": _day(before), "after": _day(day)}
    task.due_kind = Task.DueKind.FIXED if deadline else Task.DueKind.OPEN
    task.due_on, task.original_due_on = day, None
    task.due_rule = deadline.rule if deadline else ""
    task.due_explanation = [*(deadline.explanation if deadline else []), sentence, amendment.reason]
    return sentence


def _day(day: object) -> str:
    return f"{day:%d/%m/%Y}" if day else _("không ấn định ngày")


def _change_helpers(task: Task, wanted: Sequence[Unit], role: str) -> tuple[list[int], list[str]]:
    """Ids of units that help from now on, and names of those that do no more; who has handed a part in stays."""
    rows = {row.unit_id: row for row in TaskParty.objects.filter(task=task, role=role).select_related("unit")}
    keys = [unit.pk for unit in wanted if unit.pk != task.lead_unit_id]
    added = [key for key in dict.fromkeys(keys) if key not in rows]
    gone = [row for key, row in rows.items() if key not in keys and row.answer_id is None]
    TaskParty.objects.filter(pk__in=[row.pk for row in gone]).delete()
    TaskParty.objects.bulk_create(TaskParty(task=task, unit_id=key, role=role) for key in added)
    return added, [row.unit.name for row in gone]
