"""The site board: what of the sites only those who look at it are told."""

from typing import Literal

from meetings.protocol.base import Event, Id, Lamp, Message, Request


class SiteDetails(Message):
    """How a site is, beyond its marks. ``lamp`` is ``unknown`` for who does not see the lines of others."""

    id: Id
    people: tuple[str, ...]
    """Names of those connected, at most ten."""
    named: int
    """How many people are listed as attending there."""
    seated: int
    """How many of them are checked in."""
    lamp: Lamp


class BoardFollow(Request):
    """I look at the site board, or no longer: tell me who is where."""

    type: Literal["board.follow"] = "board.follow"
    on: bool


class BoardShown(Event):
    """All sites of which there is something to tell; others have nobody."""

    type: Literal["board.shown"] = "board.shown"
    sites: tuple[SiteDetails, ...]


class BoardChanged(Event):
    """Sites of which there is something else to tell; sent at most twice a second, to those who follow the board."""

    type: Literal["board.changed"] = "board.changed"
    sites: tuple[SiteDetails, ...]
