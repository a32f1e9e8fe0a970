"""Whose tasks a screen shows: the scopes of the list and of the figures, each within what the person may see."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.workflow.models import Task
from eoffice.workflow.queries import EVERY, TaskQuerySet

SCOPES = {
    "mine": _("Việc của tôi"),
    "unit": _("Đơn vị tôi"),
    "coordinate": _("Phối hợp"),
    "monitor": _("Theo dõi"),
    "assigned": _("Đã giao"),
    "below": _("Đơn vị và cấp dưới"),
    "all": _("Tất cả"),
}
COUNTED = ("below", "assigned", "monitor", "mine")
"""Those of the page of figures."""


@dataclass(frozen=True)
class Chosen:
    """Tasks that were chosen and are not asked for yet: each way of coming to them can still be narrowed."""

    ask: Callable[[Q], TaskQuerySet]
    condition: Q = EVERY

    def among(self, *conditions: Q) -> "Chosen":
        """Those that meet ``conditions`` too."""
        return Chosen(self.ask, Q(self.condition, *conditions))

    @property
    def tasks(self) -> TaskQuerySet:
        """In no order."""
        return self.ask(self.condition)


def in_scope(user: User, scope: str) -> Chosen:
    """The tasks of ``scope``; of one that does not exist, all that ``user`` may see."""
    tasks = Task.objects.all()
    match scope:
        case "mine":
            return Chosen(tasks.done_by(user).filter)
        case "unit":
            return Chosen(partial(tasks.of_units_of, user))
        case "coordinate":
            return Chosen(tasks.coordinated_by(user).filter)
        case "monitor":
            return Chosen(tasks.monitored_by(user).filter)
        case "assigned":
            return Chosen(tasks.assigned_by(user).filter)
        case "below":
            return Chosen(tasks.under_authority_of(user).filter)
        case _:
            return Chosen(partial(tasks.listed_to, user))
