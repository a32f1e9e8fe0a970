"""The roster of one meeting in one web process: one copy for all its sessions, told in batches.

The copy is what everybody has been told. A change waits for at most half a second, with all others of that time,
and becomes one text for the room and one for those who look at the board, however many sessions there are.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async

from meetings import roster
from meetings.protocol.board import BoardChanged, BoardShown, SiteDetails
from meetings.protocol.events import RosterChanged, State
from meetings.protocol.parts import BranchState, SiteState
from meetings.roster import Layout, Presence
from meetings.signalling.wording import body

if TYPE_CHECKING:
    from meetings.signalling.room import Room
    from meetings.signalling.session import Session

logger = logging.getLogger(__name__)
EVERY_S = 0.5
COMPARED_EVERY_S = 20
"""How often the copy is compared with the database: a lost event is made up for."""


@dataclass(frozen=True)
class Known:
    """What is told of a site to those who look at the board."""

    people: tuple[str, ...] = ()
    named: int = 0
    seated: int = 0
    lamp: str = "unknown"


class Sites:
    """See the module's docstring."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._branches: tuple[BranchState, ...] = ()
        self._sites: dict[int, SiteState] = {}
        self._known: dict[int, Known] = {}
        self._pending: set[int] = set()
        self._new: tuple[SiteState, ...] = ()
        self._flushing = False
        self._loaded = False
        self._loading = asyncio.Lock()
        self._touched: set[int] = set()
        """Sites of which something was heard since the comparison with the database began."""

    # --- the copy -----------------------------------------------------------------------------------

    async def ready(self) -> None:
        """The copy is there; read by the first who needs it."""
        async with self._loading:
            if not self._loaded:
                layout, entries = await database_sync_to_async(self._read)()
                self._take(layout)
                for entry in entries:
                    self._apply(entry)
                    if entry["site"] not in self._touched:
                        self._room.learn_peer(entry["site"], entry["peer"])
                self._loaded = True
                self._room.spawn(self._compare_now_and_then())

    def _read(self) -> tuple[Layout, list[Presence]]:
        meeting_id = self._room.meeting_id
        return roster.layout(meeting_id), roster.presence(meeting_id)

    def _take(self, layout: Layout) -> tuple[SiteState, ...]:
        """Take over the order of the tree; returns sites that are new, or stand elsewhere."""
        before, self._branches = self._sites, layout.branches
        marks = {number: site.marks for number, site in before.items()}
        placed = (site.model_copy(update={"marks": marks.get(site.id, "")}) for site in layout.sites)
        self._sites = {site.id: site for site in placed}
        return tuple(site for site in self._sites.values() if before.get(site.id) != site)

    def completed(self, state: State) -> State:
        """``state`` with the roster as everybody has been told it."""
        return state.model_copy(update={"branches": self._branches, "sites": tuple(self._sites.values())})

    async def read_again(self) -> None:
        """Sites were added or taken out: the whole roster is another."""
        if not self._loaded:
            return await self.ready()
        async with self._loading:
            new = self._take(await database_sync_to_async(roster.layout)(self._room.meeting_id))
            self._new = (*self._new, *new)
        self._soon()
        return None

    async def _compare_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(COMPARED_EVERY_S)
            try:
                await self.compare()
            except Exception:
                logger.exception("roster of meeting %s", self._room.meeting_id)

    async def compare(self) -> None:
        """Make up for events that were lost: take over, and tell, what the database says."""
        self._touched = set(self._pending)
        entries = await database_sync_to_async(roster.presence)(self._room.meeting_id)
        seen = {entry["site"] for entry in entries}
        entries += [_nobody(site) for site in self._sites if site not in seen]
        untouched = [entry for entry in entries if entry["site"] not in self._touched]
        for entry in untouched:
            self._room.learn_peer(entry["site"], entry["peer"])
        self._tell(untouched)

    def _differs(self, entry: Presence) -> bool:
        site = self._sites.get(entry["site"])
        return site is not None and (site.marks != entry["marks"] or self._known.get(site.id, Known()) != _known(entry))

    # --- changes ------------------------------------------------------------------------------------

    def note(self, sites: Iterable[int], peers: Iterable[tuple[int, str | None]]) -> None:
        """These sites are not as they were; ``peers``: whose tabs carry their media now."""
        for site, peer in peers:
            self._room.learn_peer(site, peer)
        self._pending.update(sites)
        self._touched.update(sites)
        self._soon()

    def _soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            self._room.spawn(self._flush())

    async def _flush(self) -> None:
        await asyncio.sleep(EVERY_S)
        self._flushing = False
        wanted, self._pending = self._pending, set()
        new, self._new = self._new, ()
        await self.ready()
        entries = await database_sync_to_async(roster.presence)(self._room.meeting_id, wanted) if wanted else []
        self._tell(entries, new)

    def _tell(self, entries: list[Presence], new: tuple[SiteState, ...] = ()) -> None:
        """Take over how sites are, and tell what is not as it was told before."""
        changed = [entry for entry in entries if self._differs(entry)]
        marks = {e["site"]: e["marks"] for e in changed if self._sites[e["site"]].marks != e["marks"]}
        for entry in changed:
            self._apply(entry)
        if marks or new:
            branches = self._branches if new else ()
            self._room.tell_all(RosterChanged(marks=marks, sites=new, branches=branches))
        if changed:
            self._tell_followers([entry["site"] for entry in changed])

    def _apply(self, entry: Presence) -> None:
        site = self._sites.get(entry["site"])
        if site is None:
            return
        if site.marks != entry["marks"]:
            self._sites[site.id] = site.model_copy(update={"marks": entry["marks"]})
        self._known[site.id] = _known(entry)

    # --- the board ----------------------------------------------------------------------------------

    def show(self, session: "Session") -> None:
        """Everything there is to tell on the board."""
        details = (self._details(site, lines=session.sees_lines) for site in self._sites if self._known.get(site))
        session.send(BoardShown(sites=tuple(details)))

    def _tell_followers(self, sites: list[int]) -> None:
        texts: dict[bool, str] = {}
        for session in [session for session in self._room.sessions.values() if session.follows_board]:
            lines = session.sees_lines
            if lines not in texts:
                texts[lines] = body(BoardChanged(sites=tuple(self._details(site, lines=lines) for site in sites)))
            session.pass_on(texts[lines])

    def _details(self, site: int, *, lines: bool) -> SiteDetails:
        known = self._known.get(site, Known())
        return SiteDetails(
            id=site,
            people=known.people,
            named=known.named,
            seated=known.seated,
            lamp=known.lamp if lines else "unknown",
        )


def _known(entry: Presence) -> Known:
    return Known(tuple(entry["people"]), entry["named"], entry["seated"], entry["lamp"])


def _nobody(site: int) -> Presence:
    return Presence(site=site, marks="", people=[], named=0, seated=0, lamp="unknown", peer=None)
