"""Reading: which version, how far, and who has and has not."""

from collections.abc import Iterable, Mapping

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone

from documents.models import Paper, PaperVersion, Reading
from documents.sharing import invited_readers
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.organisation.models import Appointment


def version_for(user: User, paper: Paper) -> PaperVersion | None:
    """The version that ``user`` reads: the published one, else the latest they may see (own people, who approves)."""
    if paper.published_version and paper.state == Paper.State.PUBLISHED:
        return paper.published_version
    return paper.versions.visible_to(user).first()


def earlier_version(user: User, newer: PaperVersion | None, known: Iterable[PaperVersion]) -> PaperVersion | None:
    """Of the versions that ``user`` knows and that are older than ``newer``: the one they last read, else the latest."""
    older = {version.pk: version for version in known if newer and version.number < newer.number}
    read = Reading.objects.filter(person=user, version__in=older).order_by("-version__number").first()
    if read is not None:
        return older[read.version_id]
    return max(older.values(), key=lambda version: version.number, default=None)


def known_to(user: User, version: PaperVersion) -> dict[int, Reading]:
    """What ``user`` has opened of the paper up to ``version``, by the version's id."""
    read = Reading.objects.filter(person=user, version__paper=version.paper_id, version__number__lte=version.number)
    return {reading.version_id: reading for reading in read}


def read_before(version: PaperVersion, user: User, known: Mapping[int, Reading]) -> PaperVersion | None:
    """Of those ``known_to`` them the latest that ``user`` may still open, while they have not come to know ``version``."""
    if not known or version.pk in known:  # nearly always: whether they may still open it is the dearer question
        return None
    return PaperVersion.objects.visible_to(user).filter(pk__in=known).order_by("-number").first()


def begin(version: PaperVersion, page: int, *, user: User, by: Appointment | None = None) -> None:
    """As ``turn_to``, for who has, as far as is known, not opened ``version`` yet: that they did is on record."""
    page = _within(version, page)
    first = Reading(version=version, person=user, last_page=page, furthest_page=page)
    Reading.objects.bulk_create([first], ignore_conflicts=True)  # another tab may open it at this moment
    log.record("paper.opened", by=by, user=user, target=version.paper, version=version.number)


def turn_to(version: PaperVersion, page: int, *, user: User, by: Appointment | None = None) -> None:
    """Note that ``user`` is on ``page`` (from 1; brought within the version's pages). The furthest stays."""
    page = _within(version, page)
    readings = Reading.objects.filter(version=version, person=user)
    turned = readings.update(
        last_page=page,
        furthest_page=Greatest(F("furthest_page"), page),
        last_at=timezone.now(),
    )
    if not turned:
        begin(version, page, user=user, by=by)


def _within(version: PaperVersion, page: int) -> int:
    return max(1, min(page, version.page_count or 1))


def invited_with_progress(paper: Paper) -> QuerySet[User]:
    """Those invited to read, each with ``furthest_page`` and ``last_at`` of the published version.

    Both are None for whoever has not opened it; they come first. ``read_number`` is the latest version they opened.
    """
    opened = Reading.objects.filter(version__paper=paper, person=OuterRef("pk")).order_by("-version__number")
    published = Reading.objects.filter(version_id=paper.published_version_id, person=OuterRef("pk"))
    return (
        invited_readers(paper)
        .annotate(
            furthest_page=Subquery(published.values("furthest_page")),
            last_at=Subquery(published.values("last_at")),
            read_number=Subquery(opened.values("version__number")[:1]),
        )
        .order_by(F("last_at").asc(nulls_first=True), "search_name", "pk")
    )


def counts(paper: Paper) -> tuple[int, int]:
    """(how many of those invited have opened the published version, how many are invited)."""
    invited = invited_readers(paper)
    opened = invited.filter(readings__version_id=paper.published_version_id) if paper.published_version_id else None
    return (opened.distinct().count() if opened is not None else 0), invited.count()
