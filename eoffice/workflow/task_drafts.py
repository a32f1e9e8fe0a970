"""Which acts on tasks an assistant may draft: giving the work to an officer, and a part of it to others."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eoffice.organisation.models import Appointment
from eoffice.workflow import draft_kinds
from eoffice.workflow.acts import ACTS, Act
from eoffice.workflow.models import Task

DRAFTED = ("assign-officer", "subtask")
"""Codes of the acts. Accepting a result and recalling are decisions that a leader makes."""


def register() -> None:
    """As the app is made ready."""
    for code in DRAFTED:
        draft_kinds.register(_kind(ACTS[code]))


def kinds() -> list[draft_kinds.Kind]:
    """Those of tasks."""
    return [kind for code in DRAFTED if (kind := draft_kinds.kind_of(f"task-{code}")) is not None]


def _kind(act: Act) -> draft_kinds.Kind:
    def form(data: QueryDict | None, target: Task) -> Any:
        return act.form(data, task=target)

    def do(by: Appointment, target: Task, filled: Any) -> Any:
        return act.do(by, target, filled)

    return draft_kinds.Kind(
        code=f"task-{act.code}",
        label=act.heading,
        button=_("Xác nhận và giao"),
        scope="tasks",
        model=Task,
        related=("lead_unit", "assigner_unit", "assigner__person", "officer__person"),
        may=act.may,
        form=form,
        do=do,
        name=lambda task: task.title,
        url=lambda task: reverse("task-detail", args=[task.pk]),
        about=lambda task: task,
    )
