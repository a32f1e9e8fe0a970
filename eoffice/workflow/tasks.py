"""Scheduled jobs of tasks."""

from celery import shared_task
from django.utils import timezone

from eoffice.workflow import duties, freezing, morning, recurring, reminding


@shared_task
def refresh_duties() -> int:
    """Nightly: appointments begin and end by themselves, so the duties of open tasks are recomputed."""
    return duties.recompute_open()


@shared_task
def freeze_figures() -> int:
    """Nightly, so that a night without the worker loses nothing: the figures of months that are over are frozen."""
    return freezing.freeze_due(timezone.now())


@shared_task
def remind() -> None:
    """Every few minutes: what is to be said of due days, then the digests of the morning. What is said already is not said again."""
    now = timezone.now()
    reminding.sweep(now)
    morning.deliver(now)


@shared_task
def give_recurring() -> int:
    """Every quarter of an hour: the periods of recurring tasks that have begun and were not given."""
    return recurring.sweep()
