"""What the last meeting of a series hands on to the next: its conclusions, and what is not done yet (docs/domain/meetings.md, "Series").

A meeting may follow one earlier meeting (kỳ trước); a series is nothing but such a chain.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment
from eoffice.workflow.models import Task
from eoffice.workflow.timeliness import Clock, Timeliness
from meetings import notices, permissions, scheduling
from meetings.models import ConclusionNotice, ConclusionTask, Meeting

OFFERED = 20
"""As many earlier meetings are offered to choose from."""
HELD = (Meeting.State.ENDED, Meeting.State.CONCLUDED)
BACK = 6
"""As many meetings back open tasks are looked for."""
_STEPS = 20
"""So far back they are looked for: a recurring meeting has several to come in between."""


@dataclass(frozen=True)
class OpenTask:
    """A task that is not done; ``reachable`` when the reader may open its page."""

    task: Task
    reachable: bool
    timeliness: Timeliness
    days_late: int


@dataclass(frozen=True)
class Carried:
    """What stands before the first item."""

    previous: Meeting
    visible: bool
    """The reader knows of the previous meeting."""
    concluded: bool
    """Its notice is issued, and the reader may read it."""
    given: int
    """Tasks that it gave, as far as the reader knows of them; of these are done: ``done``."""
    done: int
    open_tasks: list[OpenTask]
    """Of it and of those before it, by due day."""


def earlier(user: User, meeting: Meeting) -> QuerySet[Meeting]:
    """Meetings that ``meeting`` may follow: held before it by the same organiser, and known to ``user``.

    Those of the same type come first, each newest first.
    """
    held = Meeting.objects.visible_to(user).filter(
        organiser=meeting.organiser_id,
        state__in=HELD,
        starts_at__lt=meeting.starts_at,
    )
    same_type = Case(When(type=meeting.type_id, then=Value(0)), default=Value(1))
    return held.exclude(pk=meeting.pk).order_by(same_type, "-starts_at", "-pk")


@transaction.atomic
def follow(by: Appointment, meeting: Meeting, previous: Meeting | None) -> Meeting:
    """Say which meeting ``meeting`` follows; None: none. The same again: harmless. Raises UserError("not-an-earlier-meeting")."""
    meeting = scheduling.locked(meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise scheduling.refusal(meeting, "follow")
    chosen = previous.pk if previous is not None else None
    if meeting.previous_id == chosen:
        return meeting
    if previous is not None and not earlier(by.person, meeting).filter(pk=previous.pk).exists():
        sentence = _("Chọn một cuộc họp của cùng cơ quan đã họp trước cuộc họp này.")
        raise UserError("not-an-earlier-meeting", sentence, fields={"previous": sentence})
    meeting.previous = previous
    meeting.save(update_fields=["previous"])
    log.record("meeting.follows", by=by, target=meeting, previous=chosen)
    return meeting


def carried(user: User, meeting: Meeting, clock: Clock) -> Carried | None:
    """What ``user`` is shown of the meetings held before this one; None when it follows none."""
    return of_meetings(user, _chain(meeting), clock)


def of_meetings(user: User, chain: list[Meeting], clock: Clock) -> Carried | None:
    """What ``user`` is shown of the meetings of ``chain``, held one after the other, the last first. Seven queries at most."""
    chain = chain[:BACK]
    if not chain:
        return None
    last = chain[0]
    known = set(Meeting.objects.visible_to(user).filter(pk__in=[one.pk for one in chain]).values_list("pk", flat=True))
    given = _given(chain)
    reachable = set(
        Task.objects.visible_to(user).filter(pk__in=[task.pk for _from, task in given]).values_list("pk", flat=True)
    )
    mine = [(key, task) for key, task in given if task.pk in reachable or key in known]
    of_last = [task for key, task in mine if key == last.pk and task.state != Task.State.CANCELLED]
    issued = ConclusionNotice.objects.filter(meeting=last, state=ConclusionNotice.State.ISSUED).exists()
    return Carried(
        previous=last,
        visible=last.pk in known,
        concluded=issued and notices.seen_by(user, last),
        given=len(of_last),
        done=sum(task.state == Task.State.COMPLETED for task in of_last),
        open_tasks=[
            OpenTask(task, task.pk in reachable, clock.timeliness(task), clock.days_late(task))
            for _from, task in mine
            if task.state in Task.OPEN_STATES
        ],
    )


def _given(chain: list[Meeting]) -> list[tuple[int, Task]]:
    """(meeting, task) of all that was given at these meetings, by due day."""
    planned = ConclusionTask.objects.filter(conclusion__meeting__in=chain, task__isnull=False)
    lines = planned.select_related("task__lead_unit", "conclusion").order_by("task__due_on", "pk")
    given = {line.task: line.conclusion.meeting_id for line in lines if line.task is not None}  # once for all editions
    return [(meeting, task) for task, meeting in given.items()]


def _chain(meeting: Meeting) -> list[Meeting]:
    """The meeting held before it, the one before that, and so on; a date that was moved makes no circle."""
    chain: list[Meeting] = []
    seen, key = {meeting.pk}, meeting.previous_id
    while key is not None and key not in seen and len(chain) < BACK and len(seen) < _STEPS:
        seen.add(key)
        before = Meeting.objects.get(pk=key)
        chain += [before] if before.state in HELD else []
        key = before.previous_id
    return chain
