"""Addresses of the directory."""

from django.urls import path

from eoffice.organisation import views

urlpatterns = [
    path("", views.unit_list, name="unit-list"),
    path("<int:pk>/", views.unit_detail, name="unit-detail"),
    path("pick/units/", views.pick_units, name="pick-units"),
    path("pick/people/", views.pick_appointments, name="pick-appointments"),
    path("pick/groups/", views.pick_groups, name="pick-groups"),
    path("acting/", views.acting_switch, name="acting-switch"),
    path("load/", views.unit_load, name="unit-load"),
    path("load/template/", views.unit_template, name="unit-template"),
]
