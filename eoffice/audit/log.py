"""Recording an act, in the same transaction as the act itself."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from eoffice.audit.models import Entry


def record(
    action: str,
    *,
    by: Any = None,
    target: models.Model | None = None,
    user: Any = None,
    **detail: Any,
) -> Entry:
    """Append one entry.

    ``by`` is the appointment the act was done under; ``user`` is given instead when there is none
    (an administrator, a sign-in). ``detail`` must be JSON.
    """
    return Entry.objects.create(
        action=action,
        appointment=by or None,  # a view's lazy ``request.acting`` may stand for None
        actor=by.person if by else user,
        target_type=ContentType.objects.get_for_model(target) if target is not None else None,
        target_id=target.pk if target is not None else None,
        target_label=str(target)[:250] if target is not None else "",
        detail=detail,
    )
