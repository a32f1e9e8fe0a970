"""The door of an open room: knocking, letting in, refusing, putting out, locking (docs/domain/meetings.md, "The door")."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import attendance, conduct, permissions
from meetings.models import Admission, Attendee, Connection, LiveState, Meeting, MeetingSite
from meetings.protocol.seats import LobbyChanged, LobbyEntry, LockChanged
from meetings.realtime import broadcast, door_changed

State = Admission.State
SHOWN = (State.WAITING, State.REFUSED, State.PUT_OUT)
REASON_LIMIT = 500


def entries(meeting_id: int, people: Iterable[int] | None = None) -> tuple[LobbyEntry, ...]:
    """Who stands at the door, longest first: those who wait, and those who were kept out. Two queries."""
    rows = Admission.objects.filter(meeting=meeting_id, state__in=SHOWN).select_related("person", "site")
    if people is not None:
        rows = rows.filter(person__in=list(people))
    listed = Attendee.objects.filter(meeting=meeting_id, person__in=rows.order_by().values("person"))
    titles = {
        a.person_id: a.appointment.title for a in listed.select_related("appointment__position", "appointment__unit")
    }
    return tuple(_entry(row, titles.get(row.person_id, "")) for row in rows)


def _entry(row: Admission, title: str) -> LobbyEntry:
    return LobbyEntry.model_validate(
        {
            "person": row.person_id,
            "name": row.person.full_name,
            "title": title,
            "site": row.site_id,
            "site_name": row.site.name,
            "state": row.state,
            "at": row.asked_at,
            "reason": row.reason,
        }
    )


def is_locked(meeting_id: int) -> bool:
    """Whether who was not inside yet must be let in."""
    return LiveState.objects.filter(meeting=meeting_id, locked=True).exists()


# --- who comes ----------------------------------------------------------------------------------------


@transaction.atomic
def knock(person: User, site: MeetingSite) -> None:
    """``person`` waits to be let in; chair and secretaries see it. Knocking again says that they still wait."""
    now = timezone.now()
    row, created = Admission.objects.get_or_create(
        meeting_id=site.meeting_id, person=person, defaults={"site": site, "asked_at": now, "seen_at": now}
    )
    if not created:
        Admission.objects.filter(pk=row.pk).update(seen_at=now)
    else:
        _tell(site.meeting_id, [person.pk])


@transaction.atomic
def stop_waiting(person: User, meeting_id: int) -> None:
    """``person`` has gone from the door, or in."""
    gone, _rows = Admission.objects.filter(meeting=meeting_id, person=person, state=State.WAITING).delete()
    if gone:
        _tell(meeting_id, [person.pk])


def sweep(limit: dt.datetime) -> None:
    """Forget those whose page has given no sign of life since ``limit``."""
    rows = Admission.objects.filter(state=State.WAITING, seen_at__lt=limit).select_related("person")
    for row in rows:
        stop_waiting(row.person, row.meeting_id)


# --- who decides --------------------------------------------------------------------------------------


@transaction.atomic
def admit(
    by: Appointment | None, meeting: Meeting, *, person_id: int | None = None, site_id: int | None = None
) -> list[int]:
    """Let in one person (also one who was refused or put out), everybody of one site who waits, or all who wait.

    Returns ids of those let in; letting in twice is harmless. Raises NotAllowed("may-not-admit").
    """
    by = check_may_admit(by, meeting)
    rows = Admission.objects.select_for_update().filter(meeting=meeting)
    wanted: dict[str, object] = {"state": State.WAITING}
    if person_id is not None:
        wanted = {"person": person_id, "state__in": SHOWN}
    elif site_id is not None:
        wanted["site"] = site_id
    rows = rows.filter(**wanted)
    people = list(rows.values_list("person", flat=True))
    Admission.objects.filter(meeting=meeting, person__in=people).update(
        state=State.ADMITTED, decided_at=timezone.now(), decided_by=by, reason=""
    )
    if people:
        names = list(User.objects.filter(pk__in=people).order_by("search_name").values_list("full_name", flat=True))
        record("meeting.admitted", by=by, target=meeting, people=names)
        _tell(meeting.pk, people)
        door_changed(meeting.pk, people)
    return people


@transaction.atomic
def refuse(by: Appointment | None, meeting: Meeting, *, person_id: int, reason: str = "") -> None:
    """Do not let in somebody who waits. Raises NotAllowed("may-not-admit"), NotFound("not-waiting")."""
    by = check_may_admit(by, meeting)
    reason = _checked(reason)
    waiting = Admission.objects.filter(meeting=meeting, person=person_id, state=State.WAITING)
    changed = waiting.update(state=State.REFUSED, decided_at=timezone.now(), decided_by=by, reason=reason)
    if not changed:
        raise NotFound("not-waiting", _("Người này không còn chờ ở cửa phòng họp."))
    person = User.objects.get(pk=person_id)
    record("meeting.refused", by=by, target=meeting, person=person.full_name, reason=reason)
    _tell(meeting.pk, [person_id])
    door_changed(meeting.pk, [person_id])


@transaction.atomic
def put_out(by: Appointment | None, meeting: Meeting, *, person_id: int, reason: str) -> None:
    """Put somebody out of the room: every page of theirs closes with the reason, and they stay out until let in again.

    Raises NotAllowed("may-not-admit"), UserError("reason-missing"), NotFound("not-inside"),
    Conflict("leads-the-meeting") for the chair, the secretaries and who presides.
    """
    by = check_may_admit(by, meeting)
    reason = _checked(reason)
    if not reason:
        raise UserError("reason-missing", _("Ghi rõ lý do để người được mời ra biết."))
    live = conduct.lock(meeting.pk)
    person = User.objects.filter(pk=person_id).first()
    tabs = list(_tabs(meeting, person_id))
    if person is None or not tabs:
        raise NotFound("not-inside", _("Người này không ở trong phòng họp."))
    if permissions.may_admit(person, meeting) or conduct.presiding_person(live) == person_id:
        raise Conflict("leads-the-meeting", _("Không mời ra khỏi phòng họp người đang điều hành hoặc thư ký."))
    now = timezone.now()
    Admission.objects.update_or_create(
        meeting=meeting,
        person=person,
        defaults={
            "site": tabs[0].site,
            "state": State.PUT_OUT,
            "asked_at": now,
            "seen_at": now,
            "decided_at": now,
            "decided_by": by,
            "reason": reason,
        },
    )
    record("meeting.put_out", by=by, target=meeting, person=person.full_name, site=tabs[0].site.name, reason=reason)
    for tab in tabs:
        attendance.leave(tab, how=Connection.Leaving.PUT_OUT, words=put_out_words(reason))
    _tell(meeting.pk, [person_id])
    door_changed(meeting.pk, [person_id])


def _tabs(meeting: Meeting, person_id: int) -> Iterable[Connection]:
    rows = Connection.objects.filter(meeting=meeting, person=person_id, left_at__isnull=True)
    return rows.select_related("site", "person", "meeting").order_by("pk")


def put_out_words(reason: str) -> str:
    """What somebody who was put out is told."""
    return _("Quý vị đã được mời ra khỏi phòng họp. Lý do: %(reason)s") % {"reason": reason}


def refused_words(reason: str) -> str:
    """What somebody who was not let in is told."""
    if not reason:
        return _("Chủ trì hoặc thư ký chưa cho quý vị vào phòng họp.")
    return _("Chủ trì hoặc thư ký chưa cho quý vị vào phòng họp. Lý do: %(reason)s") % {"reason": reason}


@transaction.atomic
def set_lock(by: Appointment | None, meeting: Meeting, *, locked: bool) -> None:
    """Lock the room, or unlock it; then all who waited for that come in. Raises NotAllowed("may-not-admit")."""
    by = check_may_admit(by, meeting)
    live = conduct.lock(meeting.pk)
    if live.locked == locked:
        return
    live.locked = locked
    live.save(update_fields=["locked"])
    record("meeting.locked" if locked else "meeting.unlocked", by=by, target=meeting)
    broadcast(meeting.pk, LockChanged(locked=locked, by=by.person.full_name))
    if not locked:
        door_changed(meeting.pk)


def check_may_admit(by: Appointment | None, meeting: Meeting) -> Appointment:
    """``by``; raises NotAllowed("may-not-admit") unless they keep the door."""
    if by is None or not permissions.may_admit(by.person, meeting):
        raise NotAllowed("may-not-admit", _("Chỉ chủ trì hoặc thư ký cuộc họp làm được việc này."))
    return by


def _checked(reason: str) -> str:
    reason = normalised(reason)
    if len(reason) > REASON_LIMIT:
        raise UserError("reason-too-long", _("Lý do quá dài; tối đa là %(limit)d ký tự.") % {"limit": REASON_LIMIT})
    return reason


def _tell(meeting_id: int, people: Iterable[int]) -> None:
    """Show those who keep the door how these people stand there now."""
    people = list(people)
    shown = entries(meeting_id, people)
    gone = set(people) - {entry.person for entry in shown}
    broadcast(meeting_id, LobbyChanged(changed=shown, gone=tuple(sorted(gone))), right="admit")
