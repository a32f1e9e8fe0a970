"""What of a room's papers one person is not shown: those from which they are excluded (``meetings.recusals``).

The papers' addresses refuse them anyway; here the room takes titles, strokes and the pointer away as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from documents.models import PaperVersion
from documents.sharing import excluded_from
from meetings.models import TabledPaper
from meetings.protocol.base import Event
from meetings.protocol.events import AgendaChanged, DocumentOpened, PaperWithdrawn, State
from meetings.protocol.parts import ItemState
from meetings.protocol.presenting import DocumentTurned, InkCleared, InkDrawn, InkUndone, PointerMoved


@dataclass(frozen=True)
class Shield:
    """The papers, and their versions, that do not exist for somebody."""

    papers: frozenset[int]
    versions: frozenset[int]

    def state(self, state: State) -> State:
        """The full copy of the room without them."""
        hidden = state.document is not None and state.document.paper in self.papers
        document = None if hidden else state.document
        return state.model_copy(
            update={"items": self.items(state.items), "document": document, "document_barred": hidden}
        )

    def items(self, items: Iterable[ItemState]) -> tuple[ItemState, ...]:
        """The agenda without them; an item that lost one says so."""
        return tuple(self._item(item) for item in items)

    def _item(self, item: ItemState) -> ItemState:
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
            case _:
                return message


def shields(meeting_id: int) -> dict[int, Shield]:
    """The shield of each person that has one. One query when nobody is excluded from any of the papers."""
    tabled = TabledPaper.objects.filter(item__meeting=meeting_id).order_by().values_list("paper", flat=True)
    hidden: dict[int, set[int]] = {}
    for paper, people in excluded_from(tabled).items():
        for person in people:
            hidden.setdefault(person, set()).add(paper)
    if not hidden:
        return {}
    papers = set().union(*hidden.values())
    rows = list(PaperVersion.objects.filter(paper__in=papers).values_list("paper", "pk"))
    return {
        person: Shield(frozenset(of), frozenset(version for paper, version in rows if paper in of))
        for person, of in hidden.items()
    }
