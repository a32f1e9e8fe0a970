"""Telling people: a row each, a live push on commit, a mail as a job."""

from collections.abc import Callable, Iterable

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction
from django.utils import translation
from kombu.exceptions import OperationalError

from eoffice.accounts.languages import known_language
from eoffice.accounts.models import User
from eoffice.notifications.models import Notification
from eoffice.realtime import user_group

log = structlog.get_logger(__name__)

Text = str | Callable[[], str]
"""A text, or a function that makes it in the language then active: each person is told in their own."""


def send(
    recipients: Iterable[User],
    *,
    kind: str,
    title: Text,
    body: Text = "",
    url: str = "",
    mail: bool = False,
    calendar: str = "",
) -> None:
    """Notify each of ``recipients`` once.

    ``kind`` is a stable code ("task.assigned"); ``url`` a path on this site. With ``mail`` a mail job is
    queued for those who have an address; ``calendar`` is iCalendar text attached to that mail.
    """
    people = {person.pk: person for person in recipients}
    texts = {language: _texts(language, title, body) for language in {person.language for person in people.values()}}
    rows = Notification.objects.bulk_create(
        Notification(
            recipient=person,
            kind=kind,
            title=texts[person.language][0],
            body=texts[person.language][1],
            url=url,
            mail_state=Notification.MailState.WAITING if mail and person.email else Notification.MailState.NONE,
            calendar=calendar,
        )
        for person in people.values()
    )
    transaction.on_commit(lambda: async_to_sync(_push)(rows))
    if mail:
        transaction.on_commit(_start_mailing)


def _texts(language: str, title: Text, body: Text) -> tuple[str, str]:
    with translation.override(known_language(language)):
        return _made(title)[:250], _made(body)


def _made(text: Text) -> str:
    return text if isinstance(text, str) else text()


async def _push(rows: list[Notification]) -> None:
    """Tell the open pages of each recipient; one event loop for all of them."""
    layer = get_channel_layer()
    assert layer is not None  # every role's settings name one
    for row in rows:
        await layer.group_send(user_group(row.recipient_id), {"type": "person.notified", "notification": row.pk})


def _start_mailing() -> None:
    """Send at once instead of at the next beat; a queue that is down only means later."""
    from eoffice.notifications.tasks import sweep

    try:
        sweep.apply_async(retry=False)
    except OperationalError:
        log.warning("mail_waits_for_beat")
