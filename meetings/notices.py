"""The notice of conclusions: laid before the chair, confirmed, sent back, signed and issued (docs/domain/conclusions.md)."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import registers
from documents.circulation import delivering
from documents.decree30 import required
from documents.models import NumberAllocation
from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from eoffice.organisation.signing import signers_of, signs_for
from eoffice.organisation.standing import standing_of
from eoffice.workflow.models import Task
from meetings import announcing, conclusions, dispatching, giving, letters, permissions, recalls, replacing
from meetings.models import Conclusion, ConclusionNotice, Dispatch, Meeting, Recall
from meetings.scheduling import locked

REMARK_LIMIT = 500


def seen_by(user: User, meeting: Meeting, edition: int | None = None) -> bool:
    """Whether ``user`` may open the page of the issued notice, or that edition of it: who knows of the meeting, who answers for the unit that
    issued it, and who works on one of its tasks; not a recipient from whom it was taken back."""
    if (
        _keeps(user, meeting)
        or Task.objects.visible_to(user).filter(pk__in=giving.given_by(meeting).values("pk")).exists()
    ):
        return True
    if not Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists():
        return False
    dispatch = dispatching.latest(meeting, Dispatch.Kind.NOTICE, edition)
    lines = list(dispatching.lines_of(user, dispatch).values_list("withdrawal", flat=True)) if dispatch else []
    return not lines or None in lines


def text_shown(user: User, meeting: Meeting, dispatch: Dispatch | None) -> bool:
    """Whether ``user``, who may open the page, also reads the text: unless it is not shown any more (``recalls``)."""
    return not dispatching.recall_of(dispatch, Recall.Meaning.REMOVE_ACCESS) or _keeps(user, meeting)


def _keeps(user: User, meeting: Meeting) -> bool:
    """Of those who prepare the meeting, or answer for the unit that issued its notice."""
    if permissions.may_prepare(user, meeting):
        return True
    return ConclusionNotice.objects.filter(meeting=meeting, issuer__in=standing_of(user).represents).exists()


@transaction.atomic
def submit(by: Appointment, meeting: Meeting) -> ConclusionNotice:
    """Lay the draft before the chair, who is told. Again: harmless. Raises UserError("no-conclusions")."""
    meeting = locked(meeting)
    notice = conclusions.lock_notice(meeting)
    if notice.state == ConclusionNotice.State.SUBMITTED and permissions.may_chair(by.person, meeting):
        return notice
    _require(permissions.may_submit_conclusions(by.person, meeting, notice), notice)
    if not meeting.conclusions.filter(edition=notice.edition).exists():
        raise UserError("no-conclusions", _("Chưa có kết luận nào."), hint=_("Viết ít nhất một kết luận rồi trình."))
    notice.state, notice.submitted_by = ConclusionNotice.State.SUBMITTED, by
    notice.remark, notice.returned_by = "", None
    notice.save()
    log.record("conclusions.submitted", by=by, target=meeting)
    notify.send(
        [meeting.chair.person],
        kind="conclusions.submitted",
        title=lambda: _("Chờ duyệt kết luận: %(title)s") % {"title": meeting.title},
        url=_page(meeting),
        mail=True,
    )
    return notice


@transaction.atomic
def send_back(by: Appointment, meeting: Meeting, *, remark: str) -> ConclusionNotice:
    """The chair, or who is to sign, wants changes; the secretary drafts again and is told why. Again: harmless."""
    meeting = locked(meeting)
    notice = conclusions.lock_notice(meeting)
    if notice.state == ConclusionNotice.State.DRAFT and by.person_id == meeting.chair.person_id:
        return notice
    _require(permissions.may_send_conclusions_back(by.person, meeting, notice), notice)
    remark = normalised(remark)
    if not remark or len(remark) > REMARK_LIMIT:
        sentence = _("Ghi điều cần sửa, tối đa %(limit)d ký tự.") % {"limit": REMARK_LIMIT}
        raise UserError("bad-remark", sentence, fields={"remark": sentence})
    notice.state, notice.remark, notice.returned_by = ConclusionNotice.State.DRAFT, remark, by
    notice.confirmed_by = notice.confirmed_at = notice.issuer = None
    notice.save()
    log.record("conclusions.sent_back", by=by, target=meeting, remark=remark)
    told = {meeting.secretary.person_id: meeting.secretary.person, meeting.chair.person_id: meeting.chair.person}
    told.pop(by.person_id, None)
    notify.send(
        told.values(),
        kind="conclusions.sent_back",
        title=lambda: _("Kết luận cần sửa: %(title)s") % {"title": meeting.title},
        body=f"{by.person}: {remark}",
        url=_page(meeting),
        mail=True,
    )
    return notice


@transaction.atomic
def confirm(by: Appointment, meeting: Meeting, *, seen: str) -> ConclusionNotice:
    """The chair confirms the conclusions; who signs for the issuing unit is told. Where that is the chair, the notice
    is issued in the same act.

    ``seen`` is the ``fingerprint`` of what the chair read. Again: harmless. Raises NotAllowed, Conflict:
    "meeting-not-ended", "conclusions-changed"; UserError("document-incomplete"); and what ``issue`` raises.
    """
    meeting = locked(meeting)
    notice = conclusions.lock_notice(meeting)
    done = (ConclusionNotice.State.CONFIRMED, ConclusionNotice.State.ISSUED)
    if notice.state in done and permissions.may_chair(by.person, meeting):
        return notice
    _require(permissions.may_confirm_conclusions(by.person, meeting, notice), notice)
    sentences = list(conclusions.of_meeting(meeting))
    _check_ready(notice, seen, sentences)
    notice.issuer, notice.confirmed_by, notice.confirmed_at = letters.issuing_unit(meeting), by, timezone.now()
    notice.state = ConclusionNotice.State.CONFIRMED
    required.check_complete(letters.notice(meeting, notice))
    log.record("conclusions.confirmed", by=by, target=meeting)
    if permissions.may_issue_conclusions(by.person, notice):
        return _issue(by, meeting, notice, sentences)
    notice.save()
    notify.send(
        signers_of(notice.issuer),
        kind="conclusions.confirmed",
        title=lambda: _("Chờ ký ban hành thông báo kết luận: %(title)s") % {"title": meeting.title},
        url=_page(meeting),
        mail=True,
    )
    return notice


@transaction.atomic
def issue(by: Appointment, meeting: Meeting, *, seen: str) -> ConclusionNotice:
    """Sign and issue for the issuing unit: the notice gets its number, the meeting is concluded, and only now the
    tasks exist.

    ``seen`` is the ``fingerprint`` of what the signer read. Issuing what is issued is harmless, from however
    many windows. Raises NotAllowed, Conflict("conclusions-changed"), UserError("document-incomplete"); and what stands
    in the way of a task ("calendar-not-confirmed", "bad-assignment"): nothing is issued then.
    """
    meeting = locked(meeting)
    notice = conclusions.lock_notice(meeting)
    if notice.state == ConclusionNotice.State.ISSUED and notice.issuer_id in standing_of(by.person).leads:
        return notice
    _require(permissions.may_issue_conclusions(by.person, notice), notice)
    sentences = list(conclusions.of_meeting(meeting))
    _check_ready(notice, seen, sentences)
    return _issue(by, meeting, notice, sentences)


def waiting_for(user: User) -> QuerySet[ConclusionNotice]:
    """Notices that wait for ``user``: to be confirmed as chair, to be signed for the issuing unit."""
    to_confirm = Q(state=ConclusionNotice.State.SUBMITTED, meeting__chair__person=user)
    to_sign = Q(state=ConclusionNotice.State.CONFIRMED, issuer__in=standing_of(user).leads)
    return ConclusionNotice.objects.filter(to_confirm | to_sign).select_related("meeting").order_by("pk")


def _issue(
    by: Appointment, meeting: Meeting, notice: ConclusionNotice, sentences: list[Conclusion]
) -> ConclusionNotice:
    assert notice.issuer is not None
    assert notice.confirmed_by is not None
    notice.signed_by = signs_for(by.person, notice.issuer)
    notice.state, notice.issued_at = ConclusionNotice.State.ISSUED, timezone.now()
    number = _number(by, meeting, notice)
    notice.save()
    meeting.state = Meeting.State.CONCLUDED
    meeting.version += 1
    meeting.save()
    if notice.replaces is not None:
        replacing.carry_out(notice.confirmed_by, notice, sentences)
    giving.give_tasks(notice.confirmed_by, meeting, notice, sentences)
    log.record("conclusions.issued", by=by, target=meeting, number=notice.number)
    dispatch = dispatching.send_notice(by, notice, number)
    told = dispatching.people_of(dispatch.deliveries.all())
    announcing.concluded(meeting, notice, told)
    if notice.replaces is not None:
        recalls.replace(by, notice, told=told)
    return notice


def _number(by: Appointment, meeting: Meeting, notice: ConclusionNotice) -> NumberAllocation:
    """The next one of the issuing unit's register of notices."""
    assert notice.issuer is not None
    letter = letters.notice(meeting, notice)
    required.check_complete(letter)
    entry = registers.entry_of(letter, url=letters.page_of(notice))
    given = registers.assign(by, notice.issuer, letters.NOTICE, entry)
    delivering.deliver(by, given, letter, letters.notified_units(notice))
    notice.year, notice.ordinal, notice.number = given.register.year, given.n, given.code
    return given


def _check_ready(notice: ConclusionNotice, seen: str, sentences: list[Conclusion]) -> None:
    expected = Meeting.State.CONCLUDED if notice.replaces_id else Meeting.State.ENDED
    if notice.meeting.state != expected:
        raise Conflict(
            "meeting-not-ended",
            _("Cuộc họp chưa kết thúc nên chưa duyệt, ban hành được kết luận."),
            hint=_("Kết thúc cuộc họp trước, rồi duyệt kết luận."),
        )
    if seen != replacing.seen_of(notice, sentences):
        raise Conflict(
            "conclusions-changed",
            _("Kết luận, hoặc nhiệm vụ của thông báo được thay thế, đã thay đổi sau khi bạn mở trang này.")
            if notice.replaces_id
            else _("Kết luận đã được sửa sau khi bạn mở trang này."),
            hint=_("Xem lại nội dung mới nhất bên dưới rồi làm lại."),
        )


def _page(meeting: Meeting) -> str:
    return reverse("meeting-conclusions", args=[meeting.pk])


def _require(allowed: bool, notice: ConclusionNotice) -> None:  # noqa: FBT001
    if allowed:
        return
    raise NotAllowed(
        "may-not-issue",
        _("Bạn không thực hiện được việc này khi kết luận ở trạng thái “%(state)s”.")
        % {"state": notice.get_state_display()},
        hint=_("Thư ký soạn và trình; chủ trì duyệt; lãnh đạo cơ quan ban hành ký và ban hành."),
    )
