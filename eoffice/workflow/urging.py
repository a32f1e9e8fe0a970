"""Urging late tasks (đôn đốc) by a document: who may, which tasks, and what stays with them."""

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.errors import Conflict
from eoffice.organisation.models import Appointment
from eoffice.organisation.standing import standing_of
from eoffice.workflow import announcing
from eoffice.workflow.models import Report, Task
from eoffice.workflow.timeliness import Clock
from eoffice.workflow.writing import Words, write

if TYPE_CHECKING:
    from eoffice.workflow.queries import TaskQuerySet


def given_by(user: User) -> "TaskQuerySet":
    """Tasks that ``user`` assigned, or that a unit of which they are head or deputy did."""
    standing = standing_of(user)
    return Task.objects.filter(Q(assigner__in=standing.ever) | Q(assigner_unit__in=standing.leads))


def urgeable_by(user: User, now: dt.datetime) -> "TaskQuerySet":
    """Of these the late ones."""
    return given_by(user).late(Clock.at(now).today)


def lock(by: Appointment, keys: Sequence[int]) -> list[Task]:
    """The tasks, locked, in the order of their due days; raises Conflict("not-late-any-more") when one of them is not
    late any more, or not this person's to urge.
    """
    found = urgeable_by(by.person, timezone.now()).filter(pk__in=keys).select_for_update(of=("self",))
    tasks = list(found.select_related("lead_unit", "assigner_unit", "officer__person").order_by("due_on", "pk"))
    if not tasks or len(tasks) < len(set(keys)):
        raise Conflict(
            "not-late-any-more",
            _("Có nhiệm vụ vừa được gửi kết quả, gia hạn hoặc thu hồi nên không còn quá hạn."),
            hint=_("Xem lại danh sách bên dưới rồi ban hành."),
        )
    return tasks


def urge(by: Appointment, tasks: Sequence[Task], *, title: str, text: str, url: str) -> None:
    """Note on each of the locked ``tasks`` that its lead was urged, and tell those concerned of the slip at ``url``."""
    for task in tasks:
        write(by, task, Report.Kind.URGE, Words(text=text))
    announcing.urged(tasks, title=title, body=text, url=url)
