from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "eoffice.feeds"
    label = "feeds"
