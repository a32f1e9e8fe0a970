"""The morning digest (nhắc việc đầu ngày): for each person what is late, due, due soon, waits for their hand, what those below them
are late with, and what other products say waits for them; one a day (docs/domain/tasks.md, Reminders).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.languages import known_language
from eoffice.accounts.models import User
from eoffice.notifications import digests
from eoffice.notifications.digests import Contents, Line, Section
from eoffice.notifications.models import Digest
from eoffice.workflow.models import Duty, Reminder, Task
from eoffice.workflow.reminding import HELD, IN_HAND, is_morning_over
from eoffice.workflow.timeliness import Clock
from eoffice.worktime import deadlines

BATCH = 500
SHOWN = 20
"""Lines of one section; the section's count is of all."""
_HEADINGS: dict[str, Promise] = {
    "late": gettext_lazy("Quá hạn"),
    "today": gettext_lazy("Đến hạn hôm nay"),
    "soon": gettext_lazy("Sắp đến hạn"),
    "waiting": gettext_lazy("Chờ bạn xử lý"),
    "unit": gettext_lazy("Nhiệm vụ của đơn vị cần đôn đốc"),
    "given": gettext_lazy("Nhiệm vụ đã giao cần đôn đốc"),
}
_Others = dict[int, list[Callable[[], Section]]]
_WIDE_TEXTS = ("task__detail", "task__source_quote", "task__due_explanation")


@dataclass
class _Desk:
    """What lies before one person: tasks by section, each in the first that fits."""

    sections: dict[str, dict[int, tuple[Task, str]]] = field(default_factory=lambda: {name: {} for name in _HEADINGS})
    seen: set[int] = field(default_factory=set)

    def put(self, section: str, task: Task, need: str = "") -> None:
        if task.pk not in self.seen:
            self.seen.add(task.pk)
            self.sections[section][task.pk] = (task, need)


def deliver(now: dt.datetime) -> int:
    """Write the digests of today that are not written yet; how many there were. Nothing before ``DIGEST_AT``, after the
    end of work, on days off, and once all are written. A fixed number of queries for each 500 people.
    """
    day = timezone.localdate(now)
    if deadlines.working_date(now) > day or not is_morning_over(now) or digests.is_done(day):
        return 0
    clock = Clock.at(now)
    told = last = 0
    others = digests.waiting_for_people()
    while people := list(_without_digest(day, others).filter(pk__gt=last)[:BATCH]):
        last = people[-1].pk
        told += _tell(people, others, clock, day, now)
    digests.finish(day)
    return told


@transaction.atomic
def _tell(people: list[User], others: _Others, clock: Clock, day: dt.date, now: dt.datetime) -> int:
    began = timezone.now()
    desks = _desks(people, clock)
    contents = {
        person: _contents(person, desks[person.pk], others.get(person.pk, []), clock)
        for person in people
        if desks[person.pk].seen or person.pk in others
    }
    told = digests.deliver(day, contents, kind="task.digest", now=now)
    Reminder.objects.filter(person__in=people, told_at=None, made_at__lte=began).update(told_at=began)
    return told


def _without_digest(day: dt.date, others: _Others) -> QuerySet[User]:
    """Active people with duties, or of whose tasks something is to be said, or for whom something else waits."""
    needed = Exists(Duty.objects.filter(person=OuterRef("pk")))
    to_tell = Exists(Reminder.objects.filter(person=OuterRef("pk"), told_at=None))
    had = Exists(Digest.objects.filter(recipient=OuterRef("pk"), day=day))
    return User.objects.filter(needed | to_tell | Q(pk__in=others), ~had, is_active=True).order_by("pk")


def _desks(people: list[User], clock: Clock) -> dict[int, _Desk]:
    """Two queries."""
    desks: dict[int, _Desk] = defaultdict(_Desk)
    near = Q(task__due_on__lte=clock.soon_until or clock.today) | ~Q(need=Duty.Need.DO)
    related = ("task__lead_unit", "task__assigner_unit")
    duties = Duty.objects.filter(near, person__in=people, task__state__in=Task.OPEN_STATES)
    for duty in duties.select_related(*related).defer(*_WIDE_TEXTS).order_by("task__due_on", "pk"):
        desks[duty.person_id].put(_section(duty, clock), duty.task, duty.need)
    untold = Reminder.objects.filter(person__in=people, told_at=None).exclude(audience=Reminder.Audience.HOLDER)
    for reminder in untold.select_related(*related).defer(*_WIDE_TEXTS).order_by("due_on", "pk"):
        task = reminder.task
        if task.due_on == reminder.due_on and task.state in IN_HAND:
            of_unit = reminder.audience == Reminder.Audience.HEAD
            desks[reminder.person_id].put("unit" if of_unit else "given", task)
    return desks


def _section(duty: Duty, clock: Clock) -> str:
    """Where a duty stands; what is asked for is never late by itself."""
    due = duty.task.due_on
    if due is None or duty.need not in HELD or due > (clock.soon_until or clock.today):
        return "waiting"
    if due < clock.today:
        return "late"
    return "today" if due == clock.today else "soon"


def _contents(person: User, desk: _Desk, others: list[Callable[[], Section]], clock: Clock) -> Contents:
    with translation.override(known_language(person.language)):
        sections = [
            Section(str(_HEADINGS[name]), len(tasks), [_line(name, *one, clock) for one in [*tasks.values()][:SHOWN]])
            for name, tasks in desk.sections.items()
            if tasks
        ]
        sections += [section() for section in others]
        title = _("Nhắc việc ngày %(day)s") % {"day": f"{clock.today:%d/%m/%Y}"}
        return Contents(title, "\n".join(f"{one.heading}: {one.count}" for one in sections), sections)


def _line(section: str, task: Task, need: str, clock: Clock) -> Line:
    days = clock.days_late(task)
    said = [
        str(Duty.Need(need).label) if section == "waiting" else "",
        _("hạn %(day)s") % {"day": f"{task.due_on:%d/%m/%Y}"} if task.due_on else "",
        _("quá hạn %(days)d ngày") % {"days": days} if days else "",
        str(task.get_urgency_display()) if task.urgency != Task.Urgency.NORMAL else "",
        task.lead_unit.short_name if section in ("unit", "given") else task.assigner_unit.short_name,
    ]
    return Line(task.title, " · ".join(filter(None, said)), reverse("task-detail", args=[task.pk]))
