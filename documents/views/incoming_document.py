"""One incoming document: what it is, how it went round, and what this person may do with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents.circulation import changing, closing, drafts, recipients, registering, rights, sending
from documents.circulation.acts import ACTS, OWN, Act
from documents.circulation.forms import AttachForm, SubmitForm
from documents.decree30.types import TYPES
from documents.models import IncomingDocument, Routing, Sending
from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.acting import ActingRequest, behind
from eoffice.workflow import drafting
from eoffice.worktime import deadlines

Failed = tuple[str, int, Any]
"""Code of the act, the line it was on (0: none), its form."""


@require_safe
@login_required
def incoming_detail(request: ActingRequest, pk: int) -> HttpResponse:
    """The page of one document; to who received it, it is opened by that."""
    document = _visible(request, pk)
    if request.acting and request.method == "GET":
        closing.opened(request.acting, list(changing.lines_of(document)))
    return _page(request, document)


@require_POST
@login_required
def incoming_submit(request: ActingRequest, pk: int) -> HttpResponse:
    """The clerk submits it to a leader."""
    document = _visible(request, pk)
    form = SubmitForm(request.POST, document=document, user=request.user)
    if not form.is_valid():
        return _page(request, document, failed=("submit", 0, form), status=422)
    data = form.cleaned_data
    try:
        by = behind(request, lambda: rights.may_submit_first(request.user, document))
        sending.submit(by, document, data["to"], text=data["text"], key=data["key"])
    except UserError as error:
        return _failed(request, pk, ("submit", 0, form), error)
    messages.success(request, _("Đã trình."))
    return redirect("incoming-detail", pk)


@require_POST
@login_required
def incoming_attach(request: ActingRequest, pk: int) -> HttpResponse:
    """Who keeps the register adds files."""
    document = _visible(request, pk)
    form = AttachForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, document, failed=("attach", 0, form), status=422)
    try:
        by = behind(request, lambda: rights.keeps(request.user, document))
        registering.attach(by, document, form.cleaned_data["upload"])
    except UserError as error:
        return _failed(request, pk, ("attach", 0, form), error)
    messages.success(request, _("Đã thêm tệp."))
    return redirect("incoming-detail", pk)


@require_POST
@login_required
def line_act(request: ActingRequest, pk: int, line: int, act: str) -> HttpResponse:
    """Do one act on a line; what was typed is shown again when it cannot be done."""
    document = _visible(request, pk)
    found = get_object_or_404(changing.lines_of(document), pk=line)
    found.document = document
    chosen = ACTS[act]
    form = chosen.make(request.POST, document, found, request.user)
    if not form.is_valid():
        return _page(request, document, failed=(act, line, form), status=422)
    try:
        chosen.do(behind(request, lambda: chosen.may(request.user, found)), found, form)
    except UserError as error:
        return _failed(request, pk, (act, line, form), error)
    messages.success(request, str(chosen.done))
    seen = IncomingDocument.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("incoming-detail", pk) if seen else redirect("incoming-list")


@require_safe
@login_required
def line_recipients(request: ActingRequest, pk: int, line: int) -> JsonResponse:
    """Units and people to whom the holder of the line may send it, that match the words of ``q``."""
    document = _visible(request, pk)
    found = get_object_or_404(changing.lines_of(document), pk=line)
    if not rights.holds(request.user, found) and not drafting.leaders_helped(request.user, drafts.kind(), found):
        raise NotAllowed("not-your-line", _("Văn bản này không chuyển đến bạn."))
    names = recipients.pick(rights.reach(document, found), request.GET.get("q", ""))
    return JsonResponse({"results": [one._asdict() for one in names]})


def _visible(request: ActingRequest, pk: int) -> IncomingDocument:
    related = ("unit", "allocation__register", "sender_unit", "registered_by__person", "registered_by__position")
    return get_object_or_404(IncomingDocument.objects.visible_to(request.user).select_related(*related), pk=pk)


def _failed(request: ActingRequest, pk: int, failed: Failed, error: UserError) -> HttpResponse:
    """The page as it is now: what somebody else did meanwhile belongs on it."""
    failed[2].blame(error)
    return _page(request, _visible(request, pk), failed=failed, status=error.status)


def _page(
    request: ActingRequest, document: IncomingDocument, *, failed: Failed | None = None, status: int = 200
) -> HttpResponse:
    lines = list(changing.lines_of(document).select_related("reply", "closed_by__person", *changing.RELATED))
    keeps = rights.keeps(request.user, document)
    offered = _offered(request, document, lines, failed)
    context = {
        "document": document,
        "type_name": TYPES.get(document.series, document.series),
        "files": list(document.files.select_related("file")),
        "keeps": keeps,
        "cancelled": document.state == IncomingDocument.State.CANCELLED,
        "submit": _submit_form(request, document, failed),
        "attach": failed[2] if failed and failed[0] == "attach" else AttachForm() if keeps else None,
        "drafting": _drafting(request, lines),
        "mine": [one for one in offered if one["act"].code != "withdraw"],
        "history": _history(document, lines, {one["line"].pk: one for one in offered if one["act"].code == "withdraw"}),
    }
    return render(request, "documents/incoming_detail.html", context, status=status)


def _drafting(request: ActingRequest, lines: list[Routing]) -> list[dict[str, Any]]:
    """For which leaders the reader may draft what, each with the line. Nothing is asked for who is nobody's assistant."""
    kind = drafts.kind()
    found = [(line, leader) for line in lines for leader in drafting.leaders_helped(request.user, kind, line)]
    return [{"kind": kind, "target": line.pk, "leader": leader} for line, leader in found]


def _submit_form(request: ActingRequest, document: IncomingDocument, failed: Failed | None) -> Any:
    if failed and failed[:2] == ("submit", 0):
        return failed[2]
    return SubmitForm(document=document, user=request.user) if rights.may_submit_first(request.user, document) else None


def _offered(
    request: ActingRequest, document: IncomingDocument, lines: list[Routing], failed: Failed | None
) -> list[dict[str, Any]]:
    """The acts on offer, each with its line and form; one that failed is shown again even when it is no longer on offer."""
    offered: list[tuple[Act, Routing]] = []
    for line in lines:
        line.document = document
        offered += [(ACTS[code], line) for code in (*OWN, "withdraw") if ACTS[code].may(request.user, line)]
        if failed and failed[1] == line.pk and (ACTS[failed[0]], line) not in offered:
            offered.append((ACTS[failed[0]], line))
    return [_one(request, act, line, document, failed) for act, line in offered]


def _one(
    request: ActingRequest, act: Act, line: Routing, document: IncomingDocument, failed: Failed | None
) -> dict[str, Any]:
    wrong = failed is not None and failed[:2] == (act.code, line.pk)
    form = (
        failed[2]
        if failed and wrong
        else act.make(None, document, line, request.user, auto_id=f"{act.code}_{line.pk}_%s")
    )
    return {"act": act, "line": line, "form": form, "failed": wrong, "url": f"incoming-line-{act.code}"}


def _history(
    document: IncomingDocument, lines: list[Routing], withdrawing: dict[int, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Sendings with their lines, those that came of a line below it. One query."""
    related = ("by__person", "by__position", "by__unit")
    today = deadlines.working_date(timezone.now())
    sendings = list(Sending.objects.filter(document=document).select_related(*related).order_by("pk"))
    drafted = drafting.that_made(drafts.DIRECTIVE, [one.pk for one in sendings])

    def below(parent: int | None) -> list[dict[str, Any]]:
        return [
            {
                "sending": one,
                "draft": drafted.get(one.pk),
                "lines": [
                    {
                        "line": line,
                        "late": line.is_late(today),
                        "withdraw": withdrawing.get(line.pk),
                        "below": below(line.pk),
                    }
                    for line in lines
                    if line.sending_id == one.pk
                ],
            }
            for one in sendings
            if one.parent_id == parent
        ]

    return below(None)
