"""The scheduled job of the audit log."""

from celery import shared_task

from eoffice.audit import sealing


@shared_task
def seal() -> int:
    """Every few seconds: join to the chain what was recorded meanwhile."""
    return sealing.seal_waiting()
