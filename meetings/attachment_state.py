"""What the rooms of attached meetings are told of each other, from the database alone."""

from collections.abc import Iterable

from django.db.models import Q

from meetings import attachments, floor, presenting, recording, scenes, speaking_queue
from meetings.attached import host_of, mouths
from meetings.models import Attachment, Connection, LiveState, Meeting, MeetingSite
from meetings.protocol.attachments import AttachmentState, HostFound, HostShown, HostSite
from meetings.protocol.parts import DocumentState

Side = Attachment.Side


def states(meeting_id: int) -> tuple[AttachmentState, ...]:
    """The attachments of a meeting, and what it was asked for. Two queries when there are none."""
    meeting = Meeting.objects.select_related("organiser").get(pk=meeting_id)
    mine = Q(guest=meeting) | Q(site__meeting=meeting) | Q(pk__in=attachments.invited(meeting).values("pk"))
    rows = Attachment.objects.open().filter(mine)
    related = ("site__meeting__organiser", "guest__organiser", "asked_by")
    return tuple(_state(row, meeting_id) for row in rows.select_related(*related).order_by("pk"))


def _state(row: Attachment, meeting_id: int) -> AttachmentState:
    is_host = row.site.meeting_id == meeting_id
    other = row.guest if is_host else row.site.meeting
    return AttachmentState(
        id=row.pk,
        side="host" if is_host else "guest",
        attached=row.attached_at is not None,
        asked_by="host" if row.asked_by_side == Side.HOST else "guest",
        by=row.asked_by.full_name,
        at=row.attached_at or row.asked_at,
        site=row.site_id,
        title=other.title if other else "",
        agency=other.organiser.name if other else row.site.name,
        shown=_shown(row) if row.attached_at and not is_host else None,
    )


def concerns(state: AttachmentState, *, leads: bool) -> bool:
    """Whether a tab is told of it: that meetings are attached everybody is, that it was asked for who decides on it."""
    return state.attached or leads


def found(user_sites: Iterable[MeetingSite]) -> tuple[HostFound, ...]:
    """Meetings to which one may be attached, by the site that it would be."""
    return tuple(
        HostFound(
            site=site.pk,
            title=site.meeting.title,
            agency=site.meeting.organiser.name,
            starts_at=site.meeting.starts_at,
        )
        for site in user_sites
    )


# --- what a guest is shown of its host -----------------------------------------------------------------


def foreign(meeting_id: int) -> dict[str, int]:
    """Sites by the peers of other meetings that are seen or heard here and stand for no site (``scenes.Scene.foreign``)."""
    return scenes.scene(meeting_id).foreign


def _shown(row: Attachment) -> HostShown:
    assert row.guest_id is not None
    scene = scenes.scene(row.guest_id)
    sites = scene.sites | scene.foreign
    large, inset = (sites.get(source.peer) if (source := scene.sources[slot]) else None for slot in ("floor", "chair"))
    content = scene.sources["content"]
    turn, call = floor.current(row.site.meeting_id), floor.asked(row.site.meeting_id)
    speaks, asked = turn is not None and turn.site_id == row.site_id, call is not None and call.site_id == row.site_id
    waits = any(request.site_id == row.site_id for request in speaking_queue.in_line(row.site.meeting_id))
    return HostShown(
        large=large,
        inset=inset,
        content=scene.foreign.get(content.peer) if content else None,
        sites=_named(row.site.meeting_id, scene.foreign),
        recorded=recording.running(row.site.meeting_id) is not None,
        floor="speaking" if speaks else "asked" if asked else "waiting" if waits else "none",
        answer_by=call.answer_by if call and asked else None,
        deadline=turn.deadline if turn and speaks else None,
    )


def _named(host_id: int, shown: dict[str, int]) -> tuple[HostSite, ...]:
    """Names of the sites that are shown or heard; of one that is itself an attached meeting, by its mouth."""
    names = dict(MeetingSite.objects.filter(pk__in=shown.values()).values_list("pk", "name"))
    tabs = Connection.objects.filter(meeting=host_id, site__in=names, left_at__isnull=True, carries_media=True)
    sends = {
        site: (camera, microphone)
        for site, camera, microphone in tabs.values_list("site", "camera_on", "microphone_on")
    }
    for site, (_guest, mouth) in mouths(host_id).items():
        if mouth:
            sends[site] = mouth.camera_on, mouth.heard
    return tuple(
        HostSite(
            id=site, name=name, camera=sends.get(site, (False, False))[0], microphone=sends.get(site, (False, False))[1]
        )
        for site, name in sorted(names.items())
    )


def document_of_host(meeting_id: int) -> DocumentState | None:
    """The paper that lies before everybody in the host of a guest; nobody of the guest turns its pages."""
    host = host_of(meeting_id)
    if host is None:
        return None
    live = LiveState.objects.select_related("version__paper", "presenter").filter(meeting=host).first()
    shown = presenting.document_state(live) if live else None
    return shown.model_copy(update={"presenter_id": None}) if shown else None
