"""The people of a site, for who keeps the door of an open room."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from eoffice.organisation.acting import ActingRequest
from meetings import lobby, seating
from meetings.views.fetching import visible_site


@require_safe
@login_required
def site_people(request: ActingRequest, pk: int) -> HttpResponse:
    """Who takes part at site ``pk``, in which role, and who is in the room: JSON."""
    site = visible_site(request, pk)
    lobby.check_may_admit(request.acting or None, site.meeting)
    people = [person.model_dump() for person in seating.people_at(site)]
    return JsonResponse({"site": site.name, "phone": site.phone, "people": people})
