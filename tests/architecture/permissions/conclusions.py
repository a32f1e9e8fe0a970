"""Conclusions: drafted by those who prepare the meeting, unknown to the others until they are issued."""

import uuid
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from meetings import conclusions, editions
from meetings.models import ConclusionNotice, ConclusionTask, Meeting, Opinion
from tests.architecture.world import World

_STRANGERS = {"anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_READ = {"*": 200, **_STRANGERS, "invited_head": 403, "department_head": 403}
_WRITE = {**_READ, "chair": 302, "secretary": 302, "organiser_clerk": 403}
"""Acts: they end at the desk; who only prepares reads."""
_CHAIR = {**_WRITE, "secretary": 403}

_ASKED = {"*": 404, "anonymous": 302, "invited_head": 200}
"""Only the agency that was asked about its paragraph."""

EXPECTED: dict[str, dict[str, int]] = {
    "meeting-conclusions": _READ,
    "meeting-conclusions-panel": _READ,
    "conclusion-line": {**_READ, "chair": 302, "secretary": 302, "organiser_clerk": 302},
    "conclusion-create": _WRITE,
    "conclusions-read": {**_WRITE, "chair": 200, "secretary": 200},
    "conclusion-suggest": {**_WRITE, "chair": 200, "secretary": 200},
    "conclusion-edit": _WRITE,
    "conclusion-mark": {**_WRITE, "secretary": 302, "chair": 302},
    "mark-edit": _WRITE,
    "mark-delete": _WRITE,
    "conclusion-delete": _WRITE,
    "conclusions-submit": _WRITE,
    "conclusions-send-back": _CHAIR,
    "conclusions-confirm": _CHAIR,
    "conclusions-issue": _CHAIR,  # who heads the committee that issues it in this world
    "notice-history": {**_READ, "invited_head": 404, "department_head": 404},
    "conclusions-opinions": {**_WRITE, "organiser_clerk": 403, "chair": 422, "secretary": 422},  # nobody is ticked
    "opinion-decide": _WRITE,
    "opinions-answer": _ASKED,
    "opinion-answer": {**_ASKED, "invited_head": 302},
    "meeting-notice": {"*": 404, "anonymous": 302},
    "meeting-notice-edition": {"*": 404, "anonymous": 302},
    "notice-edition-word": {"*": 404, "anonymous": 302},
    "notice-edition-pdf": {"*": 404, "anonymous": 302},
    "notice-edition-signatures": {"*": 404, "anonymous": 302},
    "notice-replace": {
        "*": 403,
        **_STRANGERS,
        "chair": 302,
        "secretary": 302,
    },
    "notice-replace-drop": {**_WRITE, "chair": 302, "secretary": 302},
    "meeting-notice-word": {**_READ, "invited_head": 404, "department_head": 404},
    "meeting-notice-pdf": {**_READ, "invited_head": 404, "department_head": 404},
    "meeting-minutes-word": {**_READ, "invited_head": 404, "department_head": 404},
    "meeting-minutes-pdf": {**_READ, "invited_head": 404, "department_head": 404},
    "meeting-submission-word": {**_READ, "invited_head": 404, "department_head": 404},
    "meeting-submission-pdf": {**_READ, "invited_head": 404, "department_head": 404},
    "meeting-minutes-number": {
        "*": 302,
        "outsider": 404,
        "invited_officer": 404,
        "admin": 404,
        "invited_head": 403,
        "department_head": 403,
    },
}


def _ended(world: World) -> dict[str, Any]:
    return {"pk": world.ended.pk}


def _submitted(world: World) -> dict[str, Any]:
    ConclusionNotice.objects.update_or_create(meeting=world.ended, defaults={"state": ConclusionNotice.State.SUBMITTED})
    return _ended(world)


def _confirmed(world: World) -> dict[str, Any]:
    ConclusionNotice.objects.update_or_create(
        meeting=world.ended,
        defaults={
            "state": ConclusionNotice.State.CONFIRMED,
            "issuer": world.city.committee,
            "confirmed_by": world.city["chair"],
        },
    )
    return _ended(world)


def _edition(world: World) -> dict[str, Any]:
    """Not issued."""
    return {"pk": world.ended.pk, "edition": 1}


def _issued(world: World) -> dict[str, Any]:
    """By the committee, which the chair heads."""
    Meeting.objects.filter(pk=world.ended.pk).update(state=Meeting.State.CONCLUDED)
    ConclusionNotice.objects.filter(meeting=world.ended).delete()
    ConclusionNotice.objects.create(
        meeting=world.ended,
        state=ConclusionNotice.State.ISSUED,
        issuer=world.city.committee,
        confirmed_by=world.city["chair"],
        number="05/TB-UBND",
        issued_at=timezone.now(),
    )
    return _ended(world)


def _replacing(world: World) -> dict[str, Any]:
    _issued(world)
    editions.begin(world.city["secretary"], Meeting.objects.get(pk=world.ended.pk), reason="Sai thời hạn.")
    return _ended(world)


def _drafted(world: World) -> dict[str, Any]:
    ConclusionNotice.objects.filter(meeting=world.ended).delete()
    return _ended(world)


def _conclusion(world: World) -> dict[str, Any]:
    _drafted(world)
    return {"pk": world.conclusion.pk}


def _opinion(world: World, **answered: Any) -> dict[str, Any]:
    _drafted(world)
    ConclusionNotice.objects.create(meeting=world.ended)
    asked = {"asked_text": world.conclusion.text, "asked_by": world.city["secretary"], "asked_at": timezone.now()}
    opinion, _created = Opinion.objects.get_or_create(
        conclusion=world.conclusion,
        unit=world.city.commune,
        asked_version=world.conclusion.version,
        defaults={**asked, "due_on": timezone.localdate(), **answered},
    )
    return {"pk": opinion.pk}


def _asked_about(world: World) -> dict[str, Any]:
    _opinion(world)
    return _ended(world)


def _proposal(world: World) -> dict[str, Any]:
    by = {"answered_by": world.city["invited_head"], "answered_at": timezone.now()}
    return _opinion(world, answer="proposes", wording="Giao phường và sở rà soát.", reason="Đủ đầu mối.", **by)


def _marked(world: World) -> dict[str, Any]:
    chosen = {"conclusion": world.conclusion, "quote": world.conclusion.text}
    row, _new = ConclusionTask.objects.get_or_create(**chosen, lead_unit=world.city.commune, title="Rà soát")
    _conclusion(world)
    return {"pk": row.pk}


def _task(world: World) -> dict[str, Any]:
    return {"version": world.conclusion.version, "lead_unit": world.city.commune.pk, "due": "open"}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    "meeting-conclusions": _ended,
    "meeting-conclusions-panel": _ended,
    "conclusion-line": _conclusion,
    "conclusion-create": _drafted,
    "conclusions-read": _drafted,
    "conclusion-suggest": _drafted,
    "conclusion-edit": _conclusion,
    "conclusion-mark": _conclusion,
    "mark-edit": _marked,
    "mark-delete": _marked,
    "conclusion-delete": _conclusion,
    "conclusions-submit": _drafted,
    "conclusions-send-back": _submitted,
    "conclusions-confirm": _submitted,
    "conclusions-issue": _confirmed,
    "notice-history": _ended,
    "conclusions-opinions": _drafted,
    "opinion-decide": _proposal,
    "opinions-answer": _asked_about,
    "opinion-answer": _opinion,
    "meeting-notice": _ended,
    "meeting-notice-edition": _edition,
    "notice-edition-word": _edition,
    "notice-edition-pdf": _edition,
    "notice-edition-signatures": _edition,
    "notice-replace": _issued,
    "notice-replace-drop": _replacing,
    "meeting-minutes-number": _ended,
    "meeting-notice-word": _drafted,
    "meeting-notice-pdf": _drafted,
    "meeting-submission-word": _drafted,
    "meeting-submission-pdf": _drafted,
    "meeting-minutes-word": _ended,
    "meeting-minutes-pdf": _ended,
}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "conclusions-read": lambda world: {"text": "Giao Sở Nội vụ rà soát."},
    "conclusion-suggest": lambda world: {"text": "Giao Sở Nội vụ rà soát."},
    "conclusion-create": lambda world: {"text": "Thống nhất.", "key": str(uuid.uuid4())},
    "conclusion-edit": lambda world: {"text": "Thống nhất.", "version": world.conclusion.version},
    "conclusion-mark": lambda world: {**_task(world), "quote": world.conclusion.text},
    "mark-edit": _task,
    "mark-delete": lambda _world: {},
    "conclusion-delete": lambda world: {"confirmed": 1},
    "conclusions-submit": lambda world: {"confirmed": 1},
    "notice-replace": lambda world: {"reason": "Sai thời hạn."},
    "notice-replace-drop": lambda world: {"confirmed": 1},
    "meeting-minutes-number": lambda world: {"confirmed": 1},
    "conclusions-opinions": lambda world: {"due_on": f"{timezone.localdate():%d/%m/%Y}"},
    "opinion-decide": lambda world: {"decision": "declined", "remark": "Đã đủ rõ."},
    "opinion-answer": lambda world: {"answer": "agrees"},
    "conclusions-send-back": lambda world: {"remark": "Ghi rõ đơn vị."},
    "conclusions-confirm": lambda world: {"seen": conclusions.fingerprint(conclusions.of_meeting(world.ended))},
    "conclusions-issue": lambda world: {"seen": conclusions.fingerprint(conclusions.of_meeting(world.ended))},
}
