"""What people are told about a meeting: in the application, and by mail with a calendar entry."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eoffice.accounts.models import User
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings import participation
from meetings.models import ConclusionNotice, Meeting, MeetingSite


def audience(meeting: Meeting) -> list[User]:
    """Everybody whom the meeting concerns: attendees, who answers for an invited unit, and who is to stand for somebody for a
    part of it. One query."""
    units = meeting.sites.exclude(kind=MeetingSite.Kind.INDIVIDUAL).values("unit")
    answering = Appointment.objects.current().representing().filter(unit__in=units).values("person")
    listed = meeting.attendees.values("person")
    coming = meeting.substitutions.filter(ended_at__isnull=True).order_by().values("appointment__person")
    concerned = Q(pk__in=answering) | Q(pk__in=listed) | Q(pk__in=coming)
    return list(User.objects.filter(concerned, is_active=True))


def invited(meeting: Meeting) -> int:
    """Send the invitation with its calendar entry; returns how many people are told."""
    people = audience(meeting)
    _send(people, meeting, "meeting.invited", _("Mời họp: %(title)s"), method="REQUEST")
    return len(people)


def invited_also(meeting: Meeting, people: list[User]) -> None:
    """Invite ``people`` to a meeting that was issued before."""
    _send(people, meeting, "meeting.invited", _("Mời họp: %(title)s"), method="REQUEST")


def no_longer_invited(meeting: Meeting, people: list[User]) -> None:
    """Take the meeting out of the calendars of ``people``."""
    _send(people, meeting, "meeting.uninvited", _("Không còn trong thành phần mời: %(title)s"), method="CANCEL")


def changed(meeting: Meeting) -> None:
    """Tell the new time, place or form."""
    _send(audience(meeting), meeting, "meeting.changed", _("Thay đổi cuộc họp: %(title)s"), method="REQUEST")


def called_off(meeting: Meeting) -> None:
    """Tell that the meeting is cancelled or postponed, and why."""
    cancelled = meeting.state == Meeting.State.CANCELLED
    title = _("Hủy cuộc họp: %(title)s") if cancelled else _("Hoãn cuộc họp: %(title)s")
    kind = "meeting.cancelled" if cancelled else "meeting.postponed"
    _send(audience(meeting), meeting, kind, title, method="CANCEL")


def opened(meeting: Meeting) -> None:
    """Tell, in the application only, that the room is open."""
    notify.send(
        audience(meeting),
        kind="meeting.opened",
        title=lambda: _("Cuộc họp đã bắt đầu: %(title)s") % {"title": meeting.title},
        body=lambda: when_and_where(meeting),
        url=reverse("meeting-detail", args=[meeting.pk]),
    )


def concluded(meeting: Meeting, notice: ConclusionNotice, recipients: list[User]) -> None:
    """Tell everybody invited, and the other ``recipients``, that the notice of conclusions is issued."""
    notify.send(
        [*audience(meeting), *recipients],
        kind="meeting.concluded",
        title=lambda: (
            _("Thông báo kết luận số %(number)s: %(title)s") % {"number": notice.number, "title": meeting.title}
        ),
        body=lambda: when_and_where(meeting),
        url=reverse("meeting-notice", args=[meeting.pk]),
        mail=True,
    )


def when_and_where(meeting: Meeting) -> str:
    """Time, form and place in one line, in local time: "08:00–10:00 ngày 25/11/2026 · Trực tuyến"."""
    start, end = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    if start.date() == end.date():
        when = _("%(start)s–%(end)s ngày %(day)s") % {
            "start": date_format(start, "H:i"),
            "end": date_format(end, "H:i"),
            "day": date_format(start, "d/m/Y"),
        }
    else:
        when = f"{date_format(start, 'H:i d/m/Y')} – {date_format(end, 'H:i d/m/Y')}"
    return " · ".join(str(part) for part in (when, meeting.get_form_display(), meeting.place) if part)


def _details(meeting: Meeting, method: str) -> str:
    lines = [when_and_where(meeting)]
    lines.append(_("Chủ trì: %(chair)s") % {"chair": str(meeting.chair)})
    if meeting.state_reason and method == "CANCEL":
        lines.append(_("Lý do: %(reason)s") % {"reason": meeting.state_reason})
    elif meeting.note:
        lines.append(meeting.note)
    return "\n".join(lines)


def _send(people: list[User], meeting: Meeting, kind: str, title: Promise, *, method: str) -> None:
    notify.send(
        people,
        kind=kind,
        title=lambda: str(title) % {"title": meeting.title},
        body=lambda: _details(meeting, method),
        url=reverse("meeting-detail", args=[meeting.pk]),
        mail=True,
        calendar=participation.addressed(meeting, method),
    )
