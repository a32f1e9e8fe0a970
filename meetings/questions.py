"""Question time (chất vấn): a site questions another one, in a queue beside the speeches (docs/domain/meetings.md)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eoffice.accounts.models import User
from eoffice.audit.log import record
from eoffice.errors import Conflict, NotAllowed, NotFound, UserError
from eoffice.organisation.models import Appointment
from meetings import calling, conduct, floor
from meetings.models import FloorCall, Meeting, MeetingSite, QuestionRequest
from meetings.protocol.floor import QuestionAsked
from meetings.realtime import broadcast

State = QuestionRequest.State


@transaction.atomic
def ask(site: MeetingSite, target_id: int, topic: str, *, by: User) -> QuestionRequest:
    """Queue a question of ``site`` to another one; asking the same site again changes the topic, not the place.

    Raises UserError("no-topic"), NotFound("no-such-site"), Conflict("own-site").
    """
    topic = " ".join(topic.split())
    if not topic:
        raise UserError("no-topic", _("Nhập nội dung chất vấn."))
    if target_id == site.pk:
        raise Conflict("own-site", _("Chọn một điểm cầu khác để chất vấn."))
    live = conduct.lock(site.meeting_id)
    target = MeetingSite.objects.filter(meeting_id=site.meeting_id, pk=target_id).first()
    if target is None:
        raise NotFound("no-such-site", _("Cuộc họp không có điểm cầu này."))
    question, created = QuestionRequest.objects.get_or_create(
        meeting_id=site.meeting_id,
        site=site,
        target=target,
        state__in=QuestionRequest.OPEN,
        defaults={"by": by, "topic": topic, "item": live.item, "requested_at": timezone.now(), "state": State.WAITING},
    )
    if created:
        record("meeting.question_asked", user=by, target=site.meeting, site=site.name, to=target.name)
    elif question.topic != topic:
        question.topic = topic
        question.save(update_fields=["topic"])
    else:
        return question
    broadcast(site.meeting_id, QuestionAsked(question=floor.question_state(question)))
    return question


@transaction.atomic
def withdraw(site: MeetingSite, question_id: int) -> None:
    """Take back a question of ``site``; twice is harmless. Raises NotAllowed("not-your-question")."""
    conduct.lock(site.meeting_id)
    question = QuestionRequest.objects.filter(meeting_id=site.meeting_id, pk=question_id).first()
    if question is None or question.site_id != site.pk:
        raise NotAllowed("not-your-question", _("Đây không phải chất vấn của điểm cầu quý vị."))
    if question.state == State.WAITING:
        broadcast(site.meeting_id, floor.close_question(question, State.WITHDRAWN))


@transaction.atomic
def call(by: Appointment | None, meeting: Meeting, question_id: int, part: str) -> None:
    """Ask the site that questions, or the one that is to answer (``part``), to take the floor.

    Raises NotAllowed("not-chair"), NotFound("no-such-question"), Conflict("question-closed"), and as ``floor.grant``.
    """
    chair = conduct.check_chair(by, meeting)
    live = conduct.lock(meeting.pk)
    question = _find(meeting, question_id)
    if question.state not in QuestionRequest.OPEN:
        raise Conflict("question-closed", _("Nội dung chất vấn này đã xong."))
    site = question.target if part == FloorCall.Part.ANSWER else question.site
    calling.call(chair, live, floor.Occasion(site, part, question=question))


@transaction.atomic
def close(by: Appointment | None, meeting: Meeting, question_id: int, *, done: bool, reason: str = "") -> None:
    """Take a question out of the queue: it was answered, or is not admitted. Twice: harmless.

    Raises NotAllowed("not-chair"), NotFound("no-such-question").
    """
    chair = conduct.check_chair(by, meeting)
    conduct.lock(meeting.pk)
    question = _find(meeting, question_id)
    if question.state not in QuestionRequest.OPEN:
        return
    asked = floor.asked(meeting.pk)
    if asked and asked.question_id == question.pk:
        calling.recall(by, meeting)
    record("meeting.question_closed", by=chair, target=meeting, site=question.site.name, done=done, reason=reason)
    broadcast(meeting.pk, floor.close_question(question, State.DONE if done else State.REFUSED, reason))


def _find(meeting: Meeting, question_id: int) -> QuestionRequest:
    rows = QuestionRequest.objects.select_related("site__unit", "target__unit")
    found = rows.filter(meeting=meeting, pk=question_id).first()
    if found is None:
        raise NotFound("no-such-question", _("Không có nội dung chất vấn này."))
    return found
