"""Addresses of schedules that everybody may see."""

from django.urls import path

from eoffice.calendar.views import public_weeks

urlpatterns = [
    path("<int:unit>/", public_weeks.public_week, name="public-week"),
    path("man-hinh/<int:unit>/", public_weeks.week_screen, name="week-screen"),
]
