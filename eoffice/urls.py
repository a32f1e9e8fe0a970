"""Every address of the site, product by product."""

from django.contrib import admin
from django.urls import include, path

from eoffice import health
from eoffice.accounts.views import admin_door
from eoffice.feeds import caldav

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("eoffice.dashboard.urls")),
    path("account/", include("eoffice.accounts.urls")),
    path("schedule/", include("eoffice.calendar.urls")),
    path("lich/", include("eoffice.calendar.public_urls")),
    path("units/", include("eoffice.organisation.urls")),
    path("notifications/", include("eoffice.notifications.urls")),
    path("files/", include("eoffice.files.urls")),
    path("recurrence/", include("eoffice.worktime.urls")),
    path("tasks/", include("eoffice.workflow.urls")),
    path("papers/incoming/", include("documents.incoming_urls")),
    path("papers/", include("documents.urls")),
    path("schedule/rooms/", include("eoffice.calendar.resource_urls")),
    path("offline/", include("documents.offline_urls")),
    path("meetings/", include("meetings.urls")),
    path("lich/", include("eoffice.feeds.urls")),
    path("dav/", include("eoffice.feeds.caldav_urls")),
    path(".well-known/caldav", caldav.well_known, name="caldav-well-known"),
    path("admin/login/", admin_door),
    path("admin/", admin.site.urls),
]
