"""Writing the conclusions of a meeting and planning the tasks they give (docs/domain/conclusions.md)."""

import datetime as dt
import hashlib
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import F, Max, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.errors import Conflict, NotFound, UserError
from eoffice.organisation.models import Appointment, Unit, UnitGroup
from eoffice.workflow import recurring
from eoffice.workflow.assigning import TITLE_LIMIT
from eoffice.workflow.models import Task
from eoffice.worktime.deadlines import MAX_DAYS
from eoffice.worktime.periods import Recurrence
from meetings import marks, permissions
from meetings.models import AgendaItem, Conclusion, ConclusionNotice, ConclusionTask, Meeting
from meetings.scheduling import locked, refusal

TEXT_LIMIT = 4000


@dataclass(frozen=True, kw_only=True)
class PlannedTask:
    """A task as the secretary plans it. A date, or working days after issue, or neither: no date set."""

    lead_unit: Unit | None = None
    lead_group: UnitGroup | None = None
    """Instead of a unit: each of the group is to get a task of its own. One of the two is given."""
    title: str = ""
    """Empty: the text of the conclusion."""
    coordinators: Sequence[Unit] = ()
    due_on: dt.date | None = None
    due_days: int | None = None
    recurrence: Recurrence | None = None
    """Instead of a date: given anew in each period."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """What a person fills in about one conclusion; no item: a general one."""

    text: str
    item: AgendaItem | None = None
    task: PlannedTask | None = None


def of_meeting(meeting: Meeting, edition: int | None = None) -> QuerySet[Conclusion]:
    """The conclusions of an edition of the notice (by default: the newest) in the order of the agenda, general ones first,
    with their planned tasks: three queries."""
    planned = ConclusionTask.objects.select_related("lead_unit", "lead_group", "task").prefetch_related("coordinators")
    return (
        meeting.conclusions.filter(edition=edition or newest_edition(meeting.pk))
        .select_related("item", "written_by__person")
        .prefetch_related(Prefetch("planned_tasks", planned))
        .order_by(F("item__order").asc(nulls_first=True), "order", "pk")
    )


def planned_in(written: Iterable[Conclusion]) -> list[ConclusionTask]:
    """The tasks that ``written`` give, in the order of the text."""
    return [task for conclusion in written for task in conclusion.tasks]


def newest_edition(meeting: int | OuterRef) -> Coalesce:
    """The number of the newest edition of a meeting's notice, to be compared with within a query."""
    newest = ConclusionNotice.objects.filter(meeting=meeting).order_by("-edition").values("edition")[:1]
    return Coalesce(Subquery(newest), 1)


def notice_of(meeting: Meeting) -> ConclusionNotice:
    """The notice of ``meeting``, of several editions the newest; not stored while nobody has written anything."""
    found = _notices(meeting).first() or ConclusionNotice()
    found.meeting = meeting
    return found


def issued_of(meeting: Meeting, edition: int | None = None) -> ConclusionNotice | None:
    """That edition of the notice, by default the newest, if it was issued; it stays while another one is drafted to replace it."""
    issued = _notices(meeting).filter(state=ConclusionNotice.State.ISSUED)
    found = (issued.filter(edition=edition) if edition else issued).first()
    if found is not None:
        found.meeting = meeting
    return found


def _notices(meeting: Meeting) -> QuerySet[ConclusionNotice]:
    related = ("confirmed_by__person", "signed_by__person", "returned_by__person", "issuer__agency", "replaces")
    return ConclusionNotice.objects.select_related(*related).filter(meeting=meeting).order_by("-edition")


def lock_notice(meeting: Meeting) -> ConclusionNotice:
    """The newest edition of the notice, made on first use and locked: writing and issuing never overlap."""
    ConclusionNotice.objects.get_or_create(meeting=meeting, edition=1)
    locked_rows = ConclusionNotice.objects.select_for_update(of=("self",)).filter(meeting=meeting)
    found = locked_rows.order_by("-edition")[:1].get()
    found.meeting = meeting
    return found


def fingerprint(conclusions: Iterable[Conclusion]) -> str:
    """What somebody has seen, so that nothing else is confirmed or issued."""
    seen = ",".join(sorted(f"{c.pk}:{c.version}" for c in conclusions))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


@transaction.atomic
def write(by: Appointment, meeting: Meeting, sentence: Sentence, *, key: uuid.UUID | None = None) -> Conclusion:
    """Add a conclusion at the end of its item. ``key`` comes with the form: the same key, the same conclusion.

    Raises NotAllowed, UserError with ``fields``.
    """
    meeting, notice = for_writing(by, meeting)
    if key is not None:
        twin = meeting.conclusions.filter(key=key).first()
        if twin is not None:
            return twin
    sentence = _checked(sentence, meeting)
    beside = meeting.conclusions.filter(item=sentence.item, edition=notice.edition)
    last = beside.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            conclusion = Conclusion.objects.create(
                meeting=meeting,
                edition=notice.edition,
                item=sentence.item,
                order=last + 1,
                text=sentence.text,
                written_by=by,
                key=key,
            )
    except IntegrityError as error:  # somebody else's key
        raise Conflict("key-used", _("Biểu mẫu này đã được dùng."), hint=_("Mở lại trang và nhập lại.")) from error
    plan(conclusion, sentence.task)
    log.record("conclusion.written", by=by, target=meeting, conclusion=conclusion.pk)
    return conclusion


@transaction.atomic
def edit(by: Appointment, conclusion: Conclusion, sentence: Sentence, *, version: int) -> Conclusion:
    """Change a conclusion that was opened at ``version``.

    Marks go along with their words. Raises Conflict("conclusion-changed") when somebody else changed it since: nothing is written
    then; UserError("mark-lost") when the marked words are gone.
    """
    meeting, _notice = for_writing(by, conclusion.meeting)
    conclusion = current(conclusion)
    sentence = _checked(sentence, meeting, agreed_days(conclusion))
    check_version(conclusion, version)
    marks.follow(conclusion, sentence.text, whole=sentence.task is not None, item=sentence.item)
    conclusion.text, conclusion.item = sentence.text, sentence.item
    conclusion.version += 1
    conclusion.save()
    plan(conclusion, sentence.task)
    log.record("conclusion.edited", by=by, target=meeting, conclusion=conclusion.pk)
    return conclusion


@transaction.atomic
def reword(by: Appointment, conclusion: Conclusion, text: str, *, version: int) -> Conclusion:
    """Give a conclusion that was opened at ``version`` another text; its task stays as planned. Raises as ``edit``."""
    stored = of_meeting(conclusion.meeting).get(pk=conclusion.pk)
    planned = stored.whole_task
    task = None
    if planned is not None:
        task = PlannedTask(
            lead_unit=planned.lead_unit,
            lead_group=planned.lead_group,
            title=planned.title,
            coordinators=list(planned.coordinators.all()),
            due_on=planned.due_on,
            due_days=planned.due_days,
            recurrence=planned.recurrence,
        )
    return edit(by, stored, Sentence(text=text, item=stored.item, task=task), version=version)


@transaction.atomic
def remove(by: Appointment, conclusion: Conclusion) -> None:
    """Take a conclusion out of the draft. Again: harmless."""
    meeting, notice = for_writing(by, conclusion.meeting)
    deleted, _rows = meeting.conclusions.filter(pk=conclusion.pk, edition=notice.edition).delete()
    if deleted:
        text = conclusion.item.public(conclusion.text) if conclusion.item else conclusion.text
        log.record("conclusion.removed", by=by, target=meeting, text=text)


def for_writing(by: Appointment, meeting: Meeting) -> tuple[Meeting, ConclusionNotice]:
    """Meeting and notice under their locks, for who may write conclusions now. Raises NotAllowed, Conflict("notice-issued")."""
    meeting = locked(meeting)
    notice = lock_notice(meeting)
    if notice.state == ConclusionNotice.State.ISSUED:
        raise Conflict(
            "notice-issued",
            _("Thông báo kết luận số %(number)s đã ban hành nên không sửa được nữa.") % {"number": notice.number},
        )
    if not permissions.may_write_conclusions(by.person, meeting, notice):
        raise refusal(meeting, "conclude")
    return meeting, notice


def check_version(conclusion: Conclusion, version: int) -> None:
    """Raises Conflict("conclusion-changed") unless ``conclusion`` is still as the person saw it."""
    if version != conclusion.version:
        raise Conflict(
            "conclusion-changed",
            _("Có người khác vừa sửa kết luận này. Nội dung của bạn chưa được lưu."),
            hint=_("So sánh với bản mới nhất, chỉnh lại nếu cần rồi lưu lần nữa."),
        )


def current(conclusion: Conclusion) -> Conclusion:
    """The row as it is now, locked. Raises NotFound("conclusion-gone"), also for one of an edition that was issued."""
    own = Conclusion.objects.filter(pk=conclusion.pk, edition=newest_edition(conclusion.meeting_id))
    found = own.select_for_update(of=("self",)).first()
    if found is None:
        raise NotFound("conclusion-gone", _("Kết luận này đã bị xóa."), hint=_("Tải lại trang để xem bản mới nhất."))
    return found


def plan(conclusion: Conclusion, planned: PlannedTask | None, *, quote: str = "") -> None:
    """Make the planned task of ``conclusion``, or of its marked words, what ``planned`` says; None: they give no task."""
    if planned is None:
        ConclusionTask.objects.filter(conclusion=conclusion, quote=quote).delete()
        return
    dated = planned.due_on is not None or planned.due_days is not None
    row, _created = ConclusionTask.objects.update_or_create(
        conclusion=conclusion,
        quote=quote,
        defaults={
            "title": planned.title,
            "lead_unit": planned.lead_unit,
            "lead_group": planned.lead_group,
            "due_kind": Task.DueKind.FIXED if dated else Task.DueKind.OPEN,
            "due_on": planned.due_on,
            "due_days": planned.due_days,
            **_recurrence_columns(planned.recurrence),
        },
    )
    row.coordinators.set([unit for unit in planned.coordinators if unit != planned.lead_unit])


def _recurrence_columns(recurrence: Recurrence | None) -> dict[str, object]:
    if recurrence is None:
        return {"recur_every": "", "recur_day": None, "recur_month": None, "recur_shift": "", "recur_until": None}
    rule = recurrence.rule
    named = {"recur_every": rule.every, "recur_day": rule.day, "recur_month": rule.month, "recur_shift": rule.shift}
    return {**named, "recur_until": recurrence.ends_on}


def agreed_days(conclusion: Conclusion) -> Collection[dt.date]:
    """Due days that the replaced edition gave already: they may have passed. One query."""
    kept = ConclusionTask.objects.filter(conclusion=conclusion).values_list("former__due_on", flat=True)
    return {day for day in kept if day is not None}


def _checked(sentence: Sentence, meeting: Meeting, agreed: Collection[dt.date] = ()) -> Sentence:
    """``sentence`` with clean text; raises UserError whose ``fields`` say what is wrong where."""
    text = unicodedata.normalize("NFC", sentence.text).strip()
    task = sentence.task
    wrong = {}
    if not text:
        wrong["text"] = _("Nhập nội dung kết luận.")
    elif len(text) > TEXT_LIMIT:
        wrong["text"] = _("Nội dung dài %(length)d ký tự; tối đa là %(limit)d.") % {
            "length": len(text),
            "limit": TEXT_LIMIT,
        }
    if sentence.item is not None and sentence.item.meeting_id != meeting.pk:
        wrong["item"] = _("Nội dung này không thuộc chương trình cuộc họp.")
    if task is not None and sentence.item is not None and sentence.item.confidential:
        wrong["is_task"] = _(
            "Kết luận của mục kín không giao nhiệm vụ trên hệ thống: nhiệm vụ còn nhiều người khác xem."
        )
    elif task is not None:
        task = titled(task, text)
        wrong |= wrong_task(task, agreed)
    if wrong:
        raise UserError("bad-conclusion", next(iter(wrong.values())), fields=wrong)
    return Sentence(text=text, item=sentence.item, task=task)


def titled(task: PlannedTask, text: str) -> PlannedTask:
    """``task`` under its title; without one, under the words that give it."""
    return replace(task, title=normalised(task.title) or normalised(text)[:TITLE_LIMIT])


def wrong_task(task: PlannedTask, agreed: Collection[dt.date] = ()) -> dict[str, str]:
    """What is wrong with it, by field; ``agreed``: days that may have passed."""
    wrong = {}
    if (task.lead_unit is None) == (task.lead_group is None):
        wrong["lead_unit"] = _("Chọn một cơ quan chủ trì, hoặc một nhóm để giao cho từng đơn vị.")
    if len(task.title) > TITLE_LIMIT:
        wrong["title"] = _("Tên nhiệm vụ dài %(length)d ký tự; tối đa là %(limit)d.") % {
            "length": len(task.title),
            "limit": TITLE_LIMIT,
        }
    if task.due_on is not None and task.due_on < timezone.localdate() and task.due_on not in agreed:
        wrong["due_on"] = _("Thời hạn đã qua. Chọn ngày từ hôm nay trở đi.")
    if task.recurrence is not None:
        try:
            recurring.check(task.recurrence, timezone.localdate())
        except UserError as error:
            wrong |= error.fields
    if task.due_days is not None and not 1 <= task.due_days <= MAX_DAYS:
        wrong["due_days"] = _("Số ngày làm việc phải từ 1 đến %(max)d.") % {"max": MAX_DAYS}
    return wrong
