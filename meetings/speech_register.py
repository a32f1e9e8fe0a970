"""What a meeting's page shows of speeches: who registered, who spoke how long, what was asked."""

from dataclasses import dataclass

from eoffice.accounts.models import User
from meetings import confidential, permissions, speaking_time
from meetings.models import Meeting, QuestionRequest, SpeechRequest

SHOWN = 300


@dataclass(frozen=True)
class Line:
    """One registration; ``mine``: the reader may take it back; ``readable``: its text may be read."""

    speech: SpeechRequest
    mine: bool
    readable: bool


@dataclass(frozen=True)
class Register:
    """``shown``: there is something to register or to see."""

    shown: bool
    listed: list[Line]
    may_register: bool
    times: speaking_time.Table | None
    questions: list[QuestionRequest]


def register_of(meeting: Meeting, user: User) -> Register:
    """The page's part on speeches, as far as ``user`` may see it. A constant number of queries.

    Chair and secretary see all registrations, others those of their own sites; how long each spoke is shown to
    everybody after the meeting.
    """
    speaking = {site.pk for site in permissions.sites_that_speak(user, meeting)}
    leads, reads = permissions.may_admit(user, meeting), permissions.is_secretary(user, meeting)
    own = {site.pk for site in permissions.sites_of(user, meeting)}
    hidden = confidential.hidden_items(user, meeting.pk)
    rows = SpeechRequest.objects.filter(meeting=meeting).exclude(state=SpeechRequest.State.WITHDRAWN)
    rows = rows.exclude(item__in=hidden)
    if not leads:
        rows = rows.filter(site__in=own)
    listed = [
        Line(
            speech=speech,
            mine=speech.site_id in speaking and speech.state in SpeechRequest.IN_LINE,
            readable=bool(speech.statement)
            and (reads or speech.site_id in own or speech.state == SpeechRequest.State.DONE),
        )
        for speech in rows.select_related("site", "item").order_by("item__order", "place", "pk")[:SHOWN]
    ]
    over = meeting.state in (Meeting.State.ENDED, Meeting.State.CONCLUDED)
    times = speaking_time.table(meeting, without=hidden) if over or leads else None
    questions = meeting.questions.exclude(state=QuestionRequest.State.WITHDRAWN).exclude(item__in=hidden)
    questions = questions.select_related("site", "target")
    return Register(
        shown=bool(speaking or listed) or (leads and meeting.state in permissions.WITH_ROOM),
        listed=listed,
        may_register=bool(speaking),
        times=times if times and times.rows else None,
        questions=list(questions.order_by("requested_at", "pk")) if over or leads else [],
    )
