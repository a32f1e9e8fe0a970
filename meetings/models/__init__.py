from meetings.models.agenda import AgendaItem, TabledPaper
from meetings.models.chat import ChatMessage
from meetings.models.conclusion import Conclusion, ConclusionNotice, ConclusionTask, NoticeCounter
from meetings.models.invitation import Attendee, InvitationLine, Nomination
from meetings.models.meeting import Meeting, MeetingType
from meetings.models.room import Connection, FloorTurn, LiveState, SpeechRequest
from meetings.models.site import MeetingSite

__all__ = [
    "AgendaItem",
    "Attendee",
    "ChatMessage",
    "Conclusion",
    "ConclusionNotice",
    "ConclusionTask",
    "Connection",
    "FloorTurn",
    "InvitationLine",
    "LiveState",
    "Meeting",
    "MeetingSite",
    "MeetingType",
    "Nomination",
    "NoticeCounter",
    "SpeechRequest",
    "TabledPaper",
]
