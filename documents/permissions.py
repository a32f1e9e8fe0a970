"""Who may do what with a paper. Seeing is ``Paper.objects.visible_to``."""

from documents.models import Paper
from eoffice.accounts.models import User


def may_manage(user: User, paper: Paper) -> bool:
    """Add versions, publish, withdraw, see who has read: the author, or who answers for the owning unit."""
    return Paper.objects.owned_by(user).filter(pk=paper.pk).exists()
