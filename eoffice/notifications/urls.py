from django.urls import path

from eoffice.notifications import views

urlpatterns = [
    path("", views.notification_list, name="notification-list"),
    path("settings/", views.notification_settings, name="notification-settings"),
    path("read-all/", views.notification_read_all, name="notification-read-all"),
    path("digest/<int:pk>/", views.notification_digest, name="notification-digest"),
    path("<int:pk>/open/", views.notification_open, name="notification-open"),
]
