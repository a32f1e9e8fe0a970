"""Consultation rooms (phòng hội ý): opened, entered, left, extended, called back, ended.

A tab in such a room stays in the meeting: floor, votes and papers reach it as before. Only its sound and pictures are
elsewhere, in a room of their own on a media node (``hosting``), so coming back finds the main room as it is.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.accounts.names import normalised
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Unit
from meetings import attendance, conduct, hosting, permissions
from meetings.models import Connection, Consultation, ConsultationVisit, LiveState, Meeting, MeetingSite, Role
from meetings.protocol.consultations import (
    ConsultationMoved,
    ConsultationOpen,
    ConsultationState,
    ConsultationVisited,
    InsideState,
)
from meetings.realtime import consultations_changed, roster_changed, tell_connection

MOST_SITES = 30
"""So many sites somebody who does not lead may choose for a group."""
MOST_OF_AGENCY = 100
"""So many sites their agency may have with the units below it."""
ANNOUNCED_S = 5
"""Those inside are told so long before chair or secretary comes in."""
Why = Literal["entered", "brought", "left", "time", "recalled", "floor", "meeting"]


# --- opening -------------------------------------------------------------------------------------------


@transaction.atomic
def open_room(connection: Connection, asked: ConsultationOpen) -> Consultation:
    """Open a room for an agency or a group of sites, and ask their people in, or bring them.

    Raises NotAllowed("may-not-gather"), UserError("only-one-site"), UserError("too-many-sites"),
    UserError("name-too-long"), Conflict("open-already"), NotAllowed("not-going-on").
    """
    live = conduct.lock(connection.meeting_id)
    if live.meeting.state != Meeting.State.IN_SESSION:
        raise NotAllowed("not-going-on", _("Chỉ hội ý được khi cuộc họp đang diễn ra."))
    leads = permissions.may_admit(connection.person, live.meeting)
    name, sites = _invited(connection, asked, leads=leads)
    host = next((site for site in sites if site.pk == connection.site_id), sites[0])
    if Consultation.objects.filter(host=host, closed_at__isnull=True).exists():
        raise Conflict(
            "open-already",
            _("%(site)s đang có một phòng hội ý.") % {"site": host.name},
            hint=_("Kết thúc phòng đó trước khi mở phòng khác."),
        )
    opening = Opening(asked.kind, _checked_name(asked.name) or name, host, tuple(sites))
    return establish(live, opening, by=connection.person, now=timezone.now(), minutes=asked.minutes, bring=asked.bring)


@dataclass(frozen=True)
class Opening:
    """A room that is about to be opened, and whose people may enter it."""

    kind: str
    name: str
    host: MeetingSite
    sites: tuple[MeetingSite, ...]


def establish(
    live: LiveState, opening: Opening, *, by: User, now: dt.datetime, minutes: int, bring: bool
) -> Consultation:
    """Open a room: the rights of ``by`` have been checked, ``live`` is locked, the host has no other room."""
    room = Consultation.objects.create(
        meeting_id=live.meeting_id,
        kind=opening.kind,
        name=opening.name,
        host=opening.host,
        opened_by=by,
        opened_at=now,
        ends_at=now + dt.timedelta(minutes=minutes),
    )
    room.sites.set(opening.sites)
    detail = {"name": room.name, "minutes": minutes, "sites": len(opening.sites), "brought": bring}
    record("meeting.consultation_opened", user=by, target=live.meeting, **detail)
    if bring:
        _bring(live, room)
    consultations_changed(live.meeting_id, [room.pk])
    return room


def _invited(connection: Connection, asked: ConsultationOpen, *, leads: bool) -> tuple[str, list[MeetingSite]]:
    """What the room is called by itself, and who is invited to it."""
    if asked.kind == "agency":
        name, sites = _of_agency(connection, asked.unit, leads=leads)
    else:
        name, sites = _("Nhóm hội ý"), _of_group(connection, asked.sites, leads=leads)
    if len(sites) < 2:
        raise UserError("only-one-site", _("Phòng hội ý cần ít nhất hai điểm cầu."), hint=_("Hãy chọn thêm điểm cầu."))
    return name, sites


def _of_agency(connection: Connection, unit: int | None, *, leads: bool) -> tuple[str, list[MeetingSite]]:
    if unit not in (None, connection.site.unit_id) and not leads:
        raise NotAllowed(
            "may-not-gather", _("Quý vị chỉ mở được phòng hội ý cho cơ quan mình và các đơn vị trực thuộc.")
        )
    agency = Unit.objects.filter(pk=unit or connection.site.unit_id).first()
    if agency is None:
        raise NotFound("no-such-unit", _("Không có đơn vị này."))
    below = MeetingSite.objects.filter(meeting=connection.meeting_id, unit__path__startswith=agency.path)
    main = Q(kind=MeetingSite.Kind.MAIN) & ~Q(pk=connection.site_id)  # one's own, if it is that
    sites = list(below.exclude(main))
    if not leads:
        _check_number(sites, MOST_OF_AGENCY)
    return agency.name[:120], sites


def _of_group(connection: Connection, chosen: Collection[int], *, leads: bool) -> list[MeetingSite]:
    sites = list(MeetingSite.objects.filter(meeting=connection.meeting_id, pk__in=chosen))
    if not leads:
        _check_number(sites, MOST_SITES)
        if any(site.kind == MeetingSite.Kind.MAIN for site in sites):
            raise NotAllowed("may-not-gather", _("Chỉ chủ trì hoặc thư ký đưa điểm cầu chính vào phòng hội ý."))
        if connection.site_id not in {site.pk for site in sites}:
            sites.append(connection.site)
    return sites


def _check_number(sites: Collection[MeetingSite], most: int) -> None:
    if len(sites) > most:
        raise UserError("too-many-sites", _("Nhóm hội ý có tối đa %(most)d điểm cầu.") % {"most": most})


def _checked_name(name: str) -> str:
    name = normalised(name)
    if len(name) > 120:
        raise UserError("name-too-long", _("Tên phòng hội ý dài quá 120 ký tự."))
    return name


def _bring(live: LiveState, room: Consultation) -> None:
    """Everybody connected at its sites comes in, but for whoever speaks and whoever consults elsewhere."""
    here = _tabs().filter(site__in=room.sites.all(), consultation__isnull=True)
    _move(live, here.exclude(site_id=live.floor_site_id or 0), room.pk, "brought")


# --- coming and going ----------------------------------------------------------------------------------


@transaction.atomic
def enter(connection: Connection, consultation_id: int) -> None:
    """This tab goes into a room. Being there already is harmless.

    Raises NotFound("no-such-consultation"), NotAllowed("not-invited"), NotAllowed("announce-first"), Conflict("has-floor").
    """
    live = conduct.lock(connection.meeting_id)
    room = _open(connection.meeting_id, consultation_id)
    tab = _tabs().filter(pk=connection.pk).first()
    if tab is None or tab.consultation_id == room.pk:
        return
    if not room.sites.filter(pk=connection.site_id).exists():
        _check_announced(connection, live, room)
    if live.floor_site_id == connection.site_id and tab.carries_media:
        raise Conflict(
            "has-floor", _("Điểm cầu đang được mời phát biểu."), hint=_("Kết thúc phát biểu rồi vào phòng hội ý.")
        )
    detail = {"name": room.name, "site": connection.site.name}
    record("meeting.consultation_entered", user=connection.person, target=live.meeting, **detail)
    _move(live, [tab], room.pk, "entered")


def _check_announced(connection: Connection, live: LiveState, room: Consultation) -> None:
    """Who leads comes in once those inside know of it."""
    if not permissions.may_admit(connection.person, live.meeting):
        raise NotAllowed("not-invited", _("Điểm cầu của quý vị không thuộc phòng hội ý này."))
    visit = ConsultationVisit.objects.filter(consultation=room, person=connection.person).first()
    if visit is None or visit.announced_at + dt.timedelta(seconds=ANNOUNCED_S) > timezone.now():
        raise NotAllowed(
            "announce-first",
            _("Hãy báo trước cho những người trong phòng hội ý."),
            hint=_("Bấm “Báo trước và vào”; sau %(seconds)d giây quý vị vào phòng.") % {"seconds": ANNOUNCED_S},
        )


@transaction.atomic
def announce(connection: Connection, consultation_id: int) -> None:
    """Tell those inside that this person is about to come in. Raises NotAllowed("may-not-admit"), NotFound."""
    live = conduct.lock(connection.meeting_id)
    room = _open(connection.meeting_id, consultation_id)
    if not permissions.may_admit(connection.person, live.meeting):
        raise NotAllowed("may-not-admit", _("Chỉ chủ trì hoặc thư ký cuộc họp làm được việc này."))
    ConsultationVisit.objects.update_or_create(
        consultation=room, person=connection.person, defaults={"announced_at": timezone.now()}
    )
    record("meeting.consultation_visited", user=connection.person, target=live.meeting, name=room.name)
    told = ConsultationVisited(consultation=room.pk, by=connection.person.full_name, seconds=ANNOUNCED_S)
    for key in Connection.objects.filter(consultation=room, left_at__isnull=True).values_list("key", flat=True):
        tell_connection(connection.meeting_id, str(key), told)


@transaction.atomic
def leave(connection: Connection) -> None:
    """This tab comes back to the main room. Being there already is harmless."""
    live = conduct.lock(connection.meeting_id)
    _move(live, _tabs().filter(pk=connection.pk, consultation__isnull=False), None, "left")


def bring_back(live: LiveState, site_id: int) -> None:
    """A site is given the floor: its tabs are in the main room. ``live`` is locked."""
    _move(live, _tabs().filter(site=site_id, consultation__isnull=False), None, "floor")


def _tabs() -> QuerySet[Connection]:
    return Connection.objects.filter(left_at__isnull=True).select_related("site", "meeting")


def _move(live: LiveState, moving: Iterable[Connection], to: int | None, why: Why) -> None:
    """Take the sound and pictures of tabs to a room; their microphones are closed there until somebody opens them."""
    tabs, meeting_id = list(moving), live.meeting_id
    if not tabs:
        return
    for tab in tabs:
        attendance.stop_content_of(tab)
        tell_connection(meeting_id, str(tab.key), ConsultationMoved(consultation=to, why=why))
    pks = [tab.pk for tab in tabs]
    Connection.objects.filter(pk__in=pks).update(consultation=to, microphone_on=False, node="")
    roster_changed(meeting_id, [tab.site_id for tab in tabs])
    former = {tab.consultation_id for tab in tabs}
    consultations_changed(meeting_id, [pk for pk in (*former, to) if pk])
    transaction.on_commit(lambda: _leave_media(meeting_id, tabs, former))


def _leave_media(meeting_id: int, tabs: Iterable[Connection], former: Iterable[int | None]) -> None:
    """The media nodes let go of tabs that are to connect elsewhere, and are told who is heard without them."""
    for tab in tabs:
        if tab.node:
            hosting.leave(meeting_id, str(tab.key), tab.node, tab.consultation_id)
    for room in {*former, None}:
        hosting.direct(meeting_id, room)


# --- time ----------------------------------------------------------------------------------------------


@transaction.atomic
def extend(connection: Connection, consultation_id: int, minutes: int) -> None:
    """Give a room more time. Raises NotFound("no-such-consultation"), NotAllowed("not-your-room")."""
    live = conduct.lock(connection.meeting_id)
    room = _open(connection.meeting_id, consultation_id)
    leads = _check_holds(connection, live, room)
    if room.recalled_at and not leads:
        raise NotAllowed("not-your-room", _("Mọi người đã được gọi về phòng họp."))
    room.ends_at = max(room.ends_at, timezone.now()) + dt.timedelta(minutes=minutes)
    room.recalled_at = None
    room.save(update_fields=["ends_at", "recalled_at"])
    detail = {"name": room.name, "minutes": minutes}
    record("meeting.consultation_extended", user=connection.person, target=live.meeting, **detail)
    consultations_changed(connection.meeting_id, [room.pk])


@transaction.atomic
def recall(connection: Connection, consultation_id: int | None, seconds: int) -> None:
    """Call everybody back, of one room or of all: they have ``seconds`` to come by themselves.

    Raises NotFound("no-such-consultation"), NotAllowed("not-your-room"), NotAllowed("may-not-admit").
    """
    live = conduct.lock(connection.meeting_id)
    rooms = list(_open_rooms(connection.meeting_id))
    if consultation_id is not None:
        rooms = [_open(connection.meeting_id, consultation_id)]
        _check_holds(connection, live, rooms[0])
    elif not permissions.may_admit(connection.person, live.meeting):
        raise NotAllowed("may-not-admit", _("Chỉ chủ trì hoặc thư ký cuộc họp làm được việc này."))
    now = timezone.now()
    for room in rooms:
        room.recalled_at = now
        room.ends_at = min(room.ends_at, now + dt.timedelta(seconds=seconds))
        room.save(update_fields=["recalled_at", "ends_at"])
        detail = {"name": room.name, "seconds": seconds}
        record("meeting.consultation_recalled", user=connection.person, target=live.meeting, **detail)
    consultations_changed(connection.meeting_id, [room.pk for room in rooms])


def _check_holds(connection: Connection, live: LiveState, room: Consultation) -> bool:
    """Raise NotAllowed("not-your-room") unless the person opened it, sits at its host, or leads; whether they lead."""
    leads = permissions.may_admit(connection.person, live.meeting)
    looks_on = permissions.role_of(connection.person, live.meeting_id, connection.site) == Role.OBSERVER
    holds = room.host_id == connection.site_id and not looks_on
    if not leads and not holds:
        raise NotAllowed("not-your-room", _("Chỉ điểm cầu mở phòng hội ý, chủ trì hoặc thư ký làm được việc này."))
    return leads


@transaction.atomic
def end_due(meeting_id: int) -> None:
    """End the rooms of a meeting whose time is over. Harmless at any time, from any process."""
    live = conduct.lock(meeting_id)
    for room in _open_rooms(meeting_id).filter(ends_at__lte=timezone.now()):
        _end(live, room, "recalled" if room.recalled_at else "time")


def end_all(live: LiveState) -> None:
    """The meeting ends. ``live`` is locked."""
    for room in _open_rooms(live.meeting_id):
        _end(live, room, "meeting")


def _end(live: LiveState, room: Consultation, why: Why) -> None:
    room.closed_at = timezone.now()
    room.save(update_fields=["closed_at"])
    _move(live, _tabs().filter(consultation=room), None, why)
    record("meeting.consultation_closed", target=live.meeting, name=room.name, why=why)
    consultations_changed(live.meeting_id, [room.pk])
    if room.node:
        meeting_id, number, node = live.meeting_id, room.pk, room.node
        transaction.on_commit(lambda: hosting.close_consultation(meeting_id, number, node))


def sweep() -> None:
    """End rooms whose time is over, wherever no process watches the time."""
    due = Consultation.objects.filter(closed_at__isnull=True, ends_at__lte=timezone.now())
    for meeting_id in due.order_by("meeting").values_list("meeting", flat=True).distinct():
        end_due(meeting_id)


# --- what is told --------------------------------------------------------------------------------------


def states(meeting_id: int, only: Collection[int] | None = None) -> tuple[ConsultationState, ...]:
    """The open rooms of a meeting, or those of them that are named. One query when there are none, else three."""
    rooms = _open_rooms(meeting_id).select_related("opened_by").prefetch_related("sites")
    if only is not None:
        rooms = rooms.filter(pk__in=only)
    found = list(rooms)
    inside: dict[int, list[InsideState]] = {room.pk: [] for room in found}
    if found:
        here = Connection.objects.filter(consultation__in=found, left_at__isnull=True).select_related("person")
        for tab in here.order_by("pk"):
            seat = InsideState(person=tab.person_id, name=tab.person.full_name, site=tab.site_id)
            if tab.consultation_id and seat not in inside[tab.consultation_id]:
                inside[tab.consultation_id].append(seat)
    return tuple(_state(room, inside[room.pk]) for room in found)


def _state(room: Consultation, inside: Iterable[InsideState]) -> ConsultationState:
    return ConsultationState(
        id=room.pk,
        kind=room.kind,
        name=room.name,
        host=room.host_id,
        by=room.opened_by.full_name,
        sites=tuple(sorted(site.pk for site in room.sites.all())),
        inside=tuple(inside),
        opened_at=room.opened_at,
        ends_at=room.ends_at,
        recalled=room.recalled_at is not None,
    )


def concerns(state: ConsultationState, *, site: int, admits: bool, consulting: int | None) -> bool:
    """Whether a tab is told of a room: its site is invited, it is inside, or it leads the meeting."""
    return admits or state.id == consulting or site in state.sites


def _open_rooms(meeting_id: int) -> QuerySet[Consultation]:
    return Consultation.objects.filter(meeting=meeting_id, closed_at__isnull=True).order_by("pk")


def _open(meeting_id: int, consultation_id: int) -> Consultation:
    room: Consultation | None = _open_rooms(meeting_id).filter(pk=consultation_id, ends_at__gt=timezone.now()).first()
    if room is None:
        raise NotFound("no-such-consultation", _("Phòng hội ý này đã kết thúc."))
    return room
