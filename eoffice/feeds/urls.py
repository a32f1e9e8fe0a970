"""Addresses of calendars to subscribe to."""

from django.urls import path

from eoffice.feeds import views

urlpatterns = [
    path("", views.feed_list, name="feeds"),
    path("<int:pk>/revoke/", views.feed_revoke, name="feed-revoke"),
    path("<int:unit>/lich-tuan.ics", views.public_week_feed, name="public-week-feed"),
    path("<int:unit>/<int:leader>/lich-tuan.ics", views.public_week_feed, name="public-leader-feed"),
    path("<str:token>.ics", views.feed, name="feed"),
]
