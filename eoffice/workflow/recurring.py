"""Recurring tasks: begun, given in each period, changed, stopped (docs/domain/tasks.md, "Recurring tasks").

A period is given on its first day, by a sweep over the templates that are due; what was missed is caught up. The row of the
template is the lock, and a period has one ``Occurrence``: however many sweeps run, it is given once.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import replace

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment, Unit
from eoffice.organisation.standing import standing_of
from eoffice.workflow import batching
from eoffice.workflow.assigning import TITLE_LIMIT, Assignment, Source
from eoffice.workflow.models import Occurrence, RecurringTask
from eoffice.workflow.routing import checked_reason
from eoffice.worktime import deadlines, periods
from eoffice.worktime.periods import Every, Recurrence

SHOWN = 10
"""So many stand above the list of tasks."""
_logger = structlog.get_logger(__name__)


@transaction.atomic
def begin(
    by: Appointment,
    assignment: Assignment,
    recurrence: Recurrence,
    leads: Sequence[Unit],
    *,
    unit: Unit,
    recipients: str,
    key: uuid.UUID,
) -> RecurringTask:
    """Have ``assignment`` given to each of ``leads`` in each period, the running one first unless its day is over. The
    same ``key`` begins nothing anew. The caller has checked that ``by`` may assign for ``unit``.

    Raises UserError: "bad-recurrence", "calendar-not-confirmed", "bad-assignment".
    """
    if known := RecurringTask.objects.filter(key=key).first():
        return known
    today = timezone.localdate()
    check(recurrence, today)
    start = periods.start_of(recurrence.rule.every, today)
    if periods.due_in(recurrence.rule, start).due_on < today:
        start = periods.following(recurrence.rule.every, start)
    made = RecurringTask.objects.create(
        title=normalised(assignment.title),
        recipients=recipients[:200],
        assigner=by,
        assigner_unit=unit,
        next_start=start,
        key=key,
        **(assignment.source.columns() if assignment.source else {}),
        **_columns(recurrence),
    )
    made.leads.set(leads)
    made.coordinators.set(assignment.coordinators)
    made.monitors.set(assignment.monitors)
    log.record("recurring.begun", by=by, target=made, rule=recurrence.rule.in_words, leads=len(leads))
    _give_what_is_due(made, today)
    return made


def sweep() -> int:
    """Give every period that has begun and was not given; how many templates were due. One that cannot be given now (its
    year's calendar is not confirmed) is tried again next time, and does not hold up the others."""
    today = timezone.localdate()
    due = list(_active().filter(next_start__lte=today).order_by("pk").values_list("pk", flat=True))
    for pk in due:
        try:
            while _give_next(pk, today):
                pass
        except UserError as error:
            _logger.warning("recurring task not given", recurring=pk, code=error.code)
    return len(due)


@transaction.atomic
def _give_next(pk: int, today: dt.date) -> bool:
    """One period of the template ``pk``, in a transaction of its own; False: none has begun."""
    locked = _active().select_for_update(of=("self",)).filter(pk=pk, next_start__lte=today).first()
    if locked is not None:
        _give_one(locked, today)
    return locked is not None


@transaction.atomic
def change(by: Appointment, recurring: RecurringTask, recurrence: Recurrence, *, version: int) -> RecurringTask:
    """Another rule or end for the periods that are not given yet; those that were keep their day.

    Raises NotAllowed, Conflict("recurring-changed", "recurring-stopped"), UserError("bad-recurrence") with ``fields``.
    """
    recurring = _locked(by, recurring)
    if recurring.stopped_at:
        raise Conflict("recurring-stopped", _("Nhiệm vụ định kỳ này đã dừng."))
    if recurring.version != version:
        raise Conflict(
            "recurring-changed",
            _("Nhiệm vụ định kỳ này vừa được sửa. Nội dung của bạn chưa được lưu."),
            hint=_("Xem lại quy tắc mới rồi lưu lần nữa."),
        )
    today = timezone.localdate()
    check(recurrence, today)
    for name, value in _columns(recurrence).items():
        setattr(recurring, name, value)
    last = recurring.occurrences.order_by("-start").first()
    recurring.next_start = periods.start_of(recurring.every, today)
    while last is not None and recurring.next_start <= last.start:
        recurring.next_start = periods.following(recurring.every, recurring.next_start)
    if periods.due_in(recurrence.rule, recurring.next_start).due_on < today:
        recurring.next_start = periods.following(recurring.every, recurring.next_start)
    recurring.version += 1
    recurring.save()
    log.record("recurring.changed", by=by, target=recurring, rule=recurrence.rule.in_words)
    _give_what_is_due(recurring, today)
    return recurring


@transaction.atomic
def stop(by: Appointment, recurring: RecurringTask, *, reason: str, checked: bool = False) -> RecurringTask:
    """Give no more periods; what was given goes on. Again: harmless. ``checked``: the caller has checked that ``by`` may.

    Raises NotAllowed, UserError("reason-missing").
    """
    recurring = (
        RecurringTask.objects.select_for_update(of=("self",)).get(pk=recurring.pk)
        if checked
        else _locked(by, recurring)
    )
    if recurring.stopped_at:
        return recurring
    recurring.stop_reason = checked_reason(reason)
    recurring.stopped_at, recurring.stopped_by = timezone.now(), by
    recurring.version += 1
    recurring.save()
    log.record("recurring.stopped", by=by, target=recurring, reason=recurring.stop_reason)
    return recurring


def visible_to(user: User) -> QuerySet[RecurringTask]:
    """Those that ``user``, or a unit they answer for, gives, leads (or is above who leads), helps with or watches."""
    standing = standing_of(user)
    own = Q(assigner__in=standing.ever) | Q(assigner_unit__in=standing.represents)
    below = Unit.objects.filter(standing.over()).order_by()
    own |= Q(pk__in=RecurringTask.leads.through.objects.filter(unit__in=below.values("pk")).values("recurringtask"))
    for through in (RecurringTask.coordinators.through, RecurringTask.monitors.through):
        own |= Q(pk__in=through.objects.filter(unit__in=standing.represents).values("recurringtask"))
    return RecurringTask.objects.filter(own)


def running(user: User) -> list[RecurringTask]:
    """Those that go on and that ``user``, or a unit they answer for, gives: what comes first, first. One query."""
    standing = standing_of(user)
    own = Q(assigner__in=standing.ever) | Q(assigner_unit__in=standing.represents)
    return list(_active().filter(own, next_start__isnull=False)[:SHOWN])


def may_change(user: User, recurring: RecurringTask) -> bool:
    """Change and stop: the assigner, and head or deputy of the assigning unit or of one that watches."""
    leads = standing_of(user).leads
    if recurring.assigner.person_id == user.pk or recurring.assigner_unit_id in leads:
        return True
    return recurring.monitors.filter(pk__in=leads).exists()


def coming(recurring: RecurringTask, count: int = 3) -> list[deadlines.Deadline]:
    """The next due days, as far as the calendars are confirmed."""
    found: list[deadlines.Deadline] = []
    start = recurring.next_start
    try:
        while start is not None and len(found) < count and not recurring.stopped_at:
            due = periods.due_in(recurring.rule, start)
            if recurring.ends_on and due.due_on > recurring.ends_on:
                break
            if not periods.is_left_out(recurring.rule, start):
                found.append(due)
            start = periods.following(recurring.every, start)
    except UserError:
        pass  # a year that nobody has confirmed
    return found


def check(recurrence: Recurrence, today: dt.date) -> None:
    """Raises UserError("bad-recurrence") whose ``fields`` say what is wrong where."""
    wrong = {}
    if not recurrence.rule.is_possible:
        wrong["recur_day"] = _("Ngày hoặc tháng không có trong kỳ này.")
    if recurrence.ends_on is not None and recurrence.ends_on < today:
        wrong["recur_until"] = _("Ngày kết thúc đã qua. Chọn ngày từ hôm nay trở đi.")
    if wrong:
        raise UserError("bad-recurrence", next(iter(wrong.values())), fields=wrong)


def _active() -> QuerySet[RecurringTask]:
    return RecurringTask.objects.filter(stopped_at__isnull=True)


def _give_what_is_due(recurring: RecurringTask, today: dt.date) -> None:
    """The running period, if it is not given."""
    while recurring.next_start is not None and recurring.next_start <= today:
        _give_one(recurring, today)


def _give_one(recurring: RecurringTask, today: dt.date) -> None:
    """The next period of a locked template; the end, where it would be due too late."""
    start = recurring.next_start
    assert start is not None
    due = periods.due_in(recurring.rule, start)
    reached = start if recurring.every == Every.DAY else due.due_on
    if recurring.ends_on and reached > recurring.ends_on:
        recurring.next_start = None
    else:
        if not _is_left_out(recurring, start, today):
            _give(recurring, start, due, today)
        recurring.next_start = periods.following(recurring.every, start)
    recurring.save()


def _is_left_out(recurring: RecurringTask, start: dt.date, today: dt.date) -> bool:
    """Of what is due every working day: a day off, and a day that is over."""
    return recurring.every == Every.DAY and (start < today or periods.is_left_out(recurring.rule, start))


def _give(recurring: RecurringTask, start: dt.date, due: deadlines.Deadline, today: dt.date) -> None:
    if due.due_on < today:  # caught up
        late = deadlines.working_days_after(today, 1)
        passed = f"Kỳ này được giao bù ngày {today:%d/%m/%Y}, sau thời hạn {due.due_on:%d/%m/%Y}; hạn là ngày làm việc tiếp theo."
        due = replace(late, rule=due.rule, explanation=[*due.explanation[:1], passed, late.explanation[-1]])
    period = periods.name_of(recurring.every, start)
    leads = list(Unit.objects.valid_on(today).filter(pk__in=recurring.leads.order_by().values("pk")).order_by("path"))
    assignment = Assignment(
        title=f"{recurring.title.rstrip('.')[: TITLE_LIMIT - len(period) - 3]} ({period})",
        lead_unit=leads[0] if leads else recurring.assigner_unit,
        coordinators=list(recurring.coordinators.all()),
        monitors=list(recurring.monitors.all()),
        deadline=due,
        source=Source(
            row=recurring.source or recurring,
            label=recurring.source_label,
            url=recurring.source_url,
            quote=recurring.source_quote,
        ),
    )
    batch = None
    if leads:
        batch = batching.give_each(
            recurring.assigner,
            assignment,
            leads,
            unit=recurring.assigner_unit,
            recipients=recurring.recipients,
            key=uuid.uuid5(recurring.key, start.isoformat()),
        )
    Occurrence.objects.create(recurring=recurring, start=start, due_on=due.due_on, batch=batch, given_at=timezone.now())


def _columns(recurrence: Recurrence) -> dict[str, object]:
    rule = recurrence.rule
    return {
        "every": rule.every,
        "day": rule.day,
        "month": rule.month,
        "shift": rule.shift,
        "ends_on": recurrence.ends_on,
    }


def _locked(by: Appointment, recurring: RecurringTask) -> RecurringTask:
    found = RecurringTask.objects.select_for_update(of=("self",)).select_related("assigner").get(pk=recurring.pk)
    if not may_change(by.person, found):
        raise NotAllowed(
            "may-not-change-recurring",
            _("Bạn không sửa, dừng được nhiệm vụ định kỳ này."),
            hint=_("Người giao, hoặc lãnh đạo cơ quan giao, cơ quan theo dõi thực hiện việc này."),
        )
    return found
