"""The issued notice of conclusions, as it is printed."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from documents.signatures import signing
from documents.signatures.signing import Signable
from eoffice.accounts.models import User
from eoffice.organisation.acting import ActingRequest
from eoffice.organisation.models import Unit
from eoffice.workflow import recurring
from eoffice.workflow.models import Task
from meetings import conclusions, confidential, dispatching, giving, letters, notices, permissions, receipts
from meetings.models import Conclusion, ConclusionNotice, Dispatch, Meeting
from meetings.views.fetching import RELATED


@require_safe
@login_required
def notice(request: ActingRequest, pk: int, edition: int | None = None) -> HttpResponse:
    """The newest notice that was issued, or that edition of it; 404 before issue, and for who neither knows of the meeting nor
    works on its tasks."""
    meeting, issued = issued_for(request.user, pk, edition)
    own = Unit.objects.of_member(request.user)
    own_units = {*own.values_list("pk", flat=True), *own.values_list("legal_body__unit", flat=True)}
    given = giving.given_by(meeting).values("pk")
    known = Task.objects.visible_to(request.user).filter(pk__in=given)
    reachable = dict(known.values_list("pk", "batch"))
    dispatch = dispatching.latest(meeting, Dispatch.Kind.NOTICE, issued.edition)
    shown = notices.text_shown(request.user, meeting, dispatch)
    line = receipts.opened(request.user, dispatch) if shown else receipts.own_of(request.user, dispatch)
    written = list(conclusions.of_meeting(meeting, issued.edition))
    hidden = _hidden(request.user, meeting)
    confidential.shown((one.item for one in written if one.item), hidden)
    number = letters.notice_number(issued)
    signable = Signable(number, letters.notice(meeting, issued), issued.signed_by, "") if number else None
    context = {
        "digital": signing.progress(request.user, signable) if signable else None,
        "meeting": meeting,
        "notice": issued,
        "text_shown": shown,
        **receipt_of(request.user, dispatch, line),
        "place": settings.PLACE_NAME,
        "signature": letters.signed_by(issued.signed_by, issued.issuer) if issued.signed_by and issued.issuer else None,
        "conclusions": written,
        "hidden": hidden,
        "tasks": conclusions.planned_in(written),
        "own_units": own_units,
        "reachable": reachable.keys(),
        "recurring": _recurring(request.user, written),
        "reachable_batches": set(reachable.values()) - {None},
        "may_read_history": permissions.may_read_history_of_notice(request.user, meeting, issued),
        **_editions(request.user, issued),
        "attending": list(meeting.sites.select_related("unit").order_by("unit__path")),
    }
    return render(request, "meetings/notice.html", context)


def issued_for(user: User, pk: int, edition: int | None) -> tuple[Meeting, ConclusionNotice]:
    """The newest issued notice of a meeting, or that edition of it, for its readers. Raises Http404."""
    meeting = get_object_or_404(Meeting.objects.select_related(*RELATED), pk=pk)
    issued = conclusions.issued_of(meeting, edition)
    if issued is None or not notices.seen_by(user, meeting, issued.edition):
        raise Http404
    return meeting, issued


def _editions(user: User, issued: ConclusionNotice) -> dict[str, Any]:
    """The edition before and after it, as far as ``user`` may know of them, and what they may do about another one."""
    following = ConclusionNotice.objects.filter(replaces=issued).first()
    drafted = following is not None and following.state != ConclusionNotice.State.ISSUED
    return {
        "page": letters.page_of(issued),
        "former": issued.replaces,
        "following": None if drafted else following,
        "drafted": drafted and permissions.may_read_draft_conclusions(user, issued.meeting),
        "may_replace": following is None and permissions.may_replace_notice(user, issued.meeting, issued),
    }


def _hidden(user: User, meeting: Meeting) -> frozenset[int]:
    """The items whose conclusions they do not read; who only works on a task reads none of a confidential item."""
    if Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists():
        return confidential.hidden_items(user, meeting.pk)
    return frozenset(meeting.items.filter(confidential=True).values_list("pk", flat=True))


def _recurring(user: User, written: list[Conclusion]) -> set[int]:
    """Ids of the recurring tasks of the notice that they may know of."""
    begun = [task.recurring_id for task in conclusions.planned_in(written) if task.recurring_id]
    return set(recurring.visible_to(user).filter(pk__in=begun).values_list("pk", flat=True)) if begun else set()


def receipt_of(user: User, dispatch: Dispatch | None, own: receipts.Own) -> dict[str, Any]:
    """What the page of a document shows of its way to the recipients; ``own``: the reader as one of them."""
    return {
        "dispatch": dispatch,
        "own": own,
        "gone": dispatching.recall_of(dispatch),
        "may_see_receipts": dispatch is not None and permissions.may_see_receipts(user, dispatch),
    }
