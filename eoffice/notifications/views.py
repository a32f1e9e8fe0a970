"""The list of a person's notices."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eoffice.notifications import choosing, quiet, reading
from eoffice.notifications.forms import PreferenceForm
from eoffice.notifications.models import Digest, Notification
from eoffice.organisation.acting import ActingRequest

PAGE_SIZE = 30


@login_required
def notification_list(request: ActingRequest) -> HttpResponse:
    """Newest first; ``?unread=1`` leaves out what was read."""
    notices = Notification.objects.filter(recipient=request.user)
    only_unread = request.GET.get("unread") == "1"
    if only_unread:
        notices = notices.filter(read_at__isnull=True)
    page = Paginator(notices, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notifications/list.html", {"page": page, "only_unread": only_unread})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def notification_settings(request: ActingRequest) -> HttpResponse:
    """What the person wants by mail, and when not."""
    form = PreferenceForm(request.POST or None, instance=quiet.preference_of(request.user))
    if form.is_valid():
        choosing.choose(request.user, **form.cleaned_data)
        messages.success(request, _("Đã lưu cách nhận thông báo."))
        return redirect("notification-settings")
    return render(request, "notifications/settings.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_safe
def notification_digest(request: ActingRequest, pk: int) -> HttpResponse:
    """What the person was told on the morning of a day, as it was then."""
    digest = get_object_or_404(Digest, pk=pk, recipient=request.user)
    return render(request, "notifications/digest.html", {"digest": digest})


@login_required
@require_POST
def notification_open(request: ActingRequest, pk: int) -> HttpResponse:
    """Mark one as read and go where it leads."""
    return redirect(reading.open_notice(request.user, pk, timezone.now()) or "notification-list")


@login_required
@require_POST
def notification_read_all(request: ActingRequest) -> HttpResponse:
    """Mark all as read."""
    reading.read_all(request.user, timezone.now())
    messages.success(request, _("Đã đánh dấu tất cả là đã đọc."))
    return redirect("notification-list")
