from django.urls import path

from meetings.views import detail, room

urlpatterns = [
    path("<int:pk>/", detail.meeting_detail, name="meeting-detail"),
    path("<int:pk>/room/", room.room, name="meeting-room"),
]
