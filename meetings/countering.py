"""Another time for a meeting: proposed by an invited person, then taken, or declined (RFC 5546, 3.2.7 and 3.2.8)."""

import copy
import datetime as dt

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.calendar.accepting import Answer
from eoffice.calendar.conflicts import Conflict as Clash
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings import clashes, participation, permissions, scheduling, week_lines
from meetings.models import Attendee, CounterProposal, Meeting

State = CounterProposal.State


def waiting(user: User, meeting: Meeting) -> "QuerySet[CounterProposal]":
    """What is proposed for ``meeting`` as it stands now, for those who may move it."""
    if not permissions.may_edit(user, meeting) or meeting.state != Meeting.State.INVITED:
        return CounterProposal.objects.none()
    rows = meeting.counter_proposals.filter(state=State.WAITING, sequence=F("meeting__sequence"))
    return rows.select_related("attendee__person", "attendee__appointment__position", "attendee__appointment__unit")


@transaction.atomic
def propose(attendee: Attendee, starts_at: dt.datetime, ends_at: dt.datetime, *, comment: str) -> CounterProposal:
    """``attendee`` proposes another time; a newer proposal takes the place of their former one. The secretary and the chair are told.

    Raises UserError("bad-proposal"): no time, one in the past, or the one that the meeting has; Conflict("not-open").
    """
    meeting = scheduling.locked(attendee.meeting)
    if meeting.state != Meeting.State.INVITED:
        raise Conflict("not-open", _("Cuộc họp đã bắt đầu, đã kết thúc hoặc không còn nên không đề nghị đổi giờ được."))
    if ends_at <= starts_at or starts_at <= timezone.now() or ends_at - starts_at > dt.timedelta(days=7):
        raise UserError("bad-proposal", _("Giờ đề nghị không hợp lệ: phải sau bây giờ, giờ kết thúc sau giờ bắt đầu."))
    if (starts_at, ends_at) == (meeting.starts_at, meeting.ends_at):
        raise UserError("bad-proposal", _("Giờ đề nghị trùng với giờ họp hiện tại."))
    attendee.counter_proposals.filter(state=State.WAITING).update(state=State.DECLINED, decided_at=timezone.now())
    made = CounterProposal.objects.create(
        meeting=meeting,
        attendee=attendee,
        sequence=meeting.sequence,
        starts_at=starts_at,
        ends_at=ends_at,
        comment=comment,
    )
    log.record("meeting.counter_proposed", by=attendee.appointment, target=meeting, time=span(made))
    people = {one.pk: one for one in (meeting.secretary.person, meeting.chair.person) if one.pk != attendee.person_id}
    notify.send(
        people.values(),
        kind="meeting.counter_proposed",
        title=lambda: _("%(person)s đề nghị đổi giờ họp: %(title)s") % _names(made),
        body=lambda: "\n".join(filter(None, [_("Giờ đề nghị: %(time)s") % {"time": span(made)}, made.comment])),
        url=reverse("meeting-detail", args=[meeting.pk]) + "#counter-proposals",
        mail=True,
    )
    return made


@transaction.atomic
def accept(by: Appointment, proposal: CounterProposal, *, answer: Answer | None = None) -> Meeting:
    """Move the meeting to the proposed time: everybody invited is told, and asked anew. Again: harmless.

    ``answer`` is what ``by`` said of conflicts of that time. Raises NotAllowed("may-not-move"), Conflict("proposal-over"), and
    as ``scheduling.reschedule``.
    """
    meeting, proposal = _held(by, proposal)
    if proposal.state == State.ACCEPTED:
        return meeting
    _check_open(meeting, proposal)
    _decide(by, proposal, State.ACCEPTED)
    return scheduling.reschedule(
        by,
        meeting,
        starts_at=proposal.starts_at,
        ends_at=proposal.ends_at,
        version=meeting.version,
        answer=answer,
    )


def conflicts_of(proposal: CounterProposal, viewer: User) -> list[Clash]:
    """What stands in the way of the meeting at the proposed time, in words for ``viewer``."""
    sketch = copy.copy(proposal.meeting)
    sketch.starts_at, sketch.ends_at = proposal.starts_at, proposal.ends_at
    return clashes.of(sketch, viewer)


@transaction.atomic
def decline(by: Appointment, proposal: CounterProposal) -> None:
    """The meeting stays as it is; who proposed is told, their calendar by DECLINECOUNTER. Again: harmless.

    Raises NotAllowed("may-not-move"), Conflict("proposal-over").
    """
    meeting, proposal = _held(by, proposal)
    if proposal.state == State.DECLINED:
        return
    _check_open(meeting, proposal)
    _decide(by, proposal, State.DECLINED)
    log.record("meeting.counter_declined", by=by, target=meeting, **_names(proposal))
    notify.send(
        [proposal.attendee.person],
        kind="meeting.counter_declined",
        title=lambda: _("Không đổi giờ họp: %(title)s") % _names(proposal),
        body=lambda: _("Cuộc họp giữ nguyên giờ. Giờ đã đề nghị: %(time)s") % {"time": span(proposal)},
        url=reverse("meeting-detail", args=[meeting.pk]),
        mail=True,
        calendar=participation.addressed(meeting, "DECLINECOUNTER"),
    )


def span(proposal: CounterProposal) -> str:
    """The proposed time in local time: "08:00 25/11/2026 – 10:00 25/11/2026"."""
    start, end = timezone.localtime(proposal.starts_at), timezone.localtime(proposal.ends_at)
    return f"{date_format(start, 'H:i d/m/Y')} – {date_format(end, 'H:i d/m/Y')}"


def _held(by: Appointment, proposal: CounterProposal) -> tuple[Meeting, CounterProposal]:
    week_lines.hold(proposal.meeting)
    meeting = scheduling.locked(proposal.meeting)
    if not permissions.may_edit(by.person, meeting):
        raise NotAllowed("may-not-move", _("Chỉ người chuẩn bị cuộc họp đổi được giờ họp."))
    rows = CounterProposal.objects.select_for_update(of=("self",)).select_related("attendee__person")
    return meeting, rows.get(pk=proposal.pk)


def _check_open(meeting: Meeting, proposal: CounterProposal) -> None:
    if proposal.state != State.WAITING or proposal.sequence != meeting.sequence:
        raise Conflict(
            "proposal-over",
            _("Đề nghị này đã được trả lời, hoặc cuộc họp đã đổi giờ sau khi có đề nghị."),
            hint=_("Mở lại trang cuộc họp để xem giờ họp hiện tại."),
        )


def _decide(by: Appointment, proposal: CounterProposal, state: CounterProposal.State) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save(update_fields=["state", "decided_by", "decided_at"])


def _names(proposal: CounterProposal) -> dict[str, str]:
    return {"person": proposal.attendee.person.full_name, "title": proposal.meeting.title}
