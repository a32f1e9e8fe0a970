"""The floor (quyền phát biểu): who asks for it, who has it. One holder at a time, or nobody: then the
chair's site is what everybody sees (docs/domain/meetings.md).
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound
from eoffice.organisation.models import Appointment
from meetings import conduct, hosting
from meetings.models import FloorTurn, Meeting, MeetingSite, SpeechRequest
from meetings.permissions import may_chair
from meetings.protocol.events import FloorEnded, FloorGranted, FloorRequested, FloorWithdrawn
from meetings.realtime import broadcast


@transaction.atomic
def request(site: MeetingSite, *, by: User) -> SpeechRequest:
    """Put ``site`` at the end of the queue; asking twice is harmless.

    Raises Conflict("has-floor") for the site that already has it.
    """
    live = conduct.lock(site.meeting_id)
    if live.floor_site_id == site.pk:
        raise Conflict("has-floor", _("Điểm cầu của quý vị đang phát biểu."))
    waiting, created = SpeechRequest.objects.get_or_create(
        meeting_id=site.meeting_id,
        site=site,
        state=SpeechRequest.State.WAITING,
        defaults={"by": by, "requested_at": timezone.now()},
    )
    if created:
        broadcast(site.meeting_id, FloorRequested(site=site.pk, at=waiting.requested_at))
    return waiting


@transaction.atomic
def withdraw(site: MeetingSite) -> None:
    """Take ``site`` out of the queue; withdrawing twice is harmless."""
    changed = SpeechRequest.objects.filter(site=site, state=SpeechRequest.State.WAITING).update(
        state=SpeechRequest.State.WITHDRAWN
    )
    if changed:
        broadcast(site.meeting_id, FloorWithdrawn(site=site.pk))


@transaction.atomic
def grant(by: Appointment | None, meeting: Meeting, site_id: int) -> FloorTurn:
    """Give the floor to a site of ``meeting``; whoever had it loses it. Granting it again is harmless.

    Raises NotAllowed("not-chair"), NotFound("no-such-site").
    """
    chair = _check_chair(by, meeting)
    site = MeetingSite.objects.filter(meeting=meeting, pk=site_id).first()
    if site is None:
        raise NotFound("no-such-site", _("Cuộc họp không có điểm cầu này."))
    live = conduct.lock(meeting.pk)
    current = FloorTurn.objects.filter(meeting=meeting, ended_at__isnull=True).first()
    if current and current.site_id == site.pk:
        return current
    now = timezone.now()
    if current:
        FloorTurn.objects.filter(pk=current.pk).update(ended_at=now)
    turn = FloorTurn.objects.create(meeting=meeting, site=site, item_id=live.item_id, granted_by=chair, granted_at=now)
    SpeechRequest.objects.filter(site=site, state=SpeechRequest.State.WAITING).update(state=SpeechRequest.State.GRANTED)
    live.floor_site = site
    live.save(update_fields=["floor_site"])
    record("meeting.floor_granted", by=chair, target=meeting, site=site.name)
    conduct.close_microphones_without_right(live)
    broadcast(
        meeting.pk,
        FloorGranted(site=site.pk, at=now, by=chair.person.full_name),
        conduct=conduct.facts(live),
    )
    hosting.direct_on_commit(meeting.pk)
    return turn


@transaction.atomic
def end(by: Appointment | None, meeting: Meeting, *, site: MeetingSite) -> None:
    """Take the floor back (the chair), or give it back (``site`` has it). Ending twice is harmless.

    Raises NotAllowed("not-chair") for anybody else.
    """
    live = conduct.lock(meeting.pk)
    turn = FloorTurn.objects.select_related("site").filter(meeting=meeting, ended_at__isnull=True).first()
    if turn is None:
        return
    if turn.site_id != site.pk:
        _check_chair(by, meeting)
    FloorTurn.objects.filter(pk=turn.pk).update(ended_at=timezone.now())
    live.floor_site = None
    live.save(update_fields=["floor_site"])
    record("meeting.floor_ended", by=by, target=meeting, site=turn.site.name)
    conduct.close_microphones_without_right(live)
    broadcast(meeting.pk, FloorEnded(site=turn.site_id), conduct=conduct.facts(live))
    hosting.direct_on_commit(meeting.pk)


def _check_chair(by: Appointment | None, meeting: Meeting) -> Appointment:
    if by is None or not may_chair(by.person, meeting):
        raise NotAllowed(
            "not-chair",
            _("Chỉ chủ trì hoặc thư ký cuộc họp mời phát biểu được."),
            hint=_("Bấm “Xin phát biểu” để đăng ký."),
        )
    return by
