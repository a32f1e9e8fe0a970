"""Addresses of calendars to subscribe to."""

from django.urls import path

from eoffice.feeds import views

urlpatterns = [
    path("", views.feed_list, name="feeds"),
    path("<int:pk>/revoke/", views.feed_revoke, name="feed-revoke"),
    path("<str:token>.ics", views.feed, name="feed"),
]
