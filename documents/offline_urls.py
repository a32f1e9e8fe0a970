"""Addresses of the service worker's scope: it answers for these pages and no others."""

from django.urls import path

from documents.views import offline

urlpatterns = [
    path("", offline.offline, name="offline"),
    path("worker.js", offline.worker, name="offline-worker"),
]
