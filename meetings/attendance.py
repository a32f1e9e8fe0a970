"""Who is in the room: joining, leaving, whose device carries a site's camera and microphone.

Presence is a heartbeat in the database (``Connection.seen_at``), so it survives processes.
"""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import NotAllowed
from meetings import conduct, hosting
from meetings.models import Connection, Meeting, MeetingSite
from meetings.permissions import may_chair
from meetings.protocol.events import ContentChanged, MediaTaken
from meetings.realtime import broadcast, roster_changed, tell_connection

GONE_AFTER_S = 75
"""No sign of life for this long: the process that held the socket has died."""


@transaction.atomic
def join(site: MeetingSite, *, person: User, carry_media: bool, camera: bool = False) -> Connection:
    """Let one tab of ``person`` into the room at ``site``.

    It carries the site's camera and microphone when it wants to and nobody else's tab does; a newer tab of
    the same person takes over from the older one.
    """
    conduct.lock(site.meeting_id)
    carrier = _carrier(site)
    carries = carry_media and (carrier is None or carrier.person_id == person.pk)
    if carries and carrier is not None:
        _give_up_media(carrier, to=person)
    now = timezone.now()
    connection = Connection.objects.create(
        meeting_id=site.meeting_id,
        site=site,
        person=person,
        carries_media=carries,
        joined_at=now,
        seen_at=now,
    )
    record("meeting.joined", user=person, target=site.meeting, site=site.name)
    roster_changed(site.meeting_id, [site.pk])
    return connection


@transaction.atomic
def leave(connection: Connection) -> None:
    """The tab has gone. Leaving twice is harmless."""
    if not Connection.objects.filter(pk=connection.pk, left_at__isnull=True).update(left_at=timezone.now()):
        return
    _stop_content_of(connection)
    meeting_id, peer = connection.meeting_id, str(connection.key)
    roster_changed(meeting_id, [connection.site_id])
    hosting.direct_on_commit(meeting_id)
    transaction.on_commit(lambda: hosting.leave(meeting_id, peer))


@transaction.atomic
def take_media(connection: Connection) -> None:
    """This tab carries the site's camera and microphone from now on."""
    conduct.lock(connection.meeting_id)
    carrier = _carrier(connection.site)
    if carrier is not None and carrier.pk != connection.pk:
        _give_up_media(carrier, to=connection.person)
    Connection.objects.filter(pk=connection.pk).update(carries_media=True)
    taken = MediaTaken(mine=True, by=connection.person.full_name)
    tell_connection(connection.meeting_id, str(connection.key), taken)
    roster_changed(connection.meeting_id, [connection.site_id])
    hosting.direct_on_commit(connection.meeting_id)


def _carrier(site: MeetingSite) -> Connection | None:
    return (
        Connection.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(site=site, left_at__isnull=True, carries_media=True)
        .first()
    )


def _give_up_media(carrier: Connection, *, to: User) -> None:
    Connection.objects.filter(pk=carrier.pk).update(carries_media=False, microphone_on=False, camera_on=False)
    tell_connection(carrier.meeting_id, str(carrier.key), MediaTaken(mine=False, by=to.full_name))


@transaction.atomic
def set_muted(connection: Connection, *, source: str, muted: bool) -> None:
    """Close or open the connection's microphone or camera.

    Raises NotAllowed("not-your-turn") when the site may not speak now, NotAllowed("no-media") for a tab that
    follows beside its site's device.
    """
    live = conduct.lock(connection.meeting_id)
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
    field = "microphone_on" if source == "microphone" else "camera_on"
    if Connection.objects.filter(pk=connection.pk).exclude(**{field: not muted}).update(**{field: not muted}):
        roster_changed(connection.meeting_id, [connection.site_id])
        hosting.direct_on_commit(connection.meeting_id)


def place_of(connection: Connection) -> conduct.Place:
    """Where the person of ``connection`` sits, as rights need it."""
    carries = Connection.objects.filter(pk=connection.pk, carries_media=True).exists()
    return conduct.Place(
        site=connection.site_id,
        unit=connection.site.unit_id,
        main=connection.site.kind == MeetingSite.Kind.MAIN,
        chairs=may_chair(connection.person, connection.meeting),
        carries_media=carries,
    )


def _stop_content_of(connection: Connection) -> None:
    live = conduct.lock(connection.meeting_id)
    if connection.carries_media and live.content_site_id == connection.site_id:
        live.content_site = None
        live.save(update_fields=["content_site"])
        broadcast(connection.meeting_id, ContentChanged(site=None))


def seen(keys: Collection[uuid.UUID]) -> None:
    """The tabs of these connections are alive: one statement for all of a process."""
    Connection.objects.filter(key__in=keys).update(seen_at=timezone.now())


def sweep() -> int:
    """Close connections whose process died, and tell every sitting meeting's node again what to show.

    Returns how many were closed.
    """
    limit = timezone.now() - dt.timedelta(seconds=GONE_AFTER_S)
    ghosts = list(Connection.objects.filter(left_at__isnull=True, seen_at__lt=limit).select_related("site"))
    for ghost in ghosts:
        leave(ghost)
    sitting = Connection.objects.filter(left_at__isnull=True, meeting__state=Meeting.State.IN_SESSION)
    for meeting_id in sitting.values_list("meeting_id", flat=True).order_by("meeting_id").distinct():
        hosting.direct(meeting_id)
    return len(ghosts)
