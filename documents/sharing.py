"""Who may read a paper once it is published, and through what."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from documents.announcing import readers_changed
from documents.models import Exclusion, Grant, Paper
from eoffice.accounts.models import User
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Position, Unit


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


@dataclass(frozen=True)
class Barrier:
    """Which papers a unit, or a person, is not to see."""

    papers: tuple[int, ...]
    unit: Unit | None = None
    person: User | None = None


@transaction.atomic
def exclude(barriers: Iterable[Barrier], *, reason: str, label: str = "") -> None:
    """Replace all exclusions of ``reason`` ("meeting:7") by ``barriers``; ``label``: the meeting's title.

    Whoever has one of the papers open and is shut out now loses it from the screen; the list of what they were told no
    longer leads there. The caller has checked the right.
    """
    earlier = Exclusion.objects.filter(reason=reason)
    kept = {(row.paper_id, row.unit_id, row.person_id) for row in earlier}
    wanted = {
        (paper, barrier.unit.pk if barrier.unit else None, barrier.person.pk if barrier.person else None)
        for barrier in barriers
        for paper in barrier.papers
    }
    if kept == wanted:
        return
    earlier.delete()
    Exclusion.objects.bulk_create(
        Exclusion(paper_id=paper, unit_id=unit, person_id=person, reason=reason, label=label[:300])
        for paper, unit, person in wanted
    )
    touched = {paper for paper, _unit, _person in wanted ^ kept}
    _forget_notices({paper for paper, _unit, _person in wanted - kept})
    for paper in touched:
        readers_changed(paper)


def confine(papers: "QuerySet[Paper]", *, confined: bool) -> None:
    """From now on rank alone lets nobody read ``papers``, or it does again. The caller has checked the right."""
    changed = list(papers.values_list("pk", flat=True))
    Paper.objects.filter(pk__in=changed).update(confined=confined)
    for paper in changed:
        readers_changed(paper)


def _forget_notices(papers: set[int]) -> None:
    """What people were told of papers that no longer exist for them."""
    for paper, people in excluded_from(papers).items():
        for name in ("paper-read", "paper-detail"):
            notify.take_back(people, url=reverse(name, args=[paper]))


def excluded_from(papers: Iterable[int]) -> dict[int, set[int]]:
    """Of each of ``papers`` the people that are excluded from it today, its own people excepted. At most four queries."""
    rows = list(Exclusion.objects.filter(paper__in=list(papers)).select_related("unit"))
    if not rows:
        return {}
    paths = {row.unit.path for row in rows if row.unit}
    below = reduce(or_, (Q(unit__path__startswith=path) for path in paths), Q(pk__in=[]))
    members = list(Appointment.objects.current().filter(below).values_list("person", "unit__path"))
    found: dict[int, set[int]] = {}
    for row in rows:
        people = found.setdefault(row.paper_id, set())
        if row.person_id:
            people.add(row.person_id)
        elif row.unit:
            people.update(person for person, path in members if path.startswith(row.unit.path))
    for paper, own in own_people(found).items():
        found[paper] -= own
    return found


def own_people(papers: Iterable[int]) -> dict[int, set[int]]:
    """Of each of ``papers`` its own people today. Two queries."""
    found: dict[int, set[int]] = {}
    current = Appointment.objects.current()
    owned = Paper.objects.filter(pk__in=list(papers)).select_related("created_by")
    held = current.filter(unit__in=owned.order_by().values("owner_unit")).select_related("position")
    posts: dict[int, list[Appointment]] = {}
    for post in held:
        posts.setdefault(post.unit_id, []).append(post)
    for paper in owned:
        found[paper.pk] = {
            post.person_id
            for post in posts.get(paper.owner_unit_id, [])
            if post.position.duty != Position.Duty.OFFICER or post.person_id == paper.created_by.person_id
        }
    return found


def invited_readers(paper: Paper) -> QuerySet[User]:
    """The people that the grants of ``paper`` reach today: named ones, and who answers for a named unit."""
    grants = paper.grants.filter(reviews=False)
    units = grants.filter(unit__isnull=False).values("unit")
    representatives = Appointment.objects.current().representing().filter(unit__in=units).values("person")
    return User.objects.filter(
        Q(pk__in=grants.filter(person__isnull=False).values("person")) | Q(pk__in=representatives),
        is_active=True,
    ).exclude(pk__in=excluded_from([paper.pk]).get(paper.pk, set()))
