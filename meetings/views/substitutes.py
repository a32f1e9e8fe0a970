"""Sending somebody in the place of an attendee, and taking it back."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import entitled, parts, stand_ins, substitute_checks, substitute_notices, substitutes
from meetings.models import Attendee, Substitution
from meetings.substitute_forms import SubstituteForm
from meetings.views.fetching import back, visible_part

_RELATED = (
    "meeting__type",
    "meeting__chair__person",
    "meeting__secretary__person",
    "person",
    "appointment__position",
    "appointment__unit",
    "site",
    "substitute__person",
    "stands_for__person",
)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def substitute_send(request: ActingRequest, pk: int) -> HttpResponse:
    """Who takes part in the place of attendee ``pk``, and why."""
    attendee: Attendee = visible_part(request, Attendee.objects.select_related(*_RELATED), pk)
    by = acting.required(request.acting)
    if not substitutes.may_send(request.user, attendee):
        raise substitute_checks.not_allowed()
    if request.method != "POST" and attendee.substitute is not None:
        return back(attendee.meeting_id, "substitutes")  # somebody was quicker: the page says who
    timed = parts.items_of(attendee.meeting, request.user)
    form = SubstituteForm(request.POST or None, attendee=attendee, timed=timed)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        data = form.cleaned_data
        try:
            start, end = form.part()
            made = substitutes.send(
                by, attendee, data["appointment"], reason=data["reason"], starts_at=start, ends_at=end
            )
        except NotAllowed:
            raise
        except UserError as error:
            form.blame(error)
            status = 409 if isinstance(error, Conflict) else 422
        else:
            messages.success(request, _told(made))
            return back(attendee.meeting_id, "substitutes")
    return render(request, "meetings/substitute.html", _context(attendee, form), status=status)


def _context(attendee: Attendee, form: SubstituteForm) -> dict[str, Any]:
    moved = stand_ins.role_for(attendee.role, attendee.meeting.type)
    return {
        "form": form,
        "attendee": attendee,
        "meeting": attendee.meeting,
        "has_vote": attendee.role in entitled.VOTING_ROLES,
        "vote_moves": moved in entitled.VOTING_ROLES,
        "sent": [one for one in parts.planned(attendee.meeting) if one.absent_id == attendee.pk],
    }


def _told(made: Substitution) -> str:
    people = [made.appointment.person, *substitute_notices.concerned(made)]
    told = _("Đã cử %(substitute)s dự thay %(person)s. Đã báo cho: %(people)s.")
    if made.part:
        told = _("Đã cử %(substitute)s dự thay %(person)s %(part)s. Đã báo cho: %(people)s.")
    return told % {
        "part": made.part,
        "substitute": made.appointment.person,
        "person": made.absent.person,
        "people": ", ".join(dict.fromkeys(person.full_name for person in people)),
    }


@require_POST
@login_required
def substitute_end(request: ActingRequest, pk: int) -> HttpResponse:
    """The absent person takes part after all."""
    related = ("meeting", "absent__person", "appointment__person")
    substitution: Substitution = visible_part(request, Substitution.objects.select_related(*related), pk)
    substitutes.take_back(acting.required(request.acting), substitution)
    told = _("Đã thôi cử %(substitute)s. %(person)s lại dự họp, quyền của người dự thay đã hết.")
    if substitution.part:
        told = _("Đã thôi cử %(substitute)s dự thay %(person)s %(part)s. Đề nghị trả lời lại giấy mời.")
    names = {"substitute": substitution.appointment.person, "person": substitution.absent.person}
    messages.success(request, told % {**names, "part": substitution.part})
    return back(substitution.meeting_id, "substitutes")
