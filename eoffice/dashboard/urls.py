"""Addresses of the pages that look over all products."""

from django.urls import path

from eoffice.dashboard import my_time_views, time_views, views

urlpatterns = [
    path("", views.today, name="today"),
    path("schedule/", views.schedule, name="schedule"),
    path("leaders/", views.leaders_desk, name="leaders-desk"),
    path("schedule/leaders/", time_views.leaders, name="schedule-leaders"),
    path("schedule/sites/", time_views.sites, name="site-load"),
    path("schedule/sites/<int:pk>/", time_views.site, name="site-week"),
    path("schedule/free/", time_views.find_time, name="find-time"),
    path("schedule/mine/", my_time_views.my_time, name="my-time"),
    path("schedule/mine/undo/", my_time_views.my_time_undo, name="my-time-undo"),
    path("schedule/mine/hours/", my_time_views.my_hours, name="my-hours"),
    path("schedule/mine/<int:pk>/", my_time_views.my_time_edit, name="my-time-edit"),
    path("schedule/mine/<int:pk>/remove/", my_time_views.my_time_remove, name="my-time-remove"),
    path("design/", views.design, name="design"),
    path("design/people/", views.design_people, name="design-people"),
]
