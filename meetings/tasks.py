"""Jobs of the meetings."""

from celery import shared_task

from meetings import attendance


@shared_task
def sweep_presence() -> None:
    """Close connections whose process died; see ``attendance.sweep``."""
    attendance.sweep()
