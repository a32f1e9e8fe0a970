"""When and how a person is mailed: their quiet hours (giờ yên tĩnh), and what they want by mail (docs/domain/tasks.md, "Reminders").

Urgent things, and meetings, which do not wait, are mailed at once. Whether offices are open on a day is asked of the working calendar, which lies
above (``ask_open_days``).
"""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from eoffice.accounts.models import User
from eoffice.notifications.models import Notification, Preference

IsOpen = Callable[[dt.date], bool]
_AHEAD = 30
_SATURDAY = 5
_PARTS = {
    "task": "tasks",
    "draft": "tasks",
    "delegation": "tasks",
    "assistant": "tasks",
    "incoming": "documents",
    "paper": "documents",
    "signature": "documents",
    "dispatch": "documents",
    "conclusions": "documents",
    "opinion": "documents",
}
"""First word of a notice's kind → the preference that says how it is mailed; of any other one: at once."""


def _no_weekend(_since: dt.date) -> IsOpen:
    return lambda day: day.weekday() < _SATURDAY


_open_days: Callable[[dt.date], IsOpen] = _no_weekend


def ask_open_days(since: Callable[[dt.date], IsOpen]) -> None:
    """From now on ``since(day)`` gives a function that knows whether people are at work on a day of the month from ``day`` on."""
    global _open_days  # noqa: PLW0603 - set once, as the app above is made ready
    _open_days = since


class Plan(NamedTuple):
    """What becomes of one mail."""

    state: Notification.MailState
    next_at: dt.datetime | None = None
    bundled: bool = False
    """With others that wait, in one mail."""


SILENT, AT_ONCE = Plan(Notification.MailState.NONE), Plan(Notification.MailState.WAITING)


def preference_of(person: User) -> Preference:
    """What ``person`` has chosen, else what holds for everybody; one query."""
    return preferences_of([person])[person.pk]


def preferences_of(people: Iterable[User]) -> dict[int, Preference]:
    """By person; one query."""
    people = list(people)
    chosen = {one.person_id: one for one in Preference.objects.filter(person__in=people)}
    return {person.pk: chosen.get(person.pk) or _common(person) for person in people}


def plans(people: Iterable[User], kind: str, now: dt.datetime, *, urgent: bool) -> dict[int, Plan]:
    """By person: how a notice of ``kind`` is mailed. Two queries, none for what goes at once."""
    people, part = list(people), _PARTS.get(kind.split(".", maxsplit=1)[0])
    if urgent or part is None:
        return {person.pk: AT_ONCE if person.email else SILENT for person in people}
    is_open = _open_days(_local(now).date())
    chosen = preferences_of(people)
    return {person.pk: _plan(chosen[person.pk], part, now, is_open) if person.email else SILENT for person in people}


def digest_plans(people: Iterable[User], now: dt.datetime) -> dict[int, Plan]:
    """By person: how the morning digest is mailed. Two queries."""
    people = list(people)
    is_open, chosen = _open_days(_local(now).date()), preferences_of(people)
    return {
        person.pk: Plan(Notification.MailState.WAITING, loud_from(chosen[person.pk], now, is_open))
        if person.email and chosen[person.pk].digest
        else SILENT
        for person in people
    }


def loud_from(hours: Preference, now: dt.datetime, is_open: IsOpen) -> dt.datetime | None:
    """None: it is not quiet now; else when the quiet hours are over."""
    begins, ends = hours.quiet_from, hours.quiet_until
    if begins == ends:
        return None
    local = _local(now)
    day, time = local.date(), local.time()
    works = _works(hours, is_open)
    if works(day) and not _within(time, begins, ends):
        return None
    if not works(day) or (begins > ends and time >= begins):
        day = _following(day, works)
    return _at(day, ends)


def morning_after(hours: Preference, now: dt.datetime, is_open: IsOpen) -> dt.datetime:
    """When the next morning's mail is sent: with the digest, and not in quiet hours."""
    local = _local(now)
    works = _works(hours, is_open)
    time = settings.DIGEST_AT
    if hours.quiet_from != hours.quiet_until and _within(time, hours.quiet_from, hours.quiet_until):
        time = hours.quiet_until
    today = works(local.date()) and local.time() < time
    return _at(local.date() if today else _following(local.date(), works), time)


def _common(person: User) -> Preference:
    return Preference(person=person, quiet_from=settings.MAIL_QUIET_FROM, quiet_until=settings.MAIL_QUIET_UNTIL)


def _plan(chosen: Preference, part: str, now: dt.datetime, is_open: IsOpen) -> Plan:
    match getattr(chosen, part):
        case Preference.Way.NONE:
            return SILENT
        case Preference.Way.MORNING:
            return Plan(Notification.MailState.WAITING, morning_after(chosen, now, is_open), bundled=True)
    loud = loud_from(chosen, now, is_open)
    return Plan(Notification.MailState.WAITING, loud, bundled=loud is not None)


def _works(hours: Preference, is_open: IsOpen) -> IsOpen:
    return is_open if hours.days_off else lambda _day: True


def _following(day: dt.date, works: IsOpen) -> dt.date:
    last = day + dt.timedelta(days=_AHEAD)
    day += dt.timedelta(days=1)
    while not works(day) and day < last:
        day += dt.timedelta(days=1)
    return day


def _within(time: dt.time, begins: dt.time, ends: dt.time) -> bool:
    if begins > ends:  # over midnight
        return time >= begins or time < ends
    return begins <= time < ends


def _local(now: dt.datetime) -> dt.datetime:
    return timezone.localtime(now, timezone.get_default_timezone())


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time), timezone.get_default_timezone())
