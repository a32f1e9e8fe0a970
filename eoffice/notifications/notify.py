"""Telling people: a row each, a live push on commit, a mail as a job."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone, translation

from eoffice.accounts.languages import known_language
from eoffice.accounts.models import User
from eoffice.notifications import quiet
from eoffice.notifications.models import Notification
from eoffice.queueing import start_on_commit
from eoffice.realtime import group_send, user_group

Text = str | Callable[[], str]
"""A text, or a function that makes it in the language then active: each person is told in their own."""


def send(
    recipients: Iterable[User],
    *,
    kind: str,
    title: Text,
    body: Text = "",
    url: str | Callable[[User], str] = "",
    mail: bool = False,
    urgent: bool = False,
    calendar: str | Callable[[User], str] = "",
) -> None:
    """Notify each of ``recipients`` once.

    ``kind`` is a stable code ("task.assigned"); ``url`` a path on this site, or who is told leads to which.
    With ``mail`` a mail job is queued for those who have an address and want it, ``urgent`` or not, to be sent when they want it (``quiet``);
    ``calendar`` is iCalendar text attached to that mail, or what makes it for each.
    """
    people = {person.pk: person for person in recipients}
    texts = {language: _texts(language, title, body) for language in {person.language for person in people.values()}}
    planned = quiet.plans(people.values(), kind, timezone.now(), urgent=urgent) if mail else {}
    rows = Notification.objects.bulk_create(
        Notification(
            recipient=person,
            kind=kind,
            title=texts[person.language][0],
            body=texts[person.language][1],
            url=url if isinstance(url, str) else url(person),
            mail_state=planned.get(person.pk, quiet.SILENT).state,
            mail_next_at=planned.get(person.pk, quiet.SILENT).next_at,
            bundled=planned.get(person.pk, quiet.SILENT).bundled and not calendar,
            calendar=calendar if isinstance(calendar, str) else calendar(person),
        )
        for person in people.values()
    )
    announce(rows, mail=mail)


def announce(rows: list[Notification], *, mail: bool) -> None:
    """Once ``rows`` are committed: a push to the open pages of their recipients, and the mails are begun."""
    transaction.on_commit(lambda: _push(rows))
    if mail:
        _start_mailing()


def without_unread(people: Iterable[User], *, kind: str, url: str) -> list[User]:
    """Of ``people`` those whom no unread notice of that kind leads to ``url`` already: many things are told once."""
    known = Notification.objects.filter(kind=kind, url=url, read_at=None).values_list("recipient", flat=True)
    told = set(known)
    return [person for person in people if person.pk not in told]


def take_back(people: Iterable[int], *, url: str) -> None:
    """Remove what ``people`` were told that leads to ``url``: it does not exist for them any more."""
    Notification.objects.filter(recipient__in=list(people), url=url).delete()


def _texts(language: str, title: Text, body: Text) -> tuple[str, str]:
    with translation.override(known_language(language)):
        return _made(title)[:250], _made(body)


def _made(text: Text) -> str:
    return text if isinstance(text, str) else text()


def _push(rows: list[Notification]) -> None:
    """Tell the open pages of each recipient."""
    for row in rows:
        group_send(user_group(row.recipient_id), {"type": "person.notified", "notification": row.pk})


def _start_mailing() -> None:
    """Send at once instead of at the next beat."""
    from eoffice.notifications.tasks import sweep

    start_on_commit(sweep)
