"""The full copy of a room for one person, built from the database alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ObjectDoesNotExist

from meetings import attendance, chat, conduct, presenting, roster
from meetings.models import AgendaItem, ChatMessage, Connection, FloorTurn, LiveState, MeetingSite, SpeechRequest
from meetings.protocol.events import State
from meetings.protocol.parts import ChatEntry, FloorState, ItemState, Me, PaperState, SpeechRequestState
from meetings.realtime import Conduct, RosterEntry

CHAT_SHOWN = 200


@dataclass(frozen=True)
class Snapshot:
    """``state`` for the browser; ``facts``, ``place`` and ``entries`` for the session that follows changes."""

    state: State
    facts: Conduct
    place: conduct.Place
    entries: list[RosterEntry]


def snapshot(connection: Connection, my_sites: Iterable[MeetingSite]) -> Snapshot:
    """The room as it is now for the person of ``connection``. A constant number of queries."""
    meeting = connection.meeting
    meeting.refresh_from_db(fields=["state", "opened_at", "ended_at"])
    live = _live(meeting.pk)
    facts = conduct.facts(live)
    place = attendance.place_of(connection)
    entries = roster.entries(meeting.pk)
    turn = FloorTurn.objects.filter(meeting=meeting, ended_at__isnull=True).first()
    waiting = SpeechRequest.objects.filter(meeting=meeting, state=SpeechRequest.State.WAITING)
    state = State(
        meeting=meeting.pk,
        title=meeting.title,
        meeting_state=meeting.state,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        opened_at=meeting.opened_at,
        me=_me(connection, my_sites),
        carries_media=place.carries_media,
        main_site=next(entry["site"]["id"] for entry in entries if entry["site"]["kind"] == "main"),
        rights=conduct.rights(place, facts),
        sites=tuple(entry["site"] for entry in entries),
        items=item_states(meeting.pk),
        item=live.item_id,
        floor=FloorState(site=turn.site_id, at=turn.granted_at) if turn else None,
        queue=tuple(SpeechRequestState(site=r.site_id, at=r.requested_at) for r in waiting),
        free_discussion=live.free_discussion,
        content_site=live.content_site_id,
        document=presenting.document_state(live),
        chat=_recent_chat(meeting.pk),
        slots={},
    )
    return Snapshot(state=state, facts=facts, place=place, entries=entries)


def _live(meeting_id: int) -> LiveState:
    related = ("meeting", "item", "version__paper", "presenter")
    try:
        return LiveState.objects.select_related(*related).get(meeting_id=meeting_id)
    except ObjectDoesNotExist:
        return conduct.lock(meeting_id)


def _me(connection: Connection, my_sites: Iterable[MeetingSite]) -> Me:
    return Me(
        person=connection.person_id,
        name=connection.person.full_name,
        site=connection.site_id,
        sites=tuple(site.pk for site in my_sites),
    )


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
            presenter=item.presenter.name if item.presenter else "",
            papers=tuple(
                PaperState(version=version.pk, paper=paper, title=version.paper.title, pages=version.page_count)
                for paper in (tabled.paper_id for tabled in item.tabled.all())
                if (version := readable.get(paper))
            ),
        )
        for position, item in enumerate(items, start=1)
    )


def _recent_chat(meeting_id: int) -> tuple[ChatEntry, ...]:
    newest = ChatMessage.objects.filter(meeting_id=meeting_id).select_related("site", "sender")
    return tuple(chat.entry(message) for message in reversed(newest.order_by("-sent_at", "-pk")[:CHAT_SHOWN]))
