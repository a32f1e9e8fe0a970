"""What the pages of paper requests show, in a fixed number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from eoffice.accounts.models import User
from eoffice.http import number_of
from eoffice.organisation.standing import standing_of
from meetings import permissions
from meetings.models import Meeting, PaperRequest, TabledPaper
from meetings.paper_requests import may_nudge_now

PER_PAGE = 30
SHOWS = ("missing", "submitted", "all")
CHANGING = (*permissions.OPEN_TO_CHANGE, Meeting.State.IN_SESSION)
"""States of a meeting in which its papers may still come."""
RELATED = ("unit", "paper", "paper__submitted_version", "item__meeting")


@dataclass(frozen=True)
class Row:
    """One request of a list. ``mine``: the reader answers for the unit; ``followed``: they prepare the meeting."""

    request: PaperRequest
    mine: bool
    followed: bool

    @property
    def may_nudge(self) -> bool:
        """The reader may remind the unit now."""
        return self.followed and self.request.is_missing and may_nudge_now(self.request)


@dataclass(frozen=True)
class Desk:
    """A page of requests with the filters it was made with."""

    page: "Page[PaperRequest]"
    rows: list[Row]
    show: str
    meeting: Meeting | None
    missing_count: int
    submitted_count: int


def desk_of(user: User, filters: Mapping[str, str]) -> Desk:
    """The page of requests that ``filters`` (show, meeting, page) ask for; nonsense in them is ignored."""
    show = filters.get("show", "")
    show = show if show in SHOWS else "missing"
    known = PaperRequest.objects.visible_to(user)
    number = number_of(filters.get("meeting", ""))
    meeting = None
    if number is not None:
        meeting = Meeting.objects.filter(pk=number, pk__in=known.order_by().values("item__meeting")).first()
    if meeting is not None:
        known = known.filter(item__meeting=meeting)
    lists = {"missing": known.missing(), "submitted": known.to_approve(), "all": known}
    ordered = lists[show].order_by("-due_at" if show == "all" else "due_at", "pk")
    page = Paginator(ordered.select_related(*RELATED), PER_PAGE).get_page(filters.get("page"))
    return Desk(
        page=page,
        rows=rows_of(user, page),
        show=show,
        meeting=meeting,
        missing_count=lists["missing"].count(),
        submitted_count=lists["submitted"].count(),
    )


def rows_of(user: User, requests: Iterable[PaperRequest]) -> list[Row]:
    """``requests`` with what they are to ``user``. Two queries besides their own."""
    found = list(requests)
    represented = standing_of(user).represents
    prepared = set(
        Meeting.objects.prepared_by(user)
        .filter(pk__in={request.item.meeting_id for request in found}, state__in=CHANGING)
        .values_list("pk", flat=True)
    )
    return [Row(each, each.unit_id in represented, each.item.meeting_id in prepared) for each in found]


def requests_at(meeting: Meeting, user: User) -> dict[int, list[PaperRequest]]:
    """The requests of ``meeting`` that ``user`` may know of, by item. One query."""
    by_item: dict[int, list[PaperRequest]] = {}
    known = PaperRequest.objects.visible_to(user).filter(item__meeting=meeting)
    for request in known.select_related("unit", "paper"):
        by_item.setdefault(request.item_id, []).append(request)
    return by_item


def with_lateness(tabled: QuerySet[TabledPaper]) -> QuerySet[TabledPaper]:
    """Each with ``late``: the paper was asked for and came after its deadline."""
    late = PaperRequest.objects.filter(paper=OuterRef("paper"), submitted_at__gt=F("due_at"))
    return tabled.annotate(late=Exists(late))


def to_send(user: User, limit: int) -> list[PaperRequest]:
    """Papers that units of ``user`` still owe, the nearest deadline first."""
    owed = PaperRequest.objects.missing().filter(Q(unit__in=standing_of(user).represents))
    return list(owed.select_related(*RELATED).order_by("due_at", "pk")[:limit])


def to_approve(user: User, limit: int) -> list[PaperRequest]:
    """Papers that lie before ``user`` to be approved, the nearest meeting first."""
    waiting = PaperRequest.objects.to_approve().filter(pk__in=PaperRequest.objects.followed_by(user).values("pk"))
    return list(waiting.select_related(*RELATED).order_by("item__meeting__starts_at", "pk")[:limit])
