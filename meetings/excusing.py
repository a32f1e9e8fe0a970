"""The chair's word on the absence of somebody whose presence is required (docs/domain/meetings.md, "Replies")."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings import permissions, replies, reply_notices
from meetings.models import AbsenceRequest, Attendee, Meeting
from meetings.realtime import roster_changed
from meetings.scheduling import locked

WORD_LIMIT = 500


def may_decide(user: User, meeting: Meeting, request: AbsenceRequest) -> bool:
    """Answer it: chair, secretaries, who presides; nobody their own."""
    if meeting.state not in permissions.WITH_ROOM or user.pk == request.attendee.person_id:
        return False
    return permissions.may_admit(user, meeting)


@transaction.atomic
def decide(by: Appointment, request: AbsenceRequest, *, granted: bool, word: str = "") -> AbsenceRequest:
    """Agree, or refuse with a word; the person is told. Refused, they are asked again. The same again is harmless.

    Raises NotAllowed("may-not-decide-absence"), UserError("bad-word") with ``fields``, Conflict("absence-decided") when it
    was withdrawn or decided otherwise meanwhile.
    """
    meeting = locked(request.attendee.meeting)
    attendee = Attendee.every.select_for_update(of=("self",)).select_related("person").get(pk=request.attendee_id)
    request = AbsenceRequest.objects.select_for_update(of=("self",)).select_related("by__person").get(pk=request.pk)
    attendee.meeting, request.attendee = meeting, attendee
    if not may_decide(by.person, meeting, request):
        raise not_allowed()
    state = AbsenceRequest.State.GRANTED if granted else AbsenceRequest.State.REFUSED
    if request.state == state:
        return request
    if request.state != AbsenceRequest.State.WAITING:
        raise Conflict(
            "absence-decided",
            _("Đề nghị vắng này không còn chờ ý kiến: %(state)s.") % {"state": request.get_state_display().lower()},
        )
    request.state, request.word = state, _checked(word, granted=granted)
    request.decided_by, request.decided_at = by, timezone.now()
    request.save(update_fields=["state", "word", "decided_by", "decided_at"])
    if granted:
        Attendee.objects.filter(pk=attendee.pk).update(excused=True)
    else:
        replies.forget(Attendee.objects.filter(pk=attendee.pk))
    roster_changed(meeting.pk, [attendee.site_id])
    action = "meeting.absence_granted" if granted else "meeting.absence_refused"
    log.record(action, by=by, target=meeting, person=attendee.person.full_name)
    reply_notices.decided(request)
    return request


def not_allowed() -> NotAllowed:
    """Why somebody may not answer."""
    return NotAllowed(
        "may-not-decide-absence",
        _(
            "Chỉ chủ trì hoặc thư ký cuộc họp cho ý kiến về đề nghị vắng mặt, và không ai cho ý kiến với đề nghị của mình."
        ),
    )


def _checked(word: str, *, granted: bool) -> str:
    word = normalised(word)
    if (not word and not granted) or len(word) > WORD_LIMIT:
        sentence = _("Khi chưa đồng ý, ghi ý kiến cho người xin vắng biết, tối đa %(limit)d ký tự.") % {
            "limit": WORD_LIMIT
        }
        raise UserError("bad-word", sentence, fields={"word": sentence})
    return word
