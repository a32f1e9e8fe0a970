"""The check of people's time: busy, away, or not able to come in time from where they are."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from eoffice.calendar import sources, travelling
from eoffice.calendar.conflicts import Finding, Question, Severity
from eoffice.calendar.sources import Engagement

_WAY = dt.timedelta(minutes=travelling.LONGEST_MINUTES)


def check(question: Question) -> Iterator[Finding]:
    """One query a source, and two for travel."""
    around = sources.engagements(question.everybody, question.starts_at - _WAY, question.ends_at + _WAY)
    around = [one for one in around if (one.source, one.pk) not in question.itself]
    overlapping = [one for one in around if one.starts_at < question.ends_at and one.ends_at > question.starts_at]
    for one in overlapping:
        yield _busy(question, one)
    taken = {one.person_id for one in overlapping}
    beside = [one for one in around if one.person_id not in taken and one.place and not one.away]
    if question.place and beside:
        yield from _hurried(question, beside)


def _busy(question: Question, one: Engagement) -> Finding:
    code = "person-away" if one.away else "person-busy" if one.firm else "person-planned"
    words = {"person-away": _("Vắng mặt"), "person-busy": _("Bận"), "person-planned": _("Bận (dự kiến)")}
    return Finding(
        code=code,
        severity=Severity.SERIOUS if one.person_id in question.leading else Severity.NOTICE,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        subject=f"person:{one.person_id}",
        person_id=one.person_id,
        text=words[code],
        source=one.source,
        pk=one.pk,
        title=one.title,
        url=one.url,
    )


def _hurried(question: Question, beside: list[Engagement]) -> Iterator[Finding]:
    """The last thing before and the first thing after, when it is too far from there."""
    places = travelling.current()
    of: dict[int, list[Engagement]] = defaultdict(list)
    for one in beside:
        of[one.person_id].append(one)
    for person, engagements in of.items():
        before = [one for one in engagements if one.ends_at <= question.starts_at]
        after = [one for one in engagements if one.starts_at >= question.ends_at]
        nearest = [max(before, key=lambda one: one.ends_at)] if before else []
        nearest += [min(after, key=lambda one: one.starts_at)] if after else []
        for one in nearest:
            gap = max(question.starts_at - one.ends_at, one.starts_at - question.ends_at)
            needed = places.between(one.place, question.place)
            if gap < dt.timedelta(minutes=needed):
                yield _too_far(person, one, needed, int(gap.total_seconds() // 60))


def _too_far(person: int, one: Engagement, needed: int, left: int) -> Finding:
    words = _("Cần khoảng %(needed)d phút di chuyển, chỉ có %(left)d phút") % {"needed": needed, "left": left}
    return Finding(
        code="travel",
        severity=Severity.NOTICE,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        subject=f"person:{person}",
        person_id=person,
        text=words,
        source=one.source,
        pk=one.pk,
        title=f"{words}: {one.title}",
        url=one.url,
    )
