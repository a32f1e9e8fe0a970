"""What a notice that replaces another one does to the tasks of that one: shown before it is issued, done when it is (ADR 0141)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.organisation.models import Appointment
from eoffice.workflow import amending, recalling, recurring
from eoffice.workflow.models import Task
from eoffice.worktime import deadlines
from meetings import conclusions, giving
from meetings.models import Conclusion, ConclusionNotice, ConclusionTask


class Kind(models.TextChoices):
    """What becomes of a task."""

    NEW = "new", gettext_lazy("Giao mới")
    AMENDED = "amended", gettext_lazy("Sửa")
    WITHDRAWN = "withdrawn", gettext_lazy("Thu hồi")
    KEPT = "kept", gettext_lazy("Giữ nguyên")


@dataclass(frozen=True)
class Change:
    """One planned task of the new edition, or one of the former that is not in it any more (``WITHDRAWN``)."""

    kind: Kind
    row: ConclusionTask
    tasks: list[Task] = field(default_factory=list)
    """What the former edition gave, that is not recalled; over all units of a group."""
    differences: list[str] = field(default_factory=list)
    subtasks: int = 0
    """Of ``WITHDRAWN``: open ones below, that are taken back too."""
    due_changes: bool = False

    @property
    def open_tasks(self) -> int:
        """How many of ``tasks`` are being worked on."""
        return sum(task.state in Task.OPEN_STATES for task in self.tasks)


def changes_of(notice: ConclusionNotice, sentences: Sequence[Conclusion]) -> list[Change]:
    """What issuing ``notice`` with ``sentences`` would do to each task; nothing for one that replaces none. A handful of
    queries, and a few for each task that goes."""
    if notice.replaces is None:
        return []
    formers = {row.pk: row for row in _rows_of(notice.replaces)}
    given = {pk: _given(row) for pk, row in formers.items()}
    found, continued = [], set()
    for row in conclusions.planned_in(sentences):
        former = formers.get(row.former_id or 0)
        change = _compared(row, former, given[former.pk]) if former else Change(Kind.NEW, row)
        found.append(change)
        if former is not None and change.kind in (Kind.KEPT, Kind.AMENDED):
            continued.add(former.pk)
    gone = [row for pk, row in formers.items() if pk not in continued and _lives(row, given[pk])]
    return found + [_withdrawn(row, given[row.pk]) for row in gone]


def seen_of(notice: ConclusionNotice, sentences: Sequence[Conclusion], changes: Sequence[Change] | None = None) -> str:
    """What somebody has seen who confirms or issues: the sentences and, of a replacing notice, what becomes of each task."""
    seen = conclusions.fingerprint(sentences)
    if notice.replaces is None:
        return seen
    changes = changes_of(notice, sentences) if changes is None else changes
    lines = [f"{one.kind}:{one.row.pk}:{one.open_tasks}:{one.subtasks}" for one in changes]
    return hashlib.sha256(",".join([seen, *sorted(lines)]).encode()).hexdigest()[:16]


def carry_out(by: Appointment, notice: ConclusionNotice, sentences: Sequence[Conclusion]) -> None:
    """Within the issue of ``notice``: tasks that go on have it as their source, and what it says otherwise; those that are not
    in it any more are taken back. What is new ``giving`` gives. Raises what ``amending`` raises."""
    assert notice.replaces is not None
    reason = _("Theo Thông báo số %(number)s thay thế Thông báo số %(former)s.") % {
        "number": notice.number,
        "former": notice.replaces.number,
    }
    texts = {conclusion.pk: conclusion for conclusion in sentences}
    calendar = deadlines.calendar_from(timezone.localdate(notice.issued_at))
    for change in changes_of(notice, sentences):
        if change.kind == Kind.WITHDRAWN:
            _take_back(by, change, reason)
        elif change.kind != Kind.NEW:
            row = change.row
            new = giving.assignment_of(texts[row.conclusion_id], row, notice, calendar)
            _go_on(by, change, amending.Amendment(new, change.due_changes, reason))


def _go_on(by: Appointment, change: Change, amendment: amending.Amendment) -> None:
    row, former, new = change.row, change.row.former, amendment.new
    assert former is not None
    assert new.source is not None
    row.task, row.batch, row.recurring = former.task, former.batch, former.recurring
    if row.due_days is not None and new.deadline is not None:
        row.due_on = new.deadline.due_on
    row.save()
    if row.recurring is not None:
        amending.move_source_of_recurring(row.recurring, new.source)
        return
    keys = [task.pk for task in change.tasks]
    amending.move_source(keys, new.source)
    if change.kind == Kind.AMENDED:
        amending.amend(by, keys, amendment)


def _take_back(by: Appointment, change: Change, reason: str) -> None:
    if change.row.recurring is not None:
        recurring.stop(by, change.row.recurring, reason=reason, checked=True)
    seen = change.open_tasks + change.subtasks
    recalling.recall_given_by(by, [task.pk for task in change.tasks], reason=reason, seen=seen)


def _rows_of(notice: ConclusionNotice) -> list[ConclusionTask]:
    planned = ConclusionTask.objects.filter(conclusion__meeting=notice.meeting_id, conclusion__edition=notice.edition)
    related = ("task", "batch", "recurring", "lead_unit", "lead_group", "conclusion")
    return list(planned.select_related(*related).prefetch_related("coordinators").order_by("pk"))


def _given(row: ConclusionTask) -> list[Task]:
    """What ``row`` has given and is not recalled."""
    if row.task is not None:
        tasks = [row.task]
    elif row.batch_id is not None or row.recurring_id is not None:
        batches = {"batch": row.batch_id} if row.batch_id else {"batch__occurrence__recurring": row.recurring_id}
        tasks = list(Task.objects.filter(**batches).select_related("lead_unit").order_by("pk"))
    else:
        tasks = []
    return [task for task in tasks if task.state != Task.State.CANCELLED]


def _lives(row: ConclusionTask, tasks: list[Task]) -> bool:
    """There is something of it to go on, or to take back."""
    running = row.recurring is not None and row.recurring.stopped_at is None
    return running or any(task.state in Task.OPEN_STATES for task in tasks)


def _withdrawn(row: ConclusionTask, tasks: list[Task]) -> Change:
    open_ones = [task for task in tasks if task.state in Task.OPEN_STATES]
    below = recalling.open_below(*open_ones) if open_ones else []
    return Change(Kind.WITHDRAWN, row, tasks, subtasks=len(below))


def _compared(row: ConclusionTask, former: ConclusionTask, tasks: list[Task]) -> Change:
    row.former = former
    lives = _lives(former, tasks)
    if not lives and not tasks:
        return Change(Kind.NEW, row, differences=[_("Nhiệm vụ trước đây đã thu hồi.")])
    if (row.lead_unit_id, row.lead_group_id, row.recurrence) != (
        former.lead_unit_id,
        former.lead_group_id,
        former.recurrence,
    ):
        return Change(Kind.NEW, row, differences=[_("Trước đây: %(lead)s chủ trì.") % {"lead": former.lead_name}])
    differences, due_changes = _differences(row, former)
    if not lives:
        return Change(Kind.KEPT, row, tasks, [_("Đã hoàn thành.")])
    if differences and row.recurrence is not None:
        return Change(Kind.NEW, row, differences=differences)
    kind = Kind.AMENDED if differences else Kind.KEPT
    return Change(kind, row, tasks, differences, due_changes=due_changes)


def _differences(row: ConclusionTask, former: ConclusionTask) -> tuple[list[str], bool]:
    """In words, and whether the due day is one of them."""
    found = []
    due_changes = row.recurrence is None and (row.due_days is not None or row.due_on != former.due_on)
    if row.title != former.title:
        found.append(_("Nội dung trước đây: %(before)s") % {"before": former.title})
    if due_changes:
        found.append(_("Thời hạn trước đây: %(before)s") % {"before": _due_in_words(former)})
    helpers, before = ({unit.pk: unit.name for unit in one.coordinators.all()} for one in (row, former))
    if helpers.keys() != before.keys():
        found.append(_("Phối hợp trước đây: %(before)s") % {"before": ", ".join(before.values()) or "–"})
    return found, due_changes


def _due_in_words(row: ConclusionTask) -> str:
    if row.due_on is not None:
        return f"{row.due_on:%d/%m/%Y}"
    return _("không ấn định ngày")
