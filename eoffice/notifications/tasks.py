"""Mail jobs: rows of ``Notification`` that wait to be sent."""

from celery import shared_task


@shared_task
def sweep() -> None:
    """Send the mails that wait; the notifications app completes this."""
