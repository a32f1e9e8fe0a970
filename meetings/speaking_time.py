"""How long speakers may speak, and how long they have spoken (docs/domain/meetings.md, "Speaking")."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from meetings.models import AgendaItem, FloorTurn, Meeting, MeetingSite, SpeechRequest
from meetings.protocol.floor import SpokenState

USUAL_MINUTES = 5
"""What a speaker is allotted where neither the item nor the request says otherwise."""


def allotted_s(site: MeetingSite, item: AgendaItem | None, request: SpeechRequest | None) -> int:
    """Seconds that ``site`` gets at ``item``.

    What an interrupted speech has left; the item's own time for the agency that presents it; what was asked for,
    up to the item's limit; else what is usual there.
    """
    if request and request.seconds_left:
        return request.seconds_left
    if item and item.presenter_id == site.unit_id and not (request and request.minutes):
        return item.minutes * 60
    wished = request.minutes if request else None
    limit = item.speech_minutes if item else None
    return min(wished or limit or USUAL_MINUTES, limit or wished or USUAL_MINUTES) * 60


def wished_s(request: SpeechRequest) -> int | None:
    """Seconds that ``request`` has left or asks for; None: the usual."""
    return request.seconds_left or (request.minutes * 60 if request.minutes else None)


def spoken(meeting_id: int, site_ids: Iterable[int] | None = None) -> tuple[SpokenState, ...]:
    """How long sites have spoken in the turns that have ended, and in how many; only sites that have spoken. One query."""
    turns = FloorTurn.objects.filter(meeting_id=meeting_id, ended_at__isnull=False)
    if site_ids is not None:
        turns = turns.filter(site__in=site_ids)
    sums: dict[int, tuple[int, int]] = {}
    for turn in turns.order_by("pk"):
        seconds, count = sums.get(turn.site_id, (0, 0))
        sums[turn.site_id] = (seconds + turn.spoken_s, count + 1)
    return tuple(SpokenState(site=site, seconds=seconds, turns=count) for site, (seconds, count) in sums.items())


def spoken_by(site: MeetingSite) -> SpokenState:
    """``spoken`` of one site."""
    return next(iter(spoken(site.meeting_id, [site.pk])), SpokenState(site=site.pk, seconds=0, turns=0))


# --- the table ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One agency: ``cells`` in the order of the table's items, then without an item; seconds."""

    site: MeetingSite
    cells: tuple[int, ...]
    turns: int

    @property
    def seconds(self) -> int:
        """In all."""
        return sum(self.cells)


@dataclass(frozen=True)
class Table:
    """Speaking time per agency and item; only agencies that spoke, longest first."""

    items: tuple[AgendaItem, ...]
    outside: bool
    """The last cell of each row is the time outside all items."""
    rows: tuple[Row, ...]
    sums: tuple[int, ...]

    @property
    def seconds(self) -> int:
        """In all."""
        return sum(self.sums)


def table(meeting: Meeting, *, without: Collection[int] = ()) -> Table:
    """Who spoke how long, at which item, but for the items ``without`` which it is shown. Two queries."""
    ended = FloorTurn.objects.filter(meeting=meeting, ended_at__isnull=False).exclude(item__in=without)
    turns = list(ended.select_related("site__unit").order_by("pk"))
    used = {turn.item_id for turn in turns}
    items = tuple(item for item in meeting.items.order_by("order", "pk") if item.pk in used)
    columns: list[int | None] = [*(item.pk for item in items), *([None] if None in used else [])]
    by_site: dict[int, list[FloorTurn]] = {}
    for turn in turns:
        by_site.setdefault(turn.site_id, []).append(turn)
    rows = [
        Row(
            site=of_site[0].site,
            cells=tuple(sum(turn.spoken_s for turn in of_site if turn.item_id == column) for column in columns),
            turns=len(of_site),
        )
        for of_site in by_site.values()
    ]
    rows.sort(key=lambda row: -row.seconds)
    sums = tuple(sum(row.cells[place] for row in rows) for place in range(len(columns)))
    return Table(items=items, outside=None in used, rows=tuple(rows), sums=sums)
