"""Digests: what lies before a person in the morning, in one notice and one mail, once a day however often it is tried."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.urls import reverse

from eoffice.accounts.models import User
from eoffice.notifications import notify, quiet
from eoffice.notifications.models import Digest, DigestDay, Notification


@dataclass(frozen=True)
class Line:
    """One thing: its name, what there is to say about it, and where it leads on this site."""

    text: str
    detail: str
    url: str


@dataclass(frozen=True)
class Section:
    """Things of one sort. ``count`` is of all, ``lines`` are the most urgent."""

    heading: str
    count: int
    lines: Sequence[Line]


@dataclass(frozen=True)
class Contents:
    """What one person is told, in their own language."""

    title: str
    body: str
    sections: Sequence[Section]


Waiting = Callable[[], Mapping[int, Callable[[], Section]]]
"""What waits for people: a person's id → what makes the section of their digest, in the language that is spoken then. A fixed number of
queries, however many people.
"""
_waiting: dict[str, Waiting] = {}


def register(name: str, waiting: Waiting) -> None:
    """Ask ``waiting`` each morning as well: a product says here what its people have to answer."""
    _waiting[name] = waiting


def waiting_for_people() -> dict[int, list[Callable[[], Section]]]:
    """What every product says, by person."""
    found: dict[int, list[Callable[[], Section]]] = {}
    for waiting in _waiting.values():
        for person, section in waiting().items():
            found.setdefault(person, []).append(section)
    return found


def is_done(day: dt.date) -> bool:
    """All digests of ``day`` have been written."""
    return DigestDay.objects.filter(day=day).exists()


def finish(day: dt.date) -> None:
    """Say so. Again: harmless."""
    DigestDay.objects.get_or_create(day=day)


@transaction.atomic
def deliver(day: dt.date, told: Mapping[User, Contents], *, kind: str, now: dt.datetime) -> int:
    """Tell each person of ``told`` what is theirs, unless they have a digest of ``day``; how many were told.

    Digest, notice and mail job of a person are written in one transaction: a process that dies in between leaves nothing,
    and of two at work at once the second finds the rows of the first. Five queries.
    """
    run = uuid.uuid4()
    Digest.objects.bulk_create(
        [
            Digest(recipient=person, day=day, run=run, sections=[asdict(section) for section in contents.sections])
            for person, contents in told.items()
        ],
        ignore_conflicts=True,
    )
    written = Digest.objects.filter(recipient__in=list(told), day=day, run=run).values_list("recipient", "pk")
    people = {person.pk: person for person in told}
    planned = quiet.digest_plans(told, now)
    rows = Notification.objects.bulk_create(
        _notice(people[recipient], told[people[recipient]], digest, kind, planned[recipient])
        for recipient, digest in written
    )
    notify.announce(rows, mail=True)
    return len(rows)


def _notice(person: User, contents: Contents, digest: int, kind: str, plan: quiet.Plan) -> Notification:
    return Notification(
        recipient=person,
        kind=kind,
        title=contents.title[:250],
        body=contents.body,
        url=reverse("notification-digest", args=[digest]),
        digest_id=digest,
        mail_state=plan.state,
        mail_next_at=plan.next_at,
    )
