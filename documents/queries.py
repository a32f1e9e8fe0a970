"""Queries on papers: who may read what."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from eoffice.accounts.names import folded
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of

if TYPE_CHECKING:
    from documents.models import Annotation, Comment, Grant, Paper, PaperVersion
    from eoffice.accounts.models import User


class Door:
    """What lets ``user`` into a paper: conditions on papers, or on rows that name one in their field ``of``."""

    def __init__(self, user: "User", of: str = "") -> None:
        self._standing = standing_of(user)
        self._paper = of or "pk"
        self._field = f"{of}__" if of else ""

    def own(self) -> Q:
        """Of a unit that they answer for, or written by them for a unit they still belong to."""
        written = self._where(created_by__in=self._standing.ever, owner_unit__in=self._standing.member_of)
        return self._where(owner_unit__in=self._standing.represents) | written

    def owns(self, paper: "Paper") -> bool:
        """``own`` of a paper at hand."""
        standing, unit = self._standing, paper.owner_unit_id
        return unit in standing.represents or (unit in standing.member_of and paper.created_by_id in standing.ever)

    def opens(self, paper: "Paper") -> bool:
        """``PaperQuerySet.visible_to`` of a paper at hand (with its ``owner_unit``): two short questions. The long one,
        which Django puts together anew each time, had cost more than everything else in a page's picture.
        """
        if self.owns(paper):
            return True
        return (self._reads(paper) or self._reviews(paper)) and not self._is_barred(paper)

    def opens_version(self, version: "PaperVersion") -> bool:
        """``PaperVersionQuerySet.visible_to`` of a version at hand (with its ``paper`` and that one's ``owner_unit``)."""
        paper, was_published = version.paper, version.published_at is not None
        if self.owns(paper):
            return True
        is_laid_before = version.submitted_at is not None or (was_published and paper.state == "published")
        may = (was_published and self._reads(paper)) or (is_laid_before and self._reviews(paper))
        return may and not self._is_barred(paper)

    def _reads(self, paper: "Paper") -> bool:
        below = not paper.confined and paper.owner_unit.path.startswith(self._standing.authority)
        return paper.state == "published" and (below or self._is_granted(paper, reviews=False))

    def _reviews(self, paper: "Paper") -> bool:
        return self._is_granted(paper, reviews=True) and paper.versions.filter(submitted_at__isnull=False).exists()

    def _is_granted(self, paper: "Paper", *, reviews: bool) -> bool:
        from documents.models import Grant

        mine = Q(person=self._standing.person) | Q(unit__in=self._standing.represents)
        return Grant.objects.filter(mine, paper=paper.pk, reviews=reviews).exists()

    def _is_barred(self, paper: "Paper") -> bool:
        from documents.models import Exclusion

        return Exclusion.objects.filter(self._standing.reached(), paper=paper.pk).exists()

    def published(self) -> Q:
        """Published by a unit under their authority, or published and granted to them."""
        below = Unit.objects.filter(self._standing.over()).order_by().values("pk")
        return self._where(state="published") & (self._where(owner_unit__in=below, confined=False) | self.granted())

    def granted(self) -> Q:
        """Granted to them to be read."""
        return self._through_grants(self._paper, reviews=False)

    def submitted(self) -> Q:
        """Submitted to them."""
        from documents.models import PaperVersion

        approving = self._through_grants("paper", reviews=True)
        return self._among(PaperVersion.objects.filter(approving, submitted_at__isnull=False).values("paper"))

    def barred(self) -> Q:
        """They are excluded from it: by name, or with a unit to or below which they belong."""
        from documents.models import Exclusion

        return self._among(Exclusion.objects.filter(self._standing.reached()).values("paper"))

    def _through_grants(self, field: str, *, reviews: bool) -> Q:
        """``field`` is a paper granted in person, or to a unit they answer for: apart, each has its index."""
        from documents.models import Grant

        grants = Grant.objects.filter(reviews=reviews)
        in_person = grants.filter(person=self._standing.person).values("paper")
        for_units = grants.filter(unit__in=self._standing.represents).values("paper")
        return Q((f"{field}__in", in_person)) | Q((f"{field}__in", for_units))

    def _among(self, papers: models.QuerySet[Any, Any]) -> Q:
        return Q((f"{self._paper}__in", papers))

    def _where(self, **conditions: Any) -> Q:
        return Q(*((self._field + name, value) for name, value in conditions.items()))


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers."""

    def visible_to(self, user: "User") -> "PaperQuerySet":
        """Papers ``user`` may open (docs/domain/papers.md).

        Drafts and withdrawn ones: the author's, and those of a unit they answer for. Published ones: also
        those of units below theirs, and those granted to them or to a unit they answer for. Submitted ones:
        also those they approve. None of the latter from which they are excluded.
        """
        door = Door(user)
        return self.filter(door.own() | ((door.published() | door.submitted()) & ~door.barred()))

    def owned_by(self, user: "User") -> "PaperQuerySet":
        """Papers of a unit that ``user`` answers for, and those they wrote for a unit they still belong to."""
        return self.filter(Door(user).own())

    def reviewed_by(self, user: "User") -> "PaperQuerySet":
        """Papers that were submitted and that ``user`` approves."""
        door = Door(user)
        return self.filter(door.submitted() & ~door.barred())

    def granted_to(self, user: "User") -> "PaperQuerySet":
        """Published papers that ``user`` is invited to read, in person or for a unit they answer for."""
        door = Door(user)
        return self.filter(door.granted() & ~door.barred(), state="published")

    def unread_by(self, user: "User") -> "PaperQuerySet":
        """Of the papers granted to ``user``, those whose published version they have not opened."""
        from documents.models import Reading

        opened = Reading.objects.filter(version=OuterRef("published_version"), person=user)
        return self.granted_to(user).filter(~Exists(opened))

    def shared_for(self, reason: str) -> "PaperQuerySet":
        """Papers granted for ``reason`` ("meeting:7")."""
        from documents.models import Grant

        return self.filter(pk__in=Grant.objects.filter(reason=reason).values("paper"))

    def matching(self, words: str) -> "PaperQuerySet":
        """Papers whose title contains each of ``words``, with or without diacritics."""
        condition = Q()
        for word in folded(words).split():
            condition &= Q(search_title__contains=word)
        return self.filter(condition)


def grants_to(user: "User") -> "models.QuerySet[Grant]":
    """The grants that reach ``user``: in person, or for a unit they answer for."""
    from documents.models import Grant

    return Grant.objects.filter(Q(person=user) | Q(unit__in=standing_of(user).represents))


class PaperVersionQuerySet(models.QuerySet["PaperVersion"]):
    """Versions of papers."""

    def visible_to(self, user: "User") -> "PaperVersionQuerySet":
        """Every version of one's own papers; of those one approves, what was submitted; of the others what was published."""
        door = Door(user, "paper")
        shown = Q(published_at__isnull=False, paper__state="published")
        readable = door.published() & Q(published_at__isnull=False)
        laid_before = door.submitted() & (shown | Q(submitted_at__isnull=False))
        return self.filter(door.own() | ((readable | laid_before) & ~door.barred()))


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Private marks on papers."""

    def visible_to(self, user: "User") -> "AnnotationQuerySet":
        """Those ``user`` made, on versions that they may open now. Nobody sees another's."""
        from documents.models import PaperVersion

        return self.filter(person=user, version__in=PaperVersion.objects.visible_to(user).values("pk"))


class CommentQuerySet(models.QuerySet["Comment"]):
    """Comments on papers."""

    def visible_to(self, user: "User") -> "CommentQuerySet":
        """Those on versions that ``user`` may open now, whoever wrote them; deleted ones among them."""
        from documents.models import PaperVersion

        return self.filter(version__in=PaperVersion.objects.visible_to(user).values("pk"))
