from django.urls import path

from meetings.views import detail

urlpatterns = [
    path("<int:pk>/", detail.meeting_detail, name="meeting-detail"),
]
