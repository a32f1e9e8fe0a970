"""What a line of the week is made of, and the lock in which it is changed: the row of the schedule."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.calendar.models import AcceptedConflict, Entry, Participation, ScheduleRequest, WeekLine, WeekSchedule
from eoffice.calendar.permissions import may_compile_week
from eoffice.calendar.weeks import resources
from eoffice.calendar.weeks.products import Said
from eoffice.errors import Conflict, NotAllowed
from eoffice.organisation.models import Appointment

_State, _Role = ScheduleRequest.State, Participation.Role


def said(line: WeekLine) -> Said:
    """What ``line`` says that what was made of it says too."""
    entry = line.entry
    chair = next(part.appointment for part in _parts(entry) if part.role == _Role.CHAIR)
    return Said(starts_at=entry.starts_at, ends_at=entry.ends_at, title=entry.title, place=entry.place, chair=chair)


def attending(line: WeekLine) -> list[Appointment]:
    """Leaders who come besides the chair."""
    return [part.appointment for part in _parts(line.entry) if part.role == _Role.ATTEND]


def say(line: WeekLine, words: Said, others: Sequence[Appointment]) -> None:
    """``line`` says this from now on, and ``others`` attend."""
    entry = line.entry
    entry.starts_at, entry.ends_at, entry.title, entry.place = words.starts_at, words.ends_at, words.title, words.place
    save_entry(entry)
    seat(entry, words.chair, others)


def remove(by: Appointment, line: WeekLine) -> None:
    """The line is gone from a week that is not out; its registrations wait as before. In the lock of the week."""
    resources.want(by, line, [])
    line.requests.update(state=_State.SUBMITTED, line=None, handled_by=None)
    log.record("week.line_taken_out", by=by, target=line)
    entry = line.entry
    reopened(line.schedule)
    line.delete()
    AcceptedConflict.objects.filter(source="entry", row=entry.pk).delete()
    entry.delete()


def touched(by: Appointment, line: WeekLine) -> None:
    """The line was changed: who approved it did not approve this."""
    line.version += 1
    if not line.schedule.is_out:
        line.review, line.review_reason, line.reviewed_by = WeekLine.Review.PENDING, "", None
        line.entry.state = Entry.State.PLANNED
        line.entry.save(update_fields=["state"])
        reopened(line.schedule)
    line.save()


def reopened(schedule: WeekSchedule) -> None:
    """What was approved as a whole waits for approval again."""
    if schedule.state == WeekSchedule.State.APPROVED:
        schedule.state, schedule.approved_by, schedule.approved_at = WeekSchedule.State.COMPILED, None, None
        schedule.save()


def locked_for(by: Appointment, schedule: WeekSchedule) -> WeekSchedule:
    """The schedule, locked, once it is known that ``by`` compiles it. Raises NotAllowed("may-not-compile")."""
    found = WeekSchedule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=schedule.pk)
    if not may_compile_week(by.person, found.unit):
        raise not_allowed()
    return found


def locked_line(by: Appointment, line: WeekLine, version: int | None = None) -> WeekLine:
    """The line with its schedule locked; in any version where none is given. Raises NotAllowed, Conflict("line-changed")."""
    schedule = locked_for(by, line.schedule)
    found = WeekLine.objects.select_for_update(of=("self",)).select_related("entry").filter(pk=line.pk).first()
    if found is None or version not in (None, found.version):
        raise Conflict(
            "line-changed",
            _("Mục lịch này vừa được sửa. Thay đổi của bạn chưa được lưu."),
            hint=_("Xem lại nội dung mới rồi làm lại."),
        )
    found.schedule = schedule
    return found


def not_allowed() -> NotAllowed:
    """Why somebody does not compile a week."""
    return NotAllowed(
        "may-not-compile",
        _("Bạn không tổng hợp lịch tuần của cơ quan này."),
        hint=_("Văn phòng của cơ quan tổng hợp lịch tuần."),
    )


def save_entry(entry: Entry) -> None:
    """A new version where it was there before."""
    if entry.pk:
        entry.version += 1
        entry.sequence += 1
    entry.save()


def _parts(entry: Entry) -> list[Participation]:
    return list(entry.participations.select_related("appointment__person"))


def seat(entry: Entry, chair: Appointment, attending: Sequence[Appointment]) -> None:
    """These and nobody else have a part in it, at its time."""
    wanted = {one.person_id: (one, _Role.ATTEND) for one in attending} | {chair.person_id: (chair, _Role.CHAIR)}
    busy = entry.state not in (Entry.State.POSTPONED, Entry.State.CANCELLED)
    entry.participations.exclude(person__in=wanted).delete()
    for person, (appointment, role) in wanted.items():
        Participation.objects.update_or_create(
            entry=entry,
            person_id=person,
            defaults={
                "appointment": appointment,
                "role": role,
                "starts_at": entry.starts_at,
                "ends_at": entry.ends_at,
                "busy": busy,
            },
        )
