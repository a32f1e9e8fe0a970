"""What an edited calendar would do to due days: shown to administrators, who decide."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from eoffice.errors import NotAllowed, UserError
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest
from eoffice.workflow import recalculating
from eoffice.worktime import effects

PAGE_SIZE = 100


class ConfirmForm(forms.Form):
    """The explicit word that what was told is moved."""

    sure = forms.BooleanField(
        label=gettext_lazy("Tôi xác nhận dời thời hạn đã thông báo của các nhiệm vụ được chọn"),
        error_messages={"required": gettext_lazy("Đánh dấu xác nhận trước khi dời.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def calendar_effects(request: ActingRequest) -> HttpResponse:
    """Tasks whose rule gives another day by the calendar of now; those chosen are moved."""
    if not recalculating.may_recalculate(request.user):
        raise NotAllowed("not-administrator", _("Trang này dành cho quản trị viên."))
    form = ConfirmForm(request.POST or None)
    chosen, problem, status = _chosen(request.POST), "", 422 if form.is_bound else 200
    if form.is_valid() and not chosen:
        problem = _("Chọn ít nhất một nhiệm vụ.")
    elif form.is_valid():
        try:
            moved = recalculating.move(request.user, chosen)
        except UserError as error:
            problem, status = f"{error.message} {error.hint}", error.status
        else:
            messages.success(
                request, _("Đã dời thời hạn của %(count)d nhiệm vụ và báo cho người liên quan.") % {"count": moved}
            )
            return redirect("calendar-effects")
    found = recalculating.moves()
    context = {
        "form": form,
        "problem": problem,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "others": effects.found(request.user),
        "earlier": sum(one.is_earlier for one in found),
        "chosen": [f"{pk}:{day.isoformat()}" for pk, day in chosen.items()],
    }
    return render(request, "workflow/calendar_effects.html", context, status=status)


def _chosen(data: QueryDict) -> dict[int, dt.date]:
    """Task → the day that was seen; what is neither is left out."""
    chosen = {}
    for text in data.getlist("moves")[:PAGE_SIZE]:
        key, _colon, day = text.partition(":")
        pk = number_of(key)
        try:
            if pk is not None:
                chosen[pk] = dt.date.fromisoformat(day)
        except ValueError:
            continue
    return chosen
