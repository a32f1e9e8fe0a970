"""The page of an issued document's digital signatures: what was checked of each, and what is to be signed now."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from documents import official_pdfs, tasks
from documents.models import OfficialPdf, SignatureStep, SigningCredential
from documents.signature_forms import PassphraseForm
from documents.signatures import checking, credentials, signing
from documents.signatures.signing import Signable
from eoffice.errors import UserError
from eoffice.organisation.acting import ActingRequest, required
from eoffice.queueing import start

_State = SignatureStep.State


def signatures_page(request: ActingRequest, signable: Signable, *, pdf: str, back: str) -> HttpResponse:
    """The signatures of a document that the reader may read; ``pdf`` is the address of its PDF.

    A POST signs, seals, or waits no longer for the signing service. While one is pending the page asks again (htmx).
    """
    if request.htmx:  # type: ignore[attr-defined]
        return _still_pending(signable)
    form = PassphraseForm()
    if request.method == "POST":
        form = PassphraseForm(request.POST)
        try:
            if _act(request, signable, form):
                return redirect(signable.url)
        except UserError as error:
            form.blame(error)
    context = {**_context(request, signable), "form": form, "pdf": pdf, "back": back}
    return render(request, "documents/signatures.html", context, status=422 if form.is_bound else 200)


def _act(request: ActingRequest, signable: Signable, form: PassphraseForm) -> bool:
    """Whether it was done; else ``form`` says what is missing."""
    by, act = required(request.acting), request.POST.get("act", "")
    if act == "cancel":
        for step in signing.steps_of(signable.number).filter(state=_State.PENDING):
            signing.cancel(by, step)
        return True
    made = official_pdfs.of(signable.document)
    if made.pdf is None:
        official_pdfs.retry(made)
        form.add_error(None, _("Bản PDF đang được tạo. Chờ vài giây rồi ký lại."))
        return False
    credential = _credential(signable, act)
    if credential is not None and credential.kind == SigningCredential.Kind.FILE and not form.is_valid():
        return False
    step = signing.begin(by, signable, act, pdf=made.pdf, passphrase=request.POST.get("passphrase", ""))
    if step.state == _State.SIGNED:
        messages.success(request, _("Đã ký số."))
    return True


def _credential(signable: Signable, kind: str) -> SigningCredential | None:
    holder = signing.holder_of(signable, kind) if kind in signing.FIELDS else None
    return credentials.in_use(holder) if holder else None


def _context(request: ActingRequest, signable: Signable) -> dict[str, Any]:
    kept, steps = signing.signed(signable.number), list(signing.steps_of(signable.number))
    following = signing.next_kind(signable)
    mine = bool(following) and signing.may_sign(request.user, signable, following)
    made = None if kept else official_pdfs.of(signable.document)
    context: dict[str, Any] = {
        "signable": signable,
        "kept": kept,
        "made": made,
        "preparing": made is not None and made.state in (OfficialPdf.State.WAITING, OfficialPdf.State.RUNNING),
        "steps": steps,
        "pending": next((step for step in steps if step.state == _State.PENDING), None),
        "following": following,
        "mine": mine,
        "credential": _credential(signable, following) if mine else None,
        "examined": [],
    }
    if kept is not None:
        with kept.pdf.content.open("rb") as content:
            context["examined"] = checking.examine(content)
    return context


def _still_pending(signable: Signable) -> HttpResponse:
    """Nothing while something is awaited (the signing service is asked meanwhile), else the page is loaded anew."""
    pending = signing.steps_of(signable.number).filter(state=_State.PENDING).first()
    if pending is not None:
        start(tasks.ask_signing_service, pending.pk)
        return HttpResponse(status=204)
    if signing.signed(signable.number) is None:
        made = official_pdfs.of(signable.document)
        if made.state in (OfficialPdf.State.WAITING, OfficialPdf.State.RUNNING):
            return HttpResponse(status=204)
    return HttpResponse(headers={"HX-Refresh": "true"})
