"""What was issued: the board is the sender's, acknowledging the recipient's, recalling the issuer's leaders'."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from meetings.models import Delivery, Dispatch, Recall
from tests.architecture.world import World

_SENDER = {"*": 404, "anonymous": 302, "chair": 200, "secretary": 200, "organiser_clerk": 200}
_RECIPIENT = {"*": 404, "anonymous": 302, "invited_head": 302}
_ISSUER = {**_SENDER, "chair": 302, "secretary": 403, "organiser_clerk": 403}
"""Here the committee, which the chair heads, has issued."""

EXPECTED: dict[str, dict[str, int]] = {
    "dispatch-receipts": _SENDER,
    "dispatch-receipts-export": _SENDER,
    "dispatch-nudge": {**_SENDER, "chair": 302, "secretary": 302, "organiser_clerk": 302},
    "dispatch-acknowledge": _RECIPIENT,
    "dispatch-stop-using": _RECIPIENT,
    "dispatch-recall": _ISSUER,
    "dispatch-cancel-number": _ISSUER,
    "dispatch-remove-access": _ISSUER,
    "delivery-withdraw": {**_SENDER, "chair": 302, "secretary": 302, "organiser_clerk": 302},
}


def _delivery(world: World) -> Delivery:
    dispatch, _created = Dispatch.objects.get_or_create(
        meeting=world.ended,
        kind=Dispatch.Kind.NOTICE,
        defaults={
            "code": "05/TB-UBND",
            "issuer": world.city.committee,
            "by": world.city["chair"],
            "at": timezone.now(),
        },
    )
    delivery, _created = Delivery.objects.get_or_create(dispatch=dispatch, unit=world.city.commune)
    return delivery


def _dispatch(world: World) -> dict[str, Any]:
    return {"pk": _delivery(world).dispatch_id}


def _recalled(world: World) -> dict[str, Any]:
    dispatch = _delivery(world).dispatch
    Recall.objects.get_or_create(
        dispatch=dispatch,
        meaning=Recall.Meaning.RECALL,
        defaults={"reason": "Sai.", "by": world.city["chair"], "at": timezone.now()},
    )
    return {"pk": dispatch.pk}


ARGUMENTS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(EXPECTED, _dispatch),
    "dispatch-stop-using": _recalled,
    "dispatch-cancel-number": _recalled,
    "delivery-withdraw": lambda world: {"pk": _delivery(world).pk},
}
_REASON: dict[str, Any] = {"reason": "Sai căn cứ.", "seen": "0"}
POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "dispatch-nudge": lambda world: {"list": "unopened"},
    "dispatch-acknowledge": lambda world: {"confirmed": 1},
    "dispatch-stop-using": lambda world: {"confirmed": 1},
    "dispatch-recall": lambda world: _REASON,
    "dispatch-cancel-number": lambda world: _REASON,
    "dispatch-remove-access": lambda world: _REASON,
    "delivery-withdraw": lambda world: _REASON,
}
