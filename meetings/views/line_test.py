"""The page on which a site tests its line, and what its script asks of the server."""

import secrets
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.errors import UserError
from eoffice.http import parsed_body
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import line_tests, loopback, readiness, readiness_words
from meetings.ice import ice_servers
from meetings.models import Check, MeetingSite
from meetings.permissions import enterable_sites
from meetings.protocol.rehearsal import LineTestAnswer, LineTestOffer, LineTestReport
from meetings.views.fetching import visible_meeting, visible_site

MOST_BYTES = 2_000_000
"""Of one transfer; Django itself takes no larger body that is not a file (DATA_UPLOAD_MAX_MEMORY_SIZE)."""


@require_safe
@login_required
def of_meeting(request: ActingRequest, pk: int) -> HttpResponse:
    """To the test of one's own site; those with several choose. Who has none is led to the meeting's page."""
    meeting = visible_meeting(request, pk)
    sites = enterable_sites(request.user, meeting)
    if not sites:
        return redirect("meeting-detail", pk)
    if len(sites) == 1:
        return redirect("line-test", sites[0].pk)
    return render(request, "meetings/line_test_choice.html", {"meeting": meeting, "sites": sites})


@require_safe
@login_required
def page(request: ActingRequest, pk: int) -> HttpResponse:
    """Eleven checks, by hand or by themselves."""
    site = visible_site(request, pk)
    by = acting.required(request.acting)
    line_tests.check_may_test(by, site)
    now = timezone.now()
    standing = readiness.of_site(site, now)
    context = {
        "meeting": site.meeting,
        "site": site,
        "state": standing.state,
        "why": standing.why,
        "readiness": standing.readiness,
        "windows": site.meeting.test_windows.filter(ends_at__gt=now),
        "checks": [(check.value, check.label) for check in Check],
        "config": _config(request, site),
    }
    return render(request, "meetings/line_test.html", context)


def _config(request: ActingRequest, site: MeetingSite) -> dict[str, Any]:
    """What the script needs: addresses, relays, the words for everything it may find."""
    return {
        "site": site.pk,
        "socket": f"/ws/sites/{site.pk}/test/",
        "urls": {
            "offer": reverse("line-test-offer", args=[site.pk]),
            "bytes": reverse("line-test-bytes", args=[site.pk]),
            "report": reverse("line-test-report", args=[site.pk]),
            "plan": reverse("line-test-plan", args=[site.pk]),
        },
        "ice_servers": [server.model_dump() for server in ice_servers(request.user.pk)],
        "names": {check.value: str(check.label) for check in Check},
        "words": readiness_words.catalogue(),
        "plan": line_tests.plan(site, timezone.now()).model_dump(),
    }


@require_POST
@login_required
def offer(request: ActingRequest, pk: int) -> JsonResponse:
    """The media node's answer to one connection of a run."""
    site = _tested(request, pk)
    sdp = loopback.answer(site, parsed_body(request, LineTestOffer))
    return JsonResponse(LineTestAnswer(sdp=sdp).model_dump())


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def transfer(request: ActingRequest, pk: int) -> HttpResponse:
    """So many bytes down (``?size=``), or a body up: the browser takes the time."""
    _tested(request, pk)
    if request.method == "POST":
        return JsonResponse({"received": len(request.body)})
    size = request.GET.get("size", "")
    if not (size.isascii() and size.isdecimal() and 0 < len(size) < 9 and 0 < int(size) <= MOST_BYTES):
        raise UserError("bad-size", _("Kích thước không hợp lệ."))
    return HttpResponse(_noise()[: int(size)], content_type="application/octet-stream")


@cache
def _noise() -> bytes:
    """What no proxy can make smaller."""
    return secrets.token_bytes(MOST_BYTES)


@require_POST
@login_required
def report(request: ActingRequest, pk: int) -> JsonResponse:
    """The findings of a run."""
    site = _tested(request, pk)
    findings = parsed_body(request, LineTestReport)
    line_tests.record_run(acting.required(request.acting), site, findings)
    loopback.close(site, findings.run)
    standing = readiness.of_site(site, timezone.now())
    return JsonResponse({"state": standing.state.value, "label": str(standing.state.label), "why": standing.why})


@require_safe
@login_required
@never_cache
def plan(request: ActingRequest, pk: int) -> JsonResponse:
    """When the machine is to test by itself; asked now and then by a page that waits."""
    return JsonResponse(line_tests.plan(_tested(request, pk), timezone.now()).model_dump())


def _tested(request: ActingRequest, pk: int) -> MeetingSite:
    site = visible_site(request, pk)
    line_tests.check_may_test(acting.required(request.acting), site)
    return site
