"""Whose tasks a screen shows: the scopes of the list and of the figures, each within what the person may see."""

from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.workflow.models import Task
from eoffice.workflow.queries import TaskQuerySet

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


def in_scope(user: User, scope: str) -> TaskQuerySet:
    """The tasks of ``scope``; of one that does not exist, all that ``user`` may see."""
    tasks = Task.objects.all()
    match scope:
        case "mine":
            return tasks.done_by(user)
        case "unit":
            return tasks.of_units_of(user)
        case "coordinate":
            return tasks.coordinated_by(user)
        case "monitor":
            return tasks.monitored_by(user)
        case "assigned":
            return tasks.assigned_by(user)
        case "below":
            return tasks.under_authority_of(user)
        case _:
            return tasks.listed_to(user)
