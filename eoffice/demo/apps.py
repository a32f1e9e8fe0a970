from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed only where ``settings.DEMO`` is on."""

    name = "eoffice.demo"
    label = "demo"
