"""The platform: who, where, when, and what must they do next."""

from eoffice.celery import app as celery_app

__all__ = ["celery_app"]
