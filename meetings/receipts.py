"""The board of receipt: who has opened and received what a meeting sent out, and asking for what is missing."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from eoffice import spreadsheets
from eoffice.accounts.models import User
from eoffice.audit import log
from eoffice.errors import Conflict, NotAllowed
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment
from meetings import dispatching, permissions
from meetings.models import Delivery, Dispatch, Meeting

_STANDING = Q(withdrawal__isnull=True)
LISTS: dict[str, tuple[Promise, Q]] = {
    "all": (gettext_lazy("Tất cả nơi nhận"), Q()),
    "undelivered": (gettext_lazy("Chưa có người nhận"), _STANDING & Q(delivered_at=None)),
    "unopened": (gettext_lazy("Chưa xem"), _STANDING & Q(opened_at=None)),
    "unacknowledged": (gettext_lazy("Chưa tiếp nhận"), _STANDING & Q(acknowledged_at=None)),
    "acknowledged": (gettext_lazy("Đã tiếp nhận"), _STANDING & Q(acknowledged_at__isnull=False)),
    "unstopped": (
        gettext_lazy("Chưa xác nhận ngừng sử dụng"),
        _STANDING & Q(delivered_at__isnull=False, stopped_at=None),
    ),
    "withdrawn": (gettext_lazy("Đã lấy lại"), Q(withdrawal__isnull=False)),
}
"""The lists of the board: what each is called, and which lines are on it."""
ASKED_FOR = ("unopened", "unacknowledged", "unstopped")
"""Those that are asked for what is missing."""


@dataclass(frozen=True)
class Tab:
    """A list of the board to choose, and how many lines it has."""

    code: str
    label: Promise
    count: int


def board_of(dispatch: Dispatch) -> QuerySet[Delivery]:
    """All lines with everything that is shown of them. One query."""
    related = ("unit", "person", "opened_by", "acknowledged_by__person", "stopped_by__person", "withdrawal__by__person")
    return dispatch.deliveries.select_related(*related).order_by("unit__path", "pk")


def tabs_of(dispatch: Dispatch) -> list[Tab]:
    """The lists with their counts; of what was not recalled, nobody is asked to stop using it. One query."""
    counts = dispatch.deliveries.order_by().aggregate(
        **{
            code: Count("pk", filter=condition) if condition else Count("pk")
            for code, (_label, condition) in LISTS.items()
        }
    )
    gone = dispatching.recall_of(dispatch) is not None
    left_out = {"unacknowledged"} if gone else {"unstopped"}
    return [
        Tab(code, label, counts[code])
        for code, (label, _condition) in LISTS.items()
        if code not in left_out and (counts[code] or code not in ("undelivered", "withdrawn"))
    ]


@dataclass(frozen=True)
class Own:
    """The reader as a recipient of a document: what they are asked to say, and what was said."""

    lines: list[Delivery]

    @property
    def to_acknowledge(self) -> list[Delivery]:
        """Lines for which nobody has said that it is received."""
        return [line for line in self.lines if line.acknowledged_at is None]

    @property
    def to_stop(self) -> list[Delivery]:
        """Lines for which nobody has said that it is not used any more."""
        return [line for line in self.lines if line.stopped_at is None]


def own_of(user: User, dispatch: Dispatch | None) -> Own:
    """What the page of the document offers ``user`` as a recipient. One query."""
    if dispatch is None:
        return Own([])
    lines = dispatching.lines_of(user, dispatch).filter(_STANDING)
    return Own(list(lines.select_related("unit", "acknowledged_by__person", "stopped_by__person")))


def opened(user: User, dispatch: Dispatch | None) -> Own:
    """``user`` has the document before them: who opens it first for a recipient stands on the board. One query, the first
    time two."""
    own = own_of(user, dispatch)
    new = [line for line in own.lines if line.opened_at is None]
    if new:
        now = timezone.now()
        Delivery.objects.filter(pk__in=[line.pk for line in new], opened_at=None).update(
            opened_at=now, opened_by=user, delivered_at=Coalesce(F("delivered_at"), now)
        )
    return own


@transaction.atomic
def acknowledge(by: Appointment, dispatch: Dispatch) -> int:
    """Say that the document is received, for every recipient that ``by`` answers for; how many were new. Again: harmless.

    Raises NotAllowed("not-a-recipient"), Conflict("dispatch-recalled").
    """
    lines = _own_lines(by, dispatch)
    if dispatching.recall_of(dispatch):
        raise Conflict("dispatch-recalled", _("Văn bản đã bị thu hồi nên không tiếp nhận được nữa."))
    now = timezone.now()
    opened(by.person, dispatch)
    new = lines.filter(acknowledged_at=None).update(acknowledged_at=now, acknowledged_by=by)
    if new:
        log.record("dispatch.acknowledged", by=by, target=dispatch.meeting, document=str(dispatch))
    return new


@transaction.atomic
def stop_using(by: Appointment, dispatch: Dispatch) -> int:
    """Say that a recalled document is not used any more; how many recipients were new. Again: harmless.

    Raises NotAllowed("not-a-recipient"), Conflict("dispatch-in-force").
    """
    lines = _own_lines(by, dispatch)
    if not dispatching.recall_of(dispatch):
        raise Conflict("dispatch-in-force", _("Văn bản này không bị thu hồi."))
    new = lines.filter(stopped_at=None).update(stopped_at=timezone.now(), stopped_by=by)
    if new:
        log.record("dispatch.stopped", by=by, target=dispatch.meeting, document=str(dispatch))
    return new


@transaction.atomic
def nudge(by: Appointment, dispatch: Dispatch, which: str) -> int:
    """Ask the recipients on one of the lists ``ASKED_FOR``; how many were. Each is asked once a day at most.

    Raises NotAllowed("may-not-see-receipts").
    """
    if which not in ASKED_FOR or not permissions.may_see_receipts(by.person, dispatch):
        raise NotAllowed("may-not-see-receipts", _("Bạn không theo dõi việc gửi văn bản này."))
    Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk)
    today = timezone.localdate()
    missing = dispatch.deliveries.filter(LISTS[which][1]).exclude(nudged_on=today)
    keys = list(missing.values_list("pk", flat=True))
    people = dispatching.people_of(Delivery.objects.filter(pk__in=keys))
    Delivery.objects.filter(pk__in=keys).update(nudged_on=today)
    if keys:
        log.record("dispatch.nudged", by=by, target=dispatch.meeting, document=str(dispatch), recipients=len(keys))
    titles = {
        "unopened": gettext_lazy("Nhắc xem văn bản: %(document)s"),
        "unacknowledged": gettext_lazy("Nhắc tiếp nhận văn bản: %(document)s"),
        "unstopped": gettext_lazy("Nhắc xác nhận ngừng sử dụng văn bản đã thu hồi: %(document)s"),
    }
    notify.send(
        people,
        kind=f"dispatch.nudged.{which}",
        title=lambda: str(titles[which]) % {"document": str(dispatch)},
        body=dispatch.meeting.title,
        url=page_of(dispatch),
        mail=True,
    )
    return len(keys)


def page_of(dispatch: Dispatch) -> str:
    """Where the document is read."""
    if dispatch.kind == Dispatch.Kind.NOTICE:
        return reverse("meeting-notice-edition", args=[dispatch.meeting_id, dispatch.edition])
    return reverse("meeting-detail", args=[dispatch.meeting_id])


def workbook(dispatch: Dispatch, lines: QuerySet[Delivery]) -> bytes:
    """The board, or one of its lists, as XLSX."""
    made = Workbook()
    sheet = spreadsheets.first_sheet(made)
    sheet.title = _("Theo dõi gửi nhận")
    heads = [_("Nơi nhận"), _("Đã gửi đến"), _("Đã xem"), _("Người xem"), _("Đã tiếp nhận"), _("Người tiếp nhận")]
    heads += [_("Ngừng sử dụng"), _("Nhắc ngày"), _("Ghi chú")]
    title = f"{dispatch!s} – {dispatch.meeting.title}"
    spreadsheets.head(sheet, title, heads, timezone.now())
    for line in lines:
        sheet.append([spreadsheets.plain(text) for text in _row(line)])
    spreadsheets.lay_out(sheet, (44, 18, 18, 28, 18, 28, 18, 14, 50), stays="B")
    return spreadsheets.saved(made)


def recipient_name(line: Delivery) -> str:
    """The unit, or the person with their unit."""
    return f"{line.person} – {line.unit.short_name or line.unit.name}" if line.person else line.unit.name


def _row(line: Delivery) -> list[str]:
    withdrawal = getattr(line, "withdrawal", None)
    note = _("Đã lấy lại: %(reason)s") % {"reason": withdrawal.reason} if withdrawal else ""
    return [
        recipient_name(line),
        _moment(line.delivered_at) or _("Chưa có người nhận"),
        _moment(line.opened_at),
        str(line.opened_by or ""),
        _moment(line.acknowledged_at),
        str(line.acknowledged_by.person) if line.acknowledged_by else "",
        _moment(line.stopped_at),
        f"{line.nudged_on:%d/%m/%Y}" if line.nudged_on else "",
        note,
    ]


def _moment(at: dt.datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""


def _own_lines(by: Appointment, dispatch: Dispatch) -> QuerySet[Delivery]:
    lines = dispatching.lines_of(by.person, dispatch).filter(withdrawal__isnull=True)
    if not lines.exists():
        raise NotAllowed(
            "not-a-recipient",
            _("Bạn không phải là nơi nhận văn bản này."),
            hint=_("Lãnh đạo hoặc văn thư của nơi nhận thực hiện việc này."),
        )
    return Delivery.objects.filter(pk__in=list(lines.values_list("pk", flat=True)))


def of_sender(meeting: Meeting) -> list[Dispatch]:
    """What the meeting has sent out, last first, for the ways to the boards. Two queries."""
    found = meeting.dispatches.prefetch_related("recalls").annotate(
        recipients=Count("deliveries", filter=Q(deliveries__withdrawal__isnull=True)),
        acknowledged=Count(
            "deliveries", filter=Q(deliveries__withdrawal__isnull=True, deliveries__acknowledged_at__isnull=False)
        ),
    )
    return list(found.order_by("-at", "-pk"))
