from meetings.models.agenda import AgendaItem, ItemParticipant, Recusal, TabledPaper
from meetings.models.attachment import Attachment
from meetings.models.caption import CaptionLine
from meetings.models.chat import ChatMessage
from meetings.models.conclusion import Conclusion, ConclusionNotice, ConclusionTask
from meetings.models.consultation import Consultation, ConsultationVisit
from meetings.models.counter import CounterProposal
from meetings.models.direction import Direction
from meetings.models.dispatch import Delivery, Dispatch, Recall
from meetings.models.economy import MonthlyEconomy, TypeBaseline, UnitDistance
from meetings.models.floor import FloorCall, FloorTurn, QuestionRequest, SpeechRequest
from meetings.models.ink import InkStroke
from meetings.models.invitation import (
    AbsenceRequest,
    Attendee,
    InvitationLine,
    Nomination,
    Reply,
    ReplyReminder,
    ReplyVia,
    Substitution,
)
from meetings.models.meeting import Meeting, MeetingType
from meetings.models.opinion import Opinion
from meetings.models.paper_request import PaperRequest
from meetings.models.presence import CheckIn, RollCall
from meetings.models.recording import Recording, RecordingNotice
from meetings.models.rehearsal import (
    Check,
    LineTest,
    LineTestResult,
    LineTestWindow,
    Outcome,
    SiteProblem,
    SiteReadiness,
)
from meetings.models.room import Admission, Connection, LiveState, Placement
from meetings.models.seat_plan import Seat, SeatPlan
from meetings.models.series import MeetingSeries, SeriesItem, SeriesLine, SeriesOccurrence
from meetings.models.site import MeetingSite, Role
from meetings.models.voting import Ballot, BallotBox, Choice, Poll, PollSeat

__all__ = [
    "AbsenceRequest",
    "Admission",
    "AgendaItem",
    "Attachment",
    "Attendee",
    "Ballot",
    "BallotBox",
    "CaptionLine",
    "ChatMessage",
    "Check",
    "CheckIn",
    "Choice",
    "Conclusion",
    "ConclusionNotice",
    "ConclusionTask",
    "Connection",
    "Consultation",
    "ConsultationVisit",
    "CounterProposal",
    "Delivery",
    "Direction",
    "Dispatch",
    "FloorCall",
    "FloorTurn",
    "InkStroke",
    "InvitationLine",
    "ItemParticipant",
    "LineTest",
    "LineTestResult",
    "LineTestWindow",
    "LiveState",
    "Meeting",
    "MeetingSeries",
    "MeetingSite",
    "MeetingType",
    "MonthlyEconomy",
    "Nomination",
    "Opinion",
    "Outcome",
    "PaperRequest",
    "Placement",
    "Poll",
    "PollSeat",
    "QuestionRequest",
    "Recall",
    "Recording",
    "RecordingNotice",
    "Recusal",
    "Reply",
    "ReplyReminder",
    "ReplyVia",
    "Role",
    "RollCall",
    "Seat",
    "SeatPlan",
    "SeriesItem",
    "SeriesLine",
    "SeriesOccurrence",
    "SiteProblem",
    "SiteReadiness",
    "SpeechRequest",
    "Substitution",
    "TabledPaper",
    "TypeBaseline",
    "UnitDistance",
]
