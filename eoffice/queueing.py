"""Having jobs begin. A job is a row with a state; the queue only says "look at row 7"."""

import logging
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
ONCE_MORE = {"max_retries": 1, "interval_start": 0}


def start(job: Any, *arguments: Any) -> None:
    """Put ``job`` (a Celery task) in the queue. A queue that is away only means later: a sweep finds the row."""
    try:
        job.apply_async(arguments, retry_policy=ONCE_MORE)
    except OperationalError as error:
        logger.warning("%s waits for its sweep: %s", job.name, error)


def start_on_commit(job: Any, *arguments: Any) -> None:
    """``start`` once the transaction is committed."""
    transaction.on_commit(lambda: start(job, *arguments))
