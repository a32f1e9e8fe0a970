"""Due days after the calendar was edited: which would be others now, and moving them when an administrator says so.

A due day that people were told is never moved by itself (docs/domain/worktime.md): they are told of the new one.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.workflow import announcing, changing
from eoffice.workflow.models import Reminder, Task
from eoffice.workflow.reminding import IN_HAND
from eoffice.worktime import deadlines

_RULE = re.compile(r"(\d{1,3}) ngày làm việc")
_AHEAD = dt.timedelta(days=2 * deadlines.MAX_DAYS + 60)


@dataclass(frozen=True)
class Move:
    """A task whose rule gives another day by the calendar of now."""

    task: Task
    deadline: deadlines.Deadline
    reminded: bool
    """Its day was also spoken of in reminders."""
    blocked_by: dt.date | None
    """A sub-task is due on this later day: the task's day cannot come before it."""

    @property
    def key(self) -> str:
        """What a form sends back: which task, to which day."""
        return f"{self.task.pk}:{self.deadline.due_on.isoformat()}"

    @property
    def is_earlier(self) -> bool:
        """Less time than was told."""
        return self.task.due_on is not None and self.deadline.due_on < self.task.due_on


def may_recalculate(user: User) -> bool:
    """Administrators who may edit the calendar."""
    return user.is_staff and user.has_perm("worktime.change_calendarday")


def moves(keys: Iterable[int] | None = None) -> list[Move]:
    """Tasks in hand (of ``keys``, or all) with a rule in working days, not extended since, whose day would be another one;
    in the order of their due days. Five queries. Days that touch a year without a confirmed calendar are left alone.
    """
    tasks = Task.objects.filter(state__in=IN_HAND, due_rule__endswith=" ngày làm việc", original_due_on=None)
    if keys is not None:
        tasks = tasks.filter(pk__in=list(keys))
    found = list(tasks.select_related("lead_unit", "assigner_unit").order_by("due_on", "pk"))
    changed = [(task, new) for task, new in _recomputed(found) if new.due_on != task.due_on]
    pks = [task.pk for task, _new in changed]
    reminded = set(Reminder.objects.filter(task__in=pks).values_list("task", flat=True))
    parts = Task.objects.filter(parent__in=pks, due_on__isnull=False).open().order_by().values("parent")
    below = dict(parts.annotate(latest=Max("due_on")).values_list("parent", "latest"))
    return [
        Move(task, new, task.pk in reminded, due if (due := below.get(task.pk)) and due > new.due_on else None)
        for task, new in changed
    ]


@transaction.atomic
def move(user: User, chosen: Mapping[int, dt.date]) -> int:
    """Move the due days of the ``chosen`` tasks to the days that the administrator has seen, and tell those concerned.

    Again: harmless, since a task that was moved is not one of ``moves`` any more. Raises NotAllowed;
    Conflict("calendar-moved-on") when one of them would go to another day now.
    """
    if not may_recalculate(user):
        raise NotAllowed("not-administrator", _("Trang này dành cho quản trị viên."))
    list(Task.objects.select_for_update(of=("self",)).filter(pk__in=chosen).order_by("pk"))
    wanted = moves(chosen)
    if any(one.deadline.due_on != chosen[one.task.pk] or one.blocked_by for one in wanted):
        raise Conflict(
            "calendar-moved-on",
            _("Lịch làm việc hoặc nhiệm vụ vừa thay đổi nên chưa dời thời hạn nào."),
            hint=_("Xem lại danh sách mới dưới đây."),
        )
    for one in wanted:
        task, before = one.task, one.task.due_on
        sentence = f"Dời từ {before:%d/%m/%Y} đến {one.deadline.due_on:%d/%m/%Y} theo lịch làm việc đã sửa."
        task.due_on, task.due_explanation = one.deadline.due_on, [*one.deadline.explanation, sentence]
        changing.save(task)
        log.record("task.due_moved", user=user, target=task, before=f"{before}", after=f"{task.due_on}")
        announcing.due_moved(task, sentence)
    return len(wanted)


def _recomputed(tasks: list[Task]) -> Iterable[tuple[Task, deadlines.Deadline]]:
    """Each with what its rule gives now; tasks of one day with one rule are computed once. Two queries."""
    if not tasks:
        return
    first = timezone.localdate(min(task.assigned_at for task in tasks))
    calendar = deadlines.calendar_from(first, (timezone.localdate() - first + _AHEAD).days)
    known: dict[tuple[dt.date, int], deadlines.Deadline | None] = {}
    for task in tasks:
        rule = _RULE.fullmatch(task.due_rule)
        if rule is None:
            continue
        key = (timezone.localdate(task.assigned_at), int(rule[1]))
        if key not in known:
            known[key] = _computed(*key, calendar)
        if (deadline := known[key]) is not None:
            yield task, deadline


def _computed(start: dt.date, days: int, calendar: deadlines.Calendar) -> deadlines.Deadline | None:
    try:
        return deadlines.working_days_after(start, days, calendar=calendar)
    except UserError:
        return None
