"""How long it takes from one place to another (docs/domain/calendar.md, "Thời gian di chuyển")."""

from dataclasses import dataclass, field

from django.conf import settings

from eoffice.accounts.names import folded
from eoffice.calendar.models import Journey, Zone

LONGEST_MINUTES = 240


@dataclass(frozen=True)
class Map:
    """Zones and the minutes between them; answers without a query."""

    zones: tuple[tuple[str, int], ...] = ()
    """Words and the zone they stand for, the longest words first: they say most."""
    minutes: dict[frozenset[int], int] = field(default_factory=dict)
    otherwise: int = 0

    def between(self, one: str, other: str) -> int:
        """Minutes from the place ``one`` to ``other``: none where one of them is not said or they are the same."""
        first, second = folded(one), folded(other)
        if not first or not second or first in second or second in first:
            return 0
        if _building(first) == _building(second):
            return 0
        here, there = self._zone(first), self._zone(second)
        if here is not None and here == there:
            return 0
        if here is None or there is None:
            return self.otherwise
        return self.minutes.get(frozenset((here, there)), self.otherwise)

    def _zone(self, place: str) -> int | None:
        return next((zone for words, zone in self.zones if words in place), None)


def current() -> Map:
    """As the administrators have set it. Two queries."""
    words = [
        (wanted, zone.pk)
        for zone in Zone.objects.order_by()
        for line in zone.words.splitlines()
        if (wanted := folded(line))
    ]
    words.sort(key=lambda pair: -len(pair[0]))
    pairs = Journey.objects.order_by().values_list("first", "second", "minutes")
    minutes = {frozenset((first, second)): count for first, second, count in pairs}
    return Map(tuple(words), minutes, settings.CALENDAR_TRAVEL_MINUTES)


def _building(place: str) -> str:
    """ "Phòng 2, 12 Lê Lai" and "Phòng 3, 12 Lê Lai" are one house: what follows the first comma; the whole without one."""
    return place.partition(",")[2].strip() or place
