"""Giving people their chairs, and what each chair shows while the meeting sits (docs/domain/rooms.md, "Seats")."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.audit import log
from eoffice.calendar import seat_layout
from eoffice.calendar.seat_layout import SeatRow
from eoffice.errors import Conflict, UserError
from eoffice.organisation.models import Appointment
from meetings import permissions
from meetings.models import Attendee, CheckIn, Meeting, MeetingSite, Role, Seat, SeatPlan, SpeechRequest
from meetings.scheduling import locked, refusal

LAYOUT_LIMIT = 4000
STATES = {
    "speaking": gettext_lazy("đang phát biểu"),
    "waiting": gettext_lazy("đăng ký phát biểu"),
    "absent": gettext_lazy("vắng"),
    "spoken": gettext_lazy("đã phát biểu"),
    "present": gettext_lazy("có mặt"),
    "invited": gettext_lazy("mời"),
    "empty": gettext_lazy("ghế trống"),
}
"""Code of a chair's state → its words."""
_OVER = (Meeting.State.ENDED, Meeting.State.CONCLUDED)


@dataclass(frozen=True)
class Chair:
    """One chair as it is shown."""

    row: int
    number: int
    label: str
    attendee: Attendee | None
    state: str

    @property
    def words(self) -> str:
        """Its state in words."""
        return str(STATES[self.state])


@dataclass(frozen=True)
class ChairRow:
    """A row of chairs, cut where there is an aisle."""

    label: str
    blocks: list[list[Chair]]


def rows_of(plan: SeatPlan) -> list[SeatRow]:
    """The rows of ``plan``, the first one in front."""
    return seat_layout.read(plan.layout, field="layout")


def who_sits(meeting: Meeting) -> list[Attendee]:
    """Those who sit in the room, in protocol order, the chair first: people of the main site, and everybody of a meeting without
    pictures. Who is replaced by somebody else does not. One query.
    """
    found = Attendee.objects.filter(meeting=meeting, substitute=None)
    if meeting.form != Meeting.Form.IN_PERSON:
        found = found.filter(site__kind=MeetingSite.Kind.MAIN)
    rows = found.select_related("person", "appointment__position", "appointment__unit")
    leading = {Role.CHAIR: 0, Role.CO_CHAIR: 1}
    return sorted(
        rows,
        key=lambda one: (leading.get(Role(one.role), 2), one.appointment.position.rank, one.person.search_name, one.pk),
    )


def shown(meeting: Meeting, plan: SeatPlan) -> list[ChairRow]:
    """Every chair with who sits there and what they are doing. Four queries."""
    related = ("attendee__person", "attendee__appointment__position", "attendee__appointment__unit")
    taken = {(seat.row, seat.number): seat.attendee for seat in plan.seats.select_related(*related)}
    states = _states(meeting, taken.values())
    rows = []
    for number, row in enumerate(rows_of(plan), start=1):
        blocks, at = [], 0
        for count in row.blocks:
            blocks.append([_chair(number, at + place, row, taken, states) for place in range(1, count + 1)])
            at += count
        rows.append(ChairRow(row.label, blocks))
    return rows


@transaction.atomic
def draw(by: Appointment, meeting: Meeting, layout: str) -> SeatPlan:
    """Say how the chairs stand. Who sat on a chair that is no more has none. Raises NotAllowed, UserError("bad-layout")."""
    meeting = _locked(by, meeting)
    layout = layout.strip()
    rows = seat_layout.read(layout, field="layout")
    if not rows or len(layout) > LAYOUT_LIMIT:
        sentence = _("Ghi ít nhất một hàng ghế.") if not rows else _("Sơ đồ quá dài.")
        raise UserError("bad-layout", sentence, fields={"layout": sentence})
    plan, made = SeatPlan.objects.get_or_create(meeting=meeting, defaults={"layout": layout})
    if not made and plan.layout == layout:
        return plan
    plan.layout = layout
    plan.save(update_fields=["layout"])
    gone = Q(row__gt=len(rows))
    for number, row in enumerate(rows, start=1):
        gone |= Q(row=number, number__gt=row.seats)
    plan.seats.filter(gone).delete()
    log.record("seats.drawn", by=by, target=meeting, seats=sum(row.seats for row in rows))
    return plan


@transaction.atomic
def seat(by: Appointment, meeting: Meeting, *, row: int, number: int, attendee: int | None) -> None:
    """Give a chair to an attendee (id), who leaves the one they had; None: to nobody. The same again is harmless.

    Raises Conflict("seat-taken") when somebody else sits there, UserError("no-such-seat") or ("does-not-sit-here").
    """
    meeting = _locked(by, meeting)
    plan = SeatPlan.objects.filter(meeting=meeting).first()
    rows = rows_of(plan) if plan else []
    if plan is None or not (1 <= row <= len(rows) and 1 <= number <= rows[row - 1].seats):
        raise UserError("no-such-seat", _("Không còn ghế này trong sơ đồ."), hint=_("Mở lại trang."))
    there = plan.seats.filter(row=row, number=number).select_related("attendee__person").first()
    if attendee is None:
        if there is not None:
            there.delete()
            log.record("seats.freed", by=by, target=meeting, row=row, number=number)
        return
    if there is not None and there.attendee_id == attendee:
        return
    if there is not None:
        raise Conflict(
            "seat-taken",
            _("Ghế này đã xếp cho %(person)s.") % {"person": there.attendee.person},
            hint=_("Để trống ghế này trước, hoặc chọn ghế khác."),
        )
    if attendee not in {one.pk for one in who_sits(meeting)}:
        raise UserError("does-not-sit-here", _("Người này không dự tại phòng họp."), hint=_("Mở lại trang."))
    Seat.objects.update_or_create(plan=plan, attendee_id=attendee, defaults={"row": row, "number": number})
    log.record("seats.given", by=by, target=meeting, row=row, number=number, attendee=attendee)


@transaction.atomic
def fill(by: Appointment, meeting: Meeting) -> int:
    """Give the free chairs, from the front, to those who have none, in protocol order; how many got one."""
    meeting = _locked(by, meeting)
    plan = SeatPlan.objects.filter(meeting=meeting).first()
    if plan is None:
        return 0
    taken = set(plan.seats.values_list("row", "number"))
    seated = set(plan.seats.values_list("attendee", flat=True))
    rows = enumerate(rows_of(plan), start=1)
    free = [(row, number) for row, one in rows for number in range(1, one.seats + 1) if (row, number) not in taken]
    standing = [one for one in who_sits(meeting) if one.pk not in seated]
    made = [
        Seat(plan=plan, row=row, number=number, attendee=attendee)
        for (row, number), attendee in zip(free, standing, strict=False)
    ]
    Seat.objects.bulk_create(made)
    if made:
        log.record("seats.filled", by=by, target=meeting, count=len(made))
    return len(made)


def _locked(by: Appointment, meeting: Meeting) -> Meeting:
    meeting = locked(meeting)
    if not permissions.may_prepare(by.person, meeting) or meeting.state in (*_OVER, Meeting.State.CANCELLED):
        raise refusal(meeting, "seat")
    return meeting


def _chair(
    row: int, number: int, one: SeatRow, taken: dict[tuple[int, int], Attendee], states: dict[int, str]
) -> Chair:
    attendee = taken.get((row, number))
    return Chair(row, number, f"{one.label}{number}", attendee, states[attendee.pk] if attendee else "empty")


def _states(meeting: Meeting, attendees: Iterable[Attendee]) -> dict[int, str]:
    """Attendee → code of what they are doing. Two queries."""
    stays: dict[int, bool] = {}
    for attendee, left_at in CheckIn.objects.filter(attendee__meeting=meeting).values_list("attendee", "left_at"):
        stays[attendee] = stays.get(attendee, False) or left_at is None
    speeches: dict[int, set[str]] = {}
    open_to_all = Q(item=None) | Q(item__confidential=False)
    requests = SpeechRequest.objects.filter(open_to_all, meeting=meeting).order_by()
    for person, state in requests.values_list("by", "state"):
        speeches.setdefault(person, set()).add(state)
    began = meeting.state in (Meeting.State.IN_SESSION, *_OVER)
    return {one.pk: _state(one, stays, speeches.get(one.person_id, set()), began=began) for one in attendees}


def _state(attendee: Attendee, stays: dict[int, bool], speeches: set[str], *, began: bool) -> str:
    states = SpeechRequest.State
    if speeches & {states.SPEAKING, states.PAUSED}:
        return "speaking"
    if speeches & {states.WAITING, states.CALLED}:
        return "waiting"
    if attendee.substitute_id or (attendee.pk in stays and not stays[attendee.pk]):
        return "absent"
    if states.DONE in speeches:
        return "spoken"
    if attendee.pk in stays:
        return "present"
    return "absent" if began else "invited"
