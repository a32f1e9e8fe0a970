from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "eoffice.dashboard"
    label = "dashboard"

    def ready(self) -> None:
        from eoffice import checks  # noqa: F401 - registers them
