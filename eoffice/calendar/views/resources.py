"""The catalogue of what is lent, the times of one and of all, and what is free instead."""

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from eoffice.calendar import occupancy
from eoffice.calendar import resource_permissions as permissions
from eoffice.calendar.board import board_of
from eoffice.calendar.lent_hours import lent_between
from eoffice.calendar.models import Booking, Resource
from eoffice.calendar.resource_forms import BlockForm, CatalogueForm, TimesForm
from eoffice.calendar.room_picking import find_cars, find_rooms
from eoffice.files import serving
from eoffice.http import number_of
from eoffice.organisation.acting import ActingRequest

PAGE = 24
PHOTO_KEPT_S = 3600


@require_safe
@login_required
def resource_list(request: ActingRequest) -> HttpResponse:
    """What the reader may book, of one kind, narrowed by seats, equipment and time."""
    form = CatalogueForm(request.GET)
    kind = _kind(request)
    times = form.times()
    found = _narrowed(Resource.objects.visible_to(request.user).filter(kind=kind), form)
    found = found.filter(Q(active=True) | Q(pk__in=Resource.objects.administered_by(request.user).values("pk")))
    now = timezone.now()
    taken = Booking.objects.holding().filter(resource=OuterRef("pk"), starts_at__lte=now, ends_at__gt=now)
    described = found.select_related("unit").annotate(taken_now=Exists(taken))
    rows: Any = described
    if times:
        free = described.filter(pk__in=Resource.objects.free_between(times.starts_at, times.ends_at).values("pk"))
        hours = occupancy.hours_of(times)
        rows = [one for one in free if occupancy.is_open(one, times, hours)]
    context = {
        "kind": kind,
        "kinds": Resource.Kind.choices,
        "form": form,
        "times": times,
        "narrowed": bool(times or any(form.value(name) for name in ("q", "attendees", "bridge"))),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_add": permissions.may_add(request.user),
        "waiting": Booking.objects.waiting_for(request.user).count(),
        "asked": request.GET.urlencode(),
    }
    return render(request, "calendar/resources.html", context)


@require_safe
@login_required
def resource_day(request: ActingRequest) -> HttpResponse:
    """One day of everything of a kind: who has what, and what is free."""
    kind, form = _kind(request), TimesForm(request.GET)
    day = form.value("day") or timezone.localdate()
    if not dt.date(1900, 1, 2) <= day <= dt.date(2200, 1, 1):
        day = timezone.localdate()
    found = Resource.objects.visible_to(request.user).filter(kind=kind, active=True).select_related("unit")
    page = Paginator(found, PAGE * 2).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "kinds": Resource.Kind.choices,
        "day": day,
        "previous": day - dt.timedelta(days=1),
        "next": day + dt.timedelta(days=1),
        "page": page,
        "board": board_of([(resource, day) for resource in page]),
        "form": TimesForm(initial={"day": day}),
        "waiting": Booking.objects.waiting_for(request.user).count(),
    }
    return render(request, "calendar/day.html", context)


@require_safe
@login_required
def resource_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """What it is, and a week of its times."""
    return resource_page(request, visible_resource(request, pk))


def resource_page(
    request: ActingRequest, resource: Resource, *, block: BlockForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of ``resource``; ``block`` is the form as it was filled in."""
    form = TimesForm(request.GET)
    day = form.value("day") or timezone.localdate()
    if not dt.date(1900, 1, 8) <= day <= dt.date(2199, 12, 1):
        day = timezone.localdate()
    monday = day - dt.timedelta(days=day.weekday())
    days = [monday + dt.timedelta(days=offset) for offset in range(7)]
    lent = lent_between(days[0], days[-1])
    administers = permissions.may_administer(request.user, resource)
    context = {
        "resource": resource,
        "monday": monday,
        "sunday": monday + dt.timedelta(days=6),
        "previous": monday - dt.timedelta(days=7),
        "next": monday + dt.timedelta(days=7),
        "board": board_of([(resource, day) for day in days]),
        "opening": [(day, lent.of(resource, day), lent.day_off(day)) for day in days],
        "administers": administers,
        "may_book": permissions.may_book(request.user, resource),
        "blockings": resource.blockings.filter(ends_at__gt=timezone.now()).select_related("created_by__person"),
        "block_form": block or BlockForm(),
    }
    return render(request, "calendar/resource.html", context, status=status)


@require_safe
@login_required
def resource_photo(request: ActingRequest, pk: int) -> HttpResponseBase:
    """Its photograph."""
    resource = visible_resource(request, pk)
    if resource.photo is None:
        raise Http404
    name = f"{resource.pk}.{resource.photo.extension}"
    return serving.serve(request, resource.photo, name=name, max_age_s=PHOTO_KEPT_S)


@require_safe
@login_required
def resource_clashes(request: ActingRequest) -> HttpResponse:
    """Part of a form: whether what is named ``room`` is free at the time that is being typed, and what is free instead."""
    resource = Resource.objects.visible_to(request.user).filter(pk=number_of(request.GET.get("room", "")) or 0).first()
    form = TimesForm(request.GET)
    times = form.times()
    context: dict[str, object] = {"resource": resource, "times": times}
    if resource and times:
        besides = number_of(request.GET.get("booking", ""))
        attendees = form.value("attendees")
        found = occupancy.obstacles(resource, times, besides=besides)
        context |= {
            "obstacles": found,
            "closed_only": all(one.code == "closed" for one in found),
            "administers": permissions.may_administer(request.user, resource),
            "too_small": bool(attendees and resource.seats and attendees > resource.seats),
            "attendees": attendees,
            "links": not besides and "plain" not in request.GET,
            "purpose": request.GET.get("purpose", "")[:320],
        }
        if found or context["too_small"]:
            context["instead"] = occupancy.instead(request.user, resource, times, attendees=attendees, besides=besides)
    return render(request, "calendar/_clashes.html", context)


@require_safe
@login_required
def pick_rooms(request: ActingRequest) -> JsonResponse:
    """Rooms for a picker: ``?q=``."""
    found = find_rooms(request.user, request.GET.get("q", "")[:200])
    return JsonResponse({"results": [one._asdict() for one in found]})


@require_safe
@login_required
def pick_cars(request: ActingRequest) -> JsonResponse:
    """Cars for a picker: ``?q=``."""
    found = find_cars(request.user, request.GET.get("q", "")[:200])
    return JsonResponse({"results": [one._asdict() for one in found]})


def visible_resource(request: ActingRequest, pk: int) -> Resource:
    """The resource if the reader may know of it; 404 otherwise."""
    return get_object_or_404(Resource.objects.visible_to(request.user).select_related("unit", "photo"), pk=pk)


def _kind(request: ActingRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in Resource.Kind.values else Resource.Kind.ROOM.value


def _narrowed(found: "QuerySet[Resource]", form: CatalogueForm) -> "QuerySet[Resource]":
    narrowed = Resource.objects.matching(form.value("q") or "").filter(pk__in=found.values("pk"))
    if form.value("attendees"):
        narrowed = narrowed.filter(seats__gte=form.value("attendees"))
    return narrowed.exclude(bridge="") if form.value("bridge") else narrowed
