"""Having jobs begin. A job is a row with a state; the queue only says "look at row 7"."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Q
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
ONCE_MORE = {"max_retries": 1, "interval_start": 0}
MAX_ATTEMPTS = 3
"""A job whose process died so often is given up."""
DEAD_AFTER = dt.timedelta(seconds=60)
"""A running job without a sign of life (``alive_at``) for this long has lost its process."""


def start(job: Any, *arguments: Any) -> None:
    """Put ``job`` (a Celery task) in the queue. A queue that is away only means later: a sweep finds the row."""
    try:
        job.apply_async(arguments, retry_policy=ONCE_MORE)
    except OperationalError as error:
        logger.warning("%s waits for its sweep: %s", job.name, error)


def start_on_commit(job: Any, *arguments: Any) -> None:
    """``start`` once the transaction is committed."""
    transaction.on_commit(lambda: start(job, *arguments))


def silent(now: dt.datetime) -> Q:
    """Of the rows of running jobs: those that have lost their process."""
    return Q(alive_at__lt=now - DEAD_AFTER) | Q(alive_at__isnull=True)
