"""A line of the week becomes a meeting, and goes with it from then on (docs/adr/0142-a-line-and-its-meeting.md).

Locks are taken in one order: the row of the schedule, what was made of the line, resources.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.audit import log
from eoffice.calendar.models import Entry, WeekLine, WeekSchedule
from eoffice.calendar.weeks import addresses, changing, days, lines, products, resources
from eoffice.calendar.weeks.desks import desk_people
from eoffice.calendar.weeks.products import Said
from eoffice.errors import UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment

KINDS = (Entry.Kind.WORK, Entry.Kind.FIELD_TRIP)


def may_become(line: WeekLine) -> bool:
    """It is work that was approved, lies ahead and has not become anything yet."""
    ready = line.review == WeekLine.Review.APPROVED or line.schedule.is_out
    entry = line.entry
    ahead = entry.ends_at > timezone.now() and entry.state != Entry.State.POSTPONED
    return ready and ahead and not line.became and entry.kind in KINDS


@transaction.atomic
def become(by: Appointment, line: WeekLine, name: str = "meeting") -> tuple[WeekLine, str]:
    """Make ``name`` of it, once: what was made already stays. The line, and what is left to be done by hand.

    Raises NotAllowed, Conflict("line-changed") where it is gone, UserError("line-not-ready") and as the product.
    """
    found = lines.locked_line(by, line)
    if found.became:
        return found, ""
    if not may_become(found):
        raise UserError(
            "line-not-ready",
            _("Chưa lập cuộc họp được từ dòng lịch này."),
            hint=_("Dòng lịch phải được duyệt, chưa hoãn, chưa qua, và là việc làm việc hoặc đi cơ sở."),
        )
    number, left = products.named(name).make(by, found, lines.said(found))
    found.became = f"{name}:{number}"
    found.save(update_fields=["became"])
    log.record("week.line_became", by=by, target=found, what=found.became)
    return found, left


def hold(became: str) -> None:
    """Lock the week in which a line became this, before it is locked itself; inside the transaction that changes it. One query."""
    weeks = WeekSchedule.objects.select_for_update(of=("self",)).filter(lines__became=became)
    list(weeks.order_by("pk").values_list("pk"))


def follow(by: Appointment, became: str, said: Said, *, gone: str = "") -> None:
    """What a line ``became`` was changed, or is gone (why): so is the line, which waits for approval or publication anew.

    Of another week now, it is gone from this one. Nothing where there is no such line, or it says the same already. After ``hold``,
    in the same transaction. One query where there is no line.
    """
    line = WeekLine.objects.select_for_update(of=("self",)).filter(became=became).select_related("entry").first()
    if line is None:
        return
    line.schedule = WeekSchedule.objects.select_related("unit").get(pk=line.schedule_id)
    first, after = days.bounds(line.schedule.monday)
    if not gone and not (first <= said.starts_at and said.ends_at <= after):
        gone = _("Chuyển sang %(day)s") % {"day": f"{days.local(said.starts_at):%H:%M, %d/%m/%Y}"}
    if gone:
        _lose(by, line, gone)
    elif line.entry.state == Entry.State.POSTPONED or lines.said(line) != said:
        _take_over(by, line, said)


def _take_over(by: Appointment, line: WeekLine, said: Said) -> None:
    attending = [one for one in lines.attending(line) if one.person_id != said.chair.person_id]
    line.entry.state = Entry.State.APPROVED if line.schedule.is_out else Entry.State.PLANNED
    lines.say(line, said, attending)
    changing.changed(by, line, _("Theo thay đổi của cuộc họp"))
    lines.touched(by, line)
    resources.follow(by, line)
    log.record("week.line_followed", by=by, target=line, what=line.became)
    _tell(by, line, lambda: _("Dòng lịch tuần đổi theo cuộc họp: %(title)s"))


def _lose(by: Appointment, line: WeekLine, reason: str) -> None:
    if line.entry.state == Entry.State.POSTPONED:
        return
    _tell(by, line, lambda: _("Cuộc họp của dòng lịch tuần hoãn, hủy hoặc chuyển tuần: %(title)s"), reason)
    if line.schedule.is_out:
        changing.postponed(by, line, reason)
        resources.follow(by, line)
        line.version += 1
        line.save()
    else:
        lines.remove(by, line)


def _tell(by: Appointment, line: WeekLine, title: Callable[[], str], body: str = "") -> None:
    named = {"title": line.entry.title}
    notify.send(
        [one for one in desk_people(line.schedule.unit) if one.pk != by.person_id],
        kind="week.followed",
        title=lambda: title() % named,
        body=body or line.schedule.unit.name,
        url=addresses.compiling(line.schedule),
    )
