"""Scheduled jobs of files."""

from celery import shared_task
from django.utils import timezone

from eoffice.files import orphans


@shared_task
def sweep_orphans() -> int:
    """Nightly: delete what nothing has referred to for a day."""
    return orphans.sweep(timezone.now())
