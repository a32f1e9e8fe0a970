"""The agenda (chương trình họp): its items in order, and the papers tabled at each."""

import uuid
from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from documents import intake, timing
from documents.models import Paper
from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotFound, UserError
from eoffice.organisation.models import Appointment, Unit
from meetings import caption_record, confiding, paper_requests, paper_review, permissions, speaking_queue, tabling
from meetings.models import AgendaItem, Meeting, TabledPaper
from meetings.realtime import agenda_changed
from meetings.scheduling import TITLE_LIMIT, locked, refusal
from meetings.speaking_queue import LONGEST_MINUTES

MINUTES_LIMIT = 600


@dataclass(frozen=True, kw_only=True)
class Point:
    """What a person fills in about one item."""

    title: str
    minutes: int = 15
    presenter: Unit | None = None
    speech_minutes: int | None = None
    """The most that one speaker is allotted; None: no limit but what is usual."""
    confidential: bool = False
    """Only those who are chosen know what it is about."""
    units: frozenset[int] = frozenset()
    """Units chosen to take part in a confidential item."""
    people: frozenset[int] = frozenset()
    """People chosen by name."""


def point_of(item: AgendaItem) -> Point:
    """The item as it stands."""
    chosen = list(item.participants.values_list("unit", "person"))
    return Point(
        title=item.title,
        minutes=item.minutes,
        presenter=item.presenter,
        speech_minutes=item.speech_minutes,
        confidential=item.confidential,
        units=frozenset(unit for unit, _person in chosen if unit),
        people=frozenset(person for _unit, person in chosen if person),
    )


@transaction.atomic
def add_item(by: Appointment, meeting: Meeting, point: Point, *, key: uuid.UUID | None = None) -> AgendaItem:
    """Add an item at the end. ``key`` comes with the form: the same key again gives the item already made.

    Raises NotAllowed, UserError with ``fields``.
    """
    meeting = _for_change(by, meeting)
    point = checked_point(point)
    key = key or uuid.uuid4()
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            item, created = AgendaItem.objects.get_or_create(
                meeting=meeting,
                key=key,
                defaults={
                    "order": last + 1,
                    "title": point.title,
                    "minutes": point.minutes,
                    "presenter": point.presenter,
                    "speech_minutes": point.speech_minutes,
                    "confidential": point.confidential,
                },
            )
    except IntegrityError:  # the twin of a double click committed in between
        return AgendaItem.objects.get(meeting=meeting, key=key)
    if created:
        confiding.choose(by, item, units=point.units, people=point.people)
        log.record("agenda.item_added", by=by, target=meeting, item=item.public_title)
        agenda_changed(meeting.pk)
    return item


@transaction.atomic
def edit_item(by: Appointment, item: AgendaItem, point: Point, *, version: int) -> AgendaItem:
    """Change an item that was opened at ``version``; the same content twice is harmless.

    Raises NotAllowed, UserError with ``fields``, Conflict("item-changed") when somebody else was faster.
    """
    meeting = _for_change(by, item.meeting)
    item = _current(item)
    point = checked_point(point)
    if point == point_of(item):
        return item
    if version != item.version:
        raise Conflict(
            "item-changed",
            _("Có người khác vừa sửa nội dung họp này. Nội dung của bạn chưa được lưu."),
            hint=_("Xem bản mới nhất bên dưới, chỉnh lại nếu cần rồi lưu lần nữa."),
        )
    confiding.check(item, confidential=point.confidential)
    item.title, item.minutes, item.presenter = point.title, point.minutes, point.presenter
    item.speech_minutes = point.speech_minutes
    was_confidential, item.confidential = item.confidential, point.confidential
    item.version += 1
    item.save()
    log.record("agenda.item_edited", by=by, target=meeting, item=item.public_title)
    if was_confidential or item.confidential:
        confiding.choose(by, item, units=point.units, people=point.people)
        confiding.follow(meeting, item)
    agenda_changed(meeting.pk)
    return item


@transaction.atomic
def move_item(by: Appointment, item: AgendaItem, *, to: int) -> None:
    """Put an item at place ``to`` (1 is first); beyond either end means that end. Again: harmless."""
    meeting = _for_change(by, item.meeting)
    items = list(meeting.items.select_for_update().order_by("order", "pk"))
    moving = next((other for other in items if other.pk == item.pk), None)
    if moving is None:
        raise _gone()
    items.remove(moving)
    items.insert(max(0, min(to - 1, len(items))), moving)
    for place, other in enumerate(items, start=1):
        other.order = place
    AgendaItem.objects.bulk_update(items, ["order"])
    log.record("agenda.item_moved", by=by, target=meeting, item=moving.public_title, to=moving.order)
    agenda_changed(meeting.pk)


@transaction.atomic
def remove_item(by: Appointment, item: AgendaItem) -> None:
    """Take an item off the agenda; its papers leave the table with it. Again: harmless."""
    meeting = _for_change(by, item.meeting)
    speaking_queue.release_item(item)
    paper_requests.drop_item(by, item)
    caption_record.drop_item(item.pk)
    deleted, _rows = AgendaItem.objects.filter(pk=item.pk).delete()
    if not deleted:
        return
    meeting.items.filter(order__gt=item.order).update(order=F("order") - 1)
    tabling.share(meeting)
    log.record("agenda.item_removed", by=by, target=meeting, item=item.public_title)
    agenda_changed(meeting.pk)


@transaction.atomic
def table_paper(by: Appointment, item: AgendaItem, paper: Paper) -> TabledPaper:
    """Put ``paper`` on the table at ``item``; once issued, everybody invited may read it at once.

    Besides those who prepare the meeting, the agency that presents the item may. Again: harmless.
    Raises NotAllowed, NotFound (a paper that ``by`` may not see).
    """
    meeting = _for_tabling(by, item)
    if not Paper.objects.visible_to(by.person).filter(pk=paper.pk).exists():
        raise NotFound("no-such-paper", _("Không có tài liệu này."))
    tabled, created = TabledPaper.objects.get_or_create(
        item=item, paper=paper, defaults={"order": item.tabled.count() + 1}
    )
    if created:
        tabling.share(meeting)
        if paper.release != Paper.Release.NOW:
            paper_review.show_due(tabled, by=by)
        log.record("agenda.paper_tabled", by=by, target=meeting, item=item.public_title, paper=item.public(paper.title))
        agenda_changed(meeting.pk)
    return tabled


def hand_in(
    by: Appointment,
    item: AgendaItem,
    upload: "UploadedFile[bytes] | None",
    *,
    release: str = Paper.Release.NOW,
) -> TabledPaper:
    """Take in a file as a new paper of ``by``'s unit and table it at ``item``; its conversion starts at once.

    ``release``: NOW shows it with the invitations, or at once when they are issued; ITEM and HOLD are the others. Raises NotAllowed, and UserError as ``documents.intake.create_paper``.
    """
    with transaction.atomic():
        _for_tabling(by, item)  # before the file is kept
    paper = intake.create_paper(upload, by=by)
    if release in (Paper.Release.ITEM, Paper.Release.HOLD) and paper.state == Paper.State.DRAFT:
        paper = timing.set_plan(paper, timing.Plan(release=release), by=by)
    return table_paper(by, item, paper)


@transaction.atomic
def untable_paper(by: Appointment, tabled: TabledPaper) -> None:
    """Take a paper off the table; nobody reads it through this meeting any more. Again: harmless."""
    meeting = _for_tabling(by, tabled.item)
    deleted, _rows = TabledPaper.objects.filter(pk=tabled.pk).delete()
    if deleted:
        tabling.share(meeting)
        log.record("agenda.paper_untabled", by=by, target=meeting, paper=tabled.item.public(tabled.paper.title))
        agenda_changed(meeting.pk)


def _for_change(by: Appointment, meeting: Meeting) -> Meeting:
    meeting = locked(meeting)
    if not permissions.may_edit_agenda(by.person, meeting):
        raise refusal(meeting, "edit-agenda")
    return meeting


def _for_tabling(by: Appointment, item: AgendaItem) -> Meeting:
    meeting = locked(item.meeting)
    if not permissions.may_table(by.person, meeting, item):
        raise refusal(meeting, "table")
    return meeting


def _current(item: AgendaItem) -> AgendaItem:
    found = AgendaItem.objects.select_for_update(of=("self",)).select_related("presenter").filter(pk=item.pk).first()
    if found is None:
        raise _gone()
    return found


def _gone() -> Conflict:
    return Conflict("item-gone", _("Nội dung họp này đã được người khác bỏ ra."), hint=_("Tải lại trang để xem."))


def checked_point(point: Point) -> Point:
    """``point`` with clean text; raises UserError whose ``fields`` say what is wrong where."""
    point = replace(point, title=normalised(point.title))
    if not point.confidential:
        point = replace(point, units=frozenset(), people=frozenset())
    wrong = {}
    if not point.title:
        wrong["title"] = _("Nhập nội dung họp.")
    elif len(point.title) > TITLE_LIMIT:
        wrong["title"] = _("Nội dung dài %(length)d ký tự; tối đa là %(limit)d.") % {
            "length": len(point.title),
            "limit": TITLE_LIMIT,
        }
    if not 1 <= point.minutes <= MINUTES_LIMIT:
        wrong["minutes"] = _("Số phút từ 1 đến %(limit)d.") % {"limit": MINUTES_LIMIT}
    if point.speech_minutes is not None and not 1 <= point.speech_minutes <= LONGEST_MINUTES:
        wrong["speech_minutes"] = _("Số phút từ 1 đến %(limit)d.") % {"limit": LONGEST_MINUTES}
    if wrong:
        raise UserError("bad-item", next(iter(wrong.values())), fields=wrong)
    return point
