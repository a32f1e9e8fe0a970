"""The standard agenda of a recurring meeting: added, said otherwise, left out."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from eoffice.errors import UserError
from eoffice.organisation import acting
from eoffice.organisation.acting import ActingRequest
from meetings import repeating, standard_agenda
from meetings.models import MeetingSeries, SeriesItem
from meetings.series_forms import StandardItemForm
from meetings.views.fetching import unless_barred
from meetings.views.series import page, visible_series


@require_POST
@login_required
def item_create(request: ActingRequest, pk: int) -> HttpResponse:
    """A further item, in meetings that are made from now on."""
    series = visible_series(request, pk)
    by = acting.required(request.acting)
    form = StandardItemForm(request.POST)
    if form.is_valid():
        try:
            standard_agenda.add(by, series, form.point(), key=form.cleaned_data["key"] or uuid.uuid4())
        except UserError as error:
            form.blame(unless_barred(error))
        else:
            return _back(series.pk)
    repeating.check_may_change(request.user, series)
    return page(request, series, status=422, new_item=form)


@require_POST
@login_required
def item_edit(request: ActingRequest, pk: int) -> HttpResponse:
    """An item said otherwise, or put at another place."""
    item = _item(request, pk)
    by = acting.required(request.acting)
    form = StandardItemForm.of(item, request.POST)
    if form.is_valid():
        try:
            standard_agenda.edit(by, item, form.point(), place=form.cleaned_data["place"] or item.order)
        except UserError as error:
            form.blame(unless_barred(error))
        else:
            return _back(item.series_id)
    repeating.check_may_change(request.user, item.series)
    return page(request, visible_series(request, item.series_id), status=422, typed_item=form)


@require_POST
@login_required
def item_remove(request: ActingRequest, pk: int) -> HttpResponse:
    """An item left out of meetings that are made from now on."""
    item = _item(request, pk)
    standard_agenda.remove(acting.required(request.acting), item)
    return _back(item.series_id)


def _item(request: ActingRequest, pk: int) -> SeriesItem:
    known = MeetingSeries.objects.visible_to(request.user).order_by().values("pk")
    return get_object_or_404(SeriesItem.objects.select_related("series"), pk=pk, series__in=known)


def _back(pk: int) -> HttpResponse:
    return redirect(reverse("series-detail", args=[pk]) + "#standard-agenda")
