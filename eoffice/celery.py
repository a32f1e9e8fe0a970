"""The Celery application. Jobs are rows with a state; the queue only says "look at row 7"."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings.embedded")

app = Celery("eoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # threads of the embedded worker would otherwise use Celery's bare default app


@worker_ready.connect
def look_at_what_was_left(**_about: Any) -> None:
    """Queue every sweep as soon as a worker is up: what an ended process left unfinished does not wait for the beat."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"])
