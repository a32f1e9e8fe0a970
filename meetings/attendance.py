"""Who is in the room: joining, leaving, whose device carries a site's camera and microphone.

Presence is a heartbeat in the database (``Connection.seen_at``), so it survives processes.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed
from meetings import conduct, confidential, hosting, placement, realtime, roles
from meetings.models import Attachment, Connection, LiveState, Meeting, MeetingSite
from meetings.permissions import role_of
from meetings.protocol.events import ContentChanged, Farewell, MediaTaken
from meetings.protocol.seats import MicrophoneClosed
from meetings.realtime import broadcast, consultations_changed, dismiss, roster_changed, tell_connection
from meetings.roles import Right

GONE_AFTER_S = 75
"""No sign of life for this long: the process that held the socket has died."""


class AtClosedDoors(Exception):
    """The meeting is at a confidential item: wait at the door."""


@transaction.atomic
def join(site: MeetingSite, *, person: User, carry_media: bool) -> Connection:
    """Let one tab of ``person`` into the room at ``site``.

    It carries the site's camera and microphone when it wants to and nobody else's tab does. A person has one
    place with them and one beside them at a site: a newer tab takes the place, the older one is sent away.
    Raises AtClosedDoors when the meeting has come to a confidential item that is not theirs.
    """
    live = conduct.hold(site.meeting_id)
    if confidential.is_hidden(person, live.item):
        raise AtClosedDoors()
    carrier = _carrier(site)
    sends = roles.grants(role_of(person, site.meeting_id, site), Right.UPLINK)
    carries = sends and carry_media and (carrier is None or carrier.person_id == person.pk) and not _is_attached(site)
    before = _before(site, person, carries=carries)
    if before is not None and before.left_at is None:
        leave(before, how=Connection.Leaving.REPLACED, words=replaced_words())
    now = timezone.now()
    connection = Connection.objects.create(
        meeting_id=site.meeting_id,
        site=site,
        person=person,
        carries_media=carries,
        consultation_id=_still_consulting(before),
        joined_at=now,
        seen_at=now,
    )
    record("meeting.joined", user=person, target=site.meeting, site=site.name)
    roster_changed(site.meeting_id, [site.pk])
    consultations_changed(site.meeting_id, [room for room in (connection.consultation_id,) if room])
    return connection


def _before(site: MeetingSite, person: User, *, carries: bool) -> Connection | None:
    """The tab whose place a new one takes; where none is open, the one that left last."""
    tabs = Connection.objects.filter(site=site, person=person, carries_media=carries)
    related = ("site", "person", "meeting", "consultation")
    return tabs.select_related(*related).order_by(F("left_at").desc(nulls_first=True), "-pk").first()


def _still_consulting(before: Connection | None) -> int | None:
    """The consultation room from which somebody comes back, if it is open still."""
    room = before.consultation if before else None
    return room.pk if room and room.closed_at is None and room.ends_at > timezone.now() else None


def replaced_words() -> str:
    """What the older page of a person is told when a newer one takes its place."""
    return _("Quý vị đã vào phòng họp ở máy khác hoặc thẻ khác.")


@transaction.atomic
def leave(connection: Connection, *, how: str = Connection.Leaving.BY_ITSELF, words: str = "") -> None:
    """The tab has gone, or is sent away with ``words``. Leaving twice is harmless."""
    staying = Connection.objects.filter(pk=connection.pk, left_at__isnull=True)
    if not staying.update(left_at=timezone.now(), left_how=how):
        return
    stop_content_of(connection)
    meeting_id, peer = connection.meeting_id, str(connection.key)
    node, room = placement.place_of_tab(peer)
    roster_changed(meeting_id, [connection.site_id])
    consultations_changed(meeting_id, [room] if room else [])
    hosting.direct_on_commit(meeting_id, room)
    if node:
        transaction.on_commit(lambda: hosting.leave(meeting_id, peer, node, room))
    if words:
        dismiss(meeting_id, peer, words)


@transaction.atomic
def send_to_the_door(live: LiveState, tabs: "QuerySet[Connection]", words: str) -> None:
    """Send these tabs out, with ``words``; their pages wait and come back by themselves. A few queries for all of them."""
    leaving = list(tabs)
    if not leaving:
        return
    Connection.objects.filter(pk__in=[tab.pk for tab in leaving]).update(left_at=timezone.now())
    if live.content_site_id in {tab.site_id for tab in leaving if tab.carries_media}:
        live.content_site = None
        live.save(update_fields=["content_site"])
        broadcast(live.meeting_id, ContentChanged(site=None))
    roster_changed(live.meeting_id, [tab.site_id for tab in leaving])
    rooms = {tab.consultation_id for tab in leaving if tab.consultation_id}
    consultations_changed(live.meeting_id, rooms)
    for room in (None, *sorted(rooms)):
        hosting.direct_on_commit(live.meeting_id, room)
    transaction.on_commit(lambda: _close_media(leaving))
    realtime.send_to_the_door(live.meeting_id, [str(tab.key) for tab in leaving], words)


def _close_media(tabs: Iterable[Connection]) -> None:
    for tab in tabs:
        if tab.node:
            hosting.leave(tab.meeting_id, str(tab.key), tab.node, tab.consultation_id)


@transaction.atomic
def take_media(connection: Connection) -> None:
    """This tab carries the site's camera and microphone from now on.

    Raises NotAllowed("no-uplink"), Conflict("site-attached") while another meeting is the site's picture and voice.
    """
    conduct.lock(connection.meeting_id)
    check_uplink(connection)
    if _is_attached(connection.site):
        raise Conflict("site-attached", _("Điểm cầu này đang nối cầu: hình và tiếng là của cuộc họp được nối."))
    carrier = _carrier(connection.site)
    if carrier is not None and carrier.pk != connection.pk:
        _give_up_media(carrier, to=connection.person.full_name)
        hosting.direct_on_commit(connection.meeting_id, carrier.consultation_id)
    Connection.objects.filter(pk=connection.pk).update(carries_media=True)
    taken = MediaTaken(mine=True, by=connection.person.full_name)
    tell_connection(connection.meeting_id, str(connection.key), taken)
    roster_changed(connection.meeting_id, [connection.site_id])
    hosting.direct_on_commit(connection.meeting_id)


def check_uplink(connection: Connection) -> None:
    """Raise NotAllowed("no-uplink") for those who only look and listen."""
    if not roles.grants(place_of(connection).role, Right.UPLINK):
        raise NotAllowed(
            "no-uplink",
            _("Quan sát viên chỉ nghe và xem, không gửi hình và tiếng."),
            hint=_("Cần phát biểu thì đề nghị thư ký đổi vai trò."),
        )


def _carrier(site: MeetingSite) -> Connection | None:
    return (
        Connection.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(site=site, left_at__isnull=True, carries_media=True)
        .first()
    )


def _give_up_media(carrier: Connection, *, to: str) -> None:
    Connection.objects.filter(pk=carrier.pk).update(carries_media=False, microphone_on=False, camera_on=False)
    tell_connection(carrier.meeting_id, str(carrier.key), MediaTaken(mine=False, by=to))


def give_way(site: MeetingSite, *, to: str) -> None:
    """Another meeting is the picture and voice of a site: its own tabs follow beside it. The meeting is locked."""
    if (carrier := _carrier(site)) is not None:
        stop_content_of(carrier)
        _give_up_media(carrier, to=to)
        hosting.direct_on_commit(site.meeting_id, carrier.consultation_id)


def _is_attached(site: MeetingSite) -> bool:
    return Attachment.objects.attached().filter(site=site).exists()


@transaction.atomic
def set_muted(connection: Connection, *, source: str, muted: bool) -> None:
    """Close or open the connection's microphone or camera.

    Raises NotAllowed("not-your-turn") when the site may not speak now, NotAllowed("no-media") for a tab that
    follows beside its site's device.
    """
    live = conduct.hold(connection.meeting_id)
    current = Connection.objects.get(pk=connection.pk)
    if not muted and not current.carries_media:
        raise NotAllowed(
            "no-media",
            _("Camera và micro của điểm cầu đang ở một máy khác."),
            hint=_("Bấm “Dùng camera và micro của máy này” để chuyển về đây."),
        )
    place = place_of(connection)
    if source == "microphone" and not muted and not conduct.rights(place, conduct.facts(live)).speak:
        raise NotAllowed(
            "not-your-turn",
            _("Micro chỉ mở khi điểm cầu được mời phát biểu."),
            hint=_("Bấm “Xin phát biểu” để đăng ký."),
        )
    if source == "microphone" and not muted:
        _close_others_of_agency(connection, current.consultation_id)
    field = "microphone_on" if source == "microphone" else "camera_on"
    if Connection.objects.filter(pk=connection.pk).exclude(**{field: not muted}).update(**{field: not muted}):
        roster_changed(connection.meeting_id, [connection.site_id])
        hosting.direct_on_commit(connection.meeting_id, current.consultation_id)


def _close_others_of_agency(connection: Connection, consultation: int | None) -> None:
    """An agency's room and its people's own desks are often one room: with two microphones open it would echo."""
    site = connection.site
    if site.kind == MeetingSite.Kind.MAIN:
        return
    others = Connection.objects.filter(
        meeting_id=connection.meeting_id,
        site__unit=site.unit_id,
        left_at__isnull=True,
        microphone_on=True,
        consultation=consultation,
    ).exclude(site=site)
    if site.kind == MeetingSite.Kind.INDIVIDUAL:
        others = others.filter(site__kind=MeetingSite.Kind.BRANCH)
    closed = list(others.exclude(site__kind=MeetingSite.Kind.MAIN))
    Connection.objects.filter(pk__in=[other.pk for other in closed]).update(microphone_on=False)
    for other in closed:
        tell_connection(other.meeting_id, str(other.key), MicrophoneClosed(by=site.name))
    roster_changed(connection.meeting_id, [other.site_id for other in closed])


def place_of(connection: Connection) -> conduct.Place:
    """Who sits where as what, as rights need it. Two queries."""
    row = Connection.objects.filter(pk=connection.pk).values_list("carries_media", "consultation_id").first()
    carries, consulting = row or (False, None)
    return conduct.Place(
        person=connection.person_id,
        role=role_of(connection.person, connection.meeting_id, connection.site),
        site=connection.site_id,
        unit=connection.site.unit_id,
        main=connection.site.kind == MeetingSite.Kind.MAIN,
        carries_media=carries,
        consulting=consulting,
    )


def stop_content_of(connection: Connection) -> None:
    """Nobody sees the screen of a tab that goes away."""
    live = conduct.lock(connection.meeting_id)
    if connection.carries_media and live.content_site_id == connection.site_id:
        live.content_site = None
        live.save(update_fields=["content_site"])
        broadcast(connection.meeting_id, ContentChanged(site=None))


def sent_away(keys: Collection[str]) -> list[tuple[str, Farewell]]:
    """Of these tabs, those whose place is gone, with what to tell them: who comes back hears the rest at the door."""
    gone = Connection.objects.filter(key__in=[uuid.UUID(key) for key in keys], left_at__isnull=False)
    return [(str(key), _farewell(how)) for key, how in gone.values_list("key", "left_how")]


def _farewell(how: str) -> Farewell:
    if how == Connection.Leaving.REPLACED:
        return Farewell(reason=replaced_words(), action="stop")
    return Farewell(reason=_("Phòng họp đang nối lại."), action="rejoin")


def seen(keys: Collection[uuid.UUID]) -> None:
    """The tabs of these connections are alive: one statement for all of a process."""
    Connection.objects.filter(key__in=keys).update(seen_at=timezone.now())


def sweep() -> int:
    """Close connections whose process died, and tell every sitting meeting's node again what to show.

    Returns how many were closed.
    """
    from meetings import consultations, lobby

    consultations.sweep()
    limit = timezone.now() - dt.timedelta(seconds=GONE_AFTER_S)
    ghosts = list(Connection.objects.filter(left_at__isnull=True, seen_at__lt=limit).select_related("site"))
    for ghost in ghosts:
        leave(ghost)
    lobby.sweep(limit)
    sitting = Connection.objects.filter(left_at__isnull=True, meeting__state=Meeting.State.IN_SESSION)
    for meeting_id in sitting.values_list("meeting_id", flat=True).order_by("meeting_id").distinct():
        hosting.direct_all(meeting_id)
    return len(ghosts)
