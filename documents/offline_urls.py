"""The page of what is kept, and the service worker that gives it and leads to it from every page."""

from django.urls import path

from documents.views import offline

urlpatterns = [
    path("", offline.offline, name="offline"),
    path("worker.js", offline.worker, name="offline-worker"),
]
