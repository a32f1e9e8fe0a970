"""From a message of the browser to the operation it means. Every operation checks the right again."""

import time
from collections.abc import Callable

from channels.db import database_sync_to_async
from django.db import transaction
from django.utils.translation import gettext as _

from eoffice.errors import NotAllowed, UserError
from eoffice.organisation.models import Appointment
from meetings import (
    attendance,
    captions,
    chat,
    conduct,
    hosting,
    marking,
    presenting,
    quality,
    recording,
    roles,
    roster,
)
from meetings.direction import Director
from meetings.models import Attendee, Connection, Meeting
from meetings.protocol.attachments import AttachmentRequest, AttachmentSearch
from meetings.protocol.board import BoardFollow
from meetings.protocol.captions import CaptionPost
from meetings.protocol.chat import ChatClose, ChatRemove, ChatRequest, ChatSend
from meetings.protocol.consultations import ConsultationOpen, ConsultationRequest
from meetings.protocol.direction import DirectionIntent, LayoutSet, ProgrammeSet
from meetings.protocol.events import Answer, QualityChanged, Refused
from meetings.protocol.floor import FloorIntent
from meetings.protocol.line import LineMeasureAsked
from meetings.protocol.presenting import (
    DocumentPage,
    InkClear,
    InkDraw,
    InkStroke,
    InkUndo,
    PassingIntent,
    PointerMove,
    ReactionSend,
    ShowingIntent,
)
from meetings.protocol.requests import (
    Bye,
    ContentShare,
    DiscussionSet,
    DocumentOpen,
    Intent,
    ItemOpen,
    MediaTake,
    MeetingEnd,
    MeetingOpen,
    Mute,
    Offer,
    RecordingNote,
    RecordingStart,
    RecordingStop,
    Simulate,
    Stat,
    View,
)
from meetings.protocol.voting import VotingRequest
from meetings.realtime import roster_changed
from meetings.roles import Right
from meetings.sfu.slots import USUAL_SLOTS
from meetings.signalling import (
    attaching,
    consulting,
    direction_intents,
    floor_intents,
    line,
    passing,
    seat_intents,
    simulation,
    voting,
)
from meetings.signalling.session import Session


async def carry_out(session: Session, message: Intent) -> bool:
    """Do what ``message`` asks. False when the outcome is sent later, or by itself.

    Raises UserError.
    """
    match message:
        case Offer():
            await _offered(session, message)
            return False
        case View() | BoardFollow() | PointerMove() | ReactionSend():
            await _look(session, message)
        case Stat():
            await _judge(session, message)
        case LineMeasureAsked() | AttachmentSearch():
            await _answer(session, message)
            return False
        case Simulate():
            await simulation.carry_out(session, message)
        case Bye():
            await session.close()
            return False
        case _ if isinstance(message, VotingRequest):
            await database_sync_to_async(voting.carry_out)(session.meeting.pk, session.person, message)
        case _:
            await database_sync_to_async(_write)(session, message)
    return True


async def _answer(session: Session, message: LineMeasureAsked | AttachmentSearch) -> None:
    """What is asked for has an answer of its own."""
    if isinstance(message, LineMeasureAsked):
        line.measure(session, message.id)
    else:
        await attaching.search(session, message.id)


async def _look(session: Session, message: View | BoardFollow | PassingIntent) -> None:
    """What this tab looks at: it is sent nothing else. And what it shows for a moment: nothing is stored."""
    match message:
        case View():
            session.look_at(message)
        case BoardFollow(on=on):
            await session.follow_board(on=on)
        case PointerMove() | ReactionSend():
            await passing.send(session, message)


@transaction.atomic
def _write(session: Session, message: Intent) -> None:
    """Everything that changes the database."""
    meeting = Meeting.objects.select_related("chair__person", "secretary__person").get(pk=session.meeting.pk)
    _check_going_on(meeting)
    act = _act(session, meeting, message)
    act()


def _act(session: Session, meeting: Meeting, message: Intent) -> Callable[[], object]:
    connection, person, site = session.connection, session.person, session.connection.site
    if isinstance(message, Mute | MediaTake):
        return _media_act(connection, message)
    by = _leading(session, meeting)
    match message:
        case ContentShare() | DocumentOpen():
            return _presenting_act(session, meeting, message)
        case _ if isinstance(message, ShowingIntent | DirectionIntent):
            return _showing_act(session, meeting, by, message)
        case _ if isinstance(message, seat_intents.SeatIntent):
            return seat_intents.act(meeting, by, message)
        case _ if isinstance(message, ChatRequest | ConsultationRequest | AttachmentRequest):
            return _aside_act(session, meeting, by, message)
        case message if isinstance(message, FloorIntent):
            return _floor_act(session, meeting, by, message)
        case RecordingNote(recording=number, notice=version):
            return lambda: recording.note(site, recording=number, person=person, version=version)
        case _:
            return _leading_act(meeting, by, message)


def _aside_act(
    session: Session,
    meeting: Meeting,
    by: Appointment | None,
    message: ChatRequest | ConsultationRequest | AttachmentRequest,
) -> Callable[[], object]:
    """Talking beside the meeting: in writing, in a room of one's own, or with another meeting."""
    match message:
        case _ if isinstance(message, AttachmentRequest):
            return attaching.act(session.connection, message)
        case ChatSend():
            _check_role(session, Right.CHAT)
            return lambda: chat.send(session.connection, message)
        case ChatRemove(message=number, reason=reason):
            return lambda: chat.remove(session.connection, by, number, reason=reason)
        case ChatClose(closed=closed):
            return lambda: chat.set_closed(by, meeting, closed=closed)
        case ConsultationOpen():
            _check_role(session, Right.ASK)
    return consulting.act(session.connection, message)


def _floor_act(
    session: Session, meeting: Meeting, by: Appointment | None, message: FloorIntent
) -> Callable[[], object]:
    if right := floor_intents.right_for(message):
        _check_role(session, right)
    return floor_intents.act(session.connection.site, session.person, meeting, by, message)


def _media_act(connection: Connection, message: Mute | MediaTake) -> Callable[[], object]:
    match message:
        case Mute(source=source, muted=muted):
            return lambda: attendance.set_muted(connection, source=source, muted=muted)
        case MediaTake():
            return lambda: attendance.take_media(connection)


def _presenting_act(session: Session, meeting: Meeting, message: ContentShare | DocumentOpen) -> Callable[[], object]:
    site, person = session.connection.site, session.person
    match message:
        case ContentShare(on=on):
            _check_may_present(session, stops=not on)
            return lambda: presenting.share_content(site, on=on)
        case DocumentOpen(version=version, page=page):
            _check_may_present(session)
            return lambda: presenting.open_document(meeting, version, page=page, by=person)


def _showing_act(
    session: Session, meeting: Meeting, by: Appointment | None, message: ShowingIntent | DirectionIntent
) -> Callable[[], object]:
    person = session.person
    match message:
        case LayoutSet() | ProgrammeSet():
            return direction_intents.act(Director(session.connection, by), meeting, message)
        case DocumentPage(page=page, view=view):
            return lambda: presenting.turn_page(meeting, page, view, by=person)
        case InkDraw(key=key, page=page, colour=colour, points=points):
            if not session.pace("ink", per_s=8, burst=24):
                raise UserError("too-often", _("Vẽ nhanh quá."), hint=_("Chờ một lát rồi vẽ tiếp."))
            stroke = InkStroke(key=key, page=page, colour=colour, points=points)
            return lambda: marking.draw(meeting, stroke, by=person)
        case InkUndo(page=page):
            return lambda: marking.undo(meeting, page, by=person)
        case InkClear(page=wiped):
            return lambda: marking.clear(meeting, wiped, by=person, acting=by)


def _leading_act(meeting: Meeting, by: Appointment | None, message: Intent) -> Callable[[], object]:
    match message:
        case CaptionPost(text=text):
            return lambda: captions.post(by, meeting, text)
        case DiscussionSet(free=free):
            return lambda: conduct.set_discussion(by, meeting, free=free)
        case MeetingOpen():
            return lambda: conduct.open_meeting(by, meeting)
        case MeetingEnd():
            return lambda: conduct.end_meeting(by, meeting)
        case RecordingStart():
            return lambda: recording.start(by, meeting)
        case RecordingStop():
            return lambda: recording.stop(by, meeting)
        case ItemOpen(item=item):
            return lambda: conduct.open_item(by, meeting, item)
        case _:
            raise UserError("not-understood", _("Trang này đã cũ. Hãy tải lại trang."))


def _leading(session: Session, meeting: Meeting) -> Appointment | None:
    """The appointment under which the person takes part; None for who holds none."""
    person = session.person
    named = next((a for a in (meeting.chair, meeting.secretary) if a.person_id == person.pk), None)
    if named is not None:
        return named
    listed = Attendee.objects.filter(meeting=meeting, person=person).select_related("appointment__person").first()
    return listed.appointment if listed else Appointment.objects.held_by(person).first()


def _check_role(session: Session, right: Right) -> None:
    if not roles.grants(attendance.place_of(session.connection).role, right):
        raise NotAllowed(
            "not-your-role",
            _("Vai trò của quý vị trong cuộc họp này không làm được việc đó."),
            hint=_("Cần thay đổi thì đề nghị thư ký cuộc họp."),
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


async def _offered(session: Session, message: Offer) -> None:
    if message.connection == "send":
        await database_sync_to_async(attendance.check_uplink)(session.connection)
    elif message.sdp.count("\nm=") > len(USUAL_SLOTS) and not session.may_have_wide_wall:
        raise NotAllowed(
            "wall-too-wide",
            _("Tường hình 16 và 25 dành cho người đạo diễn hình và điểm cầu chính."),
            hint=_("Quý vị xem được 9 hình mỗi trang."),
        )
    session.spawn(_negotiate(session, message))


async def _negotiate(session: Session, message: Offer) -> None:
    meeting_id = session.connection.meeting_id
    try:
        node, consultation = await hosting.place_for_tab(meeting_id, session.key)
        session.offered(node, message.connection)
        room = hosting.room_name(meeting_id, consultation)
        sdp = await hosting.negotiate(node, room, session.key, message.connection, message.sdp, message.kinds)
    except UserError as error:
        if error.code == "media-node-unavailable":
            session.negotiated.add(message.connection)  # to be told when the node is back
        session.send(Refused(code=error.code, message=str(error.message), hint=str(error.hint)), re=message.id)
        return
    session.negotiated.add(message.connection)
    session.send(Answer(connection=message.connection, sdp=sdp), re=message.id)
    if room != session.media_room:  # it was moved meanwhile
        hosting.leave(meeting_id, session.key, node, consultation)
        session.lose_media(message.connection)


async def _judge(session: Session, message: Stat) -> None:
    """Turn measurements into a lamp; the database hears of it when it changes, and before it is forgotten."""
    lamp = quality.lamp(loss=message.loss, rtt_ms=message.rtt_ms, jitter_ms=message.jitter_ms)
    site, meeting = session.connection.site_id, session.connection.meeting_id
    changed, now = lamp != session.lamp, time.monotonic()
    if not changed and now < session.lamp_kept_until:
        return
    session.lamp, session.lamp_kept_until = lamp, now + roster.LAMP_TTL_S / 2

    def remember() -> None:
        roster.remember_lamp(site, lamp)
        if changed:
            roster_changed(meeting, [site])

    await database_sync_to_async(remember)()
    if changed:
        session.send(QualityChanged(lamp=lamp))
