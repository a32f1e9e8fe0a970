"""Two readers of iCalendar that are none of ours: vobject, and ical."""

from dataclasses import dataclass
from typing import Any

import vobject
from ical.calendar_stream import IcsCalendarStream


@dataclass
class Read:
    """A feed as both read it: events by their UID, one object of each parser."""

    by_vobject: dict[str, Any]
    by_ical: dict[str, Any]

    def agree(self, uid: str) -> dict[str, Any]:
        """What both say of the event ``uid``, which must be the same."""
        one, two = self.by_vobject[uid], self.by_ical[uid]
        said = {
            "summary": one.summary.value,
            "start": one.dtstart.value,
            "end": one.dtend.value,
            "status": one.status.value,
            "sequence": int(one.sequence.value),
            "class": one.contents["class"][0].value,
        }
        assert said == {
            "summary": two.summary,
            "start": two.dtstart,
            "end": two.dtend,
            "status": two.status.value,
            "sequence": two.sequence,
            "class": two.classification.value,
        }
        return said


def read(content: bytes) -> Read:
    """``content`` as both parsers read it; its lines are CRLF-ended and of 75 octets at most."""
    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    text = content.decode()
    one = vobject.readOne(text)
    two = IcsCalendarStream.calendar_from_ics(text)
    events = {event.uid.value: event for event in one.contents.get("vevent", [])}
    assert sorted(events) == sorted(event.uid for event in two.events)
    return Read(events, {event.uid: event for event in two.events})
