"""Messages of the room's socket: 404 for who does not get into the room, 403 for a refusal.

The meeting sits, with its microphones reserved for the holder of the floor; nobody holds it.
"""

import uuid
from collections.abc import Callable
from typing import Any

from documents.models import Paper, PaperVersion
from meetings.models import TabledPaper
from tests.factories import PaperVersionFactory
from tests.meetings.room import Sitting

_OUTSIDE = {"anonymous": 404, "outsider": 404, "invited_officer": 404, "admin": 404}
_ALL = {"*": 200, **_OUTSIDE}
_LEADS = {"*": 403, **_OUTSIDE, "chair": 200, "secretary": 200}
_AT_MAIN = {**_LEADS, "organiser_clerk": 200}

EXPECTED: dict[str, dict[str, int]] = {
    "ws:hello": _ALL,
    "ws:resume": _ALL,  # with the secret of somebody else's session: a new one of one's own
    "ws:view": _ALL,
    "ws:stat": _ALL,
    "ws:mute": _ALL,
    "ws:media.take": _ALL,
    "ws:chat.send": _ALL,
    "ws:floor.request": _ALL,
    "ws:floor.withdraw": _ALL,
    "ws:discussion.set": _LEADS,
    "ws:meeting.open": _LEADS,
    "ws:item.open": _LEADS,
    "ws:floor.grant": _LEADS,
    "ws:floor.end": _ALL,  # harmless where nobody, or one's own site, has the floor
    "ws:content.share": _AT_MAIN,
    "ws:document.open": _AT_MAIN,
    "ws:document.page": _AT_MAIN,
    "ws:offer": {"*": 403, **_OUTSIDE},  # there is no media node in this test
    "ws:meeting.end": _LEADS,
    "ws:simulate": _ALL,  # in the tests' settings only
    "ws:bye": _ALL,
}


def _tabled_version(sitting: Sitting) -> int:
    version = PaperVersionFactory(conversion=PaperVersion.Conversion.READY, page_count=2)
    Paper.objects.filter(pk=version.paper_id).update(state=Paper.State.PUBLISHED, published_version=version)
    TabledPaper.objects.create(item=sitting.items[0], paper=version.paper)
    return int(version.pk)


SENT: dict[str, Callable[[Sitting], dict[str, Any]]] = {
    "view": lambda sitting: {"wall": {"wall1": sitting.commune.pk}},
    "stat": lambda sitting: {"loss": 0, "rtt_ms": 20, "jitter_ms": 3},
    "mute": lambda sitting: {"source": "camera", "muted": True},
    "media.take": lambda sitting: {},
    "chat.send": lambda sitting: {"key": str(uuid.uuid4()), "text": "Chào các điểm cầu"},
    "floor.request": lambda sitting: {},
    "floor.withdraw": lambda sitting: {},
    "discussion.set": lambda sitting: {"free": False},
    "meeting.open": lambda sitting: {},
    "item.open": lambda sitting: {"item": sitting.items[0].pk},
    "floor.grant": lambda sitting: {"site": sitting.commune.pk},
    "floor.end": lambda sitting: {},
    "content.share": lambda sitting: {"on": True},
    "document.open": lambda sitting: {"version": _tabled_version(sitting)},
    "document.page": lambda sitting: {"page": 1},
    "offer": lambda sitting: {"connection": "send", "sdp": "v=0", "kinds": []},
    "meeting.end": lambda sitting: {},
}
"""In this order, in one sitting per role."""
