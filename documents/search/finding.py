"""Finding papers for a person: never more than they may open, each with the places that were hit."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Case, Q, QuerySet, Value, When

from documents.models import Page, Paper, PaperVersion
from documents.search import lookup
from documents.search.words import Phrase, Word, matches, phrases_of, shown, words_of
from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.organisation.models import Unit

PER_PAGE = 10
MOST_FOUND = 100
"""Papers that are counted and shown: whoever finds more asks for more words."""
PLACES_SHOWN = 3
"""Pages of a paper that are shown with what stands there."""
WORDS_BEFORE, WORDS_AFTER = 8, 22
KINDS = (
    "Báo cáo", "Tờ trình", "Nghị quyết", "Quyết định", "Chỉ thị", "Kế hoạch", "Thông báo", "Công văn", "Công điện",
    "Đề án", "Phương án", "Chương trình", "Hướng dẫn", "Quy chế", "Quy định", "Biên bản", "Giấy mời", "Phiếu trình",
)  # fmt: skip
"""Kinds of document by which a title begins, also after "Dự thảo"."""


@dataclass(frozen=True)
class Filters:
    """What the search is narrowed by; None and "" narrow nothing."""

    unit: Unit | None = None
    kind: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    meeting: int | None = None


@dataclass(frozen=True)
class Piece:
    """A piece of text, marked where it was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Place:
    """A page on which everything was found, and what stands there; ``is_recognised``: as a program read the picture."""

    number: int
    pieces: list[Piece]
    is_recognised: bool = False


@dataclass(frozen=True)
class Hit:
    """A paper that was found: in its title, on ``places``, or both."""

    paper: Paper
    version: PaperVersion | None
    title: list[Piece]
    places: list[Place] = field(default_factory=list)
    more: int = 0
    """Pages besides those shown."""


@dataclass(frozen=True)
class Found:
    """A page of what was found; ``beyond``: there are more than ``MOST_FOUND``."""

    page: "ListPage[Any]"
    hits: list[Hit]
    beyond: bool = False


def find(user: User, typed: str, filters: Filters, number: str | None) -> Found | None:
    """Page ``number`` of the papers in whose title, or on one of whose pages, everything ``typed`` stands.

    Titles first, then the newest. Only the version that ``user`` reads is searched. None when ``typed`` holds no word.
    """
    phrases = phrases_of(typed)
    if not phrases:
        return None
    readable = _readable(user, filters)
    titled = lookup.papers_titled(phrases, list(readable), MOST_FOUND + 1)
    paper_of = {version: paper for paper, version in readable.items() if version is not None}
    saying = {paper_of[version] for version in lookup.versions_saying(phrases, list(paper_of), MOST_FOUND + 1)}
    every = saying.union(titled)
    first = [Case(When(pk__in=titled, then=Value(0)), default=Value(1))] if titled else []
    ordered = Paper.objects.filter(pk__in=every).select_related("owner_unit").order_by(*first, "-created_at", "-pk")
    page = Paginator(ordered[:MOST_FOUND], PER_PAGE).get_page(number)
    return Found(page, _hits(list(page), readable, phrases), beyond=len(every) > MOST_FOUND)


def _readable(user: User, filters: Filters) -> dict[int, int | None]:
    """Papers that ``user`` may open and ``filters`` let through → the version they read (``reading.version_for``).

    That is the published one; of a paper that is not published, the latest that they may see.
    """
    papers = _narrowed(Paper.objects.visible_to(user), filters).order_by()
    rows = list(papers.values_list("pk", "state", "published_version"))
    is_published = Paper.State.PUBLISHED.value
    found: dict[int, int | None] = {pk: version if state == is_published else None for pk, state, version in rows}
    waiting = [pk for pk, state, _version in rows if state != is_published]
    if waiting:
        own = Paper.objects.owned_by(user).filter(pk__in=waiting).order_by()
        readable = Q(paper__in=list(own.values_list("pk", flat=True))) | Q(submitted_at__isnull=False)
        versions = PaperVersion.objects.filter(readable, paper__in=waiting)
        found |= dict(versions.order_by("number").values_list("paper", "pk"))
    return found


def _narrowed(papers: "QuerySet[Paper]", filters: Filters) -> "QuerySet[Paper]":
    conditions = Q()
    if filters.unit is not None:
        conditions &= Q(owner_unit__path__startswith=filters.unit.path)
    if filters.kind in KINDS:
        kind = folded(filters.kind)
        conditions &= Q(search_title__startswith=kind) | Q(search_title__startswith=f"du thao {kind}")
    if filters.since is not None:
        conditions &= Q(created_at__date__gte=filters.since)
    if filters.until is not None:
        conditions &= Q(created_at__date__lte=filters.until)
    if filters.meeting is not None:
        conditions &= Q(grants__reason=f"meeting:{filters.meeting}")
    return papers.filter(conditions).distinct() if filters.meeting is not None else papers.filter(conditions)


def _hits(papers: list[Paper], readable: dict[int, int | None], phrases: list[Phrase]) -> list[Hit]:
    """Three queries, for any number of papers."""
    versions = PaperVersion.objects.in_bulk([found for paper in papers if (found := readable[paper.pk])])
    numbers = lookup.pages_saying(phrases, list(versions))
    first = Q()
    for version, pages in numbers.items():
        first |= Q(version=version, number__in=pages[:PLACES_SHOWN])
    shown: dict[int, list[Page]] = {}
    for page in Page.objects.filter(first).order_by("number") if numbers else []:
        shown.setdefault(page.version_id, []).append(page)
    return [_hit(paper, versions.get(readable[paper.pk] or 0), shown, numbers, phrases) for paper in papers]


def _hit(
    paper: Paper,
    version: PaperVersion | None,
    shown: dict[int, list[Page]],
    numbers: dict[int, list[int]],
    phrases: list[Phrase],
) -> Hit:
    pages = shown.get(version.pk, []) if version else []
    return Hit(
        paper=paper,
        version=version,
        title=marked(paper.title, phrases),
        places=[_place(page, phrases) for page in pages],
        more=len(numbers.get(version.pk, [])) - len(pages) if version else 0,
    )


def _place(page: Page, phrases: list[Phrase]) -> Place:
    return Place(page.number, excerpt(page.text, phrases), page.text_source == Page.Source.RECOGNISED)


def marked(text: str, phrases: list[Phrase]) -> list[Piece]:
    """``text`` in pieces, marked where a phrase stands."""
    text = shown(text)
    return _pieces(text, _spans(words_of(text), phrases), 0, len(text))


def excerpt(text: str, phrases: list[Phrase]) -> list[Piece]:
    """What stands around the first place in ``text`` where one of ``phrases`` does."""
    text = shown(text)
    words = words_of(text)
    spans = _spans(words, phrases)
    if not spans:
        return []
    first_hit = next(place for place, word in enumerate(words) if word.start == spans[0][0])
    first, last = max(0, first_hit - WORDS_BEFORE), min(len(words) - 1, first_hit + WORDS_AFTER)
    pieces = _pieces(text, spans, words[first].start, words[last].end)
    before = [Piece("… ", hit=False)] if first else []
    after = [Piece(" …", hit=False)] if last < len(words) - 1 else []
    return [*before, *pieces, *after]


def _pieces(text: str, spans: list[tuple[int, int]], first: int, last: int) -> list[Piece]:
    """``text`` from character ``first`` to ``last``, marked at ``spans``."""
    pieces, at = [], first
    for start, end in spans:
        if start < at or end > last:
            continue
        if start > at:
            pieces.append(Piece(_plain(text[at:start]), hit=False))
        pieces.append(Piece(_plain(text[start:end]), hit=True))
        at = end
    if at < last:
        pieces.append(Piece(_plain(text[at:last]), hit=False))
    return pieces


def _spans(words: list[Word], phrases: list[Phrase]) -> list[tuple[int, int]]:
    """Where phrases stand, in order, as (first character, end)."""
    begins = {phrase[0].folded for phrase in phrases}
    return [
        (word.start, words[at + len(phrase) - 1].end)
        for at, word in enumerate(words)
        if word.folded in begins
        for phrase in phrases
        if matches(phrase, words, at)
    ]


def _plain(text: str) -> str:
    """Line ends of the page as spaces."""
    return text.replace("\r", " ").replace("\n", " ")
