"""Papers kept on a reader's own machine, to be read without network (docs/domain/papers.md, docs/adr/0059).

A pack says what is in it and hands out the keys with which the browser seals it; the bytes are fetched one by one
(``documents.views.files.paper_offline_copy``). Whoever may not open a paper online gets neither.
"""

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from documents import annotating
from documents.models import Annotation, Paper, PaperVersion
from documents.queries import PaperVersionQuerySet
from eoffice.accounts.models import User

LIFETIME = dt.timedelta(days=7)
"""So long a browser may use a key without asking again."""
_SALT = "documents.offline"


@dataclass(frozen=True)
class Section:
    """A heading of the pack, a line under it, and the ids of the papers there: an item of an agenda, mostly."""

    title: str
    papers: Sequence[int]
    note: str = ""


@dataclass(frozen=True)
class Outline:
    """What a pack is about. ``name`` is its own among those of a person; ``address`` gives it anew; ``page`` is its page."""

    name: str
    title: str
    address: str
    page: str
    facts: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def pack(outline: Outline, *, user: User, now: dt.datetime) -> dict[str, object]:
    """The pack as the browser takes it (frontend/src/offline/pack.ts). A constant number of queries.

    Of the papers named in ``outline`` only those that are published, have a reading copy, and that ``user`` may open.
    """
    wanted = {paper for section in outline.sections for paper in section.papers}
    papers, looked_at = _papers(user, wanted)
    marks = _marks(user, papers)
    return {
        "person": user.pk,
        "name": outline.name,
        "title": outline.title,
        "address": outline.address,
        "page": outline.page,
        "facts": [{"name": name, "value": value} for name, value in outline.facts],
        "sections": [
            {"title": each.title, "note": _note(each, looked_at), "papers": [pk for pk in each.papers if pk in papers]}
            for each in outline.sections
        ],
        "papers": [_entry(paper, marks.get(pk, []), user, now) for pk, paper in papers.items()],
        "marking": annotating.addresses(),
        "until": (now + LIFETIME).isoformat(),
        "key": key_of(user, outline.name),
    }


def key_of(user: User, what: str) -> str:
    """The key (256 bits, base64) with which the browser of ``user`` seals ``what``. Kept nowhere: worked out each time."""
    return base64.b64encode(salted_hmac(_SALT, f"{user.pk}:{what}", algorithm="sha256").digest()).decode()


def to_keep(versions: PaperVersionQuerySet) -> PaperVersionQuerySet:
    """Those of ``versions`` that may be kept on a machine, but for papers that are only to be looked at.

    Published, of a published paper, with a reading copy.
    """
    return versions.filter(paper__state=Paper.State.PUBLISHED, published_at__isnull=False, pdf__isnull=False)


def _papers(user: User, wanted: set[int]) -> tuple[dict[int, Paper], dict[int, str]]:
    """Of ``wanted`` what may be kept, by number, and the titles of what may only be looked at."""
    known = Paper.objects.visible_to(user).filter(pk__in=wanted)
    known = known.filter(published_version__in=to_keep(PaperVersion.objects.all()))
    found = {paper.pk: paper for paper in known.select_related("published_version__pdf", "owner_unit")}
    marked = [pk for pk, paper in found.items() if paper.is_view_only]
    if marked:
        free = Paper.objects.owned_by(user) | Paper.objects.reviewed_by(user)
        unbound = set(free.filter(pk__in=marked).values_list("pk", flat=True))
        marked = [pk for pk in marked if pk not in unbound]
    return found, {pk: found.pop(pk).title for pk in marked}


def _note(section: Section, looked_at: dict[int, str]) -> str:
    titles = [looked_at[pk] for pk in section.papers if pk in looked_at]
    left_out = _("Chỉ xem khi có mạng: %(titles)s") % {"titles": ", ".join(titles)} if titles else ""
    return " · ".join(part for part in (section.note, left_out) if part)


def _marks(user: User, papers: dict[int, Paper]) -> dict[int, list[Annotation]]:
    found: dict[int, list[Annotation]] = {}
    marks = Annotation.objects.visible_to(user).filter(version__paper__in=papers).select_related("version")
    for mark in marks.order_by("page", "created_at", "pk"):
        found.setdefault(mark.version.paper_id, []).append(mark)
    return found


def _entry(paper: Paper, marks: Sequence[Annotation], user: User, now: dt.datetime) -> dict[str, object]:
    version = paper.published_version
    assert version is not None and version.pdf is not None
    until = now + LIFETIME
    return {
        "paper": paper.pk,
        "version": version.pk,
        "number": version.number,
        "title": paper.title,
        "unit": paper.owner_unit.name,
        "pages": version.page_count,
        "size": version.pdf.size,
        "copy": reverse("paper-offline-copy", args=[version.pk]),
        "list": reverse("paper-annotations", args=[paper.pk]),
        "read": reverse("paper-read", args=[paper.pk]),
        "until": min(until, paper.expires_at or until).isoformat(),
        "key": key_of(user, f"version-{version.pk}"),
        "marks": annotating.as_json(marks),
    }
