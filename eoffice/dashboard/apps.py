from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "eoffice.dashboard"
    label = "dashboard"
