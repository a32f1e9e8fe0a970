"""What people are told of replies: who stays away, and what the chair said to it. Who comes is told to nobody, it stands on the
board of replies.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings.announcing import when_and_where
from meetings.models import AbsenceRequest, Attendee, Nomination


def declined(by: Appointment, attendee: Attendee, *, asks: bool) -> None:
    """Chair and secretary are told of who asks to stay away; the secretary of the others, once until they look; who named
    them for a unit, that a seat is empty."""
    meeting = attendee.meeting
    board = reverse("meeting-replies", args=[meeting.pk])
    if asks:
        notify.send(
            _but(by, [meeting.chair.person, meeting.secretary.person]),
            kind="meeting.absence_asked",
            title=lambda: _("%(person)s xin vắng: %(title)s") % _names(attendee),
            body=lambda: _because(attendee),
            url=board,
            mail=True,
        )
    else:
        address = f"{board}?show=declined"
        told = notify.without_unread([meeting.secretary.person], kind="meeting.declined", url=address)
        notify.send(
            _but(by, told),
            kind="meeting.declined",
            title=lambda: _("Có người báo vắng: %(title)s") % _names(attendee),
            body=lambda: _("%(person)s. %(reason)s") % {"person": attendee.person, "reason": attendee.reply_reason},
            url=address,
        )
    named = Nomination.objects.filter(site=attendee.site_id, appointment__person=attendee.person_id)
    notify.send(
        _but(by, [one.by.person for one in named.select_related("by__person")]),
        kind="meeting.nominee_declined",
        title=lambda: _("%(person)s báo vắng, cần phân công người khác: %(title)s") % _names(attendee),
        body=lambda: _because(attendee),
        url=reverse("meeting-detail", args=[meeting.pk]),
        mail=True,
    )


def decided(request: AbsenceRequest) -> None:
    """Who asked, and for whom it was asked, are told the chair's word."""
    attendee = request.attendee
    granted = request.state == AbsenceRequest.State.GRANTED
    people = [attendee.person, request.by.person]
    notify.send(
        _but(request.decided_by, people),
        kind="meeting.absence_granted" if granted else "meeting.absence_refused",
        title=lambda: (
            (_("Đồng ý để %(person)s vắng: %(title)s") if granted else _("Chưa đồng ý để %(person)s vắng: %(title)s"))
            % _names(attendee)
        ),
        body=lambda: "\n".join(
            part
            for part in (
                _("Ý kiến của chủ trì: %(word)s") % {"word": request.word} if request.word else "",
                "" if granted else _("Đề nghị trả lời lại giấy mời, hoặc cử người dự thay."),
                when_and_where(attendee.meeting),
            )
            if part
        ),
        url=reverse("meeting-detail", args=[attendee.meeting_id]),
        mail=True,
    )


def _because(attendee: Attendee) -> str:
    reason = _("Lý do: %(reason)s") % {"reason": attendee.reply_reason}
    return "\n".join([reason, when_and_where(attendee.meeting)])


def _names(attendee: Attendee) -> dict[str, str]:
    return {"person": attendee.person.full_name, "title": attendee.meeting.title}


def _but(by: Appointment | None, people: list[User]) -> list[User]:
    return [person for person in people if by is None or person.pk != by.person_id]
