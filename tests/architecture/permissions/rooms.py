"""Rooms and their bookings: the world has one room of the organiser's office, lent to everybody, with one booking."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from eoffice.calendar.models import Blocking, Booking, Resource
from tests.architecture.world import World
from tests.factories import StoredFileFactory

_ALL = {"*": 200, "anonymous": 302}
_OWNER = {"*": 403, "anonymous": 302, "organiser_clerk": 200}
_SEATS = {"*": 200, "anonymous": 302, "outsider": 404, "invited_officer": 404, "admin": 404}
_SEATING = {
    **_SEATS,
    "invited_head": 403,
    "department_head": 403,
    "chair": 302,
    "secretary": 302,
    "organiser_clerk": 302,
}
_THEIRS = {"*": 404, "anonymous": 302, "secretary": 200, "organiser_clerk": 200}
"""The secretary booked it, for the office of which both are."""

EXPECTED: dict[str, dict[str, int]] = {
    "resource-list": _ALL,
    "resource-day": _ALL,
    "resource-clashes": _ALL,
    "pick-rooms": _ALL,
    "pick-cars": _ALL,
    "resource-detail": _ALL,
    "resource-photo": _ALL,
    "resource-book": {**_ALL, "admin": 403},
    "resource-repeat": {**_ALL, "admin": 403},
    "resource-new": {
        "*": 403, "anonymous": 302, "chair": 200, "organiser_clerk": 200, "invited_head": 200, "department_head": 200,
    },
    "resource-edit": _OWNER,
    "blocking-add": {**_OWNER, "organiser_clerk": 302},
    "blocking-lift": {**_OWNER, "organiser_clerk": 302},
    "meeting-seats": _SEATS,
    "seats-draw": _SEATING,
    "seats-fill": _SEATING,
    "seat-give": {**_SEATING, "chair": 422, "secretary": 422, "organiser_clerk": 422},  # there is no plan
    "booking-list": _ALL,
    "booking-inbox": _ALL,
    "booking-detail": _THEIRS,
    "booking-history": _THEIRS,
    "booking-change": _THEIRS,
    "booking-cancel": {**_THEIRS, "secretary": 302, "organiser_clerk": 302},
    "booking-cancel-following": {**_THEIRS, "secretary": 422, "organiser_clerk": 422},  # of no series
    "booking-confirm": {**_THEIRS, "secretary": 302, "organiser_clerk": 302},
    "booking-answer": {**_THEIRS, "secretary": 403, "organiser_clerk": 302},
    "booking-check-in": {**_THEIRS, "secretary": 409, "organiser_clerk": 409},  # it is pending
    "booking-give-back": {**_THEIRS, "secretary": 302, "organiser_clerk": 302},
}  # fmt: skip


def _room(world: World) -> Resource:
    """Made once, in the world's savepoint."""
    room, made = Resource.objects.get_or_create(
        name="Phòng họp", unit=world.city.office, defaults={"open_to": "everybody", "needs_approval": True}
    )
    if made:
        room.photo = StoredFileFactory(media_type="image/png", extension="png")
        room.save()
    return room


def _booking(world: World) -> Booking:
    start = timezone.now() + dt.timedelta(days=3)
    made, _new = Booking.objects.get_or_create(
        resource=_room(world),
        booked_by=world.city["secretary"],
        unit=world.city.office,
        defaults={
            "purpose": "Họp",
            "state": Booking.State.PENDING,
            "starts_at": start,
            "ends_at": start + dt.timedelta(hours=1),
        },
    )
    return made


def _blocking(world: World) -> Blocking:
    start = timezone.now() + dt.timedelta(days=9)
    made, _new = Blocking.objects.get_or_create(
        resource=_room(world),
        reason="Sửa chữa",
        defaults={
            "starts_at": start,
            "ends_at": start + dt.timedelta(hours=1),
            "created_by": world.city["organiser_clerk"],
        },
    )
    return made


def _of_room(world: World) -> dict[str, Any]:
    return {"pk": _room(world).pk}


def _of_booking(world: World) -> dict[str, Any]:
    return {"pk": _booking(world).pk}


ARGUMENTS: dict[str, Callable[[World], Any]] = {
    **dict.fromkeys(("resource-detail", "resource-photo", "resource-book", "resource-repeat", "resource-edit", "blocking-add"), _of_room),
    **dict.fromkeys(
        (
            "booking-detail", "booking-history", "booking-change", "booking-cancel", "booking-answer", "booking-check-in",
            "booking-give-back", "booking-cancel-following", "booking-confirm",
        ),
        _of_booking,
    ),
    "blocking-lift": lambda world: {"pk": _blocking(world).pk},
    **dict.fromkeys(
        ("meeting-seats", "seats-draw", "seats-fill", "seat-give"), lambda world: {"pk": world.meeting.pk}
    ),
}  # fmt: skip

POSTED: dict[str, Callable[[World], dict[str, Any]]] = {
    "blocking-add": lambda world: {
        "starts_at_0": "02/01/2099", "starts_at_1": "08:00", "ends_at_0": "02/01/2099", "ends_at_1": "09:00",
        "reason": "Sửa chữa",
    },
    "blocking-lift": lambda world: {"x": ""},
    "seats-draw": lambda world: {"layout": "A: 2"},
    "seats-fill": lambda world: {"x": ""},
    "seat-give": lambda world: {"seat": "1-1", "attendee": ""},
    "booking-cancel": lambda world: {"reason": "Dời"},
    "booking-answer": lambda world: {"answer": "accept"},
    "booking-cancel-following": lambda world: {"reason": "Dời"},
    "booking-confirm": lambda world: {"x": ""},
    "booking-check-in": lambda world: {"x": ""},
    "booking-give-back": lambda world: {"x": ""},
}  # fmt: skip
