"""Digital signatures: one's own certificate, checking a PDF from anywhere, and the call of the signing service."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from documents import tasks
from documents.models import SignatureStep, SignedDocument
from documents.signature_forms import CheckForm, KeyForm
from documents.signatures import checking, credentials
from documents.signatures.credentials import Holder
from eoffice.errors import UserError
from eoffice.files import intake
from eoffice.organisation.acting import ActingRequest
from eoffice.queueing import start


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def signature_check(request: ActingRequest) -> HttpResponse:
    """What can be said of the signatures in a PDF that is handed in; it is not stored."""
    form = CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            digest = intake.digest_of(upload, allowed=form.accepted)
            context["examined"] = checking.examine(upload.file)
        except UserError as error:
            form.blame(error)
        else:
            context |= {"name": intake.shown_name(upload.name), "ours": _kept_here(digest)}
    return render(request, "documents/signature_check.html", context, status=422 if form.errors else 200)


def _kept_here(digest: str) -> SignedDocument | None:
    """The document of this system whose signed PDF has the very same bytes."""
    return SignedDocument.objects.select_related("number").filter(pdf__sha256=digest).first()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def signing_certificate(request: ActingRequest) -> HttpResponse:
    """With what the person signs: seen, replaced by a key file of their own."""
    form = KeyForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            form.save(request.user)
        except UserError as error:
            form.blame(error)
        else:
            messages.success(request, _("Đã lưu chứng thư số. Từ nay bạn ký số bằng chứng thư số này."))
            return redirect("signing-certificate")
    context = {"form": form, "credential": credentials.shown(Holder(person=request.user))}
    return render(request, "documents/signing_certificate.html", context, status=422 if form.is_bound else 200)


@require_POST
@login_required
def signing_certificate_end(request: ActingRequest) -> HttpResponse:
    """Sign with it no more."""
    credential = credentials.shown(Holder(person=request.user))
    if credential is not None:
        credentials.end(request.user, credential)
        messages.success(request, _("Đã ngừng dùng chứng thư số. Khóa đã bị xóa khỏi hệ thống."))
    return redirect("signing-certificate")


@csrf_exempt
@require_POST
@login_not_required
def signing_answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The signing service says that it has an answer. Nothing that is sent here is believed: the service is asked."""
    for pk in SignatureStep.objects.filter(key=key, state=SignatureStep.State.PENDING).values_list("pk", flat=True):
        start(tasks.ask_signing_service, pk)
    return HttpResponse(status=204)
