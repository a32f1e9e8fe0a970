"""The page on which addresses are made and revoked, the addresses themselves, and the weeks that agencies make public."""

import hashlib
from typing import Any
from urllib.parse import urljoin

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.calendar.weeks import days
from eoffice.calendar.weeks.leaders import leaders_of
from eoffice.errors import Conflict
from eoffice.feeds import limits, published, reading, tokens, writing
from eoffice.feeds.forms import FeedForm
from eoffice.feeds.models import FeedToken
from eoffice.feeds.window import Window
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Unit

PER_MINUTE = 30
"""Readings of one address."""
LANGUAGE = "vi"
"""Of public calendars: whoever keeps a copy for others keeps the same one."""
PUBLIC_PER_MINUTE = 300
"""Readings of public weeks from one network address: a whole office may come from one."""
GUESSES_PER_MINUTE = 600
"""Addresses that do not exist, from one network address: a whole office may come from one."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def feed_list(request: ActingRequest) -> HttpResponse:
    """One's own addresses, and the form for another."""
    named = request.POST.get("subject", "").removeprefix("resource-") or request.GET.get("resource", "")
    wanted = request.GET.get("subject")
    form = FeedForm(request.POST or None, user=request.user, resource=number_of(named), subject=wanted)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            tokens.make(request.user, chosen["subject"], label=chosen["label"], key=str(chosen["key"]))
        except Conflict as error:
            form.add_error(None, f"{error.message} {error.hint}")
            status = error.status
        else:
            messages.success(request, _("Đã tạo địa chỉ. Chép địa chỉ rồi dán vào ứng dụng lịch."))
            return redirect("feeds")
    feeds = request.user.feed_tokens.filter(revoked_at=None)
    feeds = feeds.select_related(
        "appointment__person", "appointment__position", "appointment__unit", "unit", "resource"
    )
    lines = [_line(feed) for feed in feeds]
    context = {"lines": lines, "form": form, "caldav": urljoin(settings.PUBLIC_URL, reverse("caldav-root"))}
    return render(request, "feeds/list.html", context, status=status)


def _line(feed: FeedToken) -> dict[str, Any]:
    address = tokens.address(feed)
    return {"feed": feed, "address": address, "subscribe": "webcal://" + address.split("://", 1)[-1] if address else ""}


@require_POST
@login_required
def feed_revoke(request: ActingRequest, pk: int) -> HttpResponse:
    """Nobody reads it any more."""
    feed = get_object_or_404(FeedToken, pk=pk, owner=request.user)
    tokens.revoke(request.user, feed)
    messages.success(request, _("Đã thu hồi địa chỉ. Thiết bị dùng địa chỉ đó không nhận lịch nữa."))
    return redirect("feeds")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar for whoever has its address (RFC 5545); 304 when it is as it was (RFC 9110, 13)."""
    found = tokens.find(token)
    if found is None:
        guessing = limits.too_often(f"guess.{_network_address(request)}", times=GUESSES_PER_MINUTE, seconds=60)
        return _too_often() if guessing else _plain(_("Không có lịch ở địa chỉ này, hoặc địa chỉ đã bị thu hồi."), 404)
    if limits.too_often(f"read.{found.pk}", times=PER_MINUTE, seconds=60):
        return _too_often()
    read = reading.read(found, timezone.now())
    response = HttpResponse(read.text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="lich.ics"'
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    changed = int(read.changed_at.timestamp())
    conditional = get_conditional_response(request, etag=read.etag, last_modified=changed, response=response)
    assert conditional is not None
    conditional["ETag"] = read.etag
    conditional["Last-Modified"] = http_date(changed)
    return conditional


@login_not_required
@require_safe
def public_week_feed(request: HttpRequest, unit: int, leader: int | None = None) -> HttpResponse:
    """What an agency makes public of its weeks, or of those of one of its leaders, for whoever wants it (RFC 5545)."""
    agency = get_object_or_404(Unit, pk=unit, agency__isnull=False)
    settings = days.settings_of(agency)
    if not settings.public:
        raise Http404
    person = get_object_or_404(leaders_of(agency), pk=leader).person if leader else None
    if limits.too_often(f"public.{_network_address(request)}", times=PUBLIC_PER_MINUTE, seconds=60):
        return _too_often()
    window, named = Window.around(timezone.now()), [person.full_name] if person else []
    with translation.override(LANGUAGE):
        name = " – ".join([_("Lịch công tác tuần"), agency.short_name, *named])
        shown = published.public_events(
            agency, window, busy=settings.busy_in_public, person=person.pk if person else None
        )
        text = writing.calendar_of(name, shown, window.now)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="lich-tuan.ics"'
    response["Cache-Control"] = "public, max-age=300"
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response["ETag"] = etag
    conditional = get_conditional_response(request, etag=etag, response=response)
    assert conditional is not None
    return conditional


def _network_address(request: HttpRequest) -> str:
    return str(get_adapter().get_client_ip(request))


def _too_often() -> HttpResponse:
    response = _plain(_("Địa chỉ này được đọc quá nhiều lần. Chờ một phút rồi thử lại."), 429)
    response["Retry-After"] = "60"
    return response


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
