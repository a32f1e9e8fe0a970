from django.urls import path

from eoffice.worktime import views

urlpatterns = [path("preview/", views.recurrence_preview, name="recurrence-preview")]
