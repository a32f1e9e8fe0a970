"""What a person wants by mail, chosen by themselves."""

import datetime as dt

from django.db import transaction

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.notifications.models import Preference


@transaction.atomic
def choose(
    person: User,
    *,
    quiet_from: dt.time,
    quiet_until: dt.time,
    days_off: bool,
    tasks: str,
    documents: str,
    digest: bool,
) -> Preference:
    """Keep it. What is already waiting keeps the time that it has."""
    values = {
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "days_off": days_off,
        "tasks": tasks,
        "documents": documents,
        "digest": digest,
    }
    chosen, _new = Preference.objects.update_or_create(person=person, defaults=values)
    log.record("person.mail_chosen", user=person, target=person, **{name: str(value) for name, value in values.items()})
    return chosen
