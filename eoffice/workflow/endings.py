"""What a product does when a task that came from one of its rows has ended.

Workflow knows no product: a product names the kind of row its tasks come from (``when_ended``, as its app is made
ready), and is called within the transaction that ends the task.
"""

from collections.abc import Callable

from django.db import models

from eoffice.organisation.models import Appointment
from eoffice.workflow.models import Task

End = Callable[[Appointment, Task], None]
_ends: dict[type[models.Model], End] = {}


def when_ended(source: type[models.Model], do: End) -> None:
    """Call ``do`` with who ended it and the task, completed or recalled, for every task that came from a ``source``."""
    _ends[source] = do


def ended(by: Appointment, task: Task) -> None:
    """``task`` has just been completed or recalled by ``by``."""
    source = task.source_type.model_class() if task.source_type is not None else None
    do = _ends.get(source) if source is not None else None
    if do is not None:
        do(by, task)
