"""Who may change the organisation."""

from django.contrib.auth.models import AnonymousUser

from eoffice.accounts.models import User


def may_manage_organisation(user: User | AnonymousUser) -> bool:
    """Administrators with the right to add units; everybody signed in may read the directory."""
    return user.is_staff and user.has_perm("organisation.add_unit")
