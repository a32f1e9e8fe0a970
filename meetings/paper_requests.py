"""Asking units for papers, and chasing what is missing (docs/domain/papers.md, "Requests")."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, UserError
from eoffice.notifications import notify
from eoffice.organisation.models import Appointment, Unit
from eoffice.worktime import deadlines
from meetings import permissions
from meetings.models import AgendaItem, Meeting, PaperRequest
from meetings.scheduling import TITLE_LIMIT, locked, refusal

NOTE_LIMIT = 2000
MOST_UNITS = 200
"""The most units that one form asks."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person fills in who asks for a paper."""

    title: str
    note: str
    due_at: dt.datetime


def usual_deadline(meeting: Meeting) -> dt.datetime | None:
    """When papers are due by the rule of the meeting's type; None where its calendar is not confirmed."""
    rule = meeting.type
    day = timezone.localdate(meeting.starts_at)
    if rule.paper_days_working and rule.paper_days:
        try:
            day = deadlines.working_day_before(day, rule.paper_days)
        except UserError:
            return None
    else:
        day -= dt.timedelta(days=rule.paper_days)
    return timezone.make_aware(dt.datetime.combine(day, rule.paper_time), timezone.get_default_timezone())


@transaction.atomic
def ask(by: Appointment, item: AgendaItem, units: Iterable[Unit], wish: Wish, *, key: uuid.UUID) -> list[PaperRequest]:
    """Ask each of ``units`` for a paper at ``item``; whoever answers for them is told, also by mail.

    ``key`` comes with the form: the same key again asks nobody twice. Raises NotAllowed, UserError with ``fields``.
    """
    meeting = locked(item.meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise refusal(meeting, "ask-papers")
    asked = {unit.pk: unit for unit in units}
    wish = _checked(wish, meeting, asked)
    known = set(PaperRequest.objects.filter(key=key, unit__in=asked).values_list("unit", flat=True))
    by_rule = wish.due_at == usual_deadline(meeting)
    made = PaperRequest.objects.bulk_create(
        PaperRequest(
            item=item,
            unit=unit,
            title=wish.title,
            note=wish.note,
            due_at=wish.due_at,
            due_by_rule=by_rule,
            created_by=by,
            key=key,
        )
        for pk, unit in asked.items()
        if pk not in known
    )
    for request in made:
        log.record("paper_request.made", by=by, target=meeting, paper=request.public_title, unit=request.unit.name)
        tell_unit(request, gettext_lazy("Đề nghị gửi tài liệu: %(title)s"), kind="paper_request.made")
    return made


@transaction.atomic
def change_deadline(by: Appointment, request: PaperRequest, due_at: dt.datetime) -> None:
    """Give another deadline; the unit is told. The same again: harmless. Raises NotAllowed, UserError with ``fields``."""
    request = _for_change(by, request)
    if due_at == request.due_at:
        return
    _check_deadline(due_at, request.item.meeting)
    request.due_at, request.due_by_rule, request.overdue_told_at = due_at, False, None
    request.save()
    log.record(
        "paper_request.moved", by=by, target=request.item.meeting, paper=request.public_title, due=due_at.isoformat()
    )
    tell_unit(request, gettext_lazy("Hạn gửi tài liệu đã đổi: %(title)s"), kind="paper_request.moved")


@transaction.atomic
def cancel(by: Appointment, request: PaperRequest) -> None:
    """Ask no more for a paper that has not come; the unit is told. Again: harmless.

    Raises NotAllowed, Conflict(paper-came).
    """
    request = _for_change(by, request)
    if request.cancelled_at is not None:
        return
    if request.submitted_at is not None:
        raise Conflict(
            "paper-came",
            _("Cơ quan đã gửi tài liệu nên không thôi đề nghị được nữa."),
            hint=_("Trả lại tài liệu, hoặc gỡ khỏi nội dung họp."),
        )
    request.cancelled_at = timezone.now()
    request.save()
    log.record("paper_request.cancelled", by=by, target=request.item.meeting, paper=request.public_title)
    tell_unit(request, gettext_lazy("Không cần gửi tài liệu nữa: %(title)s"), kind="paper_request.cancelled")


def drop_item(by: Appointment, item: AgendaItem) -> None:
    """Tell the units of which something is asked at ``item`` that it leaves the agenda, and the requests with it."""
    for request in PaperRequest.objects.missing().filter(item=item).select_related(*RELATED):
        log.record("paper_request.cancelled", by=by, target=item.meeting, paper=request.public_title)
        tell_unit(request, gettext_lazy("Không cần gửi tài liệu nữa: %(title)s"), kind="paper_request.cancelled")


@transaction.atomic
def nudge(by: Appointment, request: PaperRequest) -> None:
    """Remind the unit of a paper that is missing, once a day at most.

    Raises NotAllowed, Conflict(not-missing, nudged-today).
    """
    request = _for_change(by, request)
    if not request.is_missing:
        raise Conflict("not-missing", _("Tài liệu này không còn thiếu."), hint=_("Tải lại trang để xem."))
    if not may_nudge_now(request):
        raise Conflict("nudged-today", _("Hôm nay đã nhắc cơ quan này rồi."), hint=_("Cần gấp thì gọi điện."))
    request.nudged_at = timezone.now()
    request.save()
    log.record(
        "paper_request.nudged", by=by, target=request.item.meeting, paper=request.public_title, unit=request.unit.name
    )
    tell_unit(request, gettext_lazy("Nhắc gửi tài liệu: %(title)s"), kind="paper_request.nudged")


@transaction.atomic
def nudge_all(by: Appointment, meeting: Meeting) -> int:
    """Remind every unit of what is missing at ``meeting`` that was not reminded today. Returns how many."""
    meeting = locked(meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise refusal(meeting, "ask-papers")
    missing = PaperRequest.objects.missing().filter(item__meeting=meeting).select_related("item", "unit", "paper")
    waiting = [request for request in missing if may_nudge_now(request)]
    for request in waiting:
        nudge(by, request)
    return len(waiting)


def may_nudge_now(request: PaperRequest) -> bool:
    """Nobody has reminded the unit today."""
    return request.nudged_at is None or timezone.localdate(request.nudged_at) < timezone.localdate()


@transaction.atomic
def follow(meeting: Meeting) -> None:
    """Move the deadlines that the type's rule gave, because the meeting has moved; the units are told."""
    due_at = usual_deadline(meeting)
    if due_at is None:
        return
    moved = PaperRequest.objects.missing().filter(item__meeting=meeting, due_by_rule=True).exclude(due_at=due_at)
    for request in moved.select_related(*RELATED):
        request.due_at, request.overdue_told_at = due_at, None
        request.save()
        tell_unit(request, gettext_lazy("Hạn gửi tài liệu đã đổi: %(title)s"), kind="paper_request.moved")


@transaction.atomic
def sweep(now: dt.datetime) -> int:
    """Tell of every deadline that has passed without a paper, once: the unit and the secretary. Returns how many."""
    missing = PaperRequest.objects.missing().filter(due_at__lte=now, overdue_told_at__isnull=True)
    overdue = list(missing.select_for_update(of=("self",)).select_related(*RELATED))
    for request in overdue:
        request.overdue_told_at = now
        request.save()
        title = gettext_lazy("Quá hạn gửi tài liệu: %(title)s")
        tell_unit(request, title, kind="paper_request.overdue")
        tell_office(request, title, kind="paper_request.overdue")
    return len(overdue)


RELATED = ("unit", "paper", "item__meeting__secretary__person", "item__meeting__created_by__person")


def people_of(unit: Unit) -> QuerySet[User]:
    """Whoever answers for ``unit`` today: head, deputies, clerks."""
    answering = Appointment.objects.current().representing().filter(unit=unit).order_by().values("person")
    return User.objects.filter(pk__in=answering, is_active=True)


def tell_unit(request: PaperRequest, title: Promise, *, kind: str, body: str = "") -> None:
    """Tell those who answer for the unit that was asked, also by mail; ``body`` instead of the deadline."""
    notify.send(
        people_of(request.unit),
        kind=kind,
        title=lambda: str(title) % {"title": request.title},
        body=body or (lambda: due_in_words(request)),
        url=address(request),
        mail=True,
    )


def tell_office(request: PaperRequest, title: Promise, *, kind: str) -> None:
    """Tell the secretary and the author of the meeting, unless they are kept out of the papers of the item."""
    meeting = request.item.meeting
    followed = PaperRequest.objects.filter(pk=request.pk)
    office = {meeting.secretary.person, meeting.created_by.person}
    notify.send(
        [person for person in office if followed.followed_by(person).exists()],
        kind=kind,
        title=lambda: str(title) % {"title": request.title},
        body=f"{request.unit.name} – {meeting.title}",
        url=address(request),
    )


def due_in_words(request: PaperRequest) -> str:
    """The deadline and what the paper is for, in the language then active."""
    due = timezone.localtime(request.due_at)
    return _("Hạn gửi: %(time)s ngày %(day)s. Cuộc họp: %(meeting)s") % {
        "time": date_format(due, "H:i"),
        "day": date_format(due, "d/m/Y"),
        "meeting": request.item.meeting.title,
    }


def address(request: PaperRequest) -> str:
    """Path of the request's page."""
    return reverse("paper-request", args=[request.pk])


def _for_change(by: Appointment, request: PaperRequest) -> PaperRequest:
    meeting = locked(request.item.meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise refusal(meeting, "ask-papers")
    return PaperRequest.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=request.pk)


def _checked(wish: Wish, meeting: Meeting, units: dict[int, Unit]) -> Wish:
    wish = replace(wish, title=normalised(wish.title), note=wish.note.strip())
    wrong = {}
    if not units:
        wrong["units"] = _("Chọn cơ quan cần gửi tài liệu.")
    elif len(units) > MOST_UNITS:
        wrong["units"] = _("Mỗi lần đề nghị nhiều nhất %(limit)d cơ quan.") % {"limit": MOST_UNITS}
    if not wish.title or len(wish.title) > TITLE_LIMIT:
        wrong["title"] = _("Nhập tên tài liệu cần gửi, nhiều nhất %(limit)d ký tự.") % {"limit": TITLE_LIMIT}
    if len(wish.note) > NOTE_LIMIT:
        wrong["note"] = _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": NOTE_LIMIT}
    if wrong:
        raise UserError("bad-wish", next(iter(wrong.values())), fields=wrong)
    _check_deadline(wish.due_at, meeting)
    return wish


def _check_deadline(due_at: dt.datetime, meeting: Meeting) -> None:
    sentence = ""
    if due_at <= timezone.now():
        sentence = _("Hạn gửi phải sau lúc này.")
    elif due_at > meeting.ends_at:
        sentence = _("Hạn gửi phải trước khi cuộc họp kết thúc.")
    if sentence:
        raise UserError("bad-deadline", sentence, fields={"due": sentence})
