"""The full copy of a room for one person, built from the database alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from meetings import (
    attachment_state,
    attendance,
    captions,
    chat,
    conduct,
    consultations,
    direction,
    floor,
    lobby,
    patrol,
    poll_state,
    presenting,
    recording,
    shields,
)
from meetings.models import AgendaItem, Connection, LiveState, Meeting, MeetingSite, Recording
from meetings.protocol.attachments import AttachmentState
from meetings.protocol.consultations import ConsultationState
from meetings.protocol.events import State
from meetings.protocol.parts import ItemState, Me, PaperState, Presiding, Rights
from meetings.realtime import Conduct


@dataclass(frozen=True)
class Shared:
    """What is the same for everybody in a room; ``fields`` of ``state``. One copy serves many who come at once."""

    meeting: Meeting
    facts: Conduct
    running: Recording | None
    consultations: tuple[ConsultationState, ...]
    """Of which each is told those that concern them."""
    attachments: tuple[AttachmentState, ...]
    """Of which who decides is told all."""
    shields: shields.Shields
    """What is not shown to whom."""
    fields: dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """``state`` for the browser, but for the roster and the slots, which the room has; ``facts`` and ``place`` for
    the session that follows changes."""

    state: State
    facts: Conduct
    place: conduct.Place
    shared: Shared


def snapshot(connection: Connection, my_sites: Iterable[MeetingSite], shared: Shared | None = None) -> Snapshot:
    """The room as it is now for the person of ``connection``. A constant number of queries; fewer when what is
    the same for everybody is known already.
    """
    room = shared or read_shared(connection.meeting_id)
    connection.meeting = room.meeting
    place = attendance.place_of(connection)
    rights = conduct.rights(place, room.facts)
    state = State(
        **{**room.fields, "chat": chat.recent_for(connection, rights.desks, place.consulting, room.fields["chat"])},
        me=_me(connection, my_sites),
        carries_media=place.carries_media,
        rights=rights,
        lobby=lobby.entries(room.meeting.pk) if rights.admit else (),
        consultations=tuple(room_ for room_ in room.consultations if _concerns(room_, place, rights)),
        consulting=place.consulting,
        attachments=tuple(one for one in room.attachments if _is_told(one, rights)),
        recording_noted=room.running is not None and recording.is_noted(room.running, connection.person),
        voting=poll_state.voting_state(room.meeting, connection.person, leads=rights.chair),
        attendance=poll_state.attendance_state(room.meeting, connection.person),
        branches=(),
        sites=(),
        slots={},
    )
    if shield := room.shields.get(connection.person_id):
        state = shield.state(state)
    return Snapshot(state=state, facts=room.facts, place=place, shared=room)


def _concerns(state: ConsultationState, place: conduct.Place, rights: Rights) -> bool:
    return consultations.concerns(state, site=place.site, admits=rights.admit, consulting=place.consulting)


def _is_told(state: AttachmentState, rights: Rights) -> bool:
    return attachment_state.concerns(state, leads=rights.chair or rights.direct)


def read_shared(meeting_id: int) -> Shared:
    """What is the same for everybody, from the database. Nothing that only some may see belongs here."""
    live = _live(meeting_id)
    meeting = live.meeting
    speaking = floor.shown(meeting_id)
    running = recording.running(meeting_id)
    directed = direction.of(meeting_id)
    fields = {
        "meeting": meeting_id,
        "title": meeting.title,
        "meeting_state": meeting.state,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "opened_at": meeting.opened_at,
        "main_site": _main_site(meeting_id),
        "presiding": _presiding(live),
        "locked": live.locked,
        "items": item_states(meeting_id),
        "item": live.item_id,
        "floor": speaking.floor,
        "call": speaking.call,
        "queue": speaking.queue,
        "questions": speaking.questions,
        "spoken": speaking.spoken,
        "free_discussion": live.free_discussion,
        "content_site": live.content_site_id,
        "layout": direction.layout_state(directed),
        "wall": patrol.wall_of(directed),
        "programme": directed.programme_id if directed else None,
        "document": presenting.document_state(live),
        "chat": chat.recent(meeting_id),
        "chat_closed": live.chat_closed,
        "captions": captions.shown(live),
        "recording": recording.state_of(running),
    }
    beside = consultations.states(meeting_id), attachment_state.states(meeting_id)
    return Shared(meeting, conduct.facts(live), running, *beside, shields.shields(meeting_id), fields)


def _main_site(meeting_id: int) -> int:
    main = MeetingSite.objects.filter(meeting=meeting_id, kind=MeetingSite.Kind.MAIN)
    return main.values_list("pk", flat=True).get()


def _live(meeting_id: int) -> LiveState:
    related = ("meeting__chair__person", "item", "version__paper", "presenter", "presiding__person")
    try:
        return LiveState.objects.select_related(*related).get(meeting_id=meeting_id)
    except ObjectDoesNotExist:
        return conduct.lock(meeting_id)


def _presiding(live: LiveState) -> Presiding:
    person = live.presiding.person if live.presiding else live.meeting.chair.person
    return Presiding(person=person.pk, name=person.full_name)


def _me(connection: Connection, my_sites: Iterable[MeetingSite]) -> Me:
    return Me(
        person=connection.person_id,
        name=connection.person.full_name,
        site=connection.site_id,
        sites=tuple(site.pk for site in my_sites),
    )


def agenda(meeting_id: int) -> tuple[tuple[ItemState, ...], shields.Shields]:
    """The agenda as it is, and what of it is not shown to whom."""
    return item_states(meeting_id), shields.shields(meeting_id)


def item_states(meeting_id: int) -> tuple[ItemState, ...]:
    """The agenda with the papers that can be read now. Three queries."""
    readable = {version.paper_id: version for version in presenting.readable_versions(meeting_id)}
    items = (
        AgendaItem.objects.filter(meeting_id=meeting_id)
        .select_related("presenter")
        .prefetch_related("tabled")
        .order_by("order", "pk")
    )
    return tuple(
        ItemState(
            id=item.pk,
            order=position,
            title=item.title,
            minutes=item.minutes,
            speech_minutes=item.speech_minutes,
            presenter=item.presenter.name if item.presenter else "",
            confidential=item.confidential,
            papers=tuple(
                PaperState(version=version.pk, paper=paper, title=version.paper.title, pages=version.page_count)
                for paper in (tabled.paper_id for tabled in item.tabled.all())
                if (version := readable.get(paper))
            ),
        )
        for position, item in enumerate(items, start=1)
    )
