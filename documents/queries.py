"""Queries on papers: who may read what."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from eoffice.accounts.names import folded
from eoffice.organisation.managers import reaching
from eoffice.organisation.models import Appointment, Unit

if TYPE_CHECKING:
    from documents.models import Annotation, Grant, Paper, PaperVersion
    from eoffice.accounts.models import User


def _own(user: "User") -> Q:
    # Not by a join: each row of a large archive would look up its author.
    written = Q(created_by__in=Appointment.objects.filter(person=user).values("pk"))
    written &= Q(owner_unit__in=Unit.objects.of_member(user))
    return Q(owner_unit__in=Unit.objects.represented_by(user)) | written


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers."""

    def visible_to(self, user: "User") -> "PaperQuerySet":
        """Papers ``user`` may open (docs/domain/papers.md).

        Drafts and withdrawn ones: the author's, and those of a unit they answer for. Published ones: also
        those of units below theirs, and those granted to them or to a unit they answer for. Submitted ones:
        also those they approve. None of the latter from which they are excluded.
        """
        below = Q(owner_unit__in=Unit.objects.under_authority_of(user))
        published = Q(state="published") & (below | self._granted_to(user))
        others = published | Q(pk__in=self._reviewed_by(user))
        return self.filter(_own(user) | (others & ~Q(pk__in=excluding(user))))

    def owned_by(self, user: "User") -> "PaperQuerySet":
        """Papers of a unit that ``user`` answers for, and those they wrote for a unit they still belong to."""
        return self.filter(_own(user))

    def reviewed_by(self, user: "User") -> "PaperQuerySet":
        """Papers that were submitted and that ``user`` approves."""
        return self.filter(pk__in=self._reviewed_by(user)).exclude(pk__in=excluding(user))

    def granted_to(self, user: "User") -> "PaperQuerySet":
        """Published papers that ``user`` is invited to read, in person or for a unit they answer for."""
        return self.filter(self._granted_to(user), state="published").exclude(pk__in=excluding(user))

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

    def _granted_to(self, user: "User") -> Q:
        return _through_grants(user, "pk", reviews=False)

    def _reviewed_by(self, user: "User") -> models.QuerySet[Any, Any]:
        """Ids of papers that were submitted and that ``user`` approves."""
        from documents.models import PaperVersion

        approving = _through_grants(user, "paper", reviews=True)
        return PaperVersion.objects.filter(approving, submitted_at__isnull=False).values("paper")


def _through_grants(user: "User", field: str, *, reviews: bool) -> Q:
    """``field`` is a paper granted to ``user`` in person, or to a unit they answer for: apart, each has its index."""
    from documents.models import Grant

    grants = Grant.objects.filter(reviews=reviews)
    for_units = grants.filter(unit__in=Unit.objects.represented_by(user))
    in_person = grants.filter(person=user)
    return Q((f"{field}__in", in_person.values("paper"))) | Q((f"{field}__in", for_units.values("paper")))


def grants_to(user: "User") -> "models.QuerySet[Grant]":
    """The grants that reach ``user``: in person, or for a unit they answer for."""
    from documents.models import Grant

    return Grant.objects.filter(Q(person=user) | Q(unit__in=Unit.objects.represented_by(user)))


def excluding(user: "User") -> models.QuerySet[Any, Any]:
    """Ids of the papers from which ``user`` is excluded: by name, or with a unit to or below which they belong."""
    from documents.models import Exclusion

    return Exclusion.objects.filter(reaching(user)).values("paper")


class PaperVersionQuerySet(models.QuerySet["PaperVersion"]):
    """Versions of papers."""

    def visible_to(self, user: "User") -> "PaperVersionQuerySet":
        """Every version of one's own papers; of those one approves, what was submitted; of the others what was published."""
        from documents.models import Paper

        own = Q(paper__in=Paper.objects.owned_by(user).values("pk"))
        readable = Paper.objects.visible_to(user).filter(state="published").values("pk")
        published = Q(paper__in=readable, published_at__isnull=False)
        approving = grants_to(user).filter(reviews=True).values("paper")
        submitted = Q(paper__in=approving, submitted_at__isnull=False) & ~Q(paper__in=excluding(user))
        return self.filter(own | published | submitted)


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    """Private marks on papers."""

    def visible_to(self, user: "User") -> "AnnotationQuerySet":
        """Those ``user`` made, on versions that they may open now. Nobody sees another's."""
        from documents.models import PaperVersion

        return self.filter(person=user, version__in=PaperVersion.objects.visible_to(user).values("pk"))
