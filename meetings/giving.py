"""The tasks that the conclusions of an issued notice give: to one lead or to each of a group, once or in each period."""

import uuid

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.errors import UserError
from eoffice.organisation.groups import units_of
from eoffice.organisation.models import Appointment, Unit
from eoffice.workflow import assigning, batching, recurring
from eoffice.workflow.assigning import Assignment
from eoffice.workflow.models import RecurringTask, Task
from eoffice.worktime import deadlines
from meetings import letters
from meetings.models import Conclusion, ConclusionNotice, ConclusionTask, Meeting

_KEYS = uuid.UUID("5e3f6f0e-5f0b-4c59-9c0e-0f7a4f1f2c11")
"""Under which the key of what a planned task gives is made from its id."""


def give_tasks(by: Appointment, meeting: Meeting, notice: ConclusionNotice, sentences: list[Conclusion]) -> None:
    """Make real what ``sentences`` plan and no former edition has given, in the name of the organiser, with what was planned.

    Raises UserError: "calendar-not-confirmed", "bad-assignment", "group-empty".
    """
    planned = [(conclusion, row) for conclusion in sentences for row in conclusion.tasks if not row.is_given]
    calendar = deadlines.calendar_from(timezone.localdate(notice.issued_at))
    recurs = [pair for pair in planned if pair[1].recurrence is not None]
    once = [pair for pair in planned if pair[1].recurrence is None]
    single = [pair for pair in once if pair[1].lead_group is None]
    assignments = [assignment_of(*pair, notice, calendar) for pair in single]
    tasks = assigning.assign(by, assignments, unit=meeting.organiser)
    for (_conclusion, row), task in zip(single, tasks, strict=True):
        row.task, row.due_on = task, task.due_on
        row.save()
    for conclusion, row in once:
        if row.lead_group is not None:
            _give_each(by, meeting, row, assignment_of(conclusion, row, notice, calendar))
    for conclusion, row in recurs:
        _begin(by, meeting, row, assignment_of(conclusion, row, notice, calendar))


def tasks_of(meeting: Meeting) -> QuerySet[ConclusionTask]:
    """The tasks that the conclusions of ``meeting`` plan, in every edition."""
    return ConclusionTask.objects.filter(conclusion__meeting=meeting)


def given_by(meeting: Meeting) -> QuerySet[Task]:
    """The tasks that the notice of ``meeting`` has given, in all its editions."""
    kind = ContentType.objects.get_for_model(Conclusion)
    return Task.objects.filter(source_type=kind, source_id__in=meeting.conclusions.order_by().values("pk"))


def recurring_of(meeting: Meeting) -> QuerySet[RecurringTask]:
    """The recurring tasks that the notice of ``meeting`` has begun."""
    return RecurringTask.objects.filter(pk__in=tasks_of(meeting).order_by().values("recurring"))


def _begin(by: Appointment, meeting: Meeting, row: ConclusionTask, assignment: Assignment) -> None:
    assert row.recurrence is not None
    row.recurring = recurring.begin(
        by,
        assignment,
        row.recurrence,
        _leads(row),
        unit=meeting.organiser,
        recipients=str(row.lead_group or row.lead_unit),
        key=uuid.uuid5(_KEYS, str(row.pk)),
    )
    row.save()


def _leads(row: ConclusionTask) -> list[Unit]:
    if row.lead_unit is not None:
        return [row.lead_unit]
    leads = list(units_of(row.lead_group)) if row.lead_group else []
    if not leads:
        raise UserError(
            "group-empty",
            _("Nhóm “%(group)s” không có đơn vị nào nên chưa giao được nhiệm vụ.") % {"group": row.lead_group},
            hint=_("Chọn nhóm khác, hoặc đề nghị quản trị viên cập nhật nhóm."),
        )
    return leads


def _give_each(by: Appointment, meeting: Meeting, row: ConclusionTask, assignment: Assignment) -> None:
    row.batch = batching.give_each(
        by,
        assignment,
        _leads(row),
        unit=meeting.organiser,
        recipients=str(row.lead_group),
        key=uuid.uuid5(_KEYS, str(row.pk)),
    )
    row.due_on = assignment.deadline.due_on if assignment.deadline else None
    row.save()


def assignment_of(
    conclusion: Conclusion, row: ConclusionTask, notice: ConclusionNotice, calendar: deadlines.Calendar
) -> Assignment:
    """The task that ``row`` plans in ``conclusion``, as ``notice`` gives it."""
    meeting, deadline = notice.meeting, None
    if row.due_days is not None:
        day = timezone.localdate(notice.issued_at)
        deadline = deadlines.working_days_after(day, row.due_days, calendar=calendar)
    elif row.due_on is not None:
        deadline = deadlines.on_day(row.due_on)
    office = meeting.secretary.unit
    return Assignment(
        title=row.title,
        lead_unit=row.lead_unit or meeting.organiser,  # of a group: each of its units instead
        coordinators=list(row.coordinators.all()),
        monitors=[office] if office.pk not in (meeting.organiser_id, row.lead_unit_id) else [],
        deadline=deadline,
        source=assigning.Source(
            row=conclusion,
            label=f"Thông báo kết luận số {notice.number} – {meeting.title}",
            url=f"{letters.page_of(notice)}#conclusion-{conclusion.pk}",
            quote=row.quote or conclusion.text,
        ),
    )
