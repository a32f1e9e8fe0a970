"""Jobs of the meetings: each does one thing and may run twice."""

from celery import shared_task
from django.utils import timezone

from eoffice.queueing import start
from meetings import (
    attendance,
    ballot_box,
    caption_record,
    chat,
    handing_over,
    joining,
    mail_replies,
    paper_requests,
    paper_review,
    repeating,
    reply_chasing,
)
from meetings.economy import freezing
from meetings.rehearsal_windows import remind


@shared_task
def sweep_presence() -> None:
    """Close connections whose process died; see ``attendance.sweep``."""
    attendance.sweep()


@shared_task
def hand_over_places() -> int:
    """Places that change hands at a set time; see ``handing_over.sweep``."""
    return handing_over.sweep(timezone.now())


@shared_task
def remind_line_tests() -> None:
    """Remind sites that have not tested while the window nears its end; see ``rehearsal_windows.remind``."""
    remind(timezone.now())


@shared_task
def freeze_economy() -> int:
    """Nightly: the figures of months that are over; see ``freezing.freeze_due``."""
    return freezing.freeze_due(timezone.now())


@shared_task
def join_recording(recording_id: int) -> None:
    """Make one file of a recording's parts."""
    joining.join(recording_id)


@shared_task
def sweep_recordings() -> None:
    """Queue what waits, erase what is over; see ``joining.sweep``."""
    for recording_id in joining.sweep(timezone.now()):
        start(join_recording, recording_id)


@shared_task
def read_replies() -> None:
    """Take in the replies that came by mail; see ``mail_replies.sweep``."""
    mail_replies.sweep()


@shared_task
def sweep_ballot_keys() -> None:
    """Destroy keys of secret votes that are over; see ``ballot_box.sweep``."""
    ballot_box.sweep()


@shared_task
def sweep_paper_requests() -> None:
    """Show papers whose time has come, tell of deadlines that have passed."""
    paper_review.sweep(timezone.now())
    paper_requests.sweep(timezone.now())


@shared_task
def chase_replies() -> None:
    """Remind those who have not replied to an invitation; see ``reply_chasing.sweep``."""
    reply_chasing.sweep(timezone.now())


@shared_task
def sweep_chat() -> None:
    """Delete chat messages whose time is over; see ``chat.sweep``."""
    chat.sweep(timezone.now())


@shared_task
def sweep_captions() -> None:
    """Delete captions whose time is over; see ``caption_record.sweep``."""
    caption_record.sweep(timezone.now())


@shared_task
def make_series_ahead() -> None:
    """Make the next meetings of recurring ones; see ``repeating.sweep``."""
    repeating.sweep()
