"""Queries on papers: who may read what."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from eoffice.accounts.names import folded
from eoffice.organisation.models import Unit

if TYPE_CHECKING:
    from documents.models import Paper, PaperVersion
    from eoffice.accounts.models import User


def _own(user: "User") -> Q:
    written = Q(created_by__person=user, owner_unit__in=Unit.objects.of_member(user))
    return Q(owner_unit__in=Unit.objects.represented_by(user)) | written


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers."""

    def visible_to(self, user: "User") -> "PaperQuerySet":
        """Papers ``user`` may open (docs/domain/papers.md).

        Drafts and withdrawn ones: the author's, and those of a unit they answer for. Published ones: also
        those of units below theirs, and those granted to them or to a unit they answer for.
        """
        below = Q(owner_unit__in=Unit.objects.under_authority_of(user))
        published = Q(state="published") & (below | Q(pk__in=self._granted_to(user)))
        return self.filter(_own(user) | published)

    def owned_by(self, user: "User") -> "PaperQuerySet":
        """Papers of a unit that ``user`` answers for, and those they wrote for a unit they still belong to."""
        return self.filter(_own(user))

    def granted_to(self, user: "User") -> "PaperQuerySet":
        """Published papers that ``user`` is invited to read, in person or for a unit they answer for."""
        return self.filter(state="published", pk__in=self._granted_to(user))

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

    def _granted_to(self, user: "User") -> models.QuerySet[Any, Any]:
        from documents.models import Grant

        represented = Unit.objects.represented_by(user)
        return Grant.objects.filter(Q(person=user) | Q(unit__in=represented)).values("paper")


class PaperVersionQuerySet(models.QuerySet["PaperVersion"]):
    """Versions of papers."""

    def visible_to(self, user: "User") -> "PaperVersionQuerySet":
        """Every version of one's own papers; of the others those that were published."""
        from documents.models import Paper

        own = Q(paper__in=Paper.objects.owned_by(user).values("pk"))
        readable = Paper.objects.visible_to(user).filter(state="published").values("pk")
        published = Q(paper__in=readable, published_at__isnull=False)
        return self.filter(own | published)
