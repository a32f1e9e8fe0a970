"""Who may do what with a paper. Seeing is ``Paper.objects.visible_to``."""

from documents.models import Paper
from documents.queries import Door
from eoffice.accounts.models import User


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
