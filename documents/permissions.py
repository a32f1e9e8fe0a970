"""Who may do what with a paper. Seeing is ``visible_to`` in lists, and ``may_open`` of one at hand, which say the same."""

from django.db.models import QuerySet

from documents.incoming_queries import served_by
from documents.models import Paper, PaperVersion
from documents.queries import Door
from eoffice.accounts.models import User
from eoffice.organisation.models import Unit
from eoffice.organisation.standing import standing_of


def may_open(user: User, paper: Paper) -> bool:
    """Open a paper that was read with its ``owner_unit``."""
    return Door(user).opens(paper)


def may_open_version(user: User, version: PaperVersion) -> bool:
    """Open a version that was read with ``paper__owner_unit``."""
    return Door(user).opens_version(version)


def may_take_original(user: User, paper: Paper) -> bool:
    """Download the file as it was handed in: its own people, and who approves it."""
    return may_manage(user, paper) or approves(user, paper)


def may_take_copy(user: User, paper: Paper) -> bool:
    """Save and print the reading copy, and keep it on one's own machine: every reader, unless it is only to be looked at."""
    return not paper.is_view_only or may_take_original(user, paper)


def approves(user: User, paper: Paper) -> bool:
    """The paper was submitted to them."""
    asked_for = paper.submitted_to_id is not None
    return asked_for and Paper.objects.reviewed_by(user).filter(pk=paper.pk).exists()


def may_manage(user: User, paper: Paper) -> bool:
    """Add versions, publish, withdraw, see who has read: the author, or who answers for the owning unit."""
    return Door(user).owns(paper)


def may_see_readership(user: User, paper: Paper) -> bool:
    """Know who can see it, and try it as one of them: its own people, and who approves it."""
    return may_take_original(user, paper)


def may_handle_comments(user: User, paper: Paper) -> bool:
    """Allow comments, say what became of them, take them all away as a sheet: its own people, and who approves it."""
    return may_take_original(user, paper)


def keeps_registers(user: User) -> bool:
    """Whether there are ``kept_registers``. No query."""
    return bool(standing_of(user).represents)


def kept_registers(user: User) -> QuerySet[Unit]:
    """Units whose registers ``user`` keeps: those they answer for, and those that an office (văn phòng) of theirs serves."""
    units: QuerySet[Unit] = Unit.objects.filter(served_by(user))
    return units.order_by("path")
