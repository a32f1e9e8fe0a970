"""Slips that urge late tasks: for who assigned them; read also by who got them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from documents import urging
from documents.models import UrgingSlip
from eoffice.workflow.models import Task
from tests.architecture.world import World

_CONCERNED = {"*": 404, "anonymous": 302, "organiser_clerk": 200, "invited_head": 200}

EXPECTED: dict[str, dict[str, int]] = {
    "urging-list": {"*": 200, "anonymous": 302},
    "urging-new": {"*": 404, "anonymous": 302, "organiser_clerk": 200},
    "urging-detail": _CONCERNED,
    "urging-word": _CONCERNED,
    "urging-pdf": _CONCERNED,
}


def _late(world: World) -> dict[str, Any]:
    yesterday = timezone.localdate() - dt.timedelta(days=2)
    Task.objects.filter(pk=world.task.pk).update(state=Task.State.ACKNOWLEDGED, due_on=yesterday)
    return {"unit": world.task.assigner_unit_id, "lead": world.task.lead_unit_id}


def _slip(world: World) -> dict[str, Any]:
    found = UrgingSlip.objects.first()
    if found is None:
        _late(world)
        wanted = urging.Slip(
            assigner_unit=world.task.assigner_unit,
            lead_unit=world.task.lead_unit,
            tasks=[world.task.pk],
            answer_by=timezone.localdate(),
        )
        found = urging.issue(world.city["organiser_clerk"], wanted)
    return {"pk": found.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "urging-new": _late,
    "urging-detail": _slip,
    "urging-word": _slip,
    "urging-pdf": _slip,
}
