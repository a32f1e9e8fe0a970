"""Finding papers for a person: never more than they may open, each with the places that were hit."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from documents.models import Page, Paper, PaperVersion
from documents.search import index
from documents.search.words import Phrase, Word, matches, phrases_of, shown, words_of
from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.organisation.models import Unit

PER_PAGE = 10
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
    """A page of what was found."""

    page: "ListPage[Any]"
    hits: list[Hit]


def find(user: User, typed: str, filters: Filters, number: str | None) -> Found | None:
    """Page ``number`` of the papers in whose title, or on one of whose pages, everything ``typed`` stands.

    Titles first, then the newest. Only the version that ``user`` reads is searched. None when ``typed`` holds no word.
    """
    phrases = phrases_of(typed)
    if not phrases:
        return None
    in_title = Q(pk__in=index.found("title", phrases))
    hit = _narrowed(Paper.objects.visible_to(user), filters).filter(in_title | _on_a_page(user, phrases))
    ordered = hit.annotate(titled=Exists(Paper.objects.filter(in_title, pk=OuterRef("pk")))).select_related(
        "owner_unit"
    )
    page = Paginator(ordered.order_by("-titled", "-created_at", "-pk"), PER_PAGE).get_page(number)
    return Found(page, _hits(user, list(page), phrases))


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


def _on_a_page(user: User, phrases: list[Phrase]) -> Q:
    """Of papers that ``user`` may open: everything stands on one page of the version they read.

    That is the published one; of a paper that is not published, the latest for its own people, the latest submitted
    for who approves it (as ``documents.reading.version_for``).
    """
    pages = Page.objects.filter(pk__in=index.found("page", phrases))
    published = pages.filter(
        version__paper__published_version=F("version"), version__paper__state=Paper.State.PUBLISHED
    )
    others = pages.exclude(version__paper__state=Paper.State.PUBLISHED)
    newer = PaperVersion.objects.filter(paper=OuterRef("version__paper"), number__gt=OuterRef("version__number"))
    latest = others.filter(~Exists(newer))
    submitted = others.filter(~Exists(newer.filter(submitted_at__isnull=False)), version__submitted_at__isnull=False)
    own = Q(pk__in=Paper.objects.owned_by(user).values("pk"))
    return (
        Q(pk__in=published.values("version__paper"))
        | (own & Q(pk__in=latest.values("version__paper")))
        | (~own & Q(pk__in=submitted.values("version__paper")))
    )


def _hits(user: User, papers: list[Paper], phrases: list[Phrase]) -> list[Hit]:
    """Six queries at most, for any number of papers."""
    versions = _versions_read(user, papers)
    here = Page.objects.filter(version__in=versions.values(), pk__in=index.found("page", phrases))
    rank = Window(RowNumber(), partition_by=F("version"), order_by=F("number").asc())
    first_pages: dict[int, list[Page]] = {}
    for page in here.annotate(rank=rank).filter(rank__lte=PLACES_SHOWN).order_by("number"):
        first_pages.setdefault(page.version_id, []).append(page)
    totals = dict(here.order_by().values_list("version").annotate(count=Count("pk")))
    return [_hit(paper, versions.get(paper.pk), first_pages, totals, phrases) for paper in papers]


def _versions_read(user: User, papers: list[Paper]) -> dict[int, PaperVersion]:
    """The version of each paper that ``user`` reads."""
    read: dict[int, PaperVersion] = {}
    published = {paper.pk: paper.published_version_id for paper in papers if paper.state == Paper.State.PUBLISHED}
    for version in PaperVersion.objects.visible_to(user).filter(paper__in=papers).order_by("number"):
        if published.get(version.paper_id, version.pk) == version.pk:
            read[version.paper_id] = version
    return read


def _hit(
    paper: Paper,
    version: PaperVersion | None,
    first_pages: dict[int, list[Page]],
    totals: dict[int, int],
    phrases: list[Phrase],
) -> Hit:
    pages = first_pages.get(version.pk, []) if version else []
    return Hit(
        paper=paper,
        version=version,
        title=marked(paper.title, phrases),
        places=[_place(page, phrases) for page in pages],
        more=(totals.get(version.pk, 0) if version else 0) - len(pages),
    )


def _place(page: Page, phrases: list[Phrase]) -> Place:
    return Place(page.number, excerpt(page.text, phrases), page.text_source == Page.Source.RECOGNISED)


def marked(text: str, phrases: list[Phrase], first: int = 0, last: int | None = None) -> list[Piece]:
    """``text`` from character ``first`` to ``last`` in pieces, marked where a phrase stands."""
    words, text = words_of(text), shown(text)
    last = len(text) if last is None else last
    pieces, at = [], first
    for start, end in _spans(words, phrases):
        if start < at or end > last:
            continue
        if start > at:
            pieces.append(Piece(_plain(text[at:start]), hit=False))
        pieces.append(Piece(_plain(text[start:end]), hit=True))
        at = end
    if at < last:
        pieces.append(Piece(_plain(text[at:last]), hit=False))
    return pieces


def excerpt(text: str, phrases: list[Phrase]) -> list[Piece]:
    """What stands around the first place in ``text`` where one of ``phrases`` does."""
    words = words_of(text)
    spans = _spans(words, phrases)
    if not spans:
        return []
    first_hit = next(place for place, word in enumerate(words) if word.start == spans[0][0])
    first, last = max(0, first_hit - WORDS_BEFORE), min(len(words) - 1, first_hit + WORDS_AFTER)
    pieces = marked(text, phrases, words[first].start, words[last].end)
    before = [Piece("… ", hit=False)] if first else []
    after = [Piece(" …", hit=False)] if last < len(words) - 1 else []
    return [*before, *pieces, *after]


def _spans(words: list[Word], phrases: list[Phrase]) -> list[tuple[int, int]]:
    """Where phrases stand, in order, as (first character, end)."""
    return [
        (word.start, words[at + len(phrase) - 1].end)
        for at, word in enumerate(words)
        for phrase in phrases
        if matches(phrase, words, at)
    ]


def _plain(text: str) -> str:
    """Line ends of the page as spaces."""
    return text.replace("\r", " ").replace("\n", " ")
