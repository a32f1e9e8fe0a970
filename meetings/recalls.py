"""Taking back what was issued, in four meanings that the screen keeps apart (ADR 0124, docs/domain/dispatch.md).

Taken back from one recipient; recalled for everybody; its number cancelled; its text not shown any more.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.circulation import delivering
from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.workflow import recalling, recurring
from eoffice.workflow.models import Task
from meetings import dispatching, giving, permissions, receipts
from meetings.models import ConclusionNotice, Delivery, Dispatch, Recall

REASON_LIMIT = 300
Meaning = Recall.Meaning
_TOLD = {
    Meaning.RECALL: gettext_lazy("Thu hồi văn bản: %(document)s"),
    Meaning.CANCEL_NUMBER: gettext_lazy("Hủy số văn bản: %(document)s"),
    Meaning.REMOVE_ACCESS: gettext_lazy("Ngừng cho xem nội dung: %(document)s"),
    Meaning.WITHDRAW: gettext_lazy("Lấy lại văn bản gửi đến: %(document)s"),
}


@dataclass(frozen=True)
class Effect:
    """What taking a document back touches: shown before it is done."""

    recipients: int
    opened: int
    acknowledged: int
    tasks: list[Task]
    """Open ones that it gave, which are taken back with it."""
    subtasks: int
    people: int
    """Who is told that tasks are taken back."""
    finished: int
    """Tasks that are done, and stay."""
    recurring: int
    """Recurring ones that are stopped."""

    @property
    def seen(self) -> int:
        """How many tasks are taken back, with what was given on from them."""
        return len(self.tasks) + self.subtasks


def effect_of(dispatch: Dispatch) -> Effect:
    """What recalling ``dispatch`` touches. A query per level of sub-tasks, and six."""
    lines = dispatch.deliveries.filter(withdrawal__isnull=True)
    given = giving.given_by(dispatch.meeting) if dispatch.kind == Dispatch.Kind.NOTICE else Task.objects.none()
    given = given.select_related("lead_unit", "officer__person")
    tasks = [task for task in given if task.state in Task.OPEN_STATES]
    touched = recalling.touched(*tasks) if tasks else recalling.Touched([], 0)
    return Effect(
        recipients=lines.count(),
        opened=lines.filter(opened_at__isnull=False).count(),
        acknowledged=lines.filter(acknowledged_at__isnull=False).count(),
        tasks=tasks,
        subtasks=len(touched.subtasks),
        people=touched.people,
        finished=sum(task.state == Task.State.COMPLETED for task in given),
        recurring=giving.recurring_of(dispatch.meeting).filter(stopped_at=None).count(),
    )


@transaction.atomic
def recall(by: Appointment, dispatch: Dispatch, *, reason: str, seen: int) -> Recall:
    """The notice is in force no more (thu hồi văn bản): marked on every page and in the register; the tasks that it gave and
    that are open are taken back; who got it is told, and says that it is not used any more. Again: harmless.

    ``seen``: how many tasks the person was shown. Raises NotAllowed, UserError("reason-missing"), Conflict("tasks-changed").
    """
    dispatch = _locked(by, dispatch)
    if done := dispatching.recall_of(dispatch, Meaning.RECALL):
        return done
    reason = checked_reason(reason)
    told = Meaning.RECALL
    keys = list(giving.given_by(dispatch.meeting).values_list("pk", flat=True))
    words = _("%(document)s bị thu hồi: %(reason)s") % {"document": str(dispatch), "reason": reason}
    for one in giving.recurring_of(dispatch.meeting):
        recurring.stop(by, one, reason=words[:500], checked=True)
    recalling.recall_given_by(by, keys, reason=words[:500], seen=seen)
    return _end(by, dispatch, told, reason)


def replace(by: Appointment, notice: ConclusionNotice, *, told: Collection[User]) -> None:
    """Within the issue of ``notice``: the edition that it replaces is in force no more; its tasks are not touched. Its
    recipients are told, but for those who were ``told`` of the new one."""
    former = notice.replaces
    assert former is not None
    dispatch = dispatching.latest(notice.meeting, Dispatch.Kind.NOTICE, former.edition)
    if dispatch is None or dispatching.recall_of(dispatch, Meaning.RECALL):
        return
    reason = _("Được thay thế bằng Thông báo số %(number)s.") % {"number": notice.number}
    row = dispatching.end(by, dispatch, Meaning.RECALL, reason)
    log.record("dispatch.replaced", by=by, target=notice.meeting, document=str(dispatch), number=notice.number)
    known = {person.pk for person in told}
    standing = dispatch.deliveries.filter(withdrawal__isnull=True)
    _tell([person for person in dispatching.people_of(standing) if person.pk not in known], dispatch, row)


@transaction.atomic
def cancel_number(by: Appointment, dispatch: Dispatch, *, reason: str) -> Recall:
    """The number of a recalled notice is void; no other document gets it. Again: harmless.

    Raises NotAllowed, UserError("reason-missing"), Conflict("dispatch-in-force").
    """
    dispatch = _locked(by, dispatch)
    if done := dispatching.recall_of(dispatch, Meaning.CANCEL_NUMBER):
        return done
    if not dispatching.recall_of(dispatch, Meaning.RECALL):
        raise Conflict(
            "dispatch-in-force",
            _("Văn bản còn hiệu lực nên chưa hủy số được."),
            hint=_("Thu hồi văn bản trước, rồi hủy số."),
        )
    return _end(by, dispatch, Meaning.CANCEL_NUMBER, checked_reason(reason))


@transaction.atomic
def remove_access(by: Appointment, dispatch: Dispatch, *, reason: str) -> Recall:
    """Nobody but who prepares the meeting and who answers for the issuer reads the text any more, on the page, in Word or
    PDF. Whether it is in force does not change, nor do its tasks. Again: harmless.

    Raises NotAllowed, UserError("reason-missing").
    """
    dispatch = _locked(by, dispatch)
    if done := dispatching.recall_of(dispatch, Meaning.REMOVE_ACCESS):
        return done
    return _end(by, dispatch, Meaning.REMOVE_ACCESS, checked_reason(reason))


@transaction.atomic
def withdraw(by: Appointment, delivery: Delivery, *, reason: str) -> Recall:
    """Take the notice back from one recipient that got it by mistake; for the others nothing changes. Again: harmless.

    Raises NotAllowed, UserError("reason-missing").
    """
    dispatch = delivery.dispatch
    if not permissions.may_withdraw(by.person, dispatch):
        raise _refusal()
    Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
    if done := Recall.objects.filter(delivery=delivery).first():
        return done
    row = Recall.objects.create(
        dispatch=dispatch,
        delivery=delivery,
        meaning=Meaning.WITHDRAW,
        reason=checked_reason(reason),
        by=by,
        at=timezone.now(),
    )
    if dispatch.number is not None and delivery.person_id is None:
        standing = dispatch.deliveries.filter(withdrawal__isnull=True, person__isnull=True)
        delivering.take_back(dispatch.number, keep=standing.order_by().values_list("unit", flat=True))
    log.record("dispatch.withdrawn", by=by, target=dispatch.meeting, document=str(dispatch), recipient=str(delivery))
    _tell(dispatching.people_of(Delivery.objects.filter(pk=delivery.pk)), dispatch, row)
    return row


def _end(by: Appointment, dispatch: Dispatch, meaning: Meaning, reason: str) -> Recall:
    row = dispatching.end(by, dispatch, meaning, reason)
    log.record(f"dispatch.{meaning}", by=by, target=dispatch.meeting, document=str(dispatch), reason=reason)
    _tell(dispatching.people_of(dispatch.deliveries.filter(withdrawal__isnull=True)), dispatch, row)
    return row


def _tell(people: list[User], dispatch: Dispatch, row: Recall) -> None:
    notify.send(
        people,
        kind=f"dispatch.{row.meaning}",
        title=lambda: str(_TOLD[Meaning(row.meaning)]) % {"document": str(dispatch)},
        body=lambda: _("Lý do: %(reason)s") % {"reason": row.reason},
        url=receipts.page_of(dispatch),
        mail=True,
    )


def _locked(by: Appointment, dispatch: Dispatch) -> Dispatch:
    """The sending as it is now, under its lock, for who may take it back."""
    if not permissions.may_recall(by.person, dispatch):
        raise _refusal()
    related = ("issuer", "number", "meeting")
    return Dispatch.objects.select_for_update(of=("self",)).select_related(*related).get(pk=dispatch.pk)


def checked_reason(reason: str) -> str:
    """Why a document is taken back or replaced, clean; raises UserError("reason-missing") with ``fields``."""
    reason = normalised(reason)
    if not reason or len(reason) > REASON_LIMIT:
        sentence = _("Ghi lý do, tối đa %(limit)d ký tự.") % {"limit": REASON_LIMIT}
        raise UserError("reason-missing", sentence, fields={"reason": sentence})
    return reason


def _refusal() -> NotAllowed:
    return NotAllowed(
        "may-not-recall",
        _("Bạn không thu hồi được văn bản này."),
        hint=_(
            "Lãnh đạo cơ quan ban hành thu hồi thông báo kết luận; giấy mời được thu hồi khi hoãn hoặc hủy cuộc họp."
        ),
    )
