"""What people may change about their own account."""

from django.db import transaction

from eoffice.accounts.languages import known_language
from eoffice.accounts.models import User
from eoffice.audit import log


@transaction.atomic
def update_profile(user: User, *, full_name: str, phone: str, language: str) -> User:
    """Change name, phone and language; a change of name is recorded with the former one."""
    user = User.objects.select_for_update().get(pk=user.pk)
    former = user.full_name
    user.full_name, user.phone, user.language = full_name, phone, known_language(language)
    user.save(update_fields=["full_name", "search_name", "phone", "language"])
    if user.full_name != former:
        log.record("person.renamed", user=user, target=user, former=former)
    return user


def choose_language(user: User, language: str) -> None:
    """Remember with the person which language they read."""
    User.objects.filter(pk=user.pk).update(language=known_language(language))
