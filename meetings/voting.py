"""Votes: a question is prepared, put, voted on, counted, and its result told (docs/domain/votes.md).

prepared → ready (check) → open ⇄ paused → closed → published; annulled from anywhere before it is published.
Casting a ballot is in ``balloting``; what a box of secret ballots holds, in ``ballot_box``.
"""

import uuid
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import ballot_box, confidential, counting, handing_over, roll_call, tally, voter_list
from meetings.entitled import may_prepare_polls, may_run_polls
from meetings.models import Meeting, Poll
from meetings.poll_state import state_of
from meetings.protocol.voting import (
    PollAnnulled,
    PollClosed,
    PollOpened,
    PollPaused,
    PollPrepared,
    PollPublished,
    PollReadied,
)
from meetings.realtime import broadcast, tell_leaders

MAX_QUESTION = 500
State = Poll.State


@dataclass(frozen=True)
class Question:
    """What is to be voted on, and by which rule. ``item``: pk of the agenda item it belongs to."""

    question: str
    item: int | None = None
    kind: str = Poll.Kind.OPEN
    with_other: bool = True
    may_change: bool = False
    threshold: str = Poll.Threshold.MAJORITY
    base: str = Poll.Base.MEMBERS
    quorum: str = Poll.Quorum.MAJORITY


@transaction.atomic
def prepare(by: Appointment | None, meeting: Meeting, asked: Question, *, key: uuid.UUID) -> Poll:
    """Write a question down; only those who lead see it. The same ``key`` again changes nothing.

    Raises NotAllowed("may-not-prepare-polls"), UserError("question-missing", "question-too-long", "no-such-item",
    "secret-stays").
    """
    author = _check_prepares(by, meeting)
    fields = _checked(author, meeting, asked)
    poll, created = Poll.objects.get_or_create(meeting=meeting, key=key, defaults={**fields, "created_by": author})
    if created:
        record("poll.prepared", by=author, target=meeting, poll=poll.pk, question=poll.public_question)
        tell_leaders(meeting.pk, PollPrepared(poll=state_of(poll, leads=True)))
    return poll


@transaction.atomic
def edit(by: Appointment | None, poll: Poll, asked: Question, *, version: int) -> Poll:
    """Change a question that has not been put yet. The same content again is harmless.

    Raises as ``prepare``; Conflict("already-put"), Conflict("changed-meanwhile").
    """
    author = _check_prepares(by, poll.meeting)
    fields = _checked(author, poll.meeting, asked)
    current = _locked(poll.pk)
    if current.state != State.PREPARED:
        raise Conflict("already-put", _("Nội dung này đã đưa ra biểu quyết, không sửa được nữa."))
    if all(getattr(current, name) == value for name, value in fields.items()):
        return current
    if current.version != version:
        raise Conflict(
            "changed-meanwhile",
            _("Người khác vừa sửa nội dung biểu quyết này."),
            hint=_("Xem bản đang lưu bên dưới, rồi lưu lại nếu vẫn giữ bản của mình."),
        )
    for name, value in fields.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    record("poll.edited", by=author, target=current.meeting, poll=current.pk, question=current.public_question)
    tell_leaders(current.meeting_id, PollPrepared(poll=state_of(current, leads=True)))
    return current


@transaction.atomic
def check_ready(by: Appointment | None, meeting: Meeting, poll_id: int) -> Poll:
    """Put the question before everybody and ask who is ready; check-in opens. Asking twice is harmless.

    Raises NotAllowed("not-chair"), NotFound("no-such-poll"), Conflict("meeting-not-open", "another-poll", "wrong-state").
    """
    handing_over.settle(meeting.pk)
    chair, poll = _steered(by, meeting, poll_id)
    if poll.state == State.READY:
        return poll
    _check_state(poll, State.PREPARED)
    _check_may_begin(poll)
    voter_list.draw_up(poll)
    _move(poll, State.READY)
    record("poll.readied", by=chair, target=meeting, poll=poll.pk, question=poll.public_question)
    broadcast(meeting.pk, PollReadied(poll=state_of(poll)))
    roll_call.open_roll_call(chair, meeting)
    return poll


@transaction.atomic
def open_poll(by: Appointment | None, meeting: Meeting, poll_id: int) -> Poll:
    """Let people vote; list of voters and quorum are frozen. After a pause: go on. Opening twice is harmless.

    Raises as ``check_ready``, and Conflict("nobody-votes"), Conflict("no-quorum").
    """
    handing_over.settle(meeting.pk)
    chair, poll = _steered(by, meeting, poll_id)
    if poll.state == State.OPEN:
        return poll
    _check_state(poll, State.PREPARED, State.READY, State.PAUSED)
    again = poll.state == State.PAUSED
    now = timezone.now()
    if not again:
        _check_may_begin(poll)
        _freeze(poll)
        poll.opened_at, poll.opened_by = now, chair
    _move(poll, State.OPEN, "opened_at", "opened_by", "members", "present_at_opening")
    record(
        "poll.resumed" if again else "poll.opened",
        by=chair,
        target=meeting,
        poll=poll.pk,
        question=poll.public_question,
        members=poll.members,
        present=poll.present_at_opening,
    )
    broadcast(meeting.pk, PollOpened(poll=state_of(poll), at=now))
    return poll


def _freeze(poll: Poll) -> None:
    """Who may vote, how many of them are there, and an empty box."""
    voter_list.draw_up(poll)
    members, present = voter_list.size(poll)
    if not members:
        raise Conflict(
            "nobody-votes",
            _("Cuộc họp chưa có thành viên nào có quyền biểu quyết."),
            hint=_("Hãy xác định thành viên có quyền biểu quyết trong danh sách đại biểu."),
        )
    needed = tally.quorum_needed(poll.quorum, members)
    if present < needed:
        raise Conflict(
            "no-quorum",
            _("Mới có %(present)d trong %(members)d thành viên có mặt; cần ít nhất %(needed)d.")
            % {"present": present, "members": members, "needed": needed},
            hint=_("Điểm danh các thành viên còn thiếu, rồi mở biểu quyết lại."),
        )
    poll.members, poll.present_at_opening = members, present
    if poll.kind == Poll.Kind.SECRET:
        ballot_box.set_up(poll, seats=members)


@transaction.atomic
def pause(by: Appointment | None, meeting: Meeting, poll_id: int) -> Poll:
    """Nobody votes for a while. Pausing twice is harmless. Raises as ``check_ready``."""
    chair, poll = _steered(by, meeting, poll_id)
    if poll.state != State.PAUSED:
        _check_state(poll, State.OPEN)
        _move(poll, State.PAUSED)
        record("poll.paused", by=chair, target=meeting, poll=poll.pk, question=poll.public_question)
        broadcast(meeting.pk, PollPaused(poll=state_of(poll)))
    return poll


@transaction.atomic
def close(by: Appointment | None, meeting: Meeting, poll_id: int) -> Poll:
    """End the vote and count. Only those who lead learn the result. Closing twice is harmless.

    Raises as ``check_ready``; Conflict("box-broken") when the secret ballots are not what was cast.
    """
    chair, poll = _steered(by, meeting, poll_id)
    if poll.state not in (State.CLOSED, State.PUBLISHED):
        _check_state(poll, State.OPEN, State.PAUSED)
        _close(poll, by=chair)
    return poll


def close_at_end(meeting: Meeting) -> None:
    """The meeting ends: what is being voted on is closed and counted; a question not voted on goes back."""
    for poll in Poll.objects.select_for_update(of=("self",)).filter(
        meeting=meeting, state__in=[State.OPEN, State.PAUSED]
    ):
        poll.meeting = meeting
        try:
            with transaction.atomic():
                _close(poll, by=None)
        except Conflict as error:
            _annul(poll, by=None, reason=str(error.message))
    for poll in Poll.objects.select_for_update(of=("self",)).filter(meeting=meeting, state=State.READY):
        poll.seats.all().delete()
        _move(poll, State.PREPARED)


def _close(poll: Poll, *, by: Appointment | None) -> None:
    poll.closed_at, poll.closed_by = timezone.now(), by
    counting.count(poll)
    _move(
        poll, State.CLOSED, "closed_at", "closed_by", "present", "agreed", "disagreed", "others", "opinions", "passed"
    )
    record("poll.closed", by=by, target=poll.meeting, poll=poll.pk, question=poll.public_question, cast=poll.cast)
    broadcast(poll.meeting_id, PollClosed(poll=state_of(poll)))
    tell_leaders(poll.meeting_id, PollClosed(poll=state_of(poll, leads=True)))


@transaction.atomic
def publish(by: Appointment | None, meeting: Meeting, poll_id: int) -> Poll:
    """Tell everybody the result. Publishing twice is harmless, and possible after the meeting has ended.

    Raises as ``check_ready``.
    """
    chair, poll = _steered(by, meeting, poll_id)
    if poll.state == State.PUBLISHED:
        return poll
    _check_state(poll, State.CLOSED)
    poll.published_at, poll.published_by = timezone.now(), chair
    _move(poll, State.PUBLISHED, "published_at", "published_by")
    result = {"agree": poll.agreed, "disagree": poll.disagreed, "other": poll.others, "passed": poll.passed}
    record("poll.published", by=chair, target=meeting, poll=poll.pk, question=poll.public_question, **result)
    broadcast(meeting.pk, PollPublished(poll=state_of(poll)))
    return poll


@transaction.atomic
def annul(by: Appointment | None, meeting: Meeting, poll_id: int, *, reason: str) -> Poll:
    """Call the vote off: what was cast does not count. A published result stands. Annulling twice is harmless.

    Raises as ``check_ready``, UserError("reason-missing").
    """
    chair, poll = _steered(by, meeting, poll_id)
    if poll.state == State.ANNULLED:
        return poll
    if poll.state == State.PUBLISHED:
        raise Conflict("wrong-state", _("Kết quả đã công bố, không hủy được nữa."))
    reason = normalised(reason)[:500]
    if not reason:
        raise UserError("reason-missing", _("Hãy ghi lý do hủy."), fields={"reason": _("Hãy ghi lý do hủy.")})
    _annul(poll, by=chair, reason=reason)
    return poll


def _annul(poll: Poll, *, by: Appointment | None, reason: str) -> None:
    """Secret ballots are destroyed unread; of open ones nothing is shown any more."""
    counting.throw_away(poll)
    poll.annulled_reason = reason[:500]
    cleared: dict[str, object] = {"agreed": None, "disagreed": None, "others": None, "opinions": [], "passed": None}
    for name, value in cleared.items():
        setattr(poll, name, value)
    _move(poll, State.ANNULLED, "annulled_reason", *cleared)
    record(
        "poll.annulled", by=by, target=poll.meeting, poll=poll.pk, question=poll.public_question, reason=reason[:500]
    )
    broadcast(poll.meeting_id, PollAnnulled(poll=poll.pk, reason=reason[:500]))


# --- what all of them check ---------------------------------------------------------------------------


def _steered(by: Appointment | None, meeting: Meeting, poll_id: int) -> tuple[Appointment, Poll]:
    if by is None or not may_run_polls(by.person, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký điều hành biểu quyết được."))
    poll = _locked(poll_id, meeting)
    if confidential.is_hidden(by.person, poll.item):
        raise _no_poll()
    return by, poll


def _locked(poll_id: int, meeting: Meeting | None = None) -> Poll:
    rows = Poll.objects.select_for_update(of=("self",)).select_related("meeting", "item")
    poll = rows.filter(pk=poll_id, **({"meeting": meeting} if meeting else {})).first()
    if poll is None:
        raise _no_poll()
    return poll


def _no_poll() -> NotFound:
    return NotFound("no-such-poll", _("Cuộc họp không có nội dung biểu quyết này."))


def _check_state(poll: Poll, *states: str) -> None:
    if poll.state not in states:
        raise Conflict(
            "wrong-state",
            _("Việc này không làm được khi biểu quyết ở trạng thái “%(state)s”.") % {"state": poll.get_state_display()},
        )


def _check_may_begin(poll: Poll) -> None:
    if poll.meeting.state != Meeting.State.IN_SESSION:
        raise Conflict("meeting-not-open", _("Chỉ biểu quyết được khi cuộc họp đang diễn ra."))
    going_on = Poll.objects.filter(meeting=poll.meeting, state__in=[State.READY, State.OPEN, State.PAUSED])
    if going_on.exclude(pk=poll.pk).exists():
        raise Conflict(
            "another-poll",
            _("Đang biểu quyết một nội dung khác."),
            hint=_("Kết thúc hoặc hủy nội dung đó trước."),
        )
    _check_item_open(poll)


def _check_item_open(poll: Poll) -> None:
    """What belongs to a confidential item is put while only those who take part in it are in the room."""
    if poll.item is None or not poll.item.confidential:
        return
    if confidential.open_now(poll.meeting_id) != poll.item.pk:
        raise Conflict(
            "item-not-open",
            _("Câu hỏi này thuộc mục kín."),
            hint=_("Chuyển đến mục kín đó rồi mới biểu quyết."),
        )


def _move(poll: Poll, state: str, *fields: str) -> None:
    poll.state = state
    poll.version += 1
    poll.save(update_fields=["state", "version", *fields])


def _check_prepares(by: Appointment | None, meeting: Meeting) -> Appointment:
    if by is None or not may_prepare_polls(by.person, meeting):
        raise NotAllowed("may-not-prepare-polls", _("Chỉ người chuẩn bị cuộc họp soạn được nội dung biểu quyết."))
    return by


def _checked(by: Appointment, meeting: Meeting, asked: Question) -> dict[str, object]:
    """The fields of the row. Raises UserError."""
    question = normalised(asked.question)
    if not question:
        raise _on("question", "question-missing", _("Hãy ghi câu hỏi biểu quyết."))
    if len(question) > MAX_QUESTION:
        raise _on("question", "question-too-long", _("Câu hỏi dài quá %(max)d ký tự.") % {"max": MAX_QUESTION})
    if asked.item is not None and not meeting.items.known_to(by.person).filter(pk=asked.item).exists():
        raise _on("item", "no-such-item", _("Chương trình họp không có nội dung này."))
    if asked.kind == Poll.Kind.SECRET and asked.may_change:
        raise _on("may_change", "secret-stays", _("Phiếu kín đã bỏ thì không đổi được."))
    fields = {**asdict(asked), "question": question}
    fields["item_id"] = fields.pop("item")
    return fields


def _on(field: str, code: str, sentence: str) -> UserError:
    return UserError(code, sentence, fields={field: sentence})
