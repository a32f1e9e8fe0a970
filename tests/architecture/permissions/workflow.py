"""Tasks: known to the lead, those beside it and the assigner; each act belongs to one of them."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from documents.models import Routing
from eoffice.organisation.models import AssistantLink, Delegation
from eoffice.workflow.models import Draft, Evidence, RecurringTask, Report, Task, TaskBatch, TaskParty, TaskRequest
from tests.architecture.world import World
from tests.factories import ReportFactory, StoredFileFactory

_OWN = {"*": 200, "anonymous": 302}
"""Everybody's own tasks, and those they answer for."""
_HIDDEN = {"*": 404, "anonymous": 302}
_LEAD = {**_HIDDEN, "invited_head": 302, "organiser_clerk": 403}
"""The task of the world was assigned by the organiser's clerk to the invited commune."""
_ASSIGNER = {**_HIDDEN, "invited_head": 403, "organiser_clerk": 302}

EXPECTED: dict[str, dict[str, int]] = {
    "task-list": _OWN,
    "task-kanban": _OWN,
    "task-calendar": _OWN,
    "task-xlsx": _OWN,
    "task-csv": _OWN,
    "task-board": _OWN,
    "task-board-months": _OWN,
    "task-board-sheet": _OWN,
    "task-board-xlsx": _OWN,
    "task-board-csv": _OWN,
    "task-share": {"*": 403, "anonymous": 302, "chair": 200, "invited_head": 200, "department_head": 200},
    "calendar-effects": {"*": 403, "anonymous": 302, "admin": 200},
    "task-detail": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "task-slip-word": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "task-slip-pdf": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "task-history": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "delegation-list": {"*": 200, "anonymous": 302},
    "delegation-confirm": {**_HIDDEN, "organiser_clerk": 403, "chair": 302},
    "delegation-end": {**_HIDDEN, "organiser_clerk": 302, "chair": 302},
    "assistant-list": {"*": 200, "anonymous": 302},
    "assistant-end": {**_HIDDEN, "organiser_clerk": 302, "chair": 302, "secretary": 302},
    "draft-list": {"*": 200, "anonymous": 302},
    "draft-new": {**_HIDDEN, "secretary": 200},
    "draft-detail": {**_HIDDEN, "chair": 200, "secretary": 200},
    "draft-confirm": {**_HIDDEN, "chair": 302, "secretary": 403},
    "draft-discard": {**_HIDDEN, "chair": 302, "secretary": 302},
    "task-evidence": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "recurring-task": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "recurring-change": {**_HIDDEN, "invited_head": 403, "organiser_clerk": 422, "chair": 403},  # no calendar here
    "recurring-stop": {**_HIDDEN, "invited_head": 403, "organiser_clerk": 302, "chair": 403},
    "task-batch": {**_HIDDEN, "invited_head": 200, "organiser_clerk": 200, "chair": 200},
    "task-acknowledge": {**_LEAD, "chair": 403},
    "task-assign-officer": {**_LEAD, "chair": 403},
    "task-progress": {**_LEAD, "chair": 403},
    "task-complete": {**_LEAD, "chair": 403},
    "task-note": {**_LEAD, "organiser_clerk": 302, "chair": 403},
    "task-subtask": {**_LEAD, "chair": 403},
    "task-contribute": {**_HIDDEN, "department_head": 302, "invited_head": 403, "organiser_clerk": 403, "chair": 403},
    "task-nudge": {**_LEAD, "chair": 403, "department_head": 403},
    "task-ask-extension": {**_LEAD, "chair": 403},
    "task-ask-transfer": {**_LEAD, "chair": 403},
    "task-ask-close": {**_LEAD, "chair": 403},
    "task-ask-question": {**_LEAD, "chair": 403},
    "task-answer": {**_ASSIGNER, "chair": 403},
    "task-withdraw": {**_LEAD, "chair": 403},
    "task-review": {**_LEAD, "chair": 403, "invited_officer": 403},
    "task-send-back": {**_LEAD, "chair": 403, "invited_officer": 403},
    "task-accept": {**_ASSIGNER, "chair": 403},
    "task-return": {**_ASSIGNER, "chair": 403},
    "task-recall": {**_ASSIGNER, "chair": 403},
}


def _at(state: Task.State) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        now = timezone.now()
        stamps = {} if state == Task.State.ASSIGNED else {"acknowledged_at": now}
        Task.objects.filter(pk=world.task.pk).update(state=state, **stamps)
        return {"pk": world.task.pk}

    return arguments


def _batch(world: World) -> dict[str, Any]:
    by = world.city["organiser_clerk"]
    batch, _created = TaskBatch.objects.get_or_create(
        key=uuid.UUID(int=1),
        defaults={
            "title": "Rà soát",
            "recipients": "Phường, xã",
            "assigner": by,
            "assigner_unit": by.unit,
            "given_at": timezone.now(),
        },
    )
    Task.objects.filter(pk=world.task.pk).update(batch=batch)
    return {"pk": batch.pk}


def _recurring(world: World) -> dict[str, Any]:
    by = world.city["organiser_clerk"]
    made, _created = RecurringTask.objects.get_or_create(
        key=uuid.UUID(int=2),
        defaults={
            "title": "Báo cáo",
            "recipients": "Phường",
            "assigner": by,
            "assigner_unit": by.unit,
            "every": "year",
            "day": 31,
            "month": 12,
        },
    )
    made.leads.add(world.city.commune)
    return {"pk": made.pk}


def _evidence(world: World) -> dict[str, Any]:
    found = Evidence.objects.first()
    if found is None:
        report = ReportFactory(task=world.task, by=world.city["invited_head"], kind=Report.Kind.COMPLETION)
        found = Evidence.objects.create(report=report, file=StoredFileFactory(), name="bao-cao.pdf")
    return {"pk": world.task.pk, "evidence": found.pk}


def _helped(world: World) -> dict[str, Any]:
    """The department coordinates, and its part is missing."""
    TaskParty.objects.get_or_create(task=world.task, unit=world.city.department, role=TaskParty.Role.COORDINATE)
    return _at(Task.State.ACKNOWLEDGED)(world)


def _in_review(world: World) -> dict[str, Any]:
    """The commune's officer has handed the result in to its head."""
    officer = world.city["invited_officer"]
    ReportFactory(task=world.task, by=officer, kind=Report.Kind.COMPLETION)
    Task.objects.filter(pk=world.task.pk).update(officer=officer, presented_at=timezone.now())
    return _at(Task.State.REVIEW)(world)


def _asked(world: World) -> int:
    """A question of the invited commune's head that waits."""
    report = ReportFactory(task=world.task, by=world.city["invited_head"], kind=Report.Kind.REQUEST)
    made, _new = TaskRequest.objects.get_or_create(
        task=world.task, kind=TaskRequest.Kind.QUESTION, state="waiting", defaults={"report": report}
    )
    return made.pk


def _delegation(world: World) -> dict[str, Any]:
    """The committee's chair is to be represented by the head of its office, as the office's clerk has registered."""
    today = timezone.localdate()
    terms = {"valid_from": today, "valid_to": today, "scope": "Công việc thường xuyên."}
    parties = {"giver": world.city["chair"], "to": world.city["office_head"]}
    made, _new = Delegation.objects.get_or_create(**parties, **terms, registered_by=world.city["organiser_clerk"])
    return {"pk": made.pk}


def _assistant(world: World) -> dict[str, Any]:
    """The committee's chair is helped by the secretary."""
    today = timezone.localdate()
    who = {"leader": world.city["chair"], "assistant": world.city["secretary"]}
    days = {"valid_from": today, "valid_to": today}
    made, _new = AssistantLink.objects.get_or_create(**who, **days, registered_by=world.city["chair"])
    return {"pk": made.pk}


def _before_the_chair(world: World) -> dict[str, Any]:
    _assistant(world)
    line = world.incoming.lines.get(person=world.city["chair"])
    return {"kind": "incoming-direct", "target": line.pk, "leader": world.city["chair"].pk}


def _draft(world: World) -> dict[str, Any]:
    """A directive of the chair's, drafted by the secretary."""
    chosen = _before_the_chair(world)
    words = {"text": ["Xử lý"], "lead": [f"p{world.city['office_head'].pk}"], "key": [str(uuid.uuid4())]}
    made, _new = Draft.objects.get_or_create(
        leader=world.city["chair"],
        by=world.city["secretary"],
        kind=chosen["kind"],
        target_type=ContentType.objects.get_for_model(Routing),
        target_id=chosen["target"],
        defaults={"fields": words, "drafted_at": timezone.now()},
    )
    return {"pk": made.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "delegation-confirm": _delegation,
    "delegation-end": _delegation,
    "assistant-end": _assistant,
    "draft-new": _before_the_chair,
    "draft-detail": _draft,
    "draft-confirm": _draft,
    "draft-discard": _draft,
    "task-history": lambda world: {"pk": world.task.pk},
    **dict.fromkeys(("recurring-task", "recurring-change", "recurring-stop"), _recurring),
    "task-batch": _batch,
    "task-detail": _at(Task.State.ASSIGNED),
    "task-slip-word": _at(Task.State.ASSIGNED),
    "task-slip-pdf": _at(Task.State.ASSIGNED),
    "task-evidence": _evidence,
    "task-acknowledge": _at(Task.State.ASSIGNED),
    "task-assign-officer": _at(Task.State.ACKNOWLEDGED),
    "task-progress": _at(Task.State.ACKNOWLEDGED),
    "task-complete": _at(Task.State.ACKNOWLEDGED),
    "task-note": _at(Task.State.ACKNOWLEDGED),
    "task-subtask": _at(Task.State.ACKNOWLEDGED),
    "task-contribute": _helped,
    "task-nudge": _helped,
    "task-ask-extension": _at(Task.State.ACKNOWLEDGED),
    "task-ask-transfer": _at(Task.State.ACKNOWLEDGED),
    "task-ask-close": _at(Task.State.ACKNOWLEDGED),
    "task-ask-question": _at(Task.State.ACKNOWLEDGED),
    "task-answer": _at(Task.State.ACKNOWLEDGED),
    "task-withdraw": _at(Task.State.ACKNOWLEDGED),
    "task-review": _in_review,
    "task-send-back": _in_review,
    "task-accept": _at(Task.State.SUBMITTED),
    "task-return": _at(Task.State.SUBMITTED),
    "task-recall": _at(Task.State.ASSIGNED),
}


def _with(**fields: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"version": world.task.version, "key": str(uuid.uuid4()), **fields}


POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "delegation-confirm": lambda _world: {},
    "delegation-end": lambda _world: {},
    "assistant-end": lambda _world: {},
    "draft-confirm": lambda _world: {"draft_version": 1},
    "draft-discard": lambda _world: {},
    "recurring-change": lambda world: {"version": 1, "recur_every": "year", "recur_day": 31},
    "recurring-stop": lambda world: {"reason": "Không còn cần."},
    "task-acknowledge": _with(),
    "task-assign-officer": lambda world: {
        "version": world.task.version,
        "officer": world.city["invited_officer"].pk,
    },
    "task-progress": _with(text="Đang làm.", percent=10),
    "task-complete": _with(text="Xong.", reference="15/BC-UBND"),
    "task-note": _with(text="Đã nhận."),
    "task-subtask": lambda world: {
        "version": world.task.version,
        "key": str(uuid.uuid4()),
        "title": "Lập danh sách trụ sở",
        "recipient": f"person-{world.city['invited_officer'].pk}",
        "due_on": f"{world.task.due_on:%d/%m/%Y}",
    },
    "task-contribute": _with(text="Số liệu của sở."),
    "task-nudge": lambda world: {"version": world.task.version, "parties": world.task.parties.first().pk},
    "task-ask-extension": lambda world: {
        "key": str(uuid.uuid4()),
        "version": world.task.version,
        "wanted_on": f"{world.task.due_on + dt.timedelta(days=3):%d/%m/%Y}",
        "text": "Chờ số liệu.",
    },
    "task-ask-transfer": lambda world: {
        "key": str(uuid.uuid4()),
        "version": world.task.version,
        "wanted_unit": world.city.department.pk,
        "text": "Không thuộc chức năng.",
    },
    "task-ask-close": _with(text="Trùng việc."),
    "task-ask-question": _with(text="Theo mẫu nào?"),
    "task-answer": lambda world: {"version": world.task.version, "request": _asked(world), "remark": "Theo mẫu 3."},
    "task-withdraw": lambda world: {"version": world.task.version, "request": _asked(world)},
    "task-review": _with(),
    "task-send-back": _with(reason="Chưa đủ."),
    "task-accept": _with(),
    "task-return": _with(reason="Chưa đủ."),
    "task-recall": _with(reason="Giao nhầm."),
}
