"""What changes after the week was published: marked "bổ sung", "điều chỉnh", "hoãn", each with a reason, told when it is
published anew (``publishing``)."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.models import Entry, ScheduleChange, WeekLine, WeekSchedule
from eoffice.errors import UserError
from eoffice.organisation.models import Appointment

_Kind = ScheduleChange.Kind


@dataclass(frozen=True)
class Before:
    """What those who read the week go by, as it was."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    title: str
    place: str
    people: frozenset[int]

    @classmethod
    def of(cls, line: WeekLine) -> "Before":
        """As ``line`` is now."""
        entry = line.entry
        people = frozenset(entry.participations.values_list("person", flat=True))
        return cls(entry.starts_at, entry.ends_at, entry.title, entry.place, people)

    def differs(self, line: WeekLine) -> bool:
        """The line is another one now."""
        return self != Before.of(line)


def added(by: Appointment, line: WeekLine, reason: str) -> None:
    """A line came in after publication; before it nothing is marked."""
    _mark(by, line, _Kind.ADDED, reason)


def changed(by: Appointment, line: WeekLine, reason: str) -> None:
    """Time, place, content or leaders of a line are others."""
    _mark(by, line, _Kind.CHANGED, reason)


def postponed(by: Appointment, line: WeekLine, reason: str) -> None:
    """It does not take place then; the leaders' time is free."""
    entry = line.entry
    entry.state = Entry.State.POSTPONED
    entry.sequence += 1
    entry.version += 1
    entry.save()
    entry.participations.update(busy=False)
    _mark(by, line, _Kind.POSTPONED, reason)


def _mark(by: Appointment, line: WeekLine, kind: str, reason: str) -> None:
    schedule = line.schedule
    if not schedule.is_out:
        return
    text = normalised(reason)[:500]
    if not text:
        said = _("Lịch đã đăng: ghi lý do thay đổi.")
        raise UserError("reason-missing", said, fields={"reason": said})
    ScheduleChange.objects.create(line=line, kind=kind, reason=text, by=by)
    line.entry.state = Entry.State.POSTPONED if kind == _Kind.POSTPONED else Entry.State.APPROVED
    line.entry.save(update_fields=["state"])
    WeekSchedule.objects.filter(pk=schedule.pk).update(state=WeekSchedule.State.AMENDED)
    schedule.state = WeekSchedule.State.AMENDED
    log.record("week.amended", by=by, target=line, kind=kind, reason=text)
