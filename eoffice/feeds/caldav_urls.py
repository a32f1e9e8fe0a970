"""Addresses of the CalDAV tree."""

from django.urls import path

from eoffice.feeds import caldav

urlpatterns = [
    path("", caldav.root, name="caldav-root"),
    path("inbox/", caldav.box, {"box": "inbox"}, name="caldav-inbox"),
    path("outbox/", caldav.box, {"box": "outbox"}, name="caldav-outbox"),
    path("calendar/", caldav.calendar, name="caldav-calendar"),
    path("calendar/<str:item>", caldav.item, name="caldav-item"),
]
