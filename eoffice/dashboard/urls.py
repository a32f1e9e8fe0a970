"""Addresses of the pages that look over all products."""

from django.urls import path

from eoffice.dashboard import views

urlpatterns = [
    path("", views.today, name="today"),
    path("design/", views.design, name="design"),
]
