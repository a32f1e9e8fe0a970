"""Slips that urge late tasks: whom one may urge, the slip before it is issued, and as it was issued."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from documents import urging
from documents.decree30.parts import OfficialDocument
from documents.models import UrgingSlip
from documents.urging_forms import UrgingForm
from documents.views.official_pdf import either, pdf_of, word_of
from eoffice.errors import UserError
from eoffice.organisation.acting import ActingRequest, required
from eoffice.organisation.models import Unit
from eoffice.workflow.urging import given_by, urgeable_by

PAGE_SIZE = 25
_FILE = "phieu-don-doc"


@require_safe
@login_required
def urging_list(request: ActingRequest) -> HttpResponse:
    """Leads that are late with what the person assigned, the latest first; and the slips they may read."""
    late = urgeable_by(request.user, timezone.now()).order_by().values("assigner_unit", "lead_unit")
    groups = list(late.annotate(count=Count("pk"), oldest=Min("due_on")).order_by("oldest", "lead_unit"))
    units = Unit.objects.in_bulk([group[name] for group in groups for name in ("assigner_unit", "lead_unit")])
    slips = UrgingSlip.objects.visible_to(request.user).select_related("lead_unit", "issuer")
    context = {
        "groups": [
            {**group, "assigner": units[group["assigner_unit"]], "lead": units[group["lead_unit"]]} for group in groups
        ],
        "page": Paginator(slips.annotate(count=Count("lines")).order_by("-pk"), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "documents/urging_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def urging_new(request: ActingRequest, unit: int, lead: int) -> HttpResponse:
    """Choose among the late tasks of ``lead`` that ``unit`` assigned, look at the slip, issue it."""
    if not given_by(request.user).filter(assigner_unit=unit, lead_unit=lead).exists():
        raise Http404
    units = Unit.objects.select_related("legal_body__unit").in_bulk([unit, lead])
    late = urgeable_by(request.user, timezone.now()).filter(assigner_unit=unit, lead_unit=lead)
    form = UrgingForm(request.POST or None, late=late)
    document, status = None, 200 if not form.is_bound else 422
    if form.is_valid():
        by, wanted = required(request.acting), form.slip(units[unit], units[lead])
        try:
            if "issue" in request.POST:
                slip = urging.issue(by, wanted)
                messages.success(request, _("Đã ban hành phiếu đôn đốc số %(code)s.") % {"code": slip.code})
                return redirect("urging-detail", slip.pk)
            document, status = urging.preview(by, wanted), 200
        except UserError as error:
            form.blame(error)
            status = error.status
    context = {"form": form, "unit": units[unit], "lead": units[lead], "document": document}
    return render(request, "documents/urging_new.html", context, status=status)


@require_safe
@login_required
def urging_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """The slip as it was issued."""
    slip = _slip(request, pk)
    return render(request, "documents/urging_detail.html", {"slip": slip, "document": _document(slip)})


@require_safe
@login_required
def urging_word(request: ActingRequest, pk: int) -> HttpResponse:
    """The same as a Word file."""
    return word_of(_document(_slip(request, pk)), _FILE)


@either
@login_required
def urging_pdf(request: ActingRequest, pk: int) -> HttpResponseBase:
    """The same as PDF; a POST tries a failed one again."""
    document = _document(_slip(request, pk))
    return pdf_of(request, document, what=_FILE, back=reverse("urging-detail", args=[pk]))


def _slip(request: ActingRequest, pk: int) -> UrgingSlip:
    related = (
        "issuer",
        "assigner_unit",
        "lead_unit",
        "signer__person",
        "signer__position",
        "signer__unit",
        "by__person",
    )
    return get_object_or_404(UrgingSlip.objects.visible_to(request.user).select_related(*related), pk=pk)


def _document(slip: UrgingSlip) -> OfficialDocument:
    return urging.letter(slip, list(slip.lines.select_related("task")))
