"""Mail jobs: rows of ``Notification`` that wait to be sent."""

from celery import shared_task

from eoffice.notifications import mailing


@shared_task
def sweep() -> None:
    """Send the mails that are due. Safe to run twice, and in two workers at once."""
    mailing.send_waiting()
