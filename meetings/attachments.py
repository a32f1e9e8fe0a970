"""Attaching an agency's own meeting to another one as its site there (nối cầu): asked, accepted, ended.

While it lasts the guest sees and hears what the host sends to everybody, and the host has the guest's floor as that site's
picture and voice (``scenes``). What each meeting decides, writes and votes stays its own (docs/adr/0088).
"""

from collections.abc import Iterable
from functools import partial
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound
from eoffice.organisation.paths import line
from meetings import (
    attached,
    attendance,
    calling,
    conduct,
    confidential,
    floor,
    guest_screens,
    hosting,
    permissions,
    placement,
    recording,
    roles,
    speaking_queue,
)
from meetings.models import Attachment, Connection, LiveState, Meeting, MeetingSite
from meetings.realtime import attachments_changed, roster_changed

Act = Literal["ask", "withdraw", "accept", "decline", "end"]
Side = Attachment.Side


# --- which meetings ------------------------------------------------------------------------------------


def hosts_for(user: User, meeting: Meeting) -> list[MeetingSite]:
    """To which meetings ``meeting`` may be attached: for each that sits and that ``user`` knows of, the site that is the
    agency's: of the organiser, or of the nearest unit above it. Raises NotAllowed("not-chair").
    """
    _check_leads(user, meeting)
    known = Meeting.objects.visible_to(user).in_session().exclude(pk=meeting.pk).order_by()
    sites = (
        MeetingSite.objects.filter(meeting__in=known.values("pk"), unit__path__in=line(meeting.organiser.path))
        .filter(kind=MeetingSite.Kind.BRANCH)
        .select_related("meeting__organiser", "unit")
    )
    nearest: dict[int, MeetingSite] = {}
    for site in sites.order_by("meeting__starts_at", "meeting", "unit__path"):
        nearest[site.meeting_id] = site
    return list(nearest.values())


def invited(meeting: Meeting) -> "QuerySet[Attachment]":
    """Invitations to the agency that holds ``meeting``, which no meeting of it has accepted."""
    rows = Attachment.objects.open().filter(guest__isnull=True, site__unit__path__in=line(meeting.organiser.path))
    return rows.exclude(site__meeting=meeting)


def meetings_invited(row: Attachment) -> list[int]:
    """Those that may accept an invitation."""
    sitting = Meeting.objects.in_session().filter(organiser__path__startswith=row.site.unit.path)
    return list(sitting.exclude(pk=row.site.meeting_id).values_list("pk", flat=True))


# --- asked and accepted --------------------------------------------------------------------------------


@transaction.atomic
def ask(connection: Connection, site_id: int) -> Attachment:
    """Ask that this meeting be attached to the one of that site. Asking again is harmless.

    Raises NotAllowed("not-chair"), NotFound("no-such-host"), NotAllowed("not-going-on"), and as ``_check_free``.
    """
    meeting, person = _meeting(connection), connection.person
    site = next((one for one in hosts_for(person, meeting) if one.pk == site_id), None)
    if site is None:
        raise NotFound("no-such-host", _("Cuộc họp này không diễn ra, hoặc không mời cơ quan của quý vị."))
    _lock(meeting.pk, site.meeting_id)
    _check_sits(meeting)
    mine = Attachment.objects.open().filter(guest=meeting, site=site).first()
    if mine is not None:
        return mine
    return _asked(person, Side.GUEST, site, guest=meeting)


@transaction.atomic
def invite(connection: Connection, site_id: int) -> Attachment:
    """Ask the agency at a site of this meeting to attach the meeting that it holds. Asking again is harmless.

    Raises NotAllowed("may-not-attach"), NotFound("no-such-site"), NotAllowed("not-going-on"), and as ``_check_free``.
    """
    meeting, person = _meeting(connection), connection.person
    _check_attaches(person, meeting)
    _lock(meeting.pk)
    _check_sits(meeting)
    sites = MeetingSite.objects.select_related("meeting", "unit").filter(kind=MeetingSite.Kind.BRANCH)
    site = sites.filter(meeting=meeting, pk=site_id).first()
    if site is None:
        raise NotFound("no-such-site", _("Điểm cầu này không có trong cuộc họp."))
    mine = Attachment.objects.open().filter(site=site, asked_by_side=Side.HOST).first()
    if mine is not None:
        return mine
    return _asked(person, Side.HOST, site, guest=None)


def _asked(person: User, side: str, site: MeetingSite, *, guest: Meeting | None) -> Attachment:
    _check_free(site, guest)
    made = Attachment.objects.create(
        site=site, guest=guest, asked_by_side=side, asked_by=person, asked_at=timezone.now()
    )
    _told(made, "meeting.attachment_asked", person)
    return made


@transaction.atomic
def accept(connection: Connection, attachment_id: int) -> None:
    """The side that was asked accepts. Accepting twice is harmless.

    Raises NotFound("no-such-attachment"), NotAllowed("may-not-attach"), NotAllowed("not-chair"), and as ``_check_free``.
    """
    meeting, person = _meeting(connection), connection.person
    row = _open(meeting, attachment_id)
    if row.asked_by_side == Side.GUEST:
        if row.site.meeting_id != meeting.pk and row.attached_at is None:
            raise NotAllowed("not-asked", _("Cuộc họp kia chưa trả lời."))
        _check_attaches(person, meeting)
    else:
        _check_leads(person, meeting)
    guest = row.guest or meeting
    _lock(guest.pk, row.site.meeting_id)
    row = _open(meeting, attachment_id)
    if row.attached_at is not None:
        return
    _check_sits(guest)
    _check_free(row.site, guest, apart_from=row)
    others = meetings_invited(row)
    row.guest, row.attached_at = guest, timezone.now()
    row.save(update_fields=["guest", "attached_at"])
    attendance.give_way(row.site, to=guest.title)
    _told(row, "meeting.attached", person, others=others)
    _arrange([guest.pk, row.site.meeting_id])


def _check_free(site: MeetingSite, guest: Meeting | None, *, apart_from: Attachment | None = None) -> None:
    """Both are locked. No meeting is attached to two, nor through another one: whoever is a guest has none.

    Raises Conflict("attached-already"), Conflict("site-attached"), Conflict("no-chains"), Conflict("confidential-item"),
    Conflict("recording-runs").
    """
    rows = Attachment.objects.open()
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from.pk)
    if rows.filter(site=site).exists():
        raise Conflict("site-attached", _("Điểm cầu này đang nối cầu, hoặc đang chờ trả lời."))
    if guest is not None and rows.filter(guest=guest).exists():
        raise Conflict(
            "attached-already",
            _("Cuộc họp này đang nối cầu với cuộc họp khác, hoặc đang chờ trả lời."),
            hint=_("Hãy tách cầu trước."),
        )
    for meeting in (site.meeting_id, guest.pk if guest else None):
        if meeting is not None and confidential.open_now(meeting) is not None:
            raise Conflict(
                "confidential-item",
                _("Một trong hai cuộc họp đang bàn mục kín."),
                hint=_("Nối cầu được từ khi cuộc họp đó chuyển sang mục khác."),
            )
    hosting_others = guest is not None and rows.filter(site__meeting=guest).exists()
    if hosting_others or rows.filter(guest=site.meeting_id).exists():
        raise Conflict("no-chains", _("Không nối cầu qua một cuộc họp thứ ba."))
    if guest is not None and recording.running(guest.pk):
        raise Conflict(
            "recording-runs",
            _("Cuộc họp xin nối cầu đang được ghi hình."),
            hint=_("Dừng ghi hình trước: người của cuộc họp kia chưa được báo."),
        )


# --- the floor of the host -----------------------------------------------------------------------------


@transaction.atomic
def speak(connection: Connection, act: Act) -> None:
    """What who leads an attached meeting does for its site in the host's queue and floor.

    Raises NotAllowed("not-chair"), Conflict("not-attached"), and as the operations of the queue and the floor.
    """
    meeting, person = _meeting(connection), connection.person
    _check_leads(person, meeting)
    row = _rows().filter(guest=meeting, attached_at__isnull=False).first()
    if row is None:
        raise Conflict("not-attached", _("Cuộc họp này không còn nối cầu."))
    if act in ("ask", "accept") and not roles.grants(row.site.role, roles.Right.ASK):
        raise NotAllowed("not-your-role", _("Điểm cầu của cơ quan chỉ dự nghe ở cuộc họp kia."))
    match act:
        case "ask":
            speaking_queue.request(row.site, by=person)
        case "withdraw":
            speaking_queue.withdraw(row.site)
        case "accept":
            calling.accept(row.site)
        case "decline":
            calling.decline(row.site)
        case "end":
            _give_back(row.site)
    attachments_changed(meeting.pk)


def _give_back(site: MeetingSite) -> None:
    """Only what the site has: ``floor.end`` would ask for the chair otherwise."""
    turn = floor.current(site.meeting_id)
    if turn is not None and turn.site_id == site.pk:
        floor.end(None, site.meeting, site=site)


# --- the end -------------------------------------------------------------------------------------------


@transaction.atomic
def end(connection: Connection, attachment_id: int) -> None:
    """Detach, withdraw what was asked, or decline it: either side, in one press. Ending twice is harmless.

    Raises NotAllowed("may-not-attach"), NotFound("no-such-attachment") for one of other meetings.
    """
    meeting, person = _meeting(connection), connection.person
    _check_attaches(person, meeting)
    ended = Attachment.objects.filter(Q(guest=meeting) | Q(site__meeting=meeting), pk=attachment_id)
    if ended.filter(ended_at__isnull=False).exists():
        return
    _end(_open(meeting, attachment_id), person)


def end_all(live: LiveState) -> None:
    """A meeting ends: it is attached to none, and none to it. ``live`` is locked."""
    for row in _rows().filter(Q(guest=live.meeting_id) | Q(site__meeting=live.meeting_id)):
        _end(row, None)


def _end(row: Attachment, person: User | None) -> None:
    was_attached, host = row.attached_at is not None, row.site.meeting_id
    kin = attached.group(host)
    nodes = {node for meeting in kin for node in placement.nodes(meeting)} if was_attached else set()
    others = [] if row.guest_id else meetings_invited(row)
    if not Attachment.objects.open().filter(pk=row.pk).update(ended_at=timezone.now()):
        return
    _told(row, "meeting.detached" if was_attached else "meeting.attachment_declined", person, others=others)
    if was_attached and row.guest_id:
        transaction.on_commit(partial(guest_screens.take_away, host, row.site_id))
        transaction.on_commit(partial(hosting.part, [row.guest_id, host], nodes))
        _arrange([row.guest_id, host])


# --- shared --------------------------------------------------------------------------------------------


def _arrange(meetings: Iterable[int]) -> None:
    """Nodes, pictures and voices of these meetings are others from now on."""
    for meeting in meetings:
        placement.tell(meeting)
        hosting.direct_on_commit(meeting)


def _told(row: Attachment, action: str, person: User | None, others: Iterable[int] = ()) -> None:
    """Into the history of both meetings, and to both rooms; ``others`` were asked, too."""
    host, guest = row.site.meeting, row.guest
    record(action, user=person, target=host, site=row.site.name, other=guest.title if guest else "")
    if guest is not None:
        record(action, user=person, target=guest, site=row.site.name, other=host.title)
    asked = [guest.pk] if guest else meetings_invited(row)
    for meeting in dict.fromkeys([host.pk, *asked, *others]):
        attachments_changed(meeting)
    roster_changed(host.pk, [row.site_id])


def _meeting(connection: Connection) -> Meeting:
    return Meeting.objects.select_related("organiser", "chair", "secretary").get(pk=connection.meeting_id)


def _rows() -> "QuerySet[Attachment]":
    return Attachment.objects.open().select_related("site__meeting__organiser", "site__unit", "guest__organiser")


def _open(meeting: Meeting, attachment_id: int) -> Attachment:
    """One that concerns ``meeting``."""
    mine = Q(guest=meeting) | Q(site__meeting=meeting) | Q(pk__in=invited(meeting).values("pk"))
    row = _rows().filter(mine, pk=attachment_id).first()
    if row is None:
        raise NotFound("no-such-attachment", _("Lượt nối cầu này không còn nữa."))
    return row


def _lock(*meetings: int) -> None:
    """In one order, whoever asks whom."""
    for meeting in sorted(meetings):
        conduct.lock(meeting)


def _check_sits(meeting: Meeting) -> None:
    if meeting.state != Meeting.State.IN_SESSION:
        raise NotAllowed("not-going-on", _("Chỉ nối cầu được khi cuộc họp đang diễn ra."))


def _check_leads(user: User, meeting: Meeting) -> None:
    if not permissions.may_lead(user, meeting):
        raise NotAllowed("not-chair", _("Chỉ người đang điều hành hoặc thư ký cuộc họp làm được việc này."))


def _check_attaches(user: User, meeting: Meeting) -> None:
    if not permissions.may_attach(user, meeting):
        raise NotAllowed("may-not-attach", _("Chỉ người điều hành, thư ký và đạo diễn hình nối cầu được."))
