"""Addresses of the pages that look over all products."""

from django.urls import path

from eoffice.dashboard import views

urlpatterns = [
    path("", views.today, name="today"),
    path("schedule/", views.schedule, name="schedule"),
    path("leaders/", views.leaders_desk, name="leaders-desk"),
    path("design/", views.design, name="design"),
    path("design/people/", views.design_people, name="design-people"),
]
