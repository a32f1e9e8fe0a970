"""Who may do what with a task, one predicate per verb (docs/domain/tasks.md, table of rights).

What a person may not even know of is left out by ``Task.objects.visible_to``.
"""

from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Position, Unit
from eoffice.organisation.standing import standing_of
from eoffice.workflow.models import Task, TaskParty, TaskRequest

AT_WORK = (Task.State.ACKNOWLEDGED, Task.State.IN_PROGRESS, Task.State.RETURNED)
"""Acknowledged, and the lead's to do."""


def answers_for(user: User, unit_id: int) -> bool:
    """Head, deputy or clerk of that very unit."""
    return unit_id in standing_of(user).represents


def leads(user: User, unit_id: int) -> bool:
    """Head or deputy of that very unit."""
    return unit_id in standing_of(user).leads


def units_led(user: User) -> frozenset[int]:
    """Ids of the units whose tasks ``user`` may give to officers: as head or deputy."""
    return standing_of(user).leads


def is_holder(user: User, appointment: Appointment) -> bool:
    """Holds the appointment, or acts for its absent holder."""
    return appointment.person_id == user.pk or appointment.pk in standing_of(user).in_place_of


def is_officer(user: User, task: Task) -> bool:
    """The person the lead unit gave the task to, or who acts for them."""
    return task.officer is not None and is_holder(user, task.officer)


def is_assigner(user: User, task: Task) -> bool:
    """Assigned the task, or leads the unit that did, or one that watches it for the assigner."""
    if is_holder(user, task.assigner) or leads(user, task.assigner_unit_id):
        return True
    return task.parties.filter(role=TaskParty.Role.MONITOR, unit__in=standing_of(user).leads).exists()


def coordinates(user: User, task: Task) -> bool:
    """Answers for a unit that takes part beside the lead."""
    return task.parties.filter(role=TaskParty.Role.COORDINATE, unit__in=standing_of(user).represents).exists()


def may_acknowledge(user: User, task: Task) -> bool:
    """Accept the task for the lead unit: its head, a deputy, a clerk."""
    return task.state == Task.State.ASSIGNED and answers_for(user, task.lead_unit_id)


def may_assign_officer(user: User, task: Task) -> bool:
    """Give the work to a person of the lead unit: its head or a deputy."""
    return task.state in AT_WORK and leads(user, task.lead_unit_id)


def may_give_subtask(user: User, task: Task) -> bool:
    """Give a part of the task on: as giving it to an officer, also while one holds it."""
    return may_assign_officer(user, task)


def may_report(user: User, task: Task) -> bool:
    """Report how far the work is: the officer, or who answers for the lead unit."""
    return task.state in AT_WORK and (is_officer(user, task) or answers_for(user, task.lead_unit_id))


def may_complete(user: User, task: Task) -> bool:
    """Hand the result in: as ``may_report``."""
    return may_report(user, task)


def needs_review(user: User, task: Task) -> bool:
    """What ``user`` hands in goes to the head of the lead first (duyệt trong đơn vị).

    So while an officer holds the task, unless ``user`` leads that unit, nobody does, or the unit gave the task to itself:
    then its head is the assigner.
    """
    unit = task.lead_unit_id
    if task.officer_id is None or unit == task.assigner_unit_id:
        return False
    return not leads(user, unit) and is_led(unit)


def reviews(user: User, task: Task) -> bool:
    """Head or deputy of the lead; the assigner while the lead has neither."""
    unit = task.lead_unit_id
    return leads(user, unit) or (not is_led(unit) and is_assigner(user, task))


def is_led(unit_id: int) -> bool:
    """That very unit has a head or a deputy today."""
    posts = Appointment.objects.current().filter(unit=unit_id, person__is_active=True)
    return posts.filter(position__duty__in=[Position.Duty.HEAD, Position.Duty.DEPUTY]).exists()


def may_review(user: User, task: Task) -> bool:
    """Pass on, or send back, what the officer handed in."""
    return task.state == Task.State.REVIEW and reviews(user, task)


def may_contribute(user: User, task: Task) -> bool:
    """Hand in a coordinator's part: who answers for that unit, while the lead is at work."""
    return task.state in AT_WORK and coordinates(user, task)


def may_nudge(user: User, task: Task) -> bool:
    """Ask for parts that are missing: who reports for the lead."""
    missing = TaskParty.objects.filter(task=task, role=TaskParty.Role.COORDINATE, answer=None)
    return may_report(user, task) and missing.exists()


def may_ask(user: User, task: Task, kind: TaskRequest.Kind) -> bool:
    """Ask something of the assigner; never while the same is waiting.

    More time: who reports. A question: they, too, and before it is acknowledged whoever answers for the lead. Another
    lead, or to close: head or deputy of the lead.
    """
    if task.state not in (Task.State.ASSIGNED, *AT_WORK) or kind in waiting_kinds(task):
        return False
    match kind:
        case TaskRequest.Kind.EXTENSION:
            return task.due_on is not None and may_report(user, task)
        case TaskRequest.Kind.QUESTION:
            return is_officer(user, task) or answers_for(user, task.lead_unit_id)
        case _:
            return leads(user, task.lead_unit_id)


def may_answer(user: User, task: Task) -> bool:
    """Decide on what was asked: the assigner, while something waits."""
    return task.state in Task.OPEN_STATES and is_assigner(user, task) and bool(waiting_kinds(task))


def may_withdraw(user: User, task: Task) -> bool:
    """Take back what one has asked oneself, while it waits."""
    return TaskRequest.objects.filter(task=task, state="waiting", report__by__person=user).exists()


def waiting_kinds(task: Task) -> set[str]:
    """What is asked of the assigner now."""
    return set(TaskRequest.objects.filter(task=task, state="waiting").values_list("kind", flat=True))


def may_decide(user: User, task: Task) -> bool:
    """Accept or return what was handed in."""
    return task.state == Task.State.SUBMITTED and is_assigner(user, task)


def may_recall(user: User, task: Task) -> bool:
    """Take the task back for good."""
    return task.state in Task.OPEN_STATES and is_assigner(user, task)


def may_note(user: User, task: Task) -> bool:
    """Write a note (coordinators: their part of the work) while the task is open."""
    if task.state not in Task.OPEN_STATES:
        return False
    own = is_officer(user, task) or answers_for(user, task.lead_unit_id)
    return own or coordinates(user, task) or is_assigner(user, task)


def candidates(task: Task) -> list[Appointment]:
    """Who may be given the work."""
    return candidates_of(task.lead_unit)


def candidates_of(lead: Unit) -> list[Appointment]:
    """Appointments of the lead unit and the units below it."""
    held = Appointment.objects.current().own().filter(unit__path__startswith=lead.path, person__is_active=True)
    return list(held.select_related("person", "position", "unit").order_by("unit__path", "position__rank", "pk"))
