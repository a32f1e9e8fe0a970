"""From a message of the browser to the operation it means. Every operation checks the right again."""

from collections.abc import Callable

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings import attendance, chat, conduct, floor, hosting, presenting, quality, roster
from meetings.models import Meeting
from meetings.protocol.events import Answer, QualityChanged, Refused
from meetings.protocol.requests import (
    Bye,
    ChatSend,
    ContentShare,
    DiscussionSet,
    DocumentOpen,
    DocumentPage,
    FloorEnd,
    FloorGrant,
    FloorRequest,
    FloorWithdraw,
    Intent,
    ItemOpen,
    MediaTake,
    MeetingEnd,
    MeetingOpen,
    Mute,
    Offer,
    Simulate,
    Stat,
    View,
)
from meetings.realtime import roster_changed
from meetings.signalling.session import Session


async def carry_out(session: Session, message: Intent) -> bool:
    """Do what ``message`` asks. False when the outcome is sent later, or by itself.

    Raises UserError.
    """
    match message:
        case Offer():
            session.spawn(_negotiate(session, message))
            return False
        case View():
            session.wall, session.hidden = dict(message.wall), message.hidden
            session.show_wall()
        case Stat():
            await _judge(session, message)
        case Simulate():
            await _simulate(session, message)
        case Bye():
            await session.close()
            return False
        case _:
            await database_sync_to_async(_write)(session, message)
    return True


@transaction.atomic
def _write(session: Session, message: Intent) -> None:
    """Everything that changes the database."""
    meeting = Meeting.objects.select_related("chair__person", "secretary__person").get(pk=session.meeting.pk)
    _check_going_on(meeting)
    act = _act(session, meeting, message)
    act()


def _act(session: Session, meeting: Meeting, message: Intent) -> Callable[[], object]:
    connection, person, site = session.connection, session.person, session.connection.site
    by = _leading(session, meeting)
    match message:
        case Mute(source=source, muted=muted):
            return lambda: attendance.set_muted(connection, source=source, muted=muted)
        case MediaTake():
            return lambda: attendance.take_media(connection)
        case ContentShare(on=on):
            _check_may_present(session, stops=not on)
            return lambda: presenting.share_content(site, on=on)
        case DocumentOpen(version=version, page=page):
            _check_may_present(session)
            return lambda: presenting.open_document(meeting, version, page=page, by=person)
        case DocumentPage(page=page):
            return lambda: presenting.turn_page(meeting, page, by=person)
        case ChatSend(key=key, text=text):
            return lambda: chat.send(site, sender=person, text=text, key=key)
        case FloorRequest() | FloorWithdraw() | FloorGrant() | FloorEnd():
            return _floor_act(session, meeting, by, message)
        case _:
            return _leading_act(meeting, by, message)


def _floor_act(
    session: Session,
    meeting: Meeting,
    by: Appointment | None,
    message: FloorRequest | FloorWithdraw | FloorGrant | FloorEnd,
) -> Callable[[], object]:
    site = session.connection.site
    match message:
        case FloorRequest():
            return lambda: floor.request(site, by=session.person)
        case FloorWithdraw():
            return lambda: floor.withdraw(site)
        case FloorGrant(site=wanted):
            return lambda: floor.grant(by, meeting, wanted)
        case FloorEnd():
            return lambda: floor.end(by, meeting, site=site)


def _leading_act(meeting: Meeting, by: Appointment | None, message: Intent) -> Callable[[], object]:
    match message:
        case DiscussionSet(free=free):
            return lambda: conduct.set_discussion(by, meeting, free=free)
        case MeetingOpen():
            return lambda: conduct.open_meeting(by, meeting)
        case MeetingEnd():
            return lambda: conduct.end_meeting(by, meeting)
        case ItemOpen(item=item):
            return lambda: conduct.open_item(by, meeting, item)
        case _:
            raise UserError("not-understood", _("Trang này đã cũ. Hãy tải lại trang."))


def _leading(session: Session, meeting: Meeting) -> Appointment | None:
    """The appointment under which the person leads this meeting; None for everybody else."""
    return next(
        (a for a in (meeting.chair, meeting.secretary) if a.person_id == session.person.pk),
        Appointment.objects.held_by(session.person).first(),
    )


def _check_going_on(meeting: Meeting) -> None:
    if meeting.state not in (Meeting.State.INVITED, Meeting.State.IN_SESSION):
        raise NotAllowed("meeting-over", _("Cuộc họp đã kết thúc."))


def _check_may_present(session: Session, *, stops: bool = False) -> None:
    live = conduct.lock(session.meeting.pk)
    if stops:
        return
    if not conduct.rights(attendance.place_of(session.connection), conduct.facts(live)).present:
        raise NotAllowed(
            "may-not-present",
            _("Chỉ chủ trì, thư ký, người đang phát biểu hoặc cơ quan trình bày được trình chiếu."),
        )


async def _negotiate(session: Session, message: Offer) -> None:
    try:
        sdp = await hosting.negotiate(
            session.connection.meeting_id, session.key, message.connection, message.sdp, message.kinds
        )
    except UserError as error:
        session.send(Refused(code=error.code, message=str(error.message), hint=str(error.hint)), re=message.id)
        return
    session.negotiated.add(message.connection)
    session.send(Answer(connection=message.connection, sdp=sdp), re=message.id)


async def _judge(session: Session, message: Stat) -> None:
    """Turn measurements into a lamp; tell everybody when it changes."""
    lamp = quality.lamp(loss=message.loss, rtt_ms=message.rtt_ms, jitter_ms=message.jitter_ms)
    site = session.connection.site_id
    changed = lamp != session.lamp
    session.lamp = lamp

    def remember() -> None:
        roster.remember_lamp(site, lamp)
        if changed:
            roster_changed(session.connection.meeting_id, [site])

    await database_sync_to_async(remember)()
    if changed:
        session.send(QualityChanged(lamp=lamp))


async def _simulate(session: Session, message: Simulate) -> None:
    if not settings.SOCKET_SIMULATION:
        raise NotAllowed("not-here", _("Chỉ dùng khi thử nghiệm."))
    match message.kind:
        case "drop-socket":
            session.drop_socket()
        case "forget-session":
            await session.close()
        case "lose-media":
            session.lose_media("send")
            session.lose_media("receive")
