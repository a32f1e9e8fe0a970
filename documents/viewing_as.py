"""What another person would see of a paper ("Xem như …").

It asks the very functions that the paper's addresses ask, for that person, and tells no more of the answer than the viewer
may see themselves.
"""

from dataclasses import dataclass

from django.db import transaction

from documents import reading
from documents.models import Paper, PaperVersion
from documents.permissions import may_manage, may_see_readership, may_take_copy, may_take_original
from documents.readership import Reader, Readership
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.organisation.models import Appointment


@dataclass(frozen=True)
class Sight:
    """What a person gets from the paper's addresses."""

    opens: bool
    version: PaperVersion | None = None
    """The one they are given when they open it."""
    versions: tuple[PaperVersion, ...] = ()
    """All they may open, the newest first."""
    copies: bool = False
    original: bool = False
    manages: bool = False
    sees_readership: bool = False


def sight_of(person: User, paper: Paper) -> Sight:
    """What ``person`` sees of ``paper``. A constant number of queries."""
    visible = Paper.objects.visible_to(person).filter(pk=paper.pk).exists()
    if not person.is_active or not visible:
        return Sight(opens=False)
    return Sight(
        opens=True,
        version=reading.version_for(person, paper),
        versions=tuple(paper.versions.visible_to(person)),
        copies=may_take_copy(person, paper),
        original=may_take_original(person, paper),
        manages=may_manage(person, paper),
        sees_readership=may_see_readership(person, paper),
    )


@dataclass(frozen=True)
class Told:
    """``Sight`` as far as the viewer may know it, with the person's ``reader`` line: why, in words."""

    person: User
    reader: Reader | None
    opens: bool
    version: PaperVersion | None
    versions: tuple[PaperVersion, ...]
    copies: bool
    """They may save and print the reading copy."""
    original: bool
    manages: bool
    sees_readership: bool
    knows_more: bool
    """They are of the paper's own people, the viewer is not: of versions that were not submitted nothing is said."""


@transaction.atomic
def view_as(person: User, paper: Paper, known: Readership, *, viewer: User, by: Appointment | None) -> Told:
    """What ``person`` sees of ``paper``, told to ``viewer``; it goes on record.

    ``known`` is the paper's readership as told to ``viewer``. The caller has checked ``may_see_readership``.
    """
    sight = sight_of(person, paper)
    mine = set(paper.versions.visible_to(viewer).values_list("pk", flat=True))
    log.record("paper.viewed_as", by=by, user=viewer, target=paper, person=person.full_name, person_id=person.pk)
    return Told(
        person=person,
        reader=known.of(person),
        opens=sight.opens,
        version=sight.version if sight.version and sight.version.pk in mine else None,
        versions=tuple(version for version in sight.versions if version.pk in mine),
        copies=sight.copies,
        original=sight.original,
        manages=sight.manages,
        sees_readership=sight.sees_readership,
        knows_more=sight.manages and not may_manage(viewer, paper),
    )
