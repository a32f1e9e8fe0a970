"""Casting a ballot (bỏ phiếu), by seat: one seat, one ballot, whatever is sent twice and from wherever.

When one of these functions has returned and its transaction is committed, the ballot counts.
"""

import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import ballot_box, handing_over, roll_call, stand_ins
from meetings.entitled import may_run_polls
from meetings.models import Attendee, Ballot, BallotBox, CheckIn, Choice, Meeting, Poll, PollSeat
from meetings.protocol.voting import BallotAccepted, MyBallot
from meetings.realtime import poll_counted, tell_person

MAX_TEXT = 1000
MAX_SECRET_TEXT = 300


@transaction.atomic
def declare_ready(meeting_id: int, poll_id: int, *, person: User) -> PollSeat:
    """``person`` is there and ready to vote; it checks them in. Saying it twice is harmless.

    Raises NotFound("no-such-poll"), Conflict("not-open"), NotAllowed("no-vote").
    """
    handing_over.settle(meeting_id)
    poll = _poll(meeting_id, poll_id)
    if poll.state not in (Poll.State.READY, Poll.State.OPEN, Poll.State.PAUSED):
        raise Conflict("not-open", _("Nội dung này chưa đưa ra biểu quyết, hoặc đã biểu quyết xong."))
    seat = _seat_of(poll, person)
    if not seat.present:
        roll_call.check_in(poll.meeting, by=person)
    if not seat.ready:
        PollSeat.objects.filter(pk=seat.pk).update(ready=True, present=True)
        seat.ready = seat.present = True
        poll_counted(meeting_id, poll.pk)
        tell_person(meeting_id, person.pk, BallotAccepted(ballot=my_ballot(poll, seat)))
    return seat


@transaction.atomic
def cast(meeting_id: int, poll_id: int, *, person: User, choice: str, text: str, key: uuid.UUID) -> PollSeat:
    """Put the ballot of the seat on which ``person`` votes. The same ``key`` again, or the same open choice, is harmless.

    Raises NotFound("no-such-poll"), NotAllowed("no-vote", "not-checked-in"), Conflict("not-open", "paused",
    "already-voted", "has-substitute", "box-full", "box-broken"), UserError("no-other", "text-too-long").
    """
    handing_over.settle(meeting_id)
    poll = _poll(meeting_id, poll_id)
    seat = _seat_of(poll, person)
    if seat.voted and seat.receipt == key:
        return seat
    _check_open(poll)
    text = _checked(poll, choice, text)
    _check_present(seat)
    if poll.kind == Poll.Kind.SECRET:
        _cast_secretly(poll, seat, choice, text, key)
    else:
        _cast_openly(poll, seat, choice, text, key, by=person)
    return seat


def _cast_secretly(poll: Poll, seat: PollSeat, choice: str, text: str, key: uuid.UUID) -> None:
    """That the seat has voted, and the ballot in the box, become true together; nothing else is written down."""
    if seat.voted:
        raise _already(poll)
    _mark(seat, key)
    box = BallotBox.objects.select_for_update().filter(poll=poll).first()
    if box is None:
        raise ballot_box.broken()
    ballot_box.drop_into(box, choice, text)
    _tell(poll, seat)


def _cast_openly(poll: Poll, seat: PollSeat, choice: str, text: str, key: uuid.UUID, *, by: User) -> None:
    now = timezone.now()
    before = Ballot.objects.filter(seat=seat).first()
    if before is None:
        Ballot.objects.create(seat=seat, choice=choice, text=text, cast_at=now, cast_by=by)
    elif (before.choice, before.text) == (choice, text) and before.entered_by_id is None:
        return
    elif not poll.may_change:
        raise _already(poll)
    else:
        before.choice, before.text, before.cast_at, before.cast_by = choice, text, now, by
        before.entered_by, before.witness = None, ""
        before.save()
    _mark(seat, key)
    _tell(poll, seat)


@transaction.atomic
def enter(
    by: Appointment | None, meeting: Meeting, poll_id: int, *, seat_id: int, choice: str, text: str, witness_id: int
) -> Ballot:
    """The secretary enters what a seat showed by hand (nhập tay), seen by a witness: another attendee of the meeting.

    Entering the same again is harmless. Raises as ``cast``, NotAllowed("not-chair"), Conflict("secret-by-hand"),
    NotFound("no-such-seat"), UserError("no-witness").
    """
    if by is None or not may_run_polls(by.person, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký nhập được phiếu thay đại biểu."))
    handing_over.settle(meeting.pk)
    poll = _poll(meeting.pk, poll_id)
    if poll.kind == Poll.Kind.SECRET:
        raise Conflict("secret-by-hand", _("Bỏ phiếu kín thì không ai nhập thay phiếu của người khác được."))
    _check_open(poll)
    seat = PollSeat.objects.select_for_update().filter(poll=poll, pk=seat_id).first()
    if seat is None:
        raise NotFound("no-such-seat", _("Không có đại biểu này trong danh sách biểu quyết."))
    text = _checked(poll, choice, text)
    witness = _witness(meeting, seat, by, witness_id)
    same = Ballot.objects.filter(seat=seat, choice=choice, text=text, entered_by__isnull=False).first()
    if same:
        return same
    if seat.voted:
        raise Conflict("already-voted", _("Đại biểu này đã biểu quyết."))
    if seat.attendee:
        roll_call.arrive(seat.attendee, by=by.person, method=CheckIn.Method.BY_SECRETARY)
    ballot = Ballot.objects.create(
        seat=seat,
        choice=choice,
        text=text,
        cast_at=timezone.now(),
        cast_by=by.person,
        entered_by=by,
        witness=witness.person.full_name,
    )
    record("poll.ballot_entered", by=by, target=meeting, poll=poll.pk, seat=seat.name, witness=ballot.witness)
    _mark(seat, None)
    _tell(poll, seat, ballot)
    return ballot


def my_ballot(poll: Poll, seat: PollSeat | None, ballot: Ballot | None = None) -> MyBallot:
    """What the voter of ``seat`` sees of it: in a secret vote, only that they have voted."""
    shown = ballot if poll.kind == Poll.Kind.OPEN else None
    return MyBallot(
        poll=poll.pk,
        entitled=seat is not None,
        ready=bool(seat and seat.ready),
        cast=bool(seat and seat.voted),
        choice=shown.choice if shown else None,
        text=shown.text if shown else "",
    )


def _mark(seat: PollSeat, key: uuid.UUID | None) -> None:
    seat.voted, seat.present, seat.receipt = True, True, key
    seat.save(update_fields=["voted", "present", "receipt"])


def _tell(poll: Poll, seat: PollSeat, ballot: Ballot | None = None) -> None:
    if poll.kind == Poll.Kind.OPEN:
        ballot = ballot or Ballot.objects.get(seat=seat)
    poll_counted(poll.meeting_id, poll.pk)
    tell_person(poll.meeting_id, seat.person_id, BallotAccepted(ballot=my_ballot(poll, seat, ballot)))


# --- checks -------------------------------------------------------------------------------------------


def _poll(meeting_id: int, poll_id: int) -> Poll:
    """Locked: ballots and the closing of the vote come one after another."""
    rows = Poll.objects.select_for_update(of=("self",)).filter(meeting_id=meeting_id, pk=poll_id)
    poll = rows.first()
    if poll is None or poll.state == Poll.State.PREPARED:
        raise NotFound("no-such-poll", _("Cuộc họp không có nội dung biểu quyết này."))
    return poll


def _seat_of(poll: Poll, person: User) -> PollSeat:
    """The seat on which ``person`` votes: their own, or as a substitute that of whom they stand for (``voter_list``)."""
    seats = PollSeat.objects.select_for_update(of=("self",)).select_related(
        "attendee__substitute__person", "attendee__stands_for"
    )
    seat = seats.filter(poll=poll, person=person).first()
    stood_in = seat is not None and seat.stands_for and getattr(seat.attendee, "stands_for", None) is None
    if seat is None or stood_in:  # who stands for nobody any longer does not change the ballot that they cast
        raise NotAllowed(
            "no-vote",
            _("Quý vị không có tên trong danh sách biểu quyết nội dung này."),
            hint=_("Danh sách đã chốt khi mở biểu quyết. Nếu có nhầm lẫn, hãy báo thư ký cuộc họp."),
        )
    if seat.attendee is not None:
        stand_ins.check_takes_part(seat.attendee)
    return seat


def _check_open(poll: Poll) -> None:
    if poll.state == Poll.State.PAUSED:
        raise Conflict("paused", _("Biểu quyết đang tạm dừng."), hint=_("Đợi chủ tọa cho tiếp tục."))
    if poll.state != Poll.State.OPEN:
        raise Conflict("not-open", _("Biểu quyết chưa mở, hoặc đã kết thúc."))


def _check_present(seat: PollSeat) -> None:
    here = seat.present or CheckIn.objects.filter(attendee=seat.attendee_id, left_at__isnull=True).exists()
    if not here:
        raise NotAllowed(
            "not-checked-in",
            _("Quý vị chưa điểm danh nên chưa biểu quyết được."),
            hint=_("Bấm “Tôi có mặt”, rồi biểu quyết."),
        )


def _checked(poll: Poll, choice: str, text: str) -> str:
    if choice == Choice.OTHER and not poll.with_other:
        raise UserError("no-other", _("Nội dung này chỉ có “Đồng ý” và “Không đồng ý”."))
    text = normalised(text) if choice == Choice.OTHER else ""
    most = MAX_SECRET_TEXT if poll.kind == Poll.Kind.SECRET else MAX_TEXT
    if len(text) > most:
        sentence = _("Ý kiến dài quá %(max)d ký tự.") % {"max": most}
        raise UserError("text-too-long", sentence, fields={"text": sentence})
    return text


def _already(poll: Poll) -> Conflict:
    if poll.kind == Poll.Kind.SECRET:
        return Conflict("already-voted", _("Quý vị đã bỏ phiếu. Phiếu kín đã bỏ thì không đổi được."))
    return Conflict("already-voted", _("Quý vị đã biểu quyết. Nội dung này không cho đổi ý."))


def _witness(meeting: Meeting, seat: PollSeat, by: Appointment, witness_id: int) -> Attendee:
    taking_part = Attendee.objects.select_related("person").filter(meeting=meeting, substitute__isnull=True)
    witness = taking_part.filter(pk=witness_id).first()
    if witness is None or witness.person_id in (seat.person_id, by.person_id):
        sentence = _("Hãy chọn người làm chứng: một đại biểu khác, không phải người nhập phiếu.")
        raise UserError("no-witness", sentence, fields={"witness": sentence})
    return witness
