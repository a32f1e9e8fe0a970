"""The clerk publishes the week, and publishes it again when it has changed: an edition each time, told to whom it concerns."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.calendar.models import ScheduleRequest, WeekEdition, WeekLine, WeekSchedule
from eoffice.calendar.permissions import may_publish_week
from eoffice.calendar.weeks import addresses, conflicts, days, resources, rows
from eoffice.calendar.weeks.reading import lines_of
from eoffice.calendar.weeks.rows import Changed, Row
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment

_State = WeekSchedule.State


def last_edition(schedule: WeekSchedule) -> WeekEdition | None:
    """What is published now."""
    return schedule.editions.select_related("by__person").first()


def unpublished(schedule: WeekSchedule) -> list[Changed]:
    """What has changed since the last edition: lines, and meetings too; of a week that was published."""
    edition = last_edition(schedule)
    return rows.changes(rows.kept(edition), rows.current(schedule)) if edition else []


@transaction.atomic
def publish(by: Appointment, schedule: WeekSchedule) -> WeekEdition:
    """An edition of the week as it is now; where nothing has changed since the last one, that.

    Everybody who has a part in the week, or registered for it, is told of the first one; of the others only whom a change
    concerns, once, with all their changes.

    Raises NotAllowed("may-not-publish"), Conflict("week-not-approved"), UserError("conflicts-unresolved").
    """
    locked = WeekSchedule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=schedule.pk)
    if not may_publish_week(by.person, locked.unit):
        raise NotAllowed(
            "may-not-publish",
            _("Bạn không đăng lịch tuần của cơ quan này."),
            hint=_("Văn thư hoặc lãnh đạo văn phòng đăng lịch tuần."),
        )
    if locked.state in (_State.OPEN, _State.COMPILED):
        raise Conflict("week-not-approved", _("Lịch tuần chưa được duyệt nên chưa đăng được."))
    last = last_edition(locked)
    now = rows.current(locked)
    changed = rows.changes(rows.kept(last), now) if last else []
    if last is not None and not changed and locked.state == _State.PUBLISHED:
        return last
    lines = lines_of(locked)
    left = len(conflicts.unresolved(conflicts.of_week(locked, lines))) + len(resources.unmet(lines))
    if left:
        text = _("Còn %(count)d trùng lịch chưa giải quyết.") % {"count": left}
        raise UserError("conflicts-unresolved", text, hint=_("Giải quyết trên trang tổng hợp rồi đăng."))
    made = WeekEdition.objects.create(
        schedule=locked,
        number=last.number + 1 if last else 1,
        rows=[row.as_data() for row in now],
        by=by,
        at=timezone.now(),
    )
    locked.state = _State.PUBLISHED
    locked.save()
    locked.lines.exclude(review=WeekLine.Review.APPROVED).update(review=WeekLine.Review.APPROVED, review_reason="")
    log.record("week.published", by=by, target=locked, number=made.number, rows=len(now))
    _tell(locked, made, changed if last else [Changed(None, row) for row in now], by)
    return made


def _tell(schedule: WeekSchedule, edition: WeekEdition, changed: list[Changed], by: Appointment) -> None:
    """One notice for each person, of what concerns them."""
    concerned: dict[int, list[Changed]] = {}
    askers = _askers(schedule)
    for one in changed:
        for person in {*_people(one), *askers.get(one.row.key, ())}:
            concerned.setdefault(person, []).append(one)
    concerned.pop(by.person_id, None)
    url, first = addresses.week(schedule), edition.number == 1
    for person in User.objects.filter(pk__in=concerned):
        notify.send(
            [person],
            kind="week.published" if first else "week.amended",
            title=lambda: _title(schedule, first=first),
            body=partial(_body, concerned[person.pk], first=first),
            url=url,
            mail=True,
            urgent=not first,
        )


def _title(schedule: WeekSchedule, *, first: bool) -> str:
    named = {"number": schedule.number, "unit": schedule.unit.short_name}
    text = (
        _("Đã đăng lịch công tác tuần %(number)d – %(unit)s")
        if first
        else _("Lịch tuần %(number)d có thay đổi – %(unit)s")
    )
    return text % named


def _body(changed: list[Changed], *, first: bool) -> str:
    return "\n".join(_sentence(one, first=first) for one in changed)


def _sentence(changed: Changed, *, first: bool) -> str:
    row = changed.row
    said = f"{row.time} {days.weekday(row.day)} {row.day:%d/%m}: {row.title}"
    if not first:
        said = f"{changed.label}: {said}"
        before = changed.before
        if changed.kind == "changed" and before is not None and before.starts_at != row.starts_at:
            said += " " + _("(trước là %(time)s)") % {
                "time": f"{before.time} {days.weekday(before.day)} {before.day:%d/%m}"
            }
        if row.reason:
            said += f". {row.reason}"
    return said


def _people(changed: Changed) -> Iterable[int]:
    both: list[Row] = [row for row in (changed.before, changed.after) if row is not None]
    return {person for row in both for person in row.people}


def _askers(schedule: WeekSchedule) -> dict[str, list[int]]:
    """Who registered what stands in each row."""
    placed = ScheduleRequest.objects.filter(schedule=schedule, line__isnull=False)
    found: dict[str, list[int]] = {}
    for entry, person in placed.values_list("line__entry", "created_by__person"):
        found.setdefault(f"entry:{entry}", []).append(person)
    return found
