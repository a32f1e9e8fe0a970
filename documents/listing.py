"""The list of papers as one person sees it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.urls import NoReverseMatch, reverse

from documents.models import Grant, Paper, PaperVersion
from documents.queries import PaperQuerySet
from eoffice.accounts.models import User
from eoffice.organisation.standing import standing_of

PER_PAGE = 20
SHOWS = ("all", "unread", "mine")


@dataclass(frozen=True)
class Reason:
    """Through what a paper is shared: a meeting's title and the address of its page ("" when it has none)."""

    label: str
    url: str
    meeting: int | None


@dataclass(frozen=True)
class Row:
    """One paper of the list. ``version`` is the published one, for its own people the latest."""

    paper: Paper
    version: PaperVersion | None
    unread: bool
    mine: bool
    reasons: list[Reason]


@dataclass(frozen=True)
class Listing:
    """A page of the list with the filters it was made with."""

    page: ListPage[Paper]
    rows: list[Row]
    words: str
    show: str
    meeting: int | None
    unread_count: int


def shown_to(user: User, filters: Mapping[str, str]) -> Listing:
    """The page of papers that ``filters`` (q, show, meeting, page) ask for; nonsense in them is ignored."""
    show = filters.get("show", "all")
    show = show if show in SHOWS else "all"
    words = filters.get("q", "").strip()[:200]
    meeting = _number(filters.get("meeting", ""))
    papers = _chosen(user, show).matching(words)
    if meeting is not None:
        papers = papers.shared_for(f"meeting:{meeting}")
    unread = Paper.objects.unread_by(user)
    ordered = papers.select_related("owner_unit").annotate(
        unread=Exists(unread.filter(pk=OuterRef("pk"))),
        mine=Exists(Paper.objects.owned_by(user).filter(pk=OuterRef("pk"))),
    )
    page = Paginator(ordered.order_by("-created_at", "-pk"), PER_PAGE).get_page(filters.get("page"))
    return Listing(page, _rows(page, user), words, show, meeting, unread.count())


def reasons_of(papers: Iterable[Paper], user: User) -> dict[int, list[Reason]]:
    """For each paper's id through what it is shared, as far as that concerns ``user``. One query."""
    mine = Q(paper__in=Paper.objects.owned_by(user).values("pk"))
    for_me = Q(person=user) | Q(unit__in=standing_of(user).represents)
    grants = Grant.objects.filter(mine | for_me, paper__in=[paper.pk for paper in papers]).exclude(label="")
    grants = grants.filter(reviews=False)
    found: dict[int, list[Reason]] = {}
    for paper, reason, label in grants.order_by("reason").values_list("paper", "reason", "label").distinct():
        found.setdefault(paper, []).append(reason_in_words(reason, label))
    return found


def _chosen(user: User, show: str) -> PaperQuerySet:
    if show == "unread":
        return Paper.objects.unread_by(user)
    if show == "mine":
        return Paper.objects.owned_by(user)
    return Paper.objects.visible_to(user)


def _rows(page: ListPage[Paper], user: User) -> list[Row]:
    papers: list[Any] = list(page)
    reasons = reasons_of(papers, user)
    latest: dict[int, PaperVersion] = {}
    published: dict[int, PaperVersion] = {}
    for version in PaperVersion.objects.filter(paper__in=papers).order_by("number"):
        latest[version.paper_id] = version
        published[version.pk] = version
    return [
        Row(
            paper,
            latest.get(paper.pk) if paper.mine else published.get(paper.published_version_id),
            paper.unread,
            paper.mine,
            reasons.get(paper.pk, []),
        )
        for paper in papers
    ]


def reason_in_words(reason: str, label: str) -> Reason:
    """What stands behind a grant's ``reason`` ("meeting:7", "review:7"), ``label`` being its words."""
    kind, _colon, number = reason.partition(":")
    meeting = _number(number) if kind in ("meeting", "review") else None
    try:
        url = reverse("meeting-detail", args=[meeting]) if meeting is not None else ""
    except NoReverseMatch:
        url = ""
    return Reason(label, url, meeting)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None
