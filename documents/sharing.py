"""Who may read a paper once it is published, and through what."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from documents.models import Grant, Paper
from eoffice.accounts.models import User
from eoffice.organisation.models import Appointment, Unit


@transaction.atomic
def grant_to_meeting(
    paper: Paper,
    *,
    reason: str,
    units: Iterable[Unit] = (),
    persons: Iterable[User] = (),
    label: str = "",
) -> None:
    """Let ``units`` (whoever answers for them) and ``persons`` read ``paper`` for ``reason``.

    Replaces all earlier grants of the same ``reason`` ("meeting:7"), so calling it again after the
    invitations changed is enough; with nobody it revokes them. ``label`` is the reason in words (the
    meeting's title). Grants take effect when the paper is published. The caller has checked the right.
    """
    wanted = {(unit.pk, None) for unit in units} | {(None, person.pk) for person in persons}
    Paper.objects.select_for_update().get(pk=paper.pk)
    earlier = {(grant.unit_id, grant.person_id): grant.pk for grant in paper.grants.filter(reason=reason)}
    Grant.objects.filter(pk__in=[pk for key, pk in earlier.items() if key not in wanted]).delete()
    Grant.objects.bulk_create(
        Grant(paper=paper, unit_id=unit, person_id=person, reason=reason, label=label[:300])
        for unit, person in wanted
        if (unit, person) not in earlier
    )
    paper.grants.filter(reason=reason).exclude(label=label[:300]).update(label=label[:300])


@transaction.atomic
def let_review(paper: Paper, *, reason: str, units: Iterable[Unit], persons: Iterable[User], label: str = "") -> None:
    """Let ``units`` (whoever answers for them) and ``persons`` read what is submitted of ``paper``, for ``reason``.

    Replaces all earlier ones of the same ``reason`` ("review:7"). The caller has checked the right.
    """
    paper.grants.filter(reason=reason).delete()
    readers = [{"unit_id": pk} for pk in {unit.pk for unit in units}]
    readers += [{"person_id": pk} for pk in {person.pk for person in persons}]
    Grant.objects.bulk_create(
        Grant(paper=paper, reason=reason, label=label[:300], reviews=True, **reader) for reader in readers
    )


def invited_readers(paper: Paper) -> QuerySet[User]:
    """The people that the grants of ``paper`` reach today: named ones, and who answers for a named unit."""
    grants = paper.grants.filter(reviews=False)
    units = grants.filter(unit__isnull=False).values("unit")
    representatives = Appointment.objects.current().representing().filter(unit__in=units).values("person")
    return User.objects.filter(
        Q(pk__in=grants.filter(person__isnull=False).values("person")) | Q(pk__in=representatives),
        is_active=True,
    )
