"""What stands in the way of something at a time: asked of checks, told in words that the asker may read.

People's time and working hours are checked here; rooms, sites and wide meetings by whoever knows of them: a check is registered
as an app is made ready, as a source of people's time is (docs/adr/0140-conflicts-are-asked-of-checks.md). A fixed number of
queries, however many people.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.calendar import sources
from eoffice.calendar.models import AcceptedConflict


class Severity(models.TextChoices):
    """Whether one may go on just so."""

    SERIOUS = "serious", _("Trùng lịch")
    """Only by accepting it with name and reason."""
    NOTICE = "notice", _("Lưu ý")


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that is to take place from ``starts_at`` until before ``ends_at``."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    leading: frozenset[int] = frozenset()
    """People (ids) without whom it cannot be: who chairs, the leader whose time it is."""
    people: frozenset[int] = frozenset()
    """Others who take part."""
    place: str = ""
    units: frozenset[int] = frozenset()
    """Units that take part from their own sites."""
    resources: frozenset[int] = frozenset()
    """Rooms and other resources that it takes."""
    itself: frozenset[tuple[str, int]] = frozenset()
    """Rows (source, number) that are what is asked about, and stand in nobody's way."""

    @property
    def everybody(self) -> frozenset[int]:
        """All whose time it takes."""
        return self.leading | self.people


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found: ``text`` is for everybody, ``title`` and ``url`` for those who may know the row ``source``, ``pk``."""

    code: str
    """Stable: "person-busy"."""
    severity: Severity
    starts_at: dt.datetime
    ends_at: dt.datetime
    subject: str
    """Stable, of whom it is found: "person:7", "unit:3", "day:2027-02-08"."""
    who: str = ""
    """As shown; of people it may be left out."""
    person_id: int | None = None
    text: str
    source: str = ""
    pk: int = 0
    title: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A finding as one viewer may read it. Not an error: those are ``eoffice.errors.Conflict``."""

    code: str
    severity: Severity
    who: str
    what: str
    """ "Bận" where the viewer may not know more."""
    starts_at: dt.datetime
    ends_at: dt.datetime
    key: str
    """Stable while it is about the same two things."""
    url: str = ""
    overlap: tuple[dt.datetime, dt.datetime]
    """From when to when both would be at once."""
    accepted: AcceptedConflict | None = None

    @property
    def is_open(self) -> bool:
        """It keeps what is asked about from being saved."""
        return self.severity == Severity.SERIOUS and self.accepted is None

    @property
    def severity_label(self) -> str:
        """In words."""
        return str(self.severity.label)

    @property
    def shows_time(self) -> bool:
        """Its time says more than that of what is asked about."""
        return self.code not in ("holiday", "calendar-unconfirmed", "outside-hours")

    @property
    def when(self) -> str:
        """ "08:00–10:00", with the day where it ends on another."""
        start, end = timezone.localtime(self.starts_at), timezone.localtime(self.ends_at)
        if start.date() == end.date():
            return f"{start:%H:%M}–{end:%H:%M}"
        return f"{start:%H:%M %d/%m}–{end:%H:%M %d/%m}"


Check = Callable[[Question], Iterable[Finding]]
"""What is in the way of what is asked about. A fixed number of queries."""
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Ask ``check`` as well."""
    _checks[name] = check


def found(question: Question, viewer: User) -> list[Conflict]:
    """What stands in the way, the serious first, then by code and time, in words that ``viewer`` may read."""
    findings = [
        one for check in _checks.values() for one in check(question) if (one.source, one.pk) not in question.itself
    ]
    known = sources.known_to(viewer, {(one.source, one.pk) for one in findings if one.source})
    nameless = {one.person_id for one in findings if one.person_id and not one.who}
    names = dict(User.objects.filter(pk__in=nameless).values_list("pk", "full_name")) if nameless else {}
    leading = {f"person:{person}" for person in question.leading}
    findings.sort(
        key=lambda one: (one.severity != Severity.SERIOUS, one.subject not in leading, one.code, one.starts_at)
    )
    return [_told(question, one, names, known=(one.source, one.pk) in known) for one in findings]


def _told(question: Question, one: Finding, names: dict[int, str], *, known: bool) -> Conflict:
    return Conflict(
        code=one.code,
        severity=one.severity,
        who=one.who or names.get(one.person_id or 0, ""),
        what=one.title if known and one.title else one.text,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        key=f"{one.code}:{one.source}:{one.pk}:{one.subject}",
        url=one.url if known else "",
        overlap=(max(one.starts_at, question.starts_at), min(one.ends_at, question.ends_at)),
    )


def marked(conflicts: Collection[Conflict], source: str, row: int | None) -> list[Conflict]:
    """``conflicts`` of the row ``source``, ``row`` with what was accepted of them: as long as they overlap no longer than that."""
    if row is None or not conflicts:
        return list(conflicts)
    accepted = {
        one.key: one for one in AcceptedConflict.objects.filter(source=source, row=row).select_related("by__person")
    }
    return [replace(one, accepted=covering(accepted.get(one.key), one.overlap)) for one in conflicts]


def covering(accepted: AcceptedConflict | None, overlap: tuple[dt.datetime, dt.datetime]) -> AcceptedConflict | None:
    """``accepted``, where no more than that overlaps now."""
    if accepted is None or overlap[0] < accepted.starts_at or overlap[1] > accepted.ends_at:
        return None
    return accepted
