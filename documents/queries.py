"""Queries on papers: who may read what."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from eoffice.organisation.models import Unit

if TYPE_CHECKING:
    from documents.models import Paper
    from eoffice.accounts.models import User


class PaperQuerySet(models.QuerySet["Paper"]):
    """Papers."""

    def visible_to(self, user: "User") -> "PaperQuerySet":
        """Papers ``user`` may open: their own unit's, and published ones granted to them or their unit."""
        represented = Unit.objects.represented_by(user)
        own = Q(owner_unit__in=Unit.objects.under_authority_of(user)) | Q(created_by__person=user)
        granted = self.model.objects.filter(Q(grants__person=user) | Q(grants__unit__in=represented))
        return self.filter(own | (Q(state="published") & Q(pk__in=granted.values("pk"))))
