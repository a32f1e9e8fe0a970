"""What of a room one person is not shown: papers from which they are excluded (``meetings.recusals``), and what belongs to
confidential items in which they do not take part (``meetings.confidential``).

The papers' addresses refuse them anyway; here the room takes titles, strokes and the pointer away as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce

from documents.models import PaperVersion
from documents.sharing import excluded_from
from meetings import confidential
from meetings.models import TabledPaper
from meetings.models.agenda import CONFIDENTIAL
from meetings.protocol.base import Event
from meetings.protocol.events import AgendaChanged, DocumentOpened, PaperWithdrawn, State
from meetings.protocol.parts import ItemState
from meetings.protocol.presenting import DocumentTurned, InkCleared, InkDrawn, InkUndone, PointerMoved
from meetings.protocol.voting import PollClosed, PollOpened, PollPaused, PollPrepared, PollPublished, PollReadied


@dataclass(frozen=True)
class Shield:
    """The papers, and their versions, that do not exist for somebody; ``hidden``: the items of which they know the time."""

    papers: frozenset[int] = frozenset()
    versions: frozenset[int] = frozenset()
    hidden: frozenset[int] = frozenset()

    def __or__(self, other: "Shield") -> "Shield":
        return Shield(self.papers | other.papers, self.versions | other.versions, self.hidden | other.hidden)

    def state(self, state: State) -> State:
        """The full copy of the room without them."""
        barred = state.document is not None and state.document.paper in self.papers
        polls = tuple(poll for poll in state.voting.polls if poll.item not in self.hidden)
        left = {poll.id for poll in polls}
        ballots = tuple(ballot for ballot in state.voting.ballots if ballot.poll in left)
        return state.model_copy(
            update={
                "items": self.items(state.items),
                "document": None if barred else state.document,
                "document_barred": barred,
                "voting": state.voting.model_copy(update={"polls": polls, "ballots": ballots}),
            }
        )

    def items(self, items: Iterable[ItemState]) -> tuple[ItemState, ...]:
        """The agenda without them; an item that lost one says so."""
        return tuple(self._item(item) for item in items)

    def _item(self, item: ItemState) -> ItemState:
        if item.id in self.hidden:
            masked = {"title": str(CONFIDENTIAL), "presenter": "", "speech_minutes": None, "papers": (), "hidden": True}
            return item.model_copy(update=masked)
        papers = tuple(paper for paper in item.papers if paper.paper not in self.papers)
        return item.model_copy(update={"papers": papers, "barred": len(papers) < len(item.papers)})

    def told(self, message: Event) -> Event | None:
        """``message`` without them; None: nothing of it is for this person."""
        match message:
            case AgendaChanged(items=items):
                return AgendaChanged(items=self.items(items))
            case DocumentOpened(document=document) if document is not None and document.paper in self.papers:
                return DocumentOpened(document=None, barred=True)
            case PaperWithdrawn(paper=paper) if paper in self.papers:
                return None
            case DocumentTurned() | InkCleared() | InkDrawn() | InkUndone() | PointerMoved():
                return None if message.version in self.versions else message
            case PollPrepared() | PollReadied() | PollOpened() | PollPaused() | PollClosed() | PollPublished():
                return None if message.poll.item in self.hidden else message
            case _:
                return message


@dataclass(frozen=True)
class Closed:
    """A confidential item: who knows it, and the shield of everybody else."""

    knowing: frozenset[int]
    shield: Shield


@dataclass(frozen=True)
class Shields:
    """The shields of all people of a room."""

    excluded: dict[int, Shield] = field(default_factory=dict)
    closed: tuple[Closed, ...] = ()

    def get(self, person: int) -> Shield | None:
        """What ``person`` is not shown; None: nothing."""
        parts = [one.shield for one in self.closed if person not in one.knowing]
        if person in self.excluded:
            parts.append(self.excluded[person])
        return reduce(Shield.__or__, parts) if parts else None


def shields(meeting_id: int) -> Shields:
    """Who is not shown what. Two queries when nobody is excluded and no item is confidential."""
    knowing = confidential.those_who_know(meeting_id)
    at_closed = confidential.papers_at(knowing) if knowing else {}
    tabled = TabledPaper.objects.filter(item__meeting=meeting_id).order_by().values_list("paper", flat=True)
    excluded: dict[int, set[int]] = {}
    for paper, people in excluded_from(tabled).items():
        for person in people:
            excluded.setdefault(person, set()).add(paper)
    papers = {paper for group in (*excluded.values(), *at_closed.values()) for paper in group}
    versions = _versions(papers)
    return Shields(
        excluded={person: _shield(of, versions) for person, of in excluded.items()},
        closed=tuple(
            Closed(people, _shield(at_closed.get(item, set()), versions) | Shield(hidden=frozenset({item})))
            for item, people in knowing.items()
        ),
    )


def _versions(papers: set[int]) -> list[tuple[int, int]]:
    if not papers:
        return []
    return list(PaperVersion.objects.filter(paper__in=papers).values_list("paper", "pk"))


def _shield(papers: Iterable[int], versions: list[tuple[int, int]]) -> Shield:
    of = frozenset(papers)
    return Shield(of, frozenset(version for paper, version in versions if paper in of))
