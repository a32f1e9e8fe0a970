"""When readers are shown a paper, and when it is taken back from them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents import timing
from documents.forms import TimesForm
from documents.intake import not_owner
from documents.models import Paper
from documents.permissions import may_manage
from documents.publishing import others_publish
from eoffice.errors import UserError
from eoffice.organisation.acting import ActingRequest, behind


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def paper_times(request: ActingRequest, pk: int) -> HttpResponse:
    """Its own people say it, of what nobody else approves."""
    paper = get_object_or_404(Paper.objects.visible_to(request.user).select_related("submitted_to"), pk=pk)
    if not may_manage(request.user, paper):
        raise not_owner()
    if paper.submitted_to is not None:
        raise others_publish(paper.submitted_to)
    form = times_form(request, paper, now=_("Cùng giấy mời họp, hoặc khi tôi bấm “Phát hành”"))
    if form.is_valid():
        try:
            timing.set_plan(paper, form.plan(), by=behind(request, lambda: may_manage(request.user, paper)))
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã lưu giờ phát hành, thu hồi."))
            return redirect("paper-detail", pk)
    return times_page(request, paper, form, back=reverse("paper-detail", args=[pk]), title=paper.title)


def times_form(request: ActingRequest, paper: Paper, *, now: str) -> TimesForm:
    """The form as it stands, or as it was posted."""
    shown = paper.state == Paper.State.PUBLISHED
    return TimesForm(request.POST or None, initial=TimesForm.of(paper), now=now, shown=shown)


def times_page(request: ActingRequest, paper: Paper, form: TimesForm, *, back: str, title: str) -> HttpResponse:
    """The page with ``form``; ``back`` leads to where the person came from, by the name ``title``."""
    context = {"paper": paper, "form": form, "back": back, "title": title, "takes_plan": timing.takes_plan(paper)}
    return render(request, "documents/times.html", context, status=422 if form.is_bound else 200)
