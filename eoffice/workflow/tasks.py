"""Scheduled jobs of tasks."""

from celery import shared_task

from eoffice.workflow import duties


@shared_task
def refresh_duties() -> int:
    """Nightly: appointments begin and end by themselves, so the duties of open tasks are recomputed."""
    return duties.recompute_open()
