"""Replying to an invitation: coming, coming for a part of the meeting, staying away (docs/domain/meetings.md, "Replies").

The page of the meeting calls these, and so does whatever reads replies from mail.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings import parts, replies, reply_notices, stand_ins
from meetings.models import AbsenceRequest, Attendee, CheckIn, Meeting, Reply, ReplyVia
from meetings.realtime import roster_changed
from meetings.scheduling import locked

REASON_LIMIT = 500


def accept(by: Appointment, attendee: Attendee, *, via: str = ReplyVia.WEB) -> Attendee:
    """``attendee`` comes to the whole meeting. Again: harmless.

    Raises NotAllowed("may-not-reply"), Conflict: "leads-meeting", "has-substitute".
    """
    return attend_part(by, attendee, via=via)


@transaction.atomic
def attend_part(
    by: Appointment,
    attendee: Attendee,
    *,
    attends_from: dt.datetime | None = None,
    attends_to: dt.datetime | None = None,
    via: str = ReplyVia.WEB,
) -> Attendee:
    """``attendee`` comes from–to; an end left out, or not inside the meeting's time, is the meeting's. Again: harmless.

    Raises as ``accept``, and UserError("bad-part") with ``fields`` when nothing of the meeting would be left.
    """
    attendee = _held(by, attendee)
    start, end = parts.inside(attendee.meeting, attends_from, attends_to)
    if (attendee.reply, attendee.attends_from, attendee.attends_to) == (Reply.ACCEPTED, start, end):
        return attendee
    _settle(attendee, AbsenceRequest.State.WITHDRAWN)
    attendee.attends_from, attendee.attends_to = start, end
    _say(by, attendee, Reply.ACCEPTED, via=via)
    action = "meeting.reply_part" if attendee.part else "meeting.reply_accepted"
    log.record(action, by=by, target=attendee.meeting, person=attendee.person.full_name, part=attendee.part)
    return attendee


@transaction.atomic
def decline(by: Appointment, attendee: Attendee, *, reason: str, via: str = ReplyVia.WEB) -> Attendee:
    """``attendee`` stays away, with a reason. Whose presence is required asks the chair by that: not excused until the chair
    agrees. Again: harmless; another reason takes the place of the former one.

    Raises NotAllowed("may-not-reply"), UserError("bad-reply") with ``fields``, Conflict: "leads-meeting", "has-substitute",
    "checked-in".
    """
    attendee = _held(by, attendee)
    reason = _checked_reason(reason)
    if attendee.reply == Reply.DECLINED and attendee.reply_reason == reason:
        return attendee
    if CheckIn.objects.filter(attendee=attendee, left_at__isnull=True).exists():
        raise Conflict(
            "checked-in",
            _("%(person)s đã điểm danh nên không báo vắng được nữa.") % {"person": attendee.person},
            hint=_("Nếu về sớm, ghi giờ rời họp ở trang điểm danh."),
        )
    known = attendee.reply == Reply.DECLINED
    asks = attendee.role in replies.REQUIRED and not attendee.excused
    attendee.reply_reason, attendee.excused = reason, not asks
    attendee.attends_from = attendee.attends_to = None
    _say(by, attendee, Reply.DECLINED, via=via)
    log.record("meeting.reply_declined", by=by, target=attendee.meeting, person=attendee.person.full_name)
    if asks:
        AbsenceRequest.objects.update_or_create(
            attendee=attendee, state=AbsenceRequest.State.WAITING, defaults={"reason": reason, "by": by}
        )
    if not known:
        reply_notices.declined(by, attendee, asks=asks)
    return attendee


def arrived(attendee: Attendee) -> None:
    """Who had said that they stay away is here: what they said holds no longer. Their row is locked by the caller."""
    if attendee.reply == Reply.DECLINED:
        replies.forget(Attendee.objects.filter(pk=attendee.pk))


@transaction.atomic
def ask_again(meeting: Meeting) -> None:
    """The meeting has another time: nobody has replied to that. The meeting is locked by the caller."""
    sites = replies.forget(Attendee.objects.filter(meeting=meeting))
    if sites:
        roster_changed(meeting.pk, sites)


def check_may_reply(by: Appointment, attendee: Attendee) -> None:
    """Raise NotAllowed unless ``by`` may reply for ``attendee`` now; Conflict("leads-meeting") for chair and secretary."""
    if not replies.may_reply(by.person, attendee):
        raise NotAllowed(
            "may-not-reply",
            _(
                "Chỉ người được mời, đơn vị của họ, chủ trì hoặc thư ký trả lời giấy mời được, khi cuộc họp chưa kết thúc."
            ),
        )
    if attendee.person_id in replies.leaders(attendee.meeting):
        raise Conflict(
            "leads-meeting",
            _("Chủ trì và thư ký của cuộc họp không cần trả lời giấy mời."),
            hint=_("Nếu không dự được, đổi người trong thông tin cuộc họp hoặc giao quyền điều hành."),
        )


def _held(by: Appointment, attendee: Attendee) -> Attendee:
    """As they are now, with the meeting, locked until the transaction ends; who may reply for them."""
    meeting = locked(attendee.meeting)
    found = stand_ins.held(attendee.pk, "person", "appointment__unit", "site", "substitute__person")
    if found is None:
        raise Conflict("not-invited", _("Người này không còn trong danh sách dự họp."))
    found.meeting = meeting
    check_may_reply(by, found)
    stand_ins.check_takes_part(found)
    return found


def _say(by: Appointment, attendee: Attendee, reply: Reply, *, via: str) -> None:
    attendee.reply = reply
    attendee.replied_at, attendee.replied_by, attendee.reply_via = timezone.now(), by, via
    if reply == Reply.ACCEPTED:
        attendee.excused, attendee.reply_reason = False, ""
    attendee.save(
        update_fields=[
            *("reply", "excused", "reply_reason", "replied_at", "replied_by", "reply_via"),
            *("attends_from", "attends_to"),
        ]
    )
    roster_changed(attendee.meeting_id, [attendee.site_id])


def _settle(attendee: Attendee, state: AbsenceRequest.State) -> None:
    waiting = AbsenceRequest.objects.filter(attendee=attendee, state=AbsenceRequest.State.WAITING)
    waiting.update(state=state, decided_at=timezone.now())


def _checked_reason(reason: str) -> str:
    reason = normalised(reason)
    if not reason or len(reason) > REASON_LIMIT:
        sentence = _("Ghi lý do vắng, tối đa %(limit)d ký tự.") % {"limit": REASON_LIMIT}
        raise UserError("bad-reply", sentence, fields={"reason": sentence})
    return reason
