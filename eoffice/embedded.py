"""One machine: the Celery worker and beat as threads of this process (ADR 0005)."""

import threading
from functools import cache

from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import WorkController


@cache
def start_jobs(app: Celery) -> None:
    """Start the worker (two threads) and the beat, once per process."""
    app.loader.import_default_modules()
    app.finalize()
    worker = WorkController(
        app=app,
        hostname="embedded@localhost",
        pool_cls="threads",
        concurrency=2,
        without_heartbeat=True,
        without_mingle=True,
        without_gossip=True,
    )
    threading.Thread(target=worker.start, name="celery-worker", daemon=True).start()
    beat = Service(app, scheduler_cls=Scheduler, max_interval=1)
    threading.Thread(
        target=beat.start,
        kwargs={"embedded_process": False},
        name="celery-beat",
        daemon=True,
    ).start()
    # Celery's own worker program says when it is ready (eoffice.celery); one in a thread does not.
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"])
