"""Lists of incoming documents: my agency's, those that wait for me, those I follow. A fixed number of queries each."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.circulation.changing import RELATED
from documents.incoming_queries import IncomingQuerySet, before_leaders, held_by
from documents.models import IncomingDocument, Routing
from documents.permissions import keeps_registers
from eoffice.accounts.models import User
from eoffice.accounts.names import folded
from eoffice.organisation.standing import Assisted
from eoffice.worktime import deadlines

PAGE_SIZE = 25
SCOPES = {"agency": _("Văn bản đến của cơ quan"), "waiting": _("Chờ tôi xử lý"), "following": _("Tôi theo dõi")}
STATES = {
    "open": _("Chưa xong"),
    "late": _("Quá hạn"),
    "unsent": _("Chưa trình"),
    "done": _("Đã xử lý"),
    "any": _("Mọi trạng thái"),
}
_State = IncomingDocument.State
_OPEN = (_State.UNSENT, _State.CIRCULATING)
_RANK = ("flash", "very_urgent", "urgent")
"""The most urgent first; what is normal comes last."""


@dataclass(frozen=True)
class Row:
    """A document, where it is now, and its nearest day."""

    document: IncomingDocument
    at: list[str]
    due_on: dt.date | None
    late: bool


@dataclass(frozen=True)
class Shown:
    """What the page shows."""

    tabs: list[tuple[str, Any, dict[str, int]]]
    scope: str
    state: str
    text: str
    page: Page[IncomingDocument]
    rows: list[Row]

    @property
    def here(self) -> dict[str, int]:
        return next(counts for code, _label, counts in self.tabs if code == self.scope)


def shown(user: User, query: Any) -> Shown:
    """The list that ``query`` (``scope``, ``state``, ``q``, ``page``) asks for."""
    today = deadlines.working_date(timezone.now())
    scopes = SCOPES if keeps_registers(user) else {code: name for code, name in SCOPES.items() if code != "agency"}
    tabs = [(code, name, _counts(_in_scope(user, code), today)) for code, name in scopes.items()]
    scope = query.get("scope", "")
    if scope not in scopes:
        scope = "waiting" if any(code == "waiting" and counts["open"] for code, _n, counts in tabs) else tabs[0][0]
    state = query.get("state", "") if query.get("state", "") in STATES else "open"
    text = query.get("q", "").strip()[:100]
    found = _matching(_in_scope(user, scope), state, text, today)
    order = (_urgent_first("urgency"), "pk") if scope == "waiting" else ("-pk",)
    live = Routing.objects.filter(state__in=Routing.LIVE).select_related(*RELATED).order_by("pk")
    found = found.select_related("allocation", "unit").prefetch_related(Prefetch("lines", live, to_attr="live"))
    page = Paginator(found.order_by(*order), PAGE_SIZE).get_page(query.get("page"))
    return Shown(tabs, scope, state, text, page, [_row(one, today) for one in page])


def waiting_lines(user: User, limit: int) -> list[Routing]:
    """Lines that need ``user``'s hand now, urgent and early ones first; those they are only to know of are left out."""
    return _waiting(held_by(user), limit)


def lines_before(leader: Assisted, limit: int) -> list[Routing]:
    """As ``waiting_lines``, of a leader who is helped, by the appointment in which they are."""
    return _waiting(before_leaders([leader]), limit)


def _waiting(whose: Q, limit: int) -> list[Routing]:
    lines = Routing.objects.filter(whose, state=Routing.State.WAITING).exclude(role=Routing.Role.INFORM)
    related = ("document", "sending__by__person")
    order = (_urgent_first("document__urgency"), F("due_on").asc(nulls_last=True), "pk")
    return list(lines.select_related(*related).order_by(*order)[:limit])


def _urgent_first(field: str) -> Case:
    ranks = [When(**{field: code}, then=Value(rank)) for rank, code in enumerate(_RANK)]
    return Case(*ranks, default=Value(len(_RANK)), output_field=IntegerField())


def _in_scope(user: User, scope: str) -> IncomingQuerySet:
    match scope:
        case "agency":
            return IncomingDocument.objects.kept_by(user)
        case "waiting":
            return IncomingDocument.objects.waiting_for(user)
        case _:
            followed = IncomingDocument.objects.followed_by(user)
            return followed.filter(pk__in=IncomingDocument.objects.visible_to(user).order_by().values("pk"))


def _counts(documents: IncomingQuerySet, today: dt.date) -> dict[str, int]:
    counts = documents.aggregate(
        open=Count("pk", filter=Q(state__in=_OPEN)), unsent=Count("pk", filter=Q(state=_State.UNSENT))
    )
    return {**counts, "late": documents.late(today).count()}


def _matching(documents: IncomingQuerySet, state: str, text: str, today: dt.date) -> IncomingQuerySet:
    for word in folded(text).split():
        documents = documents.filter(search_text__contains=word)
    match state:
        case "open":
            return documents.filter(state__in=_OPEN)
        case "late":
            return documents.late(today)
        case "unsent":
            return documents.filter(state=_State.UNSENT)
        case "done":
            return documents.filter(state=_State.DONE)
        case _:
            return documents


def _row(document: IncomingDocument, today: dt.date) -> Row:
    lines: list[Routing] = [line for line in document.live if line.is_live]  # type: ignore[attr-defined]
    handed_on = {line.sending.parent_id for line in lines}
    ends = [line for line in lines if line.pk not in handed_on]
    days = [line.due_on for line in lines if line.due_on]
    return Row(
        document,
        [line.recipient for line in ends],
        min(days, default=None),
        any(line.is_late(today) for line in lines),
    )
