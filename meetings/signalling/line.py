"""How a tab's line fares, asked of the media node while somebody looks at it."""

from meetings import hosting
from meetings.protocol.line import LineMeasured
from meetings.signalling.session import Session


def measure(session: Session, request: int | None) -> None:
    """Answer the request of that number, beside the other messages; one at a time, whatever the browser asks."""
    if session.is_measuring or not session.node:
        session.send(LineMeasured(line=None), re=request)
        return
    session.is_measuring = True
    session.spawn(_ask(session, request))


async def _ask(session: Session, request: int | None) -> None:
    try:
        line = await hosting.measure(session.node, session.media_room, session.key)
    finally:
        session.is_measuring = False
    session.send(LineMeasured(line=line), re=request)
