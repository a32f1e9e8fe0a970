"""The Celery application. Jobs are rows with a state; the queue only says "look at row 7"."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eoffice.settings.embedded")

app = Celery("eoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # threads of the embedded worker would otherwise use Celery's bare default app
