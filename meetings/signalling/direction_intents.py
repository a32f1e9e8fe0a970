"""From a message about the pictures that everybody sees to the operation it means."""

from collections.abc import Callable
from functools import partial

from meetings import direction
from meetings.direction import Director, Wish
from meetings.models import Meeting
from meetings.protocol.direction import DirectionIntent, LayoutSet, ProgrammeSet


def act(by: Director, meeting: Meeting, message: DirectionIntent) -> Callable[[], object]:
    """What ``message`` asks, ready to be done."""
    match message:
        case LayoutSet(kind=kind, size=size, every_s=every_s, sites=sites):
            wish = Wish(layout=kind, size=size, every_s=every_s, sites=sites)
            return partial(direction.set_layout, by, meeting, wish)
        case ProgrammeSet(site=site):
            return partial(direction.put_on_air, by, meeting, site)
