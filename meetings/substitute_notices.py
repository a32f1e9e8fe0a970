"""What people are told of a substitute: the substitute, the absent person, chair and secretary."""

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.notifications import notify
from meetings import participation
from meetings.announcing import when_and_where
from meetings.models import Substitution


def concerned(substitution: Substitution) -> list[User]:
    """Who is told besides the substitute: chair, secretary, and the absent person, but for who did it; all when nobody did."""
    meeting = substitution.meeting
    actor = substitution.by if substitution.ended_at is None else substitution.ended_by
    people = [substitution.absent.person, meeting.chair.person, meeting.secretary.person]
    told = {person.pk: person for person in people if actor is None or person.pk != actor.person_id}
    return list(told.values())


def sent(substitution: Substitution) -> None:
    """The substitute gets the invitation with its calendar entry; the others are told who comes."""
    title = gettext_lazy("Dự họp thay %(absent)s: %(title)s")
    _send([substitution.appointment.person], substitution, "meeting.substitute", title, method="REQUEST")
    title = gettext_lazy("%(substitute)s dự họp thay %(absent)s: %(title)s")
    _send(concerned(substitution), substitution, "meeting.substitute_sent", title)


def taken_back(substitution: Substitution) -> None:
    """The substitute's calendar entry goes, unless they attend anyway; the others are told who comes."""
    title = gettext_lazy("Thôi dự họp thay %(absent)s: %(title)s")
    method = "" if substitution.former_role else "CANCEL"
    _send([substitution.appointment.person], substitution, "meeting.substitute_ended", title, method=method)
    title = gettext_lazy("%(absent)s dự họp, thôi cử %(substitute)s dự thay: %(title)s")
    _send(concerned(substitution), substitution, "meeting.substitute_taken_back", title)


def _send(people: list[User], substitution: Substitution, kind: str, title: Promise, *, method: str = "") -> None:
    meeting = substitution.meeting
    names = {
        "absent": substitution.absent.person.full_name,
        "substitute": substitution.appointment.person.full_name,
        "title": meeting.title,
    }
    notify.send(
        people,
        kind=kind,
        title=lambda: str(title) % names,
        body=lambda: _body(substitution),
        url=reverse("meeting-detail", args=[meeting.pk]),
        mail=True,
        calendar=participation.addressed(meeting, method, substitution) if method else "",
    )


def _body(substitution: Substitution) -> str:
    lines = [when_and_where(substitution.meeting)]
    if substitution.part:
        lines.append(_("Dự thay %(part)s.") % {"part": substitution.part})
    if substitution.ended_at is None:
        lines.append(_("Lý do: %(reason)s") % {"reason": substitution.reason})
        lines.append(_("Người cử: %(person)s") % {"person": substitution.by})
    return "\n".join(lines)
