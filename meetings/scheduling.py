"""Planning a meeting and moving it through its states (docs/domain/meetings.md)."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.names import normalised
from eoffice.audit import log
from eoffice.calendar.accepting import Answer
from eoffice.calendar.models import Resource
from eoffice.errors import Conflict, NotAllowed, UserError
from eoffice.organisation.models import Appointment, Unit
from meetings import announcing, clashes, dispatching, permissions, realtime, rooms, week_lines
from meetings.engagements import LONGEST
from meetings.models import Attendee, LiveState, Meeting, MeetingSite, MeetingType

TITLE_LIMIT = 300
LONGEST_LOBBY = 240
"""Minutes before the start at which a room may open at the earliest."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a person fills in about a meeting. Times are aware."""

    title: str
    type: MeetingType
    form: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str = ""
    note: str = ""
    organiser: Unit
    chair: Appointment
    secretary: Appointment
    lobby_minutes: int = 30
    late_entry: str = Meeting.LateEntry.FREE
    room: Resource | None = None
    """Of the catalogue; the place is written from it."""
    reply_by: dt.datetime | None = None


def plan_of(meeting: Meeting) -> Plan:
    """The plan as ``meeting`` stands."""
    return Plan(**{name: getattr(meeting, name) for name in Plan.__dataclass_fields__})


@transaction.atomic
def create_meeting(
    by: Appointment, plan: Plan, *, key: uuid.UUID | None = None, answer: Answer | None = None
) -> Meeting:
    """Draft a meeting with its main site; chair and secretary attend there without being invited.

    ``key`` comes with the form: the same key from the same person gives the meeting already made, so that
    a double click makes one. ``answer`` is what the person said of conflicts (``clashes.settle``); None: they were not asked.
    Raises NotAllowed (not in that unit's name), UserError with ``fields``.
    """
    key = key or uuid.uuid4()
    made = Meeting.objects.filter(uid=key, created_by__person=by.person).first()
    if made is not None:
        return made
    plan = checked_plan(plan)
    check_organiser(by, plan.organiser)
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(uid=key, created_by=by, **_columns(plan))
    except IntegrityError as error:  # the twin of a double click committed in between
        twin = Meeting.objects.filter(uid=key, created_by__person=by.person).first()
        if twin is None:
            raise Conflict("key-used", _("Biểu mẫu này đã được dùng."), hint=_("Mở lại trang và nhập lại.")) from error
        return twin
    seat_leaders(meeting)
    rooms.follow(by, meeting, plan.room)
    clashes.settle(by, meeting, answer)
    log.record("meeting.created", by=by, target=meeting)
    return meeting


@transaction.atomic
def edit_meeting(
    by: Appointment, meeting: Meeting, plan: Plan, *, version: int, answer: Answer | None = None
) -> Meeting:
    """Change a meeting that was opened at ``version``.

    A new time, place, form or organiser of an issued meeting raises ``sequence`` and tells everybody invited; another organiser
    invites by another letter (``lettering.replace``). The same content twice is harmless. Of another time, chair or secretary
    ``answer`` says what becomes of conflicts, as in ``create_meeting``. Raises NotAllowed, UserError with ``fields``, and
    Conflict("meeting-changed") when somebody else changed it since: nothing is written then."""
    week_lines.hold(meeting)
    meeting = locked(meeting)
    _require(permissions.may_edit(by.person, meeting), meeting, "edit")
    plan = checked_plan(plan)
    before = plan_of(meeting)
    if plan == before:
        return meeting
    _check_version(meeting, version)
    if plan.organiser != before.organiser:
        check_organiser(by, plan.organiser)
        meeting.letter_number, meeting.letter_symbol = None, ""
    moved = _moved(before, plan) and meeting.state == Meeting.State.INVITED
    for name, value in _columns(plan).items():
        setattr(meeting, name, value)
    meeting.version += 1
    if moved:
        meeting.sequence += 1
    meeting.save()
    rooms.follow(by, meeting, plan.room)
    clashes.settle(by, meeting, answer if _takes_other_time(before, plan) else None)
    if (before.chair, before.secretary, before.organiser) != (plan.chair, plan.secretary, plan.organiser):
        _make_way(by, meeting)
        seat_leaders(meeting, former=(before.chair, before.secretary))
    realtime.door_changed(meeting.pk)
    log.record("meeting.edited", by=by, target=meeting, fields=_changed(before, plan), version=meeting.version)
    if moved:
        _ask_again(by, meeting, before, plan)
        announcing.changed(meeting)
    _move_papers(meeting, before, plan)
    week_lines.follow(by, meeting)
    return meeting


def reschedule(
    by: Appointment,
    meeting: Meeting,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    version: int,
    answer: Answer | None = None,
) -> Meeting:
    """Move ``meeting`` to another time; as ``edit_meeting``."""
    moved = starts_at - meeting.starts_at
    reply_by = meeting.reply_by + moved if meeting.reply_by else None
    plan = replace(plan_of(meeting), starts_at=starts_at, ends_at=ends_at, reply_by=reply_by)
    return edit_meeting(by, meeting, plan, version=version, answer=answer)


@transaction.atomic
def cancel_meeting(by: Appointment, meeting: Meeting, *, reason: str) -> Meeting:
    """Cancel for good, with a reason that everybody invited is told. Again: harmless."""
    return _call_off(by, meeting, state=Meeting.State.CANCELLED, reason=reason)


@transaction.atomic
def postpone_meeting(by: Appointment, meeting: Meeting, *, reason: str) -> Meeting:
    """Put off an issued meeting; its new time is told when the invitations are issued again. Again: harmless."""
    return _call_off(by, meeting, state=Meeting.State.POSTPONED, reason=reason)


def _call_off(by: Appointment, meeting: Meeting, *, state: Meeting.State, reason: str) -> Meeting:
    week_lines.hold(meeting)
    meeting = locked(meeting)
    cancelling = state == Meeting.State.CANCELLED
    if meeting.state == state and permissions.may_prepare(by.person, meeting):
        return meeting
    may = permissions.may_cancel if cancelling else permissions.may_postpone
    _require(may(by.person, meeting), meeting, state)
    reason = checked_reason(reason)
    told = meeting.state in (Meeting.State.INVITED, Meeting.State.POSTPONED)
    meeting.state, meeting.state_reason = state, reason
    meeting.version += 1
    meeting.sequence += 1 if told else 0
    meeting.save()
    rooms.follow(by, meeting, None)
    log.record(f"meeting.{state}", by=by, target=meeting, reason=reason)
    if told:
        dispatching.call_off(by, meeting, f"{meeting.get_state_display()}: {reason}")
        announcing.called_off(meeting)
    week_lines.follow(by, meeting)
    return meeting


@transaction.atomic
def open_meeting(by: Appointment, meeting: Meeting) -> Meeting:
    """Begin the session: the chair, or the secretary for the chair. Opening a sitting meeting is harmless."""
    meeting = locked(meeting)
    if meeting.state == Meeting.State.IN_SESSION and permissions.may_lead(by.person, meeting):
        return meeting
    _require(permissions.may_open(by.person, meeting), meeting, "open")
    meeting.state, meeting.opened_at = Meeting.State.IN_SESSION, timezone.now()
    meeting.version += 1
    meeting.save()
    LiveState.objects.get_or_create(meeting=meeting)
    rooms.occupied(by, meeting)
    log.record("meeting.opened", by=by, target=meeting)
    announcing.opened(meeting)
    return meeting


@transaction.atomic
def end_meeting(by: Appointment, meeting: Meeting) -> Meeting:
    """End the session. Ending an ended meeting is harmless."""
    from meetings import paper_review

    meeting = locked(meeting)
    if meeting.state == Meeting.State.ENDED and permissions.may_lead(by.person, meeting):
        return meeting
    _require(permissions.may_end(by.person, meeting), meeting, "end")
    meeting.state, meeting.ended_at = Meeting.State.ENDED, timezone.now()
    meeting.version += 1
    meeting.save()
    rooms.left(by, meeting)
    log.record("meeting.ended", by=by, target=meeting)
    paper_review.meeting_ended(meeting)
    return meeting


def seat_leaders(meeting: Meeting, *, former: Iterable[Appointment] = ()) -> MeetingSite:
    """Give the organiser the main site and seat chair and secretary there; the former ones leave."""
    site = meeting.sites.filter(kind=MeetingSite.Kind.MAIN).first()
    if site is None or site.unit_id != meeting.organiser_id:
        site = _move_main_site(meeting, site)
    leaders = {meeting.chair: Attendee.Role.CHAIR, meeting.secretary: Attendee.Role.SECRETARY}
    meeting.attendees.filter(person__in=[a.person_id for a in former], role__in=leaders.values()).delete()
    for appointment, role in leaders.items():
        Attendee.objects.update_or_create(
            meeting=meeting,
            person=appointment.person,
            defaults={"appointment": appointment, "site": site, "role": role},
        )
    return site


def _move_main_site(meeting: Meeting, site: MeetingSite | None) -> MeetingSite:
    invited = meeting.sites.filter(unit=meeting.organiser, person__isnull=True).first()
    if invited is not None:
        if site is not None:
            site.attendees.update(site=invited)
            site.delete()
        site = invited
    site = site or MeetingSite(meeting=meeting)
    site.kind, site.unit, site.name = MeetingSite.Kind.MAIN, meeting.organiser, meeting.organiser.short_name
    site.phone = meeting.organiser.phone
    site.save()
    return site


def locked(meeting: Meeting) -> Meeting:
    """The row as it is now, locked until the transaction ends."""
    related = ("organiser", "type", "chair__person", "secretary__person", "created_by__person", "booking__resource")
    return Meeting.objects.select_for_update(of=("self",)).select_related(*related).get(pk=meeting.pk)


def _make_way(by: Appointment, meeting: Meeting) -> None:
    from meetings import substitutes

    substitutes.make_way(by, meeting)


def _ask_again(by: Appointment, meeting: Meeting, before: Plan, after: Plan) -> None:
    from meetings import lettering, replying, substitutes

    if before.organiser != after.organiser:
        lettering.replace(by, meeting, before.organiser)
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        substitutes.end_parts(by, meeting)
        replying.ask_again(meeting)


def _move_papers(meeting: Meeting, before: Plan, after: Plan) -> None:
    from meetings import paper_requests

    if (before.starts_at, before.type) != (after.starts_at, after.type):
        paper_requests.follow(meeting)


def _columns(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.__dataclass_fields__ if name != "room"}


def _changed(before: Plan, after: Plan) -> list[str]:
    return [name for name in Plan.__dataclass_fields__ if getattr(after, name) != getattr(before, name)]


def _moved(before: Plan, after: Plan) -> bool:
    """What a calendar must be told of."""
    return bool({"title", "starts_at", "ends_at", "place", "form", "organiser"} & set(_changed(before, after)))


def _check_version(meeting: Meeting, version: int) -> None:
    if version != meeting.version:
        raise Conflict(
            "meeting-changed",
            _("Có người khác vừa sửa cuộc họp này. Nội dung của bạn chưa được lưu."),
            hint=_("So sánh hai bản bên dưới, chỉnh lại nếu cần rồi lưu lần nữa."),
        )


def _takes_other_time(before: Plan, after: Plan) -> bool:
    """Somebody who leads it may be busy now who was not."""
    return bool({"starts_at", "ends_at", "chair", "secretary"} & set(_changed(before, after)))


def checked_plan(plan: Plan) -> Plan:
    """``plan`` with clean text; raises UserError whose ``fields`` say what is wrong where."""
    place = plan.room.where[:250] if plan.room else normalised(plan.place)
    plan = replace(plan, title=normalised(plan.title), place=place, note=plan.note.strip())
    wrong = {**_wrong_texts(plan), **_wrong_door(plan), **_wrong_times(plan), **_wrong_leaders(plan)}
    if wrong:
        raise UserError("bad-plan", next(iter(wrong.values())), fields=wrong)
    return plan


def _wrong_texts(plan: Plan) -> dict[str, str]:
    wrong = {}
    if not plan.title:
        wrong["title"] = _("Nhập tên cuộc họp.")
    elif len(plan.title) > TITLE_LIMIT:
        wrong["title"] = _("Tên cuộc họp dài %(length)d ký tự; tối đa là %(limit)d.") % {
            "length": len(plan.title),
            "limit": TITLE_LIMIT,
        }
    for name, limit in (("place", 250), ("note", 4000)):
        if len(getattr(plan, name)) > limit:
            wrong[name] = _("Nội dung quá dài; tối đa là %(limit)d ký tự.") % {"limit": limit}
    if plan.form not in Meeting.Form.values:
        wrong["form"] = _("Chọn hình thức họp.")
    if plan.form == Meeting.Form.IN_PERSON and not plan.place:
        wrong["place"] = _("Cuộc họp trực tiếp cần có địa điểm.")
    return wrong


def _wrong_door(plan: Plan) -> dict[str, str]:
    wrong = {}
    if not 0 <= plan.lobby_minutes <= LONGEST_LOBBY:
        wrong["lobby_minutes"] = _("Phòng họp mở trước giờ họp từ 0 đến %(limit)d phút.") % {"limit": LONGEST_LOBBY}
    if plan.late_entry not in Meeting.LateEntry.values:
        wrong["late_entry"] = _("Chọn một mục trong danh sách.")
    return wrong


def _wrong_times(plan: Plan) -> dict[str, str]:
    if plan.ends_at <= plan.starts_at:
        return {"ends_at": _("Giờ kết thúc phải sau giờ bắt đầu.")}
    if plan.ends_at - plan.starts_at > LONGEST:
        return {"ends_at": _("Cuộc họp không thể dài quá 7 ngày.")}
    if plan.reply_by is not None and plan.reply_by >= plan.starts_at:
        return {"reply_by": _("Hạn trả lời giấy mời phải trước giờ họp.")}
    return {}


def _wrong_leaders(plan: Plan) -> dict[str, str]:
    day = timezone.localdate(plan.starts_at)
    if plan.chair.person_id == plan.secretary.person_id:
        return {"secretary": _("Thư ký phải là người khác với chủ trì.")}
    wrong = {}
    for name in ("chair", "secretary"):
        appointment: Appointment = getattr(plan, name)
        ended = appointment.valid_to is not None and appointment.valid_to < day
        if ended:
            wrong[name] = _("%(person)s không còn giữ chức vụ này vào ngày họp.") % {"person": appointment.person}
    return wrong


def check_organiser(by: Appointment, organiser: Unit) -> None:
    """Raise NotAllowed unless ``by`` may call a meeting in the name of ``organiser``."""
    if not permissions.may_create(by, organiser):
        raise NotAllowed(
            "not-organiser",
            _("Bạn không được tổ chức cuộc họp thay mặt %(unit)s.") % {"unit": organiser.name},
            hint=_("Chọn cơ quan của bạn, hoặc đổi chức vụ đang dùng."),
        )


def checked_reason(reason: str) -> str:
    """Why something is called off, clean; raises UserError("reason-missing", "reason-too-long")."""
    reason = normalised(reason)
    if not reason:
        sentence = _("Ghi rõ lý do để người được mời biết.")
        raise UserError("reason-missing", sentence, fields={"reason": sentence})
    if len(reason) > 500:
        sentence = _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": 500}
        raise UserError("reason-too-long", sentence, fields={"reason": sentence})
    return reason


def _require(allowed: bool, meeting: Meeting, verb: str) -> None:  # noqa: FBT001
    if not allowed:
        raise refusal(meeting, verb)


def refusal(meeting: Meeting, verb: str) -> NotAllowed:
    """Why ``verb`` cannot be done now: the wrong person, or the wrong state; the sentence names the state."""
    return NotAllowed(
        f"may-not-{verb}",
        _("Bạn không thực hiện được việc này với cuộc họp ở trạng thái “%(state)s”.")
        % {"state": meeting.get_state_display()},
        hint=_("Liên hệ chủ trì, thư ký hoặc cơ quan tổ chức cuộc họp."),
    )
