"""Captions (phụ đề): what somebody who leads types, line by line, for those who cannot hear."""

import datetime as dt
from typing import Literal

from pydantic import Field

from meetings.protocol.base import Event, Message, Request


class Caption(Message):
    """One line."""

    text: str
    at: dt.datetime
    meeting: str = ""
    """Title of the meeting to which mine is attached, when the line was typed there."""


class CaptionPost(Request):
    """The chair or the secretary shows a line of captions to everybody."""

    type: Literal["caption.post"] = "caption.post"
    text: str = Field(max_length=2000)


class CaptionPosted(Event):
    """A line of captions."""

    type: Literal["caption.posted"] = "caption.posted"
    caption: Caption
