"""Scheduled jobs of schedules."""

from celery import shared_task
from django.utils import timezone

from eoffice.calendar import releasing


@shared_task
def sweep_bookings() -> int:
    """Every minute: rooms that nobody has come to are free again. What was done already is not done again."""
    return releasing.sweep(timezone.now())
